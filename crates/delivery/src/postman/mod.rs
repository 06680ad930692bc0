//! The worker that empties the outbox: leases, the second look at consent, the write-ahead step, sending, and what became of it.

mod bounces;
mod burst;
mod doubt;
mod line;
mod mail;
mod ready;

use std::{future::Future, path::PathBuf, sync::Arc, time::Duration};

use chrono::NaiveDateTime;
use kairan_db::{
    AnyConnection, Db,
    notices::{self, Channel},
    seal::Keyring,
};
use kairan_theme::Theme;

use crate::{
    Channels, Clock,
    bounce::{Maildir, MaildirError},
};
use burst::Bursts;
pub use line::chunk as line_chunk;

/// How the worker works.
#[derive(Debug, Clone)]
pub struct PostmanOptions {
    /// Connections to the relay at once.
    pub connections: usize,
    /// Mails a second over all connections; 0 = as fast as the relay takes them.
    pub mail_rate: u32,
    /// LINE requests a second.
    pub line_rate: u32,
    /// After how long without a sign of life a worker counts as lost.
    pub lease: Duration,
    /// The relay's log, or a folder of them, that names every message it takes before it answers: mails in doubt are looked up there.
    pub mail_log: Option<PathBuf>,
    /// The mailbox that returned mail comes to.
    pub bounces: Option<Maildir>,
}

impl Default for PostmanOptions {
    fn default() -> Self {
        Self {
            connections: 4,
            mail_rate: 0,
            line_rate: 100,
            lease: Duration::from_secs(60),
            mail_log: None,
            bounces: None,
        }
    }
}

/// Why the outbox could not be worked on. Messages are where they were, and the next run takes them up again.
#[derive(Debug, thiserror::Error)]
pub enum PostmanError {
    /// The database.
    #[error(transparent)]
    Db(#[from] kairan_db::Error),
    /// No connection to the relay.
    #[error(transparent)]
    Connect(#[from] crate::smtp::ConnectError),
    /// The bounce mailbox.
    #[error(transparent)]
    Bounces(#[from] MaildirError),
    /// A worker thread ended in the middle.
    #[error("a delivery task ended in the middle: {0}")]
    Broken(String),
}

/// What one run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Messages attempted.
    pub attempted: usize,
    /// Of these, accepted.
    pub accepted: usize,
}

impl std::ops::AddAssign for Delivered {
    fn add_assign(&mut self, other: Self) {
        self.attempted += other.attempted;
        self.accepted += other.accepted;
    }
}

/// The worker. Several, in one process or many, may run at once.
#[derive(Clone)]
pub struct Postman {
    db: Db,
    keys: Keyring,
    clock: Clock,
    theme: Arc<Theme>,
    channels: Arc<Channels>,
    options: PostmanOptions,
    owner: Arc<str>,
    bursts: Arc<Bursts>,
}

impl Postman {
    /// A worker; `owner` names it to people who look into the table.
    #[must_use]
    pub fn new(
        db: Db,
        keys: Keyring,
        clock: Clock,
        theme: Arc<Theme>,
        channels: Arc<Channels>,
        options: PostmanOptions,
    ) -> Self {
        let owner = format!("postman-{}", std::process::id()).into();
        let bursts = Arc::default();
        Self {
            db,
            keys,
            clock,
            theme,
            channels,
            options,
            owner,
            bursts,
        }
    }

    /// Sends everything that is due, and returns when nothing is. Runs of notices that nothing is open of are finished.
    ///
    /// # Errors
    /// [`PostmanError`]; what was not sent stays due.
    pub async fn deliver_due(&self) -> Result<Delivered, PostmanError> {
        let now = self.clock.now();
        let settled = self.resolve_doubts().await? + self.weigh_refusals().await?;
        if settled == 0 && !self.read(move |c| notices::anything_due(c, now)).await? {
            self.finish_runs().await?;
            return Ok(Delivered::default());
        }
        let found = self.write(move |c| notices::recover(c, now)).await?;
        if found != (0, 0) {
            tracing::warn!(
                leased = found.0,
                sending = found.1,
                "found messages of a lost worker"
            );
        }
        let mut delivered = Delivered::default();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..self.options.connections.max(1) {
            let worker = self.clone();
            tasks.spawn(async move { worker.mails().await });
        }
        if self.channels.line.is_some() {
            let worker = self.clone();
            tasks.spawn(async move { worker.line_chunks().await });
        }
        let mut failed = None;
        while let Some(ended) = tasks.join_next().await {
            match ended {
                Ok(Ok(some)) => delivered += some,
                Ok(Err(error)) => failed = Some(error),
                Err(error) => failed = Some(PostmanError::Broken(error.to_string())),
            }
        }
        self.finish_runs().await?;
        failed.map_or(Ok(delivered), Err)
    }

    /// Decides about refused and returned mail that has rested; how many pieces.
    async fn weigh_refusals(&self) -> Result<usize, PostmanError> {
        let now = self.clock.now();
        if !self.read(move |c| notices::refusals_due(c, now)).await? {
            return Ok(0);
        }
        let weighed = self.write(move |c| notices::weigh_refusals(c, now)).await?;
        tracing::info!(?weighed, "refused and returned mail was weighed");
        Ok(weighed.looked_at)
    }

    async fn finish_runs(&self) -> Result<(), PostmanError> {
        let now = self.clock.now();
        let open = self.read(notices::list_open).await?;
        for notice in open
            .into_iter()
            .filter(|one| one.state == notices::NoticeState::Sending)
        {
            self.write(move |c| notices::finish_if_done(c, &notice.id, now))
                .await?;
        }
        Ok(())
    }

    fn until(&self, now: NaiveDateTime) -> NaiveDateTime {
        now + chrono::Duration::from_std(self.options.lease)
            .unwrap_or_else(|_| chrono::Duration::minutes(1))
    }

    /// Waits for `work` and says in time that these messages are still being worked on.
    async fn keeping<T>(&self, held: &[(String, i64)], work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(self.options.lease / 3) => {
                    let (held, until) = (held.to_vec(), self.until(self.clock.now()));
                    if let Err(error) = self.write(move |c| notices::extend(c, &held, until)).await {
                        tracing::warn!(%error, "a lease could not be made longer");
                    }
                }
            }
        }
    }

    async fn hold(
        &self,
        channel: Channel,
        receiver: &str,
        until: Option<NaiveDateTime>,
        reason: &'static str,
    ) -> Result<(), PostmanError> {
        tracing::warn!(%channel, receiver, reason, "held");
        let (receiver, now) = (receiver.to_owned(), self.clock.now());
        self.write(move |c| notices::hold(c, channel, &receiver, until, reason, now))
            .await
    }

    async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut AnyConnection) -> kairan_db::Result<T> + Send + 'static,
    ) -> Result<T, PostmanError> {
        let db = self.db.clone();
        match tokio::task::spawn_blocking(move || db.read(f)).await {
            Ok(result) => Ok(result?),
            Err(error) => Err(PostmanError::Broken(error.to_string())),
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut AnyConnection) -> kairan_db::Result<T> + Send + 'static,
    ) -> Result<T, PostmanError> {
        let db = self.db.clone();
        match tokio::task::spawn_blocking(move || db.write(f)).await {
            Ok(result) => Ok(result?),
            Err(error) => Err(PostmanError::Broken(error.to_string())),
        }
    }
}

/// An attempt that has failed unless something better becomes of it.
fn blank(message: &notices::Claimed) -> notices::Settled {
    notices::Settled {
        id: message.id.clone(),
        fence: message.fence,
        attempt: message.attempt + 1,
        outcome: notices::Outcome::Failed,
        phase: None,
        code: None,
        reason: None,
        detail: None,
    }
}
