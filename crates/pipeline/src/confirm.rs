//! The few mails that belong to no notice: the confirmation of a registration, and the link to one's preferences.
//!
//! Such a mail is a job, enqueued in the transaction that calls for it, so that it is committed before it leaves. The job
//! holds address and link sealed.

use chrono::NaiveDateTime;
use kairan_db::jobs::{self, NewJob};
use kairan_db::seal::{Keyring, Place};
use kairan_db::{AnyConnection, Error as DbError};
use kairan_delivery::channel::Channels;
use kairan_delivery::compose;
use kairan_delivery::smtp::SendOutcome;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::{Context, Error, Result};

/// The kind of these jobs.
pub const KIND: &str = "confirm-mail";

/// Before notices: somebody waits for it in front of the screen.
const PRIORITY: i64 = 100;

/// What a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letter {
    /// Asks whether a registration is meant (登録の確認).
    Confirm,
    /// Leads who is registered to the preferences (設定の変更).
    Preferences,
}

/// A mail to one address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmMail {
    /// What for.
    pub letter: Letter,
    /// The address.
    pub to: String,
    /// サイト名
    pub site: String,
    /// The link, with its token.
    pub url: String,
    /// For how many hours the link is good.
    pub hours: u32,
}

impl std::fmt::Debug for ConfirmMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfirmMail")
            .field("letter", &self.letter)
            .finish_non_exhaustive()
    }
}

/// What stands in the job.
#[derive(Serialize, Deserialize)]
struct Payload {
    /// First part of the Message-ID: the same in every attempt.
    id: String,
    /// `Date` of the mail, UTC.
    at: NaiveDateTime,
    /// [`ConfirmMail`] as JSON, sealed.
    sealed: String,
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "jobs",
        row: id,
        purpose: KIND,
    }
}

/// Enqueues the mail on the connection of the change that calls for it; the number of the job.
///
/// # Errors
/// Those of the database and of sealing.
pub fn enqueue(
    c: &mut AnyConnection,
    keys: &Keyring,
    mail: &ConfirmMail,
    now: NaiveDateTime,
) -> kairan_db::Result<i64> {
    let id = format!("c{}", Ulid::new().to_string().to_lowercase());
    let plain = serde_json::to_vec(mail).map_err(DbError::abort)?;
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

/// Sends the mail of a job. A relay that refuses it for good ends the job, and so does one whose answer got lost: the
/// person can ask again, and is not to have it twice.
///
/// # Errors
/// Where another attempt may succeed; nothing was taken then.
pub async fn send_confirmation(ctx: &Context, channels: &Channels, payload: &str) -> Result<()> {
    let what = "確認メール";
    let stored = |source| Error::Stored { what, source };
    let payload: Payload = serde_json::from_str(payload).map_err(stored)?;
    let plain = ctx.keys.open(place(&payload.id), &payload.sealed)?;
    let mail: ConfirmMail = serde_json::from_slice(&plain).map_err(stored)?;
    let identity = format!("{}@{}", payload.id, channels.sender.from.email.domain());
    let (theme, sender) = (&ctx.theme, &channels.sender);
    let stamp = (identity.as_str(), payload.at);
    let composed = match mail.letter {
        Letter::Confirm => compose::confirmation(
            theme, sender, &mail.site, &mail.to, &mail.url, mail.hours, stamp,
        ),
        Letter::Preferences => compose::preferences_link(
            theme, sender, &mail.site, &mail.to, &mail.url, mail.hours, stamp,
        ),
    };
    let composed = match composed {
        Ok(composed) => composed,
        Err(compose::ComposeError::Address(_)) => {
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
        Ok(SendOutcome::Rejected { reply, .. }) => {
            tracing::warn!(id = payload.id, %reply, "a mail was refused for good");
            Ok(())
        }
        Ok(SendOutcome::NotTaken { reply, .. }) => Err(Error::Refused(format!(
            "確認メールがまだ受け取られません: {reply}"
        ))),
        Ok(outcome) => {
            tracing::warn!(
                id = payload.id,
                ?outcome,
                "it is not known whether a mail was taken"
            );
            Ok(())
        }
        Err(error) => Err(Error::Refused(error.to_string())),
    }
}
