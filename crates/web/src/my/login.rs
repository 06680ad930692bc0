//! `/my/login`: there are no passwords. Who wants to change something has a link sent to the registered address.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::citizens::{self, State};
use kairan_db::notices::Channel;
use kairan_pipeline::confirm::{self, ConfirmMail, Letter};
use serde::Serialize;

use super::form::Problems;
use super::register::check_mail;
use super::{LINK_DAYS, Sent, preferences_path, value, with_cookie};
use crate::app::App;
use crate::csrf;
use crate::error::Result;

#[derive(Serialize)]
struct View<'a> {
    csrf_token: &'a str,
    problems: &'a Problems,
    mail: &'a str,
    mail_error: Option<String>,
}

/// Asks for the address.
pub(crate) async fn page(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    show(&app, &request, "", &Problems::default(), StatusCode::OK).await
}

/// Sends the link, where the address is registered; the answer is the same where it is not.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse> {
    csrf::check(&app, &request, value(&sent, csrf::FIELD))?;
    let mail = value(&sent, "mail").unwrap_or_default().trim().to_owned();
    let mut problems = Problems::default();
    check_mail(&mail, &mut problems);
    if !problems.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&app, &request, &mail, &problems, status).await;
    }
    app.limiter.check(&request)?;
    send_link(&app, mail, String::new()).await?;
    Ok(super::to("/my/sent"))
}

/// Sends a link to the preferences to an address, where it is an active citizen's; `suffix` is put behind the link.
pub(crate) async fn send_link(app: &App, mail: String, suffix: String) -> Result<()> {
    let site = app.site().await?.settings.title.clone();
    let (keys, now, today) = (app.ctx.keys.clone(), app.ctx.clock.now(), app.today());
    let own = app.clone();
    app.ctx
        .write(move |c| {
            let known = citizens::find_by_contact(c, &keys, Channel::Mail, &mail)?;
            let active = known
                .iter()
                .find(|k| k.state == State::Active && k.verified);
            let Some(contact) = active else {
                return Ok(());
            };
            let path = preferences_path(&keys, &contact.contact_id, today);
            let letter = ConfirmMail {
                letter: Letter::Preferences,
                to: mail.clone(),
                site: site.clone(),
                url: own.app_address(&format!("{path}{suffix}")),
                hours: u32::try_from(LINK_DAYS * 24).unwrap_or_default(),
            };
            confirm::enqueue(c, &keys, &letter, now)?;
            Ok(())
        })
        .await?;
    Ok(())
}

async fn show(
    app: &App,
    request: &HttpRequest,
    mail: &str,
    problems: &Problems,
    status: StatusCode,
) -> Result<HttpResponse> {
    let csrf = csrf::issue(app, request);
    let view = View {
        csrf_token: &csrf.token,
        problems,
        mail,
        mail_error: problems.of("mail"),
    };
    let response = app.page(status, "my/login", "マイページ", &view).await?;
    Ok(with_cookie(response, &csrf))
}
