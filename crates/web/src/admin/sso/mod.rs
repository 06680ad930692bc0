//! `/admin/sso`: log-in at the city's OpenID provider. There by a form, so that what was being written comes along; back by
//! an address that is good once, in the browser it began in.

mod admit;
mod flow;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::audit;
use kairan_db::staff::Stage;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::login::{self, HOME, Onward};
use super::{Posted, Screen, guard};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limit;
use crate::sign_on::{Fault, Person, SignOn};
pub(crate) use admit::unlink;
use admit::{Verdict, admit, link};
use flow::{Flow, LARGEST};

#[derive(Serialize)]
struct Handover<'a> {
    url: &'a str,
}

/// What the provider's address back holds.
#[derive(Deserialize)]
pub(crate) struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Leads to the provider.
pub(crate) async fn start(
    app: web::Data<App>,
    request: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse> {
    let sso = app.sign_on().ok_or(Error::NotFound)?;
    app.limiter.check(&request)?;
    let onward = Onward::of(&posted);
    if onward
        .carried
        .as_ref()
        .is_some_and(|form| form.len() > LARGEST)
    {
        let problem = app.spoken(&request).get("書きかけの内容が長いため、この画面からは庁内アカウントに進めません。別のタブで庁内アカウントにログインしてから、この画面で前の画面に戻り、もう一度送ってください。");
        return refuse(
            &app,
            &request,
            &onward,
            StatusCode::UNPROCESSABLE_ENTITY,
            problem,
        )
        .await;
    }
    leave(&app, &request, sso, onward, None).await
}

/// Sends this browser to the provider, to log in or (`link`) to be linked with an account that is logged in.
pub(crate) async fn leave(
    app: &App,
    request: &HttpRequest,
    sso: &SignOn,
    onward: Onward,
    link: Option<String>,
) -> Result<HttpResponse> {
    let sent = match sso.send().await {
        Ok(sent) => sent,
        Err(fault) => return away(app, request, &onward, &fault).await,
    };
    let flow = Flow {
        nonce: sent.nonce,
        verifier: sent.verifier,
        onward,
        link,
    };
    flow::keep(app, request, &sent.state, &flow).await?;
    let words = app.spoken(request);
    let screen = Screen::new("login/handover", words.get("庁内アカウントの画面へ"));
    let view = Handover {
        url: sent.url.as_str(),
    };
    let mut page = app.screen(request, None, screen, &view).await?;
    // Not a redirect: browsers hold one after a form to `form-action`, wherever the provider leads on to.
    let refresh = header::HeaderValue::try_from(format!("0; url={}", sent.url));
    page.headers_mut().insert(
        header::HeaderName::from_static("refresh"),
        refresh.map_err(|error| Error::internal(&error))?,
    );
    Ok(page)
}

/// Back from the provider.
pub(crate) async fn callback(
    app: web::Data<App>,
    request: HttpRequest,
    back: web::Query<Back>,
) -> Result<HttpResponse> {
    let sso = app.sign_on().ok_or(Error::NotFound)?;
    app.limiter.check(&request)?;
    let (back, words) = (back.into_inner(), app.spoken(&request));
    let Some(flow) = flow::take(&app, &request, back.state.as_deref()).await? else {
        // The page loaded once more, after the log-in.
        if is_in(&request) {
            return Ok(super::to(HOME));
        }
        let problem = words.get(
            "ログインの手続きが途中で切れたか、もう使われています。はじめからやり直してください。",
        );
        let onward = Onward::home();
        return refuse(&app, &request, &onward, StatusCode::BAD_REQUEST, problem).await;
    };
    let foreign = back.iss.as_ref().is_some_and(|iss| iss != sso.issuer());
    let code = back.code.filter(|_| back.error.is_none() && !foreign);
    let Some(code) = code else {
        refused(&app, &request, "cancelled").await?;
        let problem = words.get(
            "庁内アカウントのログインが取りやめられました。続けるときは、もう一度押してください。",
        );
        return refuse(&app, &request, &flow.onward, StatusCode::FORBIDDEN, problem).await;
    };
    let now = app.ctx.clock.now();
    let person = match sso.receive(code, flow.nonce, flow.verifier, now).await {
        Ok(person) => person,
        Err(fault @ Fault::Away(_)) => return away(&app, &request, &flow.onward, &fault).await,
        Err(fault @ Fault::Refused(reason)) => {
            tracing::warn!(%fault, "a log-in by single sign-on was refused");
            refused(&app, &request, reason).await?;
            let problem = words.get("庁内アカウントの応答を確かめられませんでした。もう一度試し、続くときは管理者に知らせてください。");
            return refuse(&app, &request, &flow.onward, StatusCode::FORBIDDEN, problem).await;
        }
    };
    match flow.link {
        Some(account) => link(&app, &request, sso, &account, person).await,
        None => enter(&app, &request, sso, flow.onward, person).await,
    }
}

/// Lets in whoever has an account.
async fn enter(
    app: &App,
    request: &HttpRequest,
    sso: &SignOn,
    onward: Onward,
    person: Person,
) -> Result<HttpResponse> {
    match admit(app, request, sso, person).await? {
        Verdict::In(account) if sso.settings.ask_code => {
            login::second_factor(app, request, &account, &onward).await
        }
        Verdict::In(account) => login::arrive(app, request, &account, &onward).await,
        // The same page for somebody unknown and for an account that is shut.
        Verdict::Refused(reason) => {
            refused(app, request, reason).await?;
            let problem = app.spoken(request).get("この庁内アカウントでは Kairan に入れません。Kairan を使う人の登録は管理者がしています。使う予定のある人は、管理者に問い合わせてください。");
            refuse(app, request, &onward, StatusCode::FORBIDDEN, problem).await
        }
    }
}

/// Writes down that somebody was not let in: the reason, not who.
async fn refused(app: &App, request: &HttpRequest, reason: &'static str) -> Result<()> {
    let (origin, now) = (limit::origin(request), app.ctx.clock.now());
    app.ctx
        .write(move |c| {
            let actor = audit::Actor {
                key: "visitor",
                origin: &origin,
            };
            let detail = json!({ "reason": reason });
            audit::record(c, actor, "staff.sso-refused", "login", &detail, now)
        })
        .await?;
    Ok(())
}

async fn away(
    app: &App,
    request: &HttpRequest,
    onward: &Onward,
    fault: &Fault,
) -> Result<HttpResponse> {
    tracing::warn!(%fault, "single sign-on does not work");
    let problem = app.spoken(request).get("庁内アカウントのサーバーにつながりません。少し待ってからもう一度試し、続くときは管理者に知らせてください。");
    refuse(
        app,
        request,
        onward,
        StatusCode::SERVICE_UNAVAILABLE,
        problem,
    )
    .await
}

fn is_in(request: &HttpRequest) -> bool {
    guard::known(request).is_some_and(|known| known.session.stage == Stage::Full)
}

/// The log-in page, which says what happened and keeps what was being written. Whoever is in already was linking an account.
async fn refuse(
    app: &App,
    request: &HttpRequest,
    onward: &Onward,
    status: StatusCode,
    problem: &str,
) -> Result<HttpResponse> {
    if is_in(request) {
        return Ok(app.go("/admin/account", problem));
    }
    login::show(app, request, "", onward, Some((status, problem.to_owned()))).await
}
