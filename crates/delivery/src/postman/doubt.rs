//! Mails in doubt, looked up where the relay wrote down what it took.
//!
//! A relay that logs every message it takes, before it answers, is a witness: what it has is accepted, and what it does not have some minutes
//! after the connection ended was never taken and may go out again. Without a witness a mail stays in doubt, and staff see it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{Duration, NaiveDateTime};
use kairan_db::notices;

use super::{Postman, PostmanError};
use crate::{MailChannel, channel::mail_file};

/// How long the relay has to write its log.
const GRACE_MINUTES: i64 = 10;

/// Mails looked up at once.
const LIMIT: i64 = 500;

impl Postman {
    /// Settles mails in doubt by the witness, if there is one; how many were settled.
    pub(super) async fn resolve_doubts(&self) -> Result<usize, PostmanError> {
        let Some(witness) = self.witness() else {
            return Ok(0);
        };
        let doubts = self.read(|c| notices::in_doubt(c, LIMIT)).await?;
        if doubts.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let asked = tokio::task::spawn_blocking(move || witness.ask(&doubts, now)).await;
        let verdicts = match asked {
            Ok(Ok(verdicts)) => verdicts,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the relay's log cannot be read; mails in doubt stay so");
                return Ok(0);
            }
            Err(error) => return Err(PostmanError::Broken(error.to_string())),
        };
        let settled = verdicts.len();
        self.write(move |c| {
            for (id, taken) in &verdicts {
                if *taken {
                    notices::resolve(c, id, true, None, now)?;
                } else {
                    notices::never_taken(c, id, now)?;
                }
            }
            Ok(())
        })
        .await?;
        Ok(settled)
    }

    fn witness(&self) -> Option<Witness> {
        match (&self.channels.mail, &self.options.mail_log) {
            (MailChannel::Folder(folder), _) => Some(Witness::Outbox(folder.clone())),
            (MailChannel::Smtp(_), Some(log)) => Some(Witness::Log(log.clone())),
            (MailChannel::Smtp(_), None) => None,
        }
    }
}

enum Witness {
    /// The outbox folder itself: a mail is there whole, or not at all.
    Outbox(PathBuf),
    /// A log file, or a folder of them.
    Log(PathBuf),
}

impl Witness {
    /// For each mail of which something is known: whether it was taken.
    fn ask(
        &self,
        doubts: &[notices::Doubt],
        now: NaiveDateTime,
    ) -> io::Result<Vec<(String, bool)>> {
        match self {
            Self::Outbox(folder) => Ok(doubts
                .iter()
                .map(|one| (one.id.clone(), mail_file(folder, &one.identity).exists()))
                .collect()),
            Self::Log(log) => {
                let text = read_all(log)?;
                Ok(doubts
                    .iter()
                    .filter_map(|one| {
                        let taken = contains(&text, one.identity.as_bytes());
                        let waited = now - one.since >= Duration::minutes(GRACE_MINUTES);
                        (taken || waited).then(|| (one.id.clone(), taken))
                    })
                    .collect())
            }
        }
    }
}

fn read_all(log: &Path) -> io::Result<Vec<u8>> {
    if !log.is_dir() {
        return fs::read(log);
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(log)? {
        let path = entry?.path();
        if path.is_file() {
            all.extend(fs::read(path)?);
            all.push(b'\n');
        }
    }
    Ok(all)
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}
