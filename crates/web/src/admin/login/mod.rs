//! `/admin/login`: password, then the code of an authenticator app. The answer is the same, and takes as long, whether an
//! address is known or not; a new cookie is made at every step.

mod code;
mod enrol;
mod invitation;
mod link;
mod onward;
mod patience;
mod reset;
pub(crate) mod slow;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::audit;
use kairan_db::staff::{self, Account, Stage, State};
use serde::Serialize;
use serde_json::json;

use super::{Posted, Screen, guard};
use crate::app::App;
use crate::error::Result;
use crate::limit;
use onward::Way;
pub(crate) use onward::{HOME, Onward, address};
pub(crate) use patience::Patience;

pub(crate) use code::{ask as code_page, send as code_send};
pub(crate) use enrol::{
    Codes, WRONG, grouped, page as enrol_page, pending, picture, qr, send as enrol_send, set_up,
};
pub(crate) use invitation::{page as invitation_page, send as invitation_send};
pub(crate) use reset::{
    ask as reset_page, request as reset_request, set as reset_set, set_page as reset_set_page,
};

/// The longest name of a browser that is kept, in characters.
const AGENT: usize = 200;

#[derive(Serialize)]
struct View<'a> {
    mail: &'a str,
    next: &'a str,
    carried: Option<&'a str>,
    error: Option<String>,
    sso: Option<Door<'a>>,
}

/// The way in by the city's provider.
#[derive(Serialize)]
struct Door<'a> {
    label: &'a str,
    /// Passwords are for administrators alone.
    required: bool,
}

/// Asks for address and password.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    way: web::Query<Way>,
) -> Result<HttpResponse> {
    let onward = Onward::by(&way);
    if guard::known(&request).is_some_and(|known| known.session.stage == Stage::Full) {
        return Ok(super::to(&onward.next));
    }
    show(&app, &request, "", &onward, None).await
}

/// The log-in page with a form to be carried through.
pub(crate) async fn carrying(
    app: &App,
    request: &HttpRequest,
    carried: String,
) -> Result<HttpResponse> {
    let onward = Onward {
        carried: Some(carried),
        ..Onward::home()
    };
    show(app, request, "", &onward, None).await
}

/// Address and password.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    posted: Posted,
) -> Result<HttpResponse> {
    app.limiter.check(&request)?;
    let words = app.spoken(&request);
    let (mail, onward) = (posted.one("mail").trim(), Onward::of(&posted));
    let patience = Patience::of(&app, &request, mail);
    if let Some(seconds) = patience.wait(&app).await? {
        let error = words.say(
            "続けて間違えたため、あと {seconds} 秒ほど待ってからやり直してください。パスワードを忘れたときは、下のリンクから新しくできます。",
            &[("seconds", &seconds.to_string())],
        );
        let problem = Some((StatusCode::TOO_MANY_REQUESTS, error));
        let mut page = show(&app, &request, mail, &onward, problem).await?;
        page.headers_mut()
            .insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        return Ok(page);
    }
    let Some(account) = proved(&app, mail, posted.one("password")).await? else {
        patience.failed(&app, &request).await?;
        // The same for whoever has a password that opens nothing any more.
        let error = if app.sign_on().is_some_and(|sso| sso.settings.required) {
            words.get("メールアドレスかパスワードが違うか、パスワードではログインできない職員です。管理者でない人は、庁内アカウントでログインしてください。")
        } else {
            words.get("メールアドレスかパスワードが違います。大文字と小文字、全角と半角を確かめて、もう一度入力してください。")
        };
        let problem = Some((StatusCode::UNPROCESSABLE_ENTITY, error.to_owned()));
        return show(&app, &request, mail, &onward, problem).await;
    };
    second_factor(&app, &request, &account, &onward).await
}

/// After the first factor: on to the code, or to the authenticator app where there is none yet.
pub(crate) async fn second_factor(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    onward: &Onward,
) -> Result<HttpResponse> {
    let stage = if account.has_totp {
        Stage::Code
    } else {
        Stage::Enrol
    };
    let cookie = begin(app, request, account, stage).await?;
    let mut answer = match (stage, &onward.carried) {
        (Stage::Code, Some(_)) => code::show(app, request, account, onward, None).await?,
        (Stage::Code, None) => super::to(&onward.address("/admin/login/code")),
        // The form comes along on the page of the app, which has one of its own.
        (_, Some(_)) => enrol::show(app, request, account, onward, None).await?,
        _ => super::to(&onward.address("/admin/login/enrol")),
    };
    put(&mut answer, &guard::cookie(app, &cookie));
    Ok(answer)
}

/// Ends the log-in.
pub(crate) async fn logout(
    app: web::Data<App>,
    request: HttpRequest,
    _: Posted,
) -> Result<HttpResponse> {
    if let Some(known) = guard::known(&request) {
        let by = known.account.by(&limit::origin(&request));
        let now = app.ctx.clock.now();
        app.ctx
            .write(move |c| {
                let id = &known.account.id;
                staff::revoke(c, id, &known.session.id)?;
                by.record(c, "staff.logout", &format!("staff:{id}"), &json!({}), now)
            })
            .await?;
    }
    let mut answer = super::to("/admin/login");
    put(&mut answer, &guard::no_cookie(&app));
    // What this browser still shows of the screens is not to be had with the back button.
    answer.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cache\""),
    );
    Ok(answer)
}

/// Whose address and password these are; the work is the same where nobody's.
async fn proved(app: &App, mail: &str, password: &str) -> Result<Option<Account>> {
    let mail = mail.to_owned();
    let found = app
        .ctx
        .read(move |c| {
            let Some(account) = staff::by_mail(c, &mail)? else {
                return Ok(None);
            };
            let hash = staff::password_hash(c, &account.id)?;
            Ok(Some((account, hash)))
        })
        .await?;
    let found =
        found.filter(|(account, _)| account.state == State::Active && app.takes_password(account));
    let (account, hash) = match found {
        Some((account, hash)) => (Some(account), hash),
        None => (None, None),
    };
    let right = slow::verify(password.to_owned(), hash).await?;
    Ok(account.filter(|_| right))
}

/// Opens the log-in at this stage in place of the one before; the value of its cookie.
async fn begin(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    stage: Stage,
) -> Result<String> {
    let (origin, agent) = (limit::origin(request), agent(request));
    let before = guard::known(request);
    let (account, now) = (account.clone(), app.ctx.clock.now());
    let token = app
        .ctx
        .write(move |c| {
            staff::purge_sessions(c, now)?;
            staff::purge_failures(c, now)?;
            if let Some(before) = &before {
                staff::revoke(c, &before.account.id, &before.session.id)?;
            }
            let token = staff::open_session(c, &account.id, stage, &origin, &agent, now)?;
            if stage == Stage::Full {
                let subject = format!("staff:{}", account.id);
                let by = account.by(&origin);
                audit::record(c, &by, "staff.login", &subject, &json!({}), now)?;
            }
            Ok(token)
        })
        .await?;
    Ok(token.as_str().to_owned())
}

/// The browser, as it names itself.
fn agent(request: &HttpRequest) -> String {
    let agent = request.headers().get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().chars().take(AGENT).collect()
}

/// After the last step: on to where it was meant to lead, or the form that was carried, to be sent again.
pub(crate) async fn arrive(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    onward: &Onward,
) -> Result<HttpResponse> {
    let cookie = begin(app, request, account, Stage::Full).await?;
    let mut answer = match onward.form(app) {
        Some(form) => {
            let title = app.spoken(request).get("つづける");
            let screen = Screen::new("login/continue", title);
            app.screen(request, None, screen, &form).await?
        }
        None => super::to(&onward.next),
    };
    put(&mut answer, &guard::cookie(app, &cookie));
    patience::remember(app, request, account, &mut answer).await?;
    Ok(answer)
}

/// The log-in page, with what went wrong.
pub(crate) async fn show(
    app: &App,
    request: &HttpRequest,
    mail: &str,
    onward: &Onward,
    problem: Option<(StatusCode, String)>,
) -> Result<HttpResponse> {
    let (status, error) = match problem {
        Some((status, error)) => (status, Some(error)),
        None => (StatusCode::OK, None),
    };
    let words = app.spoken(request);
    let view = View {
        mail,
        next: &onward.next,
        carried: onward.carried.as_deref(),
        error,
        sso: app.sign_on().map(|sso| Door {
            label: sso.label(words),
            required: sso.settings.required,
        }),
    };
    let screen = Screen::new("login/login", words.get("職員のログイン")).status(status);
    app.screen(request, None, screen, &view).await
}

pub(crate) fn put(answer: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    if let Err(error) = answer.add_cookie(cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}

/// The name of the city, which an authenticator app and mails show.
async fn city(app: &App) -> Result<String> {
    Ok(app.site().await?.settings.title.clone())
}
