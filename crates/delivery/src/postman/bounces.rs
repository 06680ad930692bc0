//! Emptying the bounce mailbox. A mail is moved after what it says is committed; read twice, it counts once.

use kairan_db::notices::{self, Refusal, RefusalSource};

use super::{Postman, PostmanError};
use crate::bounce::{Maildir, MessageName, Returned, read};

impl Postman {
    /// Reads every returned mail that waits; how many there were. Without a bounce mailbox there is nothing to do.
    ///
    /// # Errors
    /// [`PostmanError`]; what was not read stays where it is.
    pub async fn read_bounces(&self) -> Result<usize, PostmanError> {
        let Some(mailbox) = self.options.bounces.clone() else {
            return Ok(0);
        };
        let postman = self.clone();
        let all = move || {
            let mut count = 0;
            for name in mailbox.waiting()? {
                count += usize::from(postman.read_bounce(&mailbox, &name)?);
            }
            Ok(count)
        };
        match tokio::task::spawn_blocking(all).await {
            Ok(result) => result,
            Err(error) => Err(PostmanError::Broken(error.to_string())),
        }
    }

    /// Whether it was there.
    fn read_bounce(&self, mailbox: &Maildir, name: &str) -> Result<bool, PostmanError> {
        let Some(bytes) = mailbox.read(name)? else {
            return Ok(false);
        };
        let returned = read(&bytes, &self.channels.sender.bounce_domain);
        let digest = kairan_db::sha256_hex(&bytes);
        if self.note(&returned, &digest)? {
            mailbox.done(name)?;
        } else {
            tracing::info!(mail = name, "a mail to the bounce mailbox was set aside");
            mailbox.set_aside(name)?;
        }
        Ok(true)
    }

    /// Whether it is about a message of ours.
    fn note(&self, returned: &Returned, digest: &str) -> Result<bool, PostmanError> {
        let (Some(name), Some(kind)) = (&returned.message, returned.kind) else {
            return Ok(false);
        };
        let now = self.clock.now();
        Ok(self.db.write(|c| {
            let id = match name {
                MessageName::Id(id) => Some(id.clone()),
                MessageName::Identity(identity) => notices::message_named(c, identity)?,
            };
            let Some(id) = id else { return Ok(false) };
            let refusal = Refusal {
                message_id: &id,
                source: RefusalSource::Bounce(digest),
                kind,
                status: returned.status.as_deref(),
                detail: returned.detail.as_deref(),
            };
            Ok(notices::record_refusal(c, &refusal, now)?.is_some())
        })?)
    }
}
