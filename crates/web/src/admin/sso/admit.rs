//! Whose account somebody's is. An account is found by the provider's own name for the person; the first time by their
//! address, where the provider vouches for it and an administrator has made the account. None is made here: roles are given
//! in Kairan.

use actix_web::{HttpRequest, HttpResponse};
use kairan_db::AnyConnection;
use kairan_db::audit::By;
use kairan_db::staff::{self, Account, Stage, State};
use kairan_pipeline::letters;
use serde_json::json;

use crate::admin::guard;
use crate::admin::password::linked_letter;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limit;
use crate::sign_on::{Person, SignOn};

/// Whether somebody is let in.
pub(super) enum Verdict {
    In(Account),
    /// Why not, for the audit log.
    Refused(&'static str),
}

/// Decides, links where it is the first time, and writes it down.
pub(super) async fn admit(
    app: &App,
    request: &HttpRequest,
    sso: &SignOn,
    person: Person,
) -> Result<Verdict> {
    let (own, issuer) = (app.clone(), sso.issuer().to_owned());
    let (origin, now) = (limit::origin(request), app.ctx.clock.now());
    let city = app.site().await?.settings.title.clone();
    Ok(app
        .ctx
        .write(move |c| {
            let known = staff::by_identity(c, &issuer, &person.subject)?;
            let account = match &known {
                Some(account) => account.clone(),
                None => {
                    let Some(mail) = &person.mail else {
                        return Ok(Verdict::Refused("mail"));
                    };
                    match staff::by_mail(c, mail)? {
                        Some(account) => account,
                        None => return Ok(Verdict::Refused("unknown")),
                    }
                }
            };
            if !matches!(account.state, State::Active | State::Invited) {
                return Ok(Verdict::Refused("shut"));
            }
            let (by, subject) = (account.by(&origin), format!("staff:{}", account.id));
            if known.is_none() {
                let linked = staff::link_identity(c, &account.id, &issuer, &person.subject, now)?;
                if !linked {
                    return Ok(Verdict::Refused("linked to somebody else"));
                }
                linked_now(c, &own, &account, &by, &city)?;
            }
            if account.state == State::Invited {
                staff::join(c, &account.id, now)?;
                by.record(c, "staff.join", &subject, &json!({ "by": "sso" }), now)?;
            }
            by.record(c, "staff.sso", &subject, &json!({}), now)?;
            let account = staff::find(c, &account.id)?;
            Ok(account.map_or(Verdict::Refused("unknown"), Verdict::In))
        })
        .await?)
}

/// Links the account that is logged in here with whoever came back from the provider.
pub(super) async fn link(
    app: &App,
    request: &HttpRequest,
    sso: &SignOn,
    account: &str,
    person: Person,
) -> Result<HttpResponse> {
    let known = guard::known(request);
    let known = known.filter(|known| known.session.stage == Stage::Full);
    let known = known.filter(|known| known.account.id == account);
    let who = known.ok_or(Error::LoggedOut)?.account;
    let (own, issuer) = (app.clone(), sso.issuer().to_owned());
    let (of, by, now) = (
        who.clone(),
        who.by(&limit::origin(request)),
        app.ctx.clock.now(),
    );
    let city = app.site().await?.settings.title.clone();
    let linked = app
        .ctx
        .write(move |c| {
            let linked = staff::link_identity(c, &of.id, &issuer, &person.subject, now)?;
            if linked {
                linked_now(c, &own, &of, &by, &city)?;
            }
            Ok(linked)
        })
        .await?;
    let words = app.words(Some(&who));
    let said = if linked {
        words.get("庁内アカウントと結びつけました。")
    } else {
        words.get("結びつけられませんでした。この庁内アカウントか、あなたのアカウントは、もう結びついています。")
    };
    Ok(app.go("/admin/account", said))
}

/// Writes a new link down, and tells its owner, who knows whether it was by them.
fn linked_now(
    c: &mut AnyConnection,
    app: &App,
    account: &Account,
    by: &By,
    city: &str,
) -> kairan_db::Result<()> {
    let now = app.ctx.clock.now();
    let subject = format!("staff:{}", account.id);
    by.record(c, "staff.sso-link", &subject, &json!({}), now)?;
    if account.state == State::Active {
        let letter = linked_letter(app, account, city);
        letters::enqueue(c, &app.ctx.keys, &letter, now)?;
    }
    Ok(())
}

/// Takes the link of an account away; whether there was one. For its owner and for administrators.
pub(crate) fn unlink(
    c: &mut AnyConnection,
    account: &str,
    by: &By,
    now: chrono::NaiveDateTime,
) -> kairan_db::Result<()> {
    if staff::unlink_identities(c, account)? > 0 {
        by.record(
            c,
            "staff.sso-unlink",
            &format!("staff:{account}"),
            &json!({}),
            now,
        )?;
    }
    Ok(())
}
