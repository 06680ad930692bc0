//! Inviting somebody.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use kairan_db::AnyConnection;
use kairan_db::seal::normalise_mail;
use kairan_db::staff::{self, Account, Grant, NewAccount, Purpose};
use kairan_pipeline::letters::{self, Letter};
use serde::Serialize;
use serde_json::json;

use super::roles::{self, RolesView};
use crate::admin::guard::{Administer, Staff};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize, Default)]
struct View<'a> {
    mail: &'a str,
    name: &'a str,
    english: bool,
    error: Option<String>,
    roles: Option<RolesView>,
}

/// The empty form.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
) -> Result<HttpResponse> {
    show(&app, &request, &staff, View::default(), &[]).await
}

/// Makes the account and writes to its owner.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    posted: Posted,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let site = app.site().await?;
    let (mail, name) = (posted.one("mail").trim(), posted.one("name").trim());
    let english = posted.one("lang") == "en";
    let again = |error: String| View {
        mail,
        name,
        english,
        error: Some(error),
        roles: None,
    };
    let grants = match roles::read(&posted, &site, words) {
        Ok(grants) => grants,
        Err(error) => return show(&app, &request, &staff, again(error), &[]).await,
    };
    let problem = if name.is_empty() {
        Some(words.get("氏名を入力してください。"))
    } else if normalise_mail(mail).is_none() || !mail.is_ascii() {
        Some(words.get("メールアドレスの形になっていません。例：hanako@city.example.lg.jp"))
    } else if grants.is_empty() {
        Some(words.get("役割を1つ以上選んでください。"))
    } else {
        None
    };
    if let Some(problem) = problem {
        return show(&app, &request, &staff, again(problem.to_owned()), &grants).await;
    }
    let (now, by) = (app.ctx.clock.now(), staff.by());
    let (own, city) = (app.clone(), site.settings.title.clone());
    let (to, called, held) = (mail.to_owned(), name.to_owned(), grants.clone());
    let made = app
        .ctx
        .write(move |c| {
            let new = NewAccount {
                mail: &to,
                name: &called,
                lang: if english { "en" } else { "ja" },
                grants: &held,
            };
            let Some(account) = staff::create(c, &new, now)? else {
                return Ok(None);
            };
            invite(c, &own, &account, &city, now)?;
            let subject = format!("staff:{}", account.id);
            by.record(
                c,
                "staff.add",
                &subject,
                &json!({ "roles": said(&held) }),
                now,
            )?;
            Ok(Some(account))
        })
        .await?;
    match made {
        Some(account) => {
            let done = words.say("{name} さんを招待しました。", &[("name", &account.name)]);
            Ok(app.go(&format!("/admin/staff/{}", account.id), &done))
        }
        None => {
            let error = words.get("このメールアドレスの職員は、もう登録されています。");
            show(&app, &request, &staff, again(error.to_owned()), &grants).await
        }
    }
}

/// Roles as the audit log has them.
pub(super) fn said(grants: &[Grant]) -> Vec<String> {
    grants
        .iter()
        .map(|grant| format!("{}:{}", grant.role, grant.department))
        .collect()
}

/// Writes to the owner of an account how it begins: by a password of their own, or at the city's provider where passwords
/// are for administrators alone. Earlier links are over. Call inside `Db::write`.
pub(super) fn invite(
    c: &mut AnyConnection,
    app: &App,
    account: &Account,
    city: &str,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    let words = app.words(Some(account));
    let mut paragraphs = vec![words.say("{name} さん", &[("name", &account.name)])];
    let link = if app.takes_password(account) {
        let token = staff::issue_token(c, &account.id, Purpose::Invite, now)?;
        let days = staff::INVITATION.num_days().to_string();
        paragraphs.push(words.say(
            "{city}のサイトを書く Kairan に招待されました。下のリンクからパスワードを決めて、認証アプリを登録してください。スマートフォンを手元に用意してください。",
            &[("city", city)],
        ));
        paragraphs.push(words.say(
            "リンクは {days} 日間、1回だけ使えます。",
            &[("days", &days)],
        ));
        let path = format!("admin/invitation/{}", token.as_str());
        (words.get("登録を始める"), app.app_address(&path))
    } else {
        paragraphs.push(words.say(
            "{city}のサイトを書く Kairan に招待されました。下のリンクを開き、庁内アカウントでログインしてください。パスワードの登録は要りません。",
            &[("city", city)],
        ));
        (
            words.get("ログインの画面を開く"),
            app.app_address("admin/login"),
        )
    };
    let letter = Letter {
        to: account.mail.clone(),
        subject: words.say("【{city}】Kairan への招待", &[("city", city)]),
        paragraphs,
        link: Some((link.0.to_owned(), link.1)),
    };
    letters::enqueue(c, &app.ctx.keys, &letter, now).map(drop)
}

async fn show(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Administer>,
    mut view: View<'_>,
    held: &[Grant],
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let site = app.site().await?;
    view.roles = Some(RolesView::new(words, &site, held));
    let status = match view.error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let screen = Screen::new("staff/add", words.get("職員を招待する")).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}
