//! `kairan staff`: the first administrator, and whoever cannot be helped in the browser.

use std::{io, path::Path};

use anyhow::{Context as _, Result, bail};
use kairan_db::staff::{self, Account, Grant, NewAccount, Purpose, Role, State};
use kairan_db::{AnyConnection, audit};
use kairan_pipeline::{Context, site_data};
use serde_json::{Value, json};

use super::open;
use crate::cli::{Staff, StaffRole};
use crate::output::{self, Format, Outcome};

/// Who does it, in the audit log.
const ACTOR: &str = "cli";

pub(super) fn run(config: &Path, command: &Staff, format: Format) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    match command {
        Staff::Add {
            mail,
            name,
            role,
            department,
            lang,
            password_stdin,
        } => {
            let grant = grant(&context, *role, department.as_deref())?;
            let new = NewAccount {
                mail,
                name,
                lang,
                grants: &[grant],
            };
            add(&context, &new, *password_stdin, format)
        }
        Staff::Reset { mail, app } => reset(&context, mail, *app, format),
        Staff::List => list(&context, format),
    }
}

fn grant(context: &Context, role: StaffRole, department: Option<&str>) -> Result<Grant> {
    let role = match role {
        StaffRole::Author => Role::Author,
        StaffRole::Reviewer => Role::Reviewer,
        StaffRole::Publisher => Role::Publisher,
        StaffRole::Administrator => Role::Administrator,
    };
    let Some(department) = department else {
        return Ok(Grant::everywhere(role));
    };
    if role == Role::Administrator {
        bail!("管理者はすべての部署を受け持ちます。--department を外してください");
    }
    let site = context
        .db
        .read(|c| Ok(site_data::current(c, &context.theme)))??;
    let departments = &site.data.departments;
    if !departments.iter().any(|one| one.key == department) {
        bail!("部署「{department}」がありません。departments.yaml のキーを指定してください");
    }
    Ok(Grant::of(role, department))
}

fn add(context: &Context, new: &NewAccount<'_>, stdin: bool, format: Format) -> Result<Outcome> {
    let now = context.clock.now();
    let password = stdin.then(|| password(new)).transpose()?;
    let made = context.db.write(|c| {
        let Some(account) = staff::create(c, new, now)? else {
            return Ok(None);
        };
        let token = match &password {
            Some(hash) => {
                staff::set_password(c, &account.id, hash, now)?;
                None
            }
            None => Some(staff::issue_token(c, &account.id, Purpose::Invite, now)?),
        };
        record(c, "staff.add", &account, now)?;
        Ok(Some((account, token)))
    })?;
    let Some((account, token)) = made else {
        bail!(
            "{} の職員は、もう登録されています。kairan staff reset でパスワードを新しくできます",
            new.mail
        );
    };
    let link = token.map(|token| address(context, "invitation", token.as_str()));
    say(&account, "職員", link.as_deref(), format)
}

/// The hash of the password on the first line of standard input.
fn password(new: &NewAccount<'_>) -> Result<String> {
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .context("標準入力からパスワードを読めません")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if staff::password_weakness(password, &[new.mail, new.name]).is_some() {
        bail!(
            "パスワードが弱すぎます。{}文字以上で、氏名やメールアドレス、よく使われることばを含まないものにしてください",
            staff::MIN_LENGTH
        );
    }
    Ok(staff::hash_password(password)?)
}

fn reset(context: &Context, mail: &str, app: bool, format: Format) -> Result<Outcome> {
    let now = context.clock.now();
    let account = context
        .db
        .read(|c| staff::by_mail(c, mail))?
        .with_context(|| {
            format!("{mail} の職員はいません。kairan staff list で確かめてください")
        })?;
    let (purpose, place) = match account.state {
        State::Invited => (Purpose::Invite, "invitation"),
        State::Active => (Purpose::Reset, "reset"),
        State::Suspended | State::Ended => {
            bail!("{mail} は停止中か離任です。管理者の画面で再開してください")
        }
    };
    let token = context.db.write(|c| {
        if app {
            staff::reset_totp(c, &account.id, now)?;
            staff::revoke_all(c, &account.id, None)?;
            record(c, "staff.reset-totp", &account, now)?;
        }
        record(c, "staff.reset-asked", &account, now)?;
        staff::issue_token(c, &account.id, purpose, now)
    })?;
    let link = address(context, place, token.as_str());
    say(&account, "パスワードの再設定", Some(&link), format)
}

fn record(
    c: &mut AnyConnection,
    action: &str,
    account: &Account,
    now: chrono::NaiveDateTime,
) -> kairan_db::Result<()> {
    let subject = format!("staff:{}", account.id);
    let detail = json!({ "roles": roles(account) });
    audit::record(c, ACTOR, action, &subject, &detail, now).map(drop)
}

fn address(context: &Context, place: &str, token: &str) -> String {
    let base = context.app_url.trim_end_matches('/');
    format!("{base}/admin/{place}/{token}")
}

fn say(account: &Account, what: &str, link: Option<&str>, format: Format) -> Result<Outcome> {
    match (format, link) {
        (Format::Json, _) => output::json(&json!({
            "id": account.id,
            "mail": account.mail,
            "link": link,
        }))?,
        (Format::Text, Some(link)) => output::line(format_args!(
            "{what}: {}（{}）\n1回だけ使えるリンクです。本人に、ほかの人の目に触れない方法で渡してください。\n{link}",
            account.name, account.mail
        )),
        (Format::Text, None) => output::line(format_args!(
            "{what}: {}（{}）\n最初のログインで認証アプリを登録します。",
            account.name, account.mail
        )),
    }
    Ok(Outcome::Fine)
}

fn list(context: &Context, format: Format) -> Result<Outcome> {
    let all = context.db.read(staff::list)?;
    match format {
        Format::Json => {
            let items: Vec<Value> = all.iter().map(item).collect();
            output::json(&json!({ "items": items }))?;
        }
        Format::Text => {
            for account in &all {
                output::line(format_args!(
                    "{}\t{}\t{}\t{}",
                    account.mail,
                    account.name,
                    account.state,
                    roles(account).join(" ")
                ));
            }
        }
    }
    Ok(Outcome::Fine)
}

fn item(account: &Account) -> Value {
    json!({
        "id": account.id,
        "mail": account.mail,
        "name": account.name,
        "state": account.state.as_str(),
        "roles": roles(account),
        "authenticator": account.has_totp,
        "last_login_at": account.last_login_at.map(|at| at.and_utc().to_rfc3339()),
    })
}

/// `publisher:*`, `author:kodomo`
fn roles(account: &Account) -> Vec<String> {
    account
        .grants
        .iter()
        .map(|grant| format!("{}:{}", grant.role, grant.department))
        .collect()
}
