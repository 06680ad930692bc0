//! A mail to one person that belongs to no notice: a job with its content sealed, enqueued in the transaction that calls
//! for it, so that it is committed before it leaves.

use chrono::NaiveDateTime;
use kairan_db::jobs::{self, NewJob};
use kairan_db::seal::{Keyring, Place};
use kairan_db::{AnyConnection, Error as DbError};
use kairan_delivery::channel::Channels;
use kairan_delivery::compose::{ComposeError, Mail};
use kairan_delivery::smtp::SendOutcome;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::{Context, Error, Result};

/// Before notices: somebody waits for it in front of the screen.
const PRIORITY: i64 = 100;

/// One sort of such mails.
pub(crate) struct PrivateMail {
    /// The kind of its jobs.
    pub(crate) kind: &'static str,
    /// What its Message-IDs begin with.
    pub(crate) prefix: char,
    /// What staff call it.
    pub(crate) what: &'static str,
}

/// What stands in the job.
#[derive(Serialize, Deserialize)]
struct Payload {
    /// First part of the Message-ID: the same in every attempt.
    id: String,
    /// `Date` of the mail, UTC.
    at: NaiveDateTime,
    /// What it says as JSON, sealed.
    sealed: String,
}

impl PrivateMail {
    fn place<'a>(&self, id: &'a str) -> Place<'a> {
        Place {
            table: "jobs",
            row: id,
            purpose: self.kind,
        }
    }

    /// Enqueues a mail on the connection of the change that calls for it; the number of the job.
    pub(crate) fn enqueue(
        &self,
        c: &mut AnyConnection,
        keys: &Keyring,
        content: &impl Serialize,
        now: NaiveDateTime,
    ) -> kairan_db::Result<i64> {
        let id = format!("{}{}", self.prefix, Ulid::new().to_string().to_lowercase());
        let plain = serde_json::to_vec(content).map_err(DbError::abort)?;
        let sealed = keys.seal(self.place(&id), &plain).map_err(DbError::abort)?;
        let payload = Payload {
            id,
            at: now,
            sealed,
        };
        let payload = serde_json::to_string(&payload).map_err(DbError::abort)?;
        let job = NewJob {
            priority: PRIORITY,
            ..NewJob::now(self.kind, &payload, now)
        };
        jobs::enqueue(c, &job, now)
    }

    /// Sends the mail of a job, composed under its Message-ID and date. A relay that refuses it for good ends the job, and
    /// so does one whose answer got lost: nobody is to have it twice, and who waits for it can ask again.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        ctx: &Context,
        channels: &Channels,
        payload: &str,
        compose: impl FnOnce(&T, &str, NaiveDateTime) -> std::result::Result<Mail, ComposeError>,
    ) -> Result<()> {
        let what = self.what;
        let stored = |source| Error::Stored { what, source };
        let payload: Payload = serde_json::from_str(payload).map_err(stored)?;
        let plain = ctx.keys.open(self.place(&payload.id), &payload.sealed)?;
        let content: T = serde_json::from_slice(&plain).map_err(stored)?;
        let identity = format!("{}@{}", payload.id, channels.sender.from.email.domain());
        let composed = match compose(&content, &identity, payload.at) {
            Ok(composed) => composed,
            Err(ComposeError::Address(_)) => {
                tracing::warn!(
                    id = payload.id,
                    "a mail to an address that no mail can have is dropped"
                );
                return Ok(());
            }
            Err(error) => return Err(Error::Refused(error.to_string())),
        };
        match channels.send_mail(&composed, &identity).await {
            Ok(SendOutcome::Accepted { .. }) => Ok(()),
            // A relay's words often repeat the address: they go into no log and no row that is not sealed.
            Ok(SendOutcome::Rejected { code, phase, .. }) => {
                tracing::warn!(id = payload.id, code, ?phase, "a mail was refused for good");
                Ok(())
            }
            Ok(SendOutcome::NotTaken { code, phase, .. }) => Err(Error::Refused(format!(
                "{what}がまだ受け取られません（{phase:?}、応答 {}）",
                code.map_or_else(|| "なし".to_owned(), |code| code.to_string())
            ))),
            Ok(SendOutcome::InDoubt { .. }) => {
                tracing::warn!(id = payload.id, "it is not known whether a mail was taken");
                Ok(())
            }
            Err(error) => Err(Error::Refused(error.to_string())),
        }
    }
}
