//! `/admin/reset`: a new password by mail. The answer is the same, and takes as long, whether an address is known or not;
//! the code of the authenticator app is still asked for afterwards.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::{self, Account, Purpose, State};
use kairan_pipeline::letters::{self, Letter};
use serde::Serialize;
use serde_json::json;

use super::invitation::{View, owner};
use super::{city, gone, patience, slow};
use crate::admin::password::{self, own_names};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;
use crate::limit;

/// Every answer takes at least this long: longer than writing a mail for somebody who is known.
const FLOOR: Duration = Duration::from_millis(250);

#[derive(Serialize)]
struct Ask {
    sent: bool,
}

/// Asks for the address.
pub(crate) async fn ask(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    show(&app, &request, Ask { sent: false }).await
}

/// Sends the link to whoever is known.
pub(crate) async fn request(
    app: web::Data<App>,
    request: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse> {
    app.limiter.check(&request)?;
    let mail = posted.one("mail").to_owned();
    let origin = limit::origin(&request);
    let (written, ()) = tokio::join!(write(&app, mail, origin), tokio::time::sleep(FLOOR));
    written?;
    show(&app, &request, Ask { sent: true }).await
}

async fn write(app: &App, mail: String, origin: String) -> Result<()> {
    let (keys, now, city) = (app.ctx.keys.clone(), app.ctx.clock.now(), city(app).await?);
    let own = app.clone();
    app.ctx
        .write(move |c| {
            let known = staff::by_mail(c, &mail)?;
            let Some(account) = known.filter(|account| account.state == State::Active) else {
                return Ok(());
            };
            let token = staff::issue_token(c, &account.id, Purpose::Reset, now)?;
            let path = format!("admin/reset/{}", token.as_str());
            letters::enqueue(c, &keys, &letter(&own, &account, &city, &path), now)?;
            let by = account.by(&origin);
            let subject = format!("staff:{}", account.id);
            by.record(c, "staff.reset-asked", &subject, &json!({}), now)?;
            Ok(())
        })
        .await?;
    Ok(())
}

fn letter(app: &App, account: &Account, city: &str, path: &str) -> Letter {
    let words = app.words(Some(account));
    Letter {
        to: account.mail.clone(),
        subject: words.say("【{city}】職員用パスワードの再設定", &[("city", city)]),
        paragraphs: vec![
            words.say("{name} さん", &[("name", &account.name)]),
            words.get("パスワードを新しくするリンクです。1時間以内に、1回だけ使えます。").to_owned(),
            words.get("心当たりがないときは、このメールを消してください。パスワードは変わりません。何度も届くときは管理者に知らせてください。").to_owned(),
        ],
        link: Some((
            words.get("パスワードを新しくする").to_owned(),
            app.app_address(path),
        )),
    }
}

async fn show(app: &App, request: &HttpRequest, view: Ask) -> Result<HttpResponse> {
    let title = app.spoken(request).get("パスワードの再設定");
    let screen = Screen::new("login/reset", title);
    app.screen(request, None, screen, &view).await
}

/// Asks for the new password.
pub(crate) async fn set_page(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let account = owner(&app, Purpose::Reset, &token).await?;
    show_set(&app, &request, &account, &token, None).await
}

/// The new password. Every log-in there was is over.
pub(crate) async fn set(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    app.limiter.check(&request)?;
    let account = owner(&app, Purpose::Reset, &token).await?;
    let words = app.spoken(&request);
    let names = own_names(&app, &account).await?;
    if let Err(problem) = password::read(&posted, &names) {
        let error = words.say(problem.words(), &problem.values());
        return show_set(&app, &request, &account, &token, Some(error)).await;
    }
    let hash = slow::hash(posted.one("password").to_owned()).await?;
    let (keys, now) = (app.ctx.keys.clone(), app.ctx.clock.now());
    let (token, city) = (token.into_inner(), city(&app).await?);
    let (own, of, by) = (
        app.clone(),
        account.clone(),
        account.by(&limit::origin(&request)),
    );
    let done = app
        .ctx
        .write(move |c| {
            let Some(id) = staff::redeem_token(c, Purpose::Reset, &token, now)? else {
                return Ok(false);
            };
            staff::set_password(c, &id, &hash, now)?;
            staff::revoke_all(c, &id, None)?;
            patience::forgive(c, &keys, &of)?;
            let changed = password::changed_letter(&own, &of, &city);
            letters::enqueue(c, &keys, &changed, now)?;
            let subject = format!("staff:{id}");
            by.record(c, "staff.reset", &subject, &json!({}), now)?;
            Ok(true)
        })
        .await?;
    if !done {
        return Err(gone());
    }
    Ok(app.go(
        "/admin/login",
        words.get("パスワードを新しくしました。新しいパスワードでログインしてください。"),
    ))
}

async fn show_set(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    token: &str,
    error: Option<String>,
) -> Result<HttpResponse> {
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let view = View {
        name: &account.name,
        mail: &account.mail,
        token,
        minimum: staff::MIN_LENGTH,
        error,
    };
    let title = app.spoken(request).get("新しいパスワード");
    let screen = Screen::new("login/reset-set", title).status(status);
    app.screen(request, None, screen, &view).await
}
