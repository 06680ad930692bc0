//! LINE on the page of preferences: how to link an account, going on to LINE, and the end of a link.

use actix_web::HttpResponse;
use chrono::Duration;
use kairan_db::citizens::{self, Recipient, TokenPurpose};
use kairan_db::notices::Channel;
use serde::Serialize;
use serde_json::json;

use super::CONSENT_VERSION;
use crate::app::App;
use crate::error::Result;
use crate::line::dialog;
use crate::page::{Message, MessageLink};

/// LINE's link token is good for as long.
const NONCE_MINUTES: i64 = 10;

/// What the page says of LINE.
#[derive(Serialize)]
pub(super) struct LineView {
    csrf_token: String,
    words: &'static str,
    /// Came with the link from LINE; to go on with.
    link_token: Option<String>,
    linked: bool,
}

/// `None` where the city has no LINE, and the citizen neither.
pub(super) fn view(
    app: &App,
    recipient: Option<&Recipient>,
    link_token: Option<String>,
    csrf_token: &str,
) -> Option<LineView> {
    let mut contacts = recipient.into_iter().flat_map(|one| &one.contacts);
    let contact = contacts.find(|one| one.channel == Channel::Line);
    let (words, link_token) = match (contact, link_token) {
        (Some(contact), _) if contact.is_usable() => (
            "LINEとつながっています。連携は、いつでもやめられます。",
            None,
        ),
        (Some(_), _) => (
            "市のLINE公式アカウントがブロックされているため、LINEにお知らせは届きません。LINEでブロックを解除すると、また届きます。",
            None,
        ),
        (None, Some(token)) => (
            "ボタンを押すと、LINEの画面に進みます。連携すると、あなたに当てはまるお知らせがLINEにも届きます。連携は、このページからいつでもやめられます。",
            Some(token),
        ),
        (None, None) if app.line_secret.is_some() => (
            "LINEで受け取るには、市のLINE公式アカウントを友だちに追加して、届いた案内の「連携する」を押してください。「連携」と送ると、案内がもう一度届きます。",
            None,
        ),
        (None, None) => return None,
    };
    Some(LineView {
        csrf_token: csrf_token.to_owned(),
        words,
        link_token,
        linked: contact.is_some(),
    })
}

/// Goes on to LINE, with a nonce that names the citizen. By a link on a page, since a form may lead to our own pages alone.
pub(super) async fn go_on(app: &App, key: String, link_token: &str) -> Result<HttpResponse> {
    let now = app.ctx.clock.now();
    let nonce = app
        .ctx
        .write(move |c| {
            let (purpose, life) = (TokenPurpose::LineLink, Duration::minutes(NONCE_MINUTES));
            citizens::issue_token(c, &key, None, purpose, life, now)
        })
        .await?;
    app.message(&Message {
        heading: "LINEで連携を終えてください",
        paragraphs: vec![
            "下のリンクからLINEを開いて、連携を認めてください。終わると、お知らせがLINEにも届くようになります。".to_owned(),
            "連携は、マイページの「登録内容と受け取り方」から、いつでもやめられます。".to_owned(),
        ],
        link: Some(MessageLink {
            href: dialog(link_token, nonce.as_str()),
            label: "LINEを開く",
        }),
    })
    .await
}

/// Ends the link.
pub(super) async fn unlink(app: &App, key: String) -> Result<()> {
    let now = app.ctx.clock.now();
    app.ctx
        .write(move |c| {
            if citizens::unlink_line(c, &key, CONSENT_VERSION, now)? {
                let subject = format!("citizen:{key}");
                let action = "citizen.unlink-line";
                kairan_db::audit::record(c, "citizen", action, &subject, &json!({}), now)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}
