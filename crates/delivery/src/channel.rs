//! The ways out of the house: a relay or a folder for mail, LINE's API or a file for LINE.

use std::path::{Path, PathBuf};

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::{
    compose::{Mail, Sender},
    line::{LineClient, LineOutcome},
    smtp::{ConnectError, Relay, SendOutcome, SmtpSession},
};

/// How mail leaves.
#[derive(Debug, Clone)]
pub enum MailChannel {
    /// A relay.
    Smtp(Relay),
    /// A folder with one `.eml` a mail, named by its Message-ID: the same mail written twice is one file.
    Folder(PathBuf),
}

/// How LINE messages leave.
#[derive(Clone)]
pub enum LineChannel {
    /// LINE's Messaging API.
    Api(LineClient),
    /// `line.jsonl` in a folder, one request a line; a retry key that is there already is not written again.
    Folder(PathBuf),
}

/// Every way out, and who mail is from.
#[derive(Clone)]
pub struct Channels {
    /// メール
    pub mail: MailChannel,
    /// LINE, where the city uses it.
    pub line: Option<LineChannel>,
    /// Who mail is from.
    pub sender: Sender,
}

impl Channels {
    /// Sends one mail over a connection of its own: for the few that belong to no notice.
    ///
    /// # Errors
    /// Where no connection can be made; nothing was sent then.
    pub async fn send_mail(
        &self,
        mail: &Mail,
        identity: &str,
    ) -> Result<SendOutcome, ConnectError> {
        let mut line = MailLine::open(&self.mail).await?;
        let outcome = line.send(mail, identity).await;
        line.close().await;
        Ok(outcome)
    }
}

/// An open way out for mails, one after the other.
pub(crate) enum MailLine {
    Smtp(Box<SmtpSession>),
    Folder(PathBuf),
}

impl MailLine {
    pub(crate) async fn open(channel: &MailChannel) -> Result<Self, ConnectError> {
        match channel {
            MailChannel::Smtp(relay) => Ok(Self::Smtp(Box::new(SmtpSession::open(relay).await?))),
            MailChannel::Folder(folder) => {
                tokio::fs::create_dir_all(folder).await.map_err(|error| {
                    ConnectError::Unreachable {
                        relay: folder.display().to_string(),
                        reason: error.to_string(),
                    }
                })?;
                Ok(Self::Folder(folder.clone()))
            }
        }
    }

    pub(crate) fn usable(&self) -> bool {
        match self {
            Self::Smtp(session) => session.usable(),
            Self::Folder(_) => true,
        }
    }

    pub(crate) async fn send(&mut self, mail: &Mail, identity: &str) -> SendOutcome {
        match self {
            Self::Smtp(session) => session.send(&mail.from, &mail.to, &mail.bytes).await,
            Self::Folder(folder) => match write_mail(folder, identity, &mail.bytes).await {
                Ok(()) => SendOutcome::Accepted {
                    reply: String::new(),
                },
                Err(error) => SendOutcome::NotTaken {
                    code: None,
                    phase: crate::smtp::Phase::Content,
                    reply: error.to_string(),
                },
            },
        }
    }

    pub(crate) async fn close(self) {
        if let Self::Smtp(session) = self {
            session.quit().await;
        }
    }
}

/// The file of a mail in an outbox folder.
#[must_use]
pub fn mail_file(folder: &Path, identity: &str) -> PathBuf {
    let name: String = identity
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    folder.join(format!("{name}.eml"))
}

/// Written beside and renamed: a reader never sees half a mail, and a second writing changes nothing.
async fn write_mail(folder: &Path, identity: &str, bytes: &[u8]) -> std::io::Result<()> {
    let file = mail_file(folder, identity);
    let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
    let mut out = tokio::fs::File::create(&temporary).await?;
    out.write_all(bytes).await?;
    out.sync_all().await?;
    drop(out);
    tokio::fs::rename(&temporary, &file).await
}

impl LineChannel {
    pub(crate) async fn multicast(&self, body: Vec<u8>, key: &str) -> LineOutcome {
        match self {
            Self::Api(client) => client.multicast(body, key).await,
            Self::Folder(folder) => match append_line(folder, &body, key).await {
                Ok(()) => LineOutcome::Accepted { request_id: None },
                Err(error) => LineOutcome::Unclear {
                    reason: error.to_string(),
                },
            },
        }
    }
}

async fn append_line(folder: &Path, body: &[u8], key: &str) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let file = folder.join("line.jsonl");
    let before = match tokio::fs::read_to_string(&file).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    if before.lines().any(|line| line.contains(key)) {
        return Ok(());
    }
    let body: serde_json::Value = serde_json::from_slice(body)?;
    let mut line = json!({ "retryKey": key, "body": body }).to_string();
    // A line cut off by a kill must not swallow the next one.
    if !before.is_empty() && !before.ends_with('\n') {
        line.insert(0, '\n');
    }
    line.push('\n');
    let mut out = tokio::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&file)
        .await?;
    out.write_all(line.as_bytes()).await?;
    out.sync_all().await
}
