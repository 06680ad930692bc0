//! 自分に試しに送る: the mail of a notice, to the member of staff who asks, and to nobody else.
//!
//! The job holds address and words sealed. Its subject is marked, its links lead to nobody's preferences.

use chrono::NaiveDateTime;
use kairan_db::jobs::{self, NewJob};
use kairan_db::seal::Place;
use kairan_db::staff::Role;
use kairan_db::{Error as DbError, documents, editions};
use kairan_delivery::channel::Channels;
use kairan_delivery::compose::{Content, notice_mail};
use kairan_delivery::smtp::SendOutcome;
use kairan_site::Live;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ulid::Ulid;

use super::case::{Case, site};
use super::outlook::nobody;
use super::{Actor, Refusal};
use crate::{Context, Error, Result, notify};

/// The kind of these jobs.
pub const KIND: &str = "trial-notice";

/// Somebody waits for it in front of the screen.
const PRIORITY: i64 = 100;

#[derive(Serialize, Deserialize)]
struct Payload {
    id: String,
    at: NaiveDateTime,
    sealed: String,
}

#[derive(Serialize, Deserialize)]
struct Trial {
    to: String,
    content: Content,
    reasons: Vec<String>,
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "jobs",
        row: id,
        purpose: KIND,
    }
}

/// Sends the mail of the open text of a document to whoever asks.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn trial(ctx: &Context, actor: &Actor, document: &str) -> Result<()> {
    let (own, actor, document) = (ctx.clone(), actor.clone(), document.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let case = Case {
            document: documents::get(c, &document)?,
            edition: editions::open(c, &document)?.ok_or(Refusal::Stale)?,
        };
        actor.must(Role::Author, None)?;
        let site = site(c, &own)?;
        let text = case.text(c, &site)?.filter(|text| text.notice.is_some());
        let text = text.ok_or(Refusal::TellsNobody)?;
        let live = Live::new(text.clone(), None, &site.settings.lang);
        let url = format!("{}{}", own.public_url.trim_end_matches('/'), live.card.path);
        let mut content = notify::said(&text, &site, &url, now);
        content.title = format!("［テスト］{}", content.title);
        let trial = Trial {
            to: actor.who.mail.clone(),
            reasons: vec![
                "公開の前に文面を確かめるために、職員が自分あてに送りました。市民には届いていません。"
                    .to_owned(),
            ],
            content,
        };
        let id = format!("t{}", Ulid::new().to_string().to_lowercase());
        let plain = serde_json::to_vec(&trial).map_err(DbError::abort)?;
        let sealed = own.keys.seal(place(&id), &plain)?;
        let payload = serde_json::to_string(&Payload { id, at: now, sealed });
        let payload = payload.map_err(DbError::abort)?;
        let job = NewJob {
            priority: PRIORITY,
            ..NewJob::now(KIND, &payload, now)
        };
        jobs::enqueue(c, &job, now)?;
        actor.record(c, "notice.trial", &document, &json!({}), now)
    })
    .await
}

/// Sends the mail of a job. One that is refused, or whose answer got lost, ends the job: who waits for it can ask again.
///
/// # Errors
/// Where another attempt may succeed; nothing was taken then.
pub async fn send(ctx: &Context, channels: &Channels, payload: &str) -> Result<()> {
    let what = "試しのメール";
    let stored = |source| Error::Stored { what, source };
    let payload: Payload = serde_json::from_str(payload).map_err(stored)?;
    let plain = ctx.keys.open(place(&payload.id), &payload.sealed)?;
    let trial: Trial = serde_json::from_slice(&plain).map_err(stored)?;
    let identity = format!("{}@{}", payload.id, channels.sender.from.email.domain());
    let person = nobody(ctx, trial.to, trial.reasons);
    let mail = notice_mail(
        &ctx.theme,
        &channels.sender,
        &trial.content,
        &person,
        &identity,
        payload.at,
    )
    .map_err(|error| Error::Refused(error.to_string()))?;
    match channels.send_mail(&mail, &identity).await {
        Ok(SendOutcome::NotTaken { reply, .. }) => Err(Error::Refused(format!(
            "試しのメールがまだ受け取られません: {reply}"
        ))),
        Ok(outcome) => {
            tracing::info!(id = payload.id, ?outcome, "a trial mail was handed over");
            Ok(())
        }
        Err(error) => Err(Error::Refused(error.to_string())),
    }
}
