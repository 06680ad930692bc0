//! `/line/link?linkToken=…`: where the button in LINE leads. Who is registered has a link to the preferences sent, and goes on there.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use crate::app::App;
use crate::csrf;
use crate::error::{Error, Result};
use crate::my::form::Problems;
use crate::my::login::send_link;
use crate::my::register::check_mail;
use crate::my::{Sent, to, value, with_cookie};

/// The parameter, by LINE's name.
pub(crate) const LINK_TOKEN: &str = "linkToken";

#[derive(Serialize)]
struct View<'a> {
    csrf_token: &'a str,
    problems: &'a Problems,
    link_token: &'a str,
    mail: &'a str,
    mail_error: Option<String>,
}

/// Whether it can be a link token: LINE does not say more of its shape.
pub(crate) fn plausible(token: &str) -> bool {
    (1..=200).contains(&token.len())
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte))
}

/// The page of LINE's that asks the user, for a link token and a nonce.
pub(crate) fn dialog(link_token: &str, nonce: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair(LINK_TOKEN, link_token)
        .append_pair("nonce", nonce);
    format!(
        "https://access.line.me/dialog/bot/accountLink?{}",
        query.finish()
    )
}

/// Asks for the address.
pub(crate) async fn page(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let token = query(&request).ok_or(Error::NotFound)?;
    show(&app, &request, &token, "", &Problems::default()).await
}

/// The link token in the address of a page.
pub(crate) fn query(request: &HttpRequest) -> Option<String> {
    url::form_urlencoded::parse(request.query_string().as_bytes())
        .find(|(name, _)| name == LINK_TOKEN)
        .map(|(_, token)| token.into_owned())
        .filter(|token| plausible(token))
}

/// Sends the link, where the address is registered; the answer is the same where it is not.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse> {
    csrf::check(&app, &request, value(&sent, csrf::FIELD))?;
    let token = value(&sent, LINK_TOKEN)
        .filter(|token| plausible(token))
        .ok_or(Error::NotFound)?;
    let mail = value(&sent, "mail").unwrap_or_default().trim().to_owned();
    let mut problems = Problems::default();
    check_mail(&mail, &mut problems);
    if !problems.is_empty() {
        return show(&app, &request, token, &mail, &problems).await;
    }
    app.limiter.check(&request)?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(LINK_TOKEN, token);
    let suffix = format!("?{}", query.finish());
    send_link(&app, mail, suffix).await?;
    Ok(to("/my/sent"))
}

async fn show(
    app: &App,
    request: &HttpRequest,
    link_token: &str,
    mail: &str,
    problems: &Problems,
) -> Result<HttpResponse> {
    let csrf = csrf::issue(app, request);
    let view = View {
        csrf_token: &csrf.token,
        problems,
        link_token,
        mail,
        mail_error: problems.of("mail"),
    };
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = "LINEでお知らせを受け取る";
    let response = app.page(status, "my/line-link", title, &view).await?;
    Ok(with_cookie(response, &csrf))
}
