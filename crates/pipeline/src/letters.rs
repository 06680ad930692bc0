//! Mails to staff: invitations, new passwords, what waits for them. Each is a job, enqueued in the transaction that calls
//! for it, with address and text sealed: a link in it may open an account.

use chrono::NaiveDateTime;
use kairan_db::jobs::{self, NewJob};
use kairan_db::seal::{Keyring, Place};
use kairan_db::{AnyConnection, Error as DbError};
use kairan_delivery::channel::Channels;
use kairan_delivery::compose::{self, ComposeError};
use kairan_delivery::smtp::SendOutcome;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::{Context, Error, Result};

pub use kairan_delivery::compose::Letter;

/// The kind of these jobs.
pub const KIND: &str = "staff-letter";

/// Before notices: somebody waits for it in front of the screen.
const PRIORITY: i64 = 100;

/// What stands in the job.
#[derive(Serialize, Deserialize)]
struct Payload {
    /// First part of the Message-ID: the same in every attempt.
    id: String,
    /// `Date` of the mail, UTC.
    at: NaiveDateTime,
    /// [`Letter`] as JSON, sealed.
    sealed: String,
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "jobs",
        row: id,
        purpose: KIND,
    }
}

/// Enqueues a letter on the connection of the change it tells of; the number of the job.
///
/// # Errors
/// Those of the database and of sealing.
pub fn enqueue(
    c: &mut AnyConnection,
    keys: &Keyring,
    letter: &Letter,
    now: NaiveDateTime,
) -> kairan_db::Result<i64> {
    let id = format!("s{}", Ulid::new().to_string().to_lowercase());
    let plain = serde_json::to_vec(letter).map_err(DbError::abort)?;
    let sealed = keys.seal(place(&id), &plain).map_err(DbError::abort)?;
    let payload = Payload {
        id,
        at: now,
        sealed,
    };
    let payload = serde_json::to_string(&payload).map_err(DbError::abort)?;
    let job = NewJob {
        priority: PRIORITY,
        ..NewJob::now(KIND, &payload, now)
    };
    jobs::enqueue(c, &job, now)
}

/// Sends the letter of a job. A relay that refuses it for good ends the job, and so does one whose answer got lost: nobody
/// is to have it twice, and who waits for it can ask again.
///
/// # Errors
/// Where another attempt may succeed; nothing was taken then.
pub async fn send(ctx: &Context, channels: &Channels, payload: &str) -> Result<()> {
    let what = "職員へのメール";
    let stored = |source| Error::Stored { what, source };
    let payload: Payload = serde_json::from_str(payload).map_err(stored)?;
    let plain = ctx.keys.open(place(&payload.id), &payload.sealed)?;
    let letter: Letter = serde_json::from_slice(&plain).map_err(stored)?;
    let identity = format!("{}@{}", payload.id, channels.sender.from.email.domain());
    let composed =
        compose::staff_letter(&ctx.theme, &channels.sender, &letter, &identity, payload.at);
    let composed = match composed {
        Ok(composed) => composed,
        Err(ComposeError::Address(_)) => {
            tracing::warn!(id = payload.id, "an address that no mail can have");
            return Ok(());
        }
        Err(error) => return Err(Error::Refused(error.to_string())),
    };
    match channels.send_mail(&composed, &identity).await {
        Ok(SendOutcome::Accepted { .. }) => Ok(()),
        Ok(SendOutcome::NotTaken { reply, .. }) => Err(Error::Refused(format!(
            "職員へのメールがまだ受け取られません: {reply}"
        ))),
        Ok(outcome) => {
            tracing::warn!(
                id = payload.id,
                ?outcome,
                "a letter to staff was not accepted"
            );
            Ok(())
        }
        Err(error) => Err(Error::Refused(error.to_string())),
    }
}
