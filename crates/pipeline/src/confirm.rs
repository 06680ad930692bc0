//! The few mails that belong to no notice: the confirmation of a registration, and the link to one's preferences.
//!
//! Such a mail is a job, enqueued in the transaction that calls for it, so that it is committed before it leaves. The job
//! holds address and link sealed.

use chrono::NaiveDateTime;
use kairan_db::AnyConnection;
use kairan_db::seal::Keyring;
use kairan_delivery::channel::Channels;
use kairan_delivery::compose;
use serde::{Deserialize, Serialize};

use crate::private_mail::PrivateMail;
use crate::{Context, Result};

/// The kind of these jobs.
pub const KIND: &str = "confirm-mail";

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

const MAIL: PrivateMail = PrivateMail {
    kind: KIND,
    prefix: 'c',
    what: "確認メール",
};

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
    MAIL.enqueue(c, keys, mail, now)
}

/// Sends the mail of a job. A relay that refuses it for good ends the job, and so does one whose answer got lost: the
/// person can ask again, and is not to have it twice.
///
/// # Errors
/// Where another attempt may succeed; nothing was taken then.
pub async fn send_confirmation(ctx: &Context, channels: &Channels, payload: &str) -> Result<()> {
    let (theme, sender) = (&ctx.theme, &channels.sender);
    let compose = |mail: &ConfirmMail, identity: &str, at: NaiveDateTime| {
        let write = match mail.letter {
            Letter::Confirm => compose::confirmation,
            Letter::Preferences => compose::preferences_link,
        };
        let stamp = (identity, at);
        write(
            theme, sender, &mail.site, &mail.to, &mail.url, mail.hours, stamp,
        )
    };
    MAIL.send(ctx, channels, payload, compose).await
}
