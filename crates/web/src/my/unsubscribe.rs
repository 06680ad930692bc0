//! `/my/unsubscribe/{token}`: the end of mail to an address. The POST is RFC 8058's: no cookie, no log-in, no redirect.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::citizens::{self, LinkPurpose};
use serde::Serialize;

use super::{CONSENT_VERSION, preferences_path, token, with_cookie};
use crate::app::App;
use crate::csrf;
use crate::error::{Error, Result};
use crate::page::{Message, MessageLink};

#[derive(Serialize)]
struct View<'a> {
    csrf_token: &'a str,
    preferences: String,
}

/// Asks: opening the link changes nothing, since programs that scan mails open every link.
pub(crate) async fn page(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let (token, today, keys) = (token(&request), app.today(), app.ctx.keys.clone());
    let owner = app
        .ctx
        .read(move |c| citizens::follow_link(c, &keys, LinkPurpose::Unsubscribe, &token, today))
        .await?
        .ok_or(Error::NotFound)?;
    let contact = owner.contact_id.unwrap_or_default();
    let csrf = csrf::issue(&app, &request);
    let view = View {
        csrf_token: &csrf.token,
        preferences: format!("/{}", preferences_path(&app.ctx.keys, &contact, today)),
    };
    let response = app
        .page(
            StatusCode::OK,
            "my/unsubscribe",
            "メールの受け取りをやめる",
            &view,
        )
        .await?;
    Ok(with_cookie(response, &csrf))
}

/// Ends mail to this address; once or ten times. The address of the page is secret, so the form's token is not asked for.
pub(crate) async fn send(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let (token, today, keys) = (token(&request), app.today(), app.ctx.keys.clone());
    let now = app.ctx.clock.now();
    let contact = app
        .ctx
        .write(move |c| {
            let link = citizens::follow_link(c, &keys, LinkPurpose::Unsubscribe, &token, today)?;
            let Some(owner) = link else {
                return Ok(None);
            };
            let contact = owner.contact_id.unwrap_or_default();
            citizens::unsubscribe(c, &contact, CONSENT_VERSION, now)?;
            Ok(Some(contact))
        })
        .await?
        .ok_or(Error::NotFound)?;
    let preferences = format!("/{}", preferences_path(&app.ctx.keys, &contact, today));
    app.message(&Message {
        heading: "このアドレスへのメールをやめました",
        paragraphs: vec![
            "これから先、このメールアドレスにお知らせは届きません。登録そのものは残っています。"
                .to_owned(),
            "もう一度受け取るときや、登録を消すときは、次のページから手続きできます。".to_owned(),
        ],
        link: Some(MessageLink {
            href: preferences,
            label: "登録内容と受け取り方を見る",
        }),
    })
    .await
}
