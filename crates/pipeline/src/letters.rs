//! Mails to staff: invitations, new passwords, what waits for them. Each is a job, enqueued in the transaction that calls
//! for it, with address and text sealed: a link in it may open an account.

use chrono::NaiveDateTime;
use kairan_db::AnyConnection;
use kairan_db::seal::Keyring;
use kairan_delivery::channel::Channels;
use kairan_delivery::compose;

use crate::private_mail::PrivateMail;
use crate::{Context, Result};

pub use kairan_delivery::compose::Letter;

/// The kind of these jobs.
pub const KIND: &str = "staff-letter";

const MAIL: PrivateMail = PrivateMail {
    kind: KIND,
    prefix: 's',
    what: "職員へのメール",
};

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
    MAIL.enqueue(c, keys, letter, now)
}

/// Sends the letter of a job. A relay that refuses it for good ends the job, and so does one whose answer got lost: nobody
/// is to have it twice, and who waits for it can ask again.
///
/// # Errors
/// Where another attempt may succeed; nothing was taken then.
pub async fn send(ctx: &Context, channels: &Channels, payload: &str) -> Result<()> {
    let (theme, sender) = (&ctx.theme, &channels.sender);
    let compose = |letter: &Letter, identity: &str, at| {
        compose::staff_letter(theme, sender, letter, identity, at)
    };
    MAIL.send(ctx, channels, payload, compose).await
}
