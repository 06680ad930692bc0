//! `/my/confirm/{token}`: a page with a button, since programs that scan mails open every link, and what the button does.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::citizens::{self, Confirmation, NOTICE_PURPOSE, Recipient, TokenPurpose};
use kairan_db::notices::Channel;
use serde::Serialize;

use super::register::consent;
use super::{Sent, preferences_path, token, value, with_cookie};
use crate::app::App;
use crate::csrf;
use crate::error::{Error, Result};
use crate::page::{Message, MessageLink};

#[derive(Serialize)]
struct View<'a> {
    csrf_token: &'a str,
}

/// Asks.
pub(crate) async fn page(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let (token, now) = (token(&request), app.ctx.clock.now());
    let known = app
        .ctx
        .read(move |c| citizens::is_token_known(c, TokenPurpose::Confirm, &token, now))
        .await?;
    if !known {
        return Err(Error::NotFound);
    }
    let csrf = csrf::issue(&app, &request);
    let view = View {
        csrf_token: &csrf.token,
    };
    let response = app
        .page(StatusCode::OK, "my/confirm", "登録の確認", &view)
        .await?;
    Ok(with_cookie(response, &csrf))
}

/// Confirms.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse> {
    csrf::check(&app, &request, value(&sent, csrf::FIELD))?;
    let (token, now) = (token(&request), app.ctx.clock.now());
    let (confirmation, contact) = app
        .ctx
        .write(move |c| {
            let confirmation = citizens::confirm(c, &token, now)?;
            let key = match &confirmation {
                Confirmation::Confirmed { citizen_key, .. }
                | Confirmation::Again { citizen_key } => citizen_key.clone(),
                Confirmation::Superseded | Confirmation::Invalid => {
                    return Ok((confirmation, None));
                }
            };
            let recipients = citizens::recipients(c, std::slice::from_ref(&key))?;
            // Whoever has an address confirmed that was there before wants mail at it.
            let added = matches!(
                confirmation,
                Confirmation::Confirmed {
                    registered: false,
                    ..
                }
            );
            let permits = |one: &Recipient| one.permits(Channel::Mail, NOTICE_PURPOSE);
            if added && !recipients.iter().any(permits) {
                let again = consent(Channel::Mail, NOTICE_PURPOSE, "confirm", true);
                citizens::record_consent(c, &key, &again, now)?;
            }
            let contact = recipients
                .iter()
                .flat_map(|recipient| &recipient.contacts)
                .find(|contact| contact.channel == Channel::Mail && contact.verified)
                .map(|contact| contact.id.clone());
            Ok((confirmation, contact))
        })
        .await?;
    let link = contact.map(|contact| MessageLink {
        href: format!(
            "/{}",
            preferences_path(&app.ctx.keys, &contact, app.today())
        ),
        label: "登録内容と受け取り方を見る",
    });
    match confirmation {
        Confirmation::Invalid => Err(Error::NotFound),
        Confirmation::Superseded => {
            app.message(&Message {
                heading: "このアドレスは登録済みです",
                paragraphs: vec![
                    "同じメールアドレスの登録が、先に完了しています。あとから入力された内容は使われません。"
                        .to_owned(),
                ],
                link: Some(MessageLink {
                    href: "/my/login".to_owned(),
                    label: "登録内容を変えるには",
                }),
            })
            .await
        }
        Confirmation::Confirmed {
            registered: false, ..
        } => {
            app.message(&Message {
                heading: "メールアドレスを確かめました",
                paragraphs: vec![
                    "これから、このアドレスにお知らせが届きます。".to_owned(),
                    "登録内容や受け取り方は、いつでも変えられます。".to_owned(),
                ],
                link,
            })
            .await
        }
        Confirmation::Confirmed { .. } | Confirmation::Again { .. } => {
            app.message(&Message {
                heading: "登録が完了しました",
                paragraphs: vec![
                    "これから、あなたに当てはまるお知らせが届きます。".to_owned(),
                    "登録内容や受け取り方は、お知らせのメールの中のリンクから、いつでも変えられます。"
                        .to_owned(),
                ],
                link,
            })
            .await
        }
    }
}
