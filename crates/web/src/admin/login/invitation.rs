//! `/admin/invitation/{token}`: the first password of an account, then the authenticator app.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::AnyConnection;
use kairan_db::staff::{self, Account, Purpose, Stage};
use serde::Serialize;
use serde_json::json;

use super::{begin, gone, put, slow};
use crate::admin::password::{self, own_names};
use crate::admin::{Posted, Screen, guard};
use crate::app::App;
use crate::error::Result;
use crate::limit;

#[derive(Serialize)]
pub(super) struct View<'a> {
    pub(super) name: &'a str,
    pub(super) mail: &'a str,
    pub(super) token: &'a str,
    pub(super) minimum: usize,
    pub(super) error: Option<String>,
}

/// Asks for a password.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    let account = owner(&app, Purpose::Invite, &token).await?;
    show(&app, &request, &account, &token, None).await
}

/// A password.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    app.limiter.check(&request)?;
    let account = owner(&app, Purpose::Invite, &token).await?;
    let words = app.spoken(&request);
    let names = own_names(&app, &account).await?;
    if let Err(problem) = password::read(&posted, &names) {
        let error = words.say(problem.words(), &problem.values());
        return show(&app, &request, &account, &token, Some(error)).await;
    }
    let hash = slow::hash(posted.one("password").to_owned()).await?;
    let (now, by) = (app.ctx.clock.now(), account.by(&limit::origin(&request)));
    let token = token.into_inner();
    let joined = app
        .ctx
        .write(move |c| {
            let Some(id) = staff::redeem_token(c, Purpose::Invite, &token, now)? else {
                return Ok(None);
            };
            staff::set_password(c, &id, &hash, now)?;
            let subject = format!("staff:{id}");
            by.record(c, "staff.join", &subject, &json!({}), now)?;
            staff::find(c, &id)
        })
        .await?;
    let account = joined.ok_or_else(gone)?;
    let stage = if account.has_totp {
        Stage::Code
    } else {
        Stage::Enrol
    };
    let cookie = begin(&app, &request, &account, stage).await?;
    let mut answer = crate::admin::to("/admin/login/enrol");
    put(&mut answer, &guard::cookie(&app, &cookie));
    Ok(answer)
}

/// Whose link it is; 404 for one that is over, used, or never was.
pub(super) async fn owner(app: &App, purpose: Purpose, token: &str) -> Result<Account> {
    let (token, now) = (token.to_owned(), app.ctx.clock.now());
    let find = move |c: &mut AnyConnection| match staff::token_owner(c, purpose, &token, now)? {
        Some(id) => staff::find(c, &id),
        None => Ok(None),
    };
    app.ctx.read(find).await?.ok_or_else(gone)
}

async fn show(
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
    let title = app.spoken(request).get("職員の登録");
    let screen = Screen::new("login/invitation", title).status(status);
    app.screen(request, None, screen, &view).await
}
