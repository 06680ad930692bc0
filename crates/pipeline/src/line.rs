//! The answer to who becomes the city's friend on LINE: a button by which the account can be linked. As a job, so that the webhook is answered at once.

use chrono::{Duration, NaiveDateTime};
use kairan_db::jobs::{self, NewJob};
use kairan_db::seal::{Keyring, Place};
use kairan_db::{AnyConnection, Error as DbError};
use kairan_delivery::channel::{Channels, LineChannel};
use kairan_delivery::compose::line_welcome;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::{Context, Error, Result};

/// The kind of these jobs.
pub const WELCOME: &str = "line-welcome";

/// Somebody waits for it in front of the screen.
const PRIORITY: i64 = 100;
/// A reply token is good for about so long.
const REPLY_SECONDS: i64 = 60;

/// Whom to answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// LINE's name of the person.
    pub user_id: String,
    /// LINE's name of the event to answer.
    pub reply_token: String,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    id: String,
    at: NaiveDateTime,
    /// [`Welcome`] as JSON, sealed.
    sealed: String,
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "jobs",
        row: id,
        purpose: WELCOME,
    }
}

/// Enqueues the answer on the connection that notes the event.
///
/// # Errors
/// Those of the database and of sealing.
pub fn enqueue_welcome(
    c: &mut AnyConnection,
    keys: &Keyring,
    welcome: &Welcome,
    now: NaiveDateTime,
) -> kairan_db::Result<i64> {
    let id = Ulid::new().to_string();
    let plain = serde_json::to_vec(welcome).map_err(DbError::abort)?;
    let sealed = keys.seal(place(&id), &plain).map_err(DbError::abort)?;
    let payload = Payload {
        id,
        at: now,
        sealed,
    };
    let payload = serde_json::to_string(&payload).map_err(DbError::abort)?;
    let job = NewJob {
        priority: PRIORITY,
        ..NewJob::now(WELCOME, &payload, now)
    };
    jobs::enqueue(c, &job, now)
}

/// Answers. What is too late for the reply token, or refused, ends here: the person can write again.
///
/// # Errors
/// A payload that cannot be read; those of the database.
pub async fn welcome(ctx: &Context, channels: &Channels, payload: &str) -> Result<()> {
    let what = "LINEの返事";
    let stored = |source| Error::Stored { what, source };
    let payload: Payload = serde_json::from_str(payload).map_err(stored)?;
    let plain = ctx.keys.open(place(&payload.id), &payload.sealed)?;
    let welcome: Welcome = serde_json::from_slice(&plain).map_err(stored)?;
    let late = ctx.clock.now() - payload.at > Duration::seconds(REPLY_SECONDS);
    let Some(LineChannel::Api(client)) = channels.line.as_ref().filter(|_| !late) else {
        return Ok(());
    };
    let site = ctx
        .read(kairan_db::site::current)
        .await?
        .and_then(|row| serde_json::from_str::<kairan_content::SiteData>(&row.data).ok())
        .map_or_else(String::new, |site| site.settings.title);
    let answered = async {
        let token = client.link_token(&welcome.user_id).await?;
        let url = link_page(&ctx.app_url, &token);
        client
            .reply(&welcome.reply_token, &line_welcome(&site, &url))
            .await
    };
    if let Err(error) = answered.await {
        tracing::warn!(%error, "a new friend on LINE was not answered");
    }
    Ok(())
}

/// Where the button leads.
fn link_page(app_url: &str, link_token: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("linkToken", link_token);
    format!("{app_url}line/link?{}", query.finish())
}
