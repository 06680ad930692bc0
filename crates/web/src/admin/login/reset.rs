//! `/admin/reset`: a new password by mail. The answer is the same, and takes as long, whether an address is known or not;
//! the code of the authenticator app is still asked for afterwards.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::AnyConnection;
use kairan_db::staff::{self, Account, Purpose, State};
use kairan_pipeline::letters::{self, Letter};
use serde::Serialize;
use serde_json::json;

use super::link::Link;
use super::{city, patience};
use crate::admin::{Posted, Screen, password};
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
            let open = known
                .filter(|account| account.state == State::Active && own.takes_password(account));
            let Some(account) = open else {
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

const LINK: Link = Link {
    purpose: Purpose::Reset,
    template: "login/reset-set",
    title: "新しいパスワード",
    action: "staff.reset",
};

/// Asks for the new password.
pub(crate) async fn set_page(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    LINK.ask(&app, &request, &token).await
}

/// The new password. Every log-in there was is over.
pub(crate) async fn set(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (own, city) = (App::clone(&app), city(&app).await?);
    let also = move |c: &mut AnyConnection, account: &Account, now| {
        let keys = &own.ctx.keys;
        staff::revoke_all(c, &account.id, None)?;
        patience::forgive(c, keys, account)?;
        let changed = password::changed_letter(&own, account, &city);
        letters::enqueue(c, keys, &changed, now).map(drop)
    };
    match LINK.set(&app, &request, &token, &posted, also).await? {
        Ok(_) => Ok(app.go(
            "/admin/login",
            app.spoken(&request)
                .get("パスワードを新しくしました。新しいパスワードでログインしてください。"),
        )),
        Err(form) => Ok(form),
    }
}
