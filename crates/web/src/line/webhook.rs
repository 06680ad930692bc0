//! `POST /line/webhook`: events of the city's LINE account. The signature is checked over the raw bytes before anything is read.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use kairan_db::AnyConnection;
use kairan_db::citizens::{self, LinkLine, Redeemed, TokenPurpose};
use kairan_db::seal::Keyring;
use kairan_pipeline::line::{self, Welcome};
use serde_json::{Value, json};

use super::event::{Event, What, read};
use super::signature::is_genuine;
use crate::app::App;
use crate::error::Result;
use crate::my::CONSENT_VERSION;

/// Takes events in. All of a request count, or, where the database fails, none: LINE then sends them again.
pub(crate) async fn receive(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse> {
    let signature = request.headers().get("x-line-signature");
    let genuine = app.line_secret.as_deref().is_some_and(|secret| {
        signature.is_some_and(|given| is_genuine(secret, &body, given.as_bytes()))
    });
    if !genuine {
        return Ok(said(StatusCode::UNAUTHORIZED, "invalid signature"));
    }
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return Ok(said(StatusCode::BAD_REQUEST, "not JSON"));
    };
    let now = app.ctx.clock.now();
    let events: Vec<Event> = body
        .get("events")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|event| read(event, now))
        .collect();
    if !events.is_empty() {
        let keys = app.ctx.keys.clone();
        app.ctx
            .write(move |c| {
                events
                    .iter()
                    .try_for_each(|event| apply(c, &keys, event, now))
            })
            .await?;
    }
    Ok(HttpResponse::Ok().json(json!({})))
}

fn said(status: StatusCode, message: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "message": message }))
}

/// One event, once: what came before changes nothing.
fn apply(
    c: &mut AnyConnection,
    keys: &Keyring,
    event: &Event,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    if !citizens::note_line_event(c, &event.id, &event.kind, event.at, now)? {
        return Ok(());
    }
    match &event.what {
        What::Follow {
            user_id,
            reply_token,
        } => {
            citizens::line_friend(c, keys, user_id, true, event.at)?;
            match reply_token {
                Some(reply_token) => answer(c, keys, user_id, reply_token, now),
                None => Ok(()),
            }
        }
        What::Unfollow { user_id } => {
            citizens::line_friend(c, keys, user_id, false, event.at).map(drop)
        }
        What::Linked { user_id, nonce } => link(c, keys, user_id, nonce, now),
        What::AsksToLink {
            user_id,
            reply_token,
        } => answer(c, keys, user_id, reply_token, now),
        What::Other => Ok(()),
    }
}

fn answer(
    c: &mut AnyConnection,
    keys: &Keyring,
    user_id: &str,
    reply_token: &str,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    let welcome = Welcome {
        user_id: user_id.to_owned(),
        reply_token: reply_token.to_owned(),
    };
    line::enqueue_welcome(c, keys, &welcome, now).map(drop)
}

fn link(
    c: &mut AnyConnection,
    keys: &Keyring,
    user_id: &str,
    nonce: &str,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    let owner = citizens::redeem_token(c, TokenPurpose::LineLink, nonce, now)?;
    let Some(Redeemed { citizen_key, .. }) = owner else {
        tracing::info!("LINE named a nonce that is unknown, used or over");
        return Ok(());
    };
    let linked = citizens::take_line(c, keys, &citizen_key, user_id, CONSENT_VERSION, now)?;
    if matches!(linked, LinkLine::Linked { .. }) {
        let subject = format!("citizen:{citizen_key}");
        kairan_db::audit::record(c, "citizen", "citizen.link-line", &subject, &json!({}), now)?;
    }
    Ok(())
}
