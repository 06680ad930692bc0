//! Events of the webhook, as far as they matter here; of the others only that they came is kept.

use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// 友だち追加, or the end of a block.
    Follow {
        user_id: String,
        reply_token: Option<String>,
    },
    /// The city's account was blocked.
    Unfollow { user_id: String },
    /// LINE has linked an account to whoever the nonce names.
    Linked { user_id: String, nonce: String },
    /// A friend asks for the link again, by the word 連携.
    AsksToLink {
        user_id: String,
        reply_token: String,
    },
    /// Nothing to be done.
    Other,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// LINE's own id of it, the same when it is sent again.
    pub(super) id: String,
    /// LINE's word for its type.
    pub(super) kind: String,
    /// When it happened (UTC).
    pub(super) at: NaiveDateTime,
    pub(super) what: What,
}

/// Reads one event; `None` where it is none. An unknown type is an event of which nothing follows.
pub(super) fn read(event: &Value, now: NaiveDateTime) -> Option<Event> {
    let text = |path: &str| {
        event
            .pointer(path)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let kind = text("/type")?;
    let id = text("/webhookEventId")
        .unwrap_or_else(|| kairan_db::sha256_hex(event.to_string().as_bytes()));
    let at = event
        .get("timestamp")
        .and_then(Value::as_i64)
        .and_then(DateTime::from_timestamp_millis)
        .map_or(now, |at| at.naive_utc());
    let user = text("/source/userId");
    let reply_token = text("/replyToken");
    let what = match (kind.as_str(), user, reply_token) {
        ("follow", Some(user_id), reply_token) => What::Follow {
            user_id,
            reply_token,
        },
        ("unfollow", Some(user_id), _) => What::Unfollow { user_id },
        ("accountLink", Some(user_id), _) if text("/link/result").as_deref() == Some("ok") => {
            text("/link/nonce").map_or(What::Other, |nonce| What::Linked { user_id, nonce })
        }
        ("message", Some(user_id), Some(reply_token))
            if text("/message/text").is_some_and(|words| words.trim() == "連携") =>
        {
            What::AsksToLink {
                user_id,
                reply_token,
            }
        }
        _ => What::Other,
    };
    Some(Event { id, kind, at, what })
}
