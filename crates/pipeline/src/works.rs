//! The whole of the background work of one process: jobs, and the outbox they fill.

use std::sync::Arc;
use std::time::Duration;

use kairan_delivery::{Channels, Postman, PostmanOptions};
use tokio::sync::watch;

use crate::worker::Worker;
use crate::{Context, Error, Result, confirm, letters, line, workflow};

/// How long the postman rests when nothing is due.
const IDLE: Duration = Duration::from_millis(500);

/// How long returned mail may lie.
const BOUNCES: Duration = Duration::from_secs(10);

/// Jobs, outbox and returned mail. Any number of processes may each have one.
pub struct Works {
    worker: Worker,
    postman: Postman,
}

impl Works {
    /// The works of an installation.
    #[must_use]
    pub fn new(ctx: &Context, channels: Channels, options: PostmanOptions) -> Self {
        let channels = Arc::new(channels);
        let for_letters = Arc::clone(&channels);
        let for_staff = Arc::clone(&channels);
        let for_trials = Arc::clone(&channels);
        let for_line = Arc::clone(&channels);
        let worker = Worker::new(ctx.clone())
            .with(confirm::KIND, move |ctx, job| {
                let channels = Arc::clone(&for_letters);
                async move { confirm::send_confirmation(&ctx, &channels, &job.payload).await }
            })
            .with(letters::KIND, move |ctx, job| {
                let channels = Arc::clone(&for_staff);
                async move { letters::send(&ctx, &channels, &job.payload).await }
            })
            .with(workflow::TRIAL, move |ctx, job| {
                let channels = Arc::clone(&for_trials);
                async move { workflow::send_trial(&ctx, &channels, &job.payload).await }
            })
            .with(line::WELCOME, move |ctx, job| {
                let channels = Arc::clone(&for_line);
                async move { line::welcome(&ctx, &channels, &job.payload).await }
            });
        let postman = Postman::new(
            ctx.db.clone(),
            ctx.keys.clone(),
            ctx.clock.clone(),
            Arc::clone(&ctx.theme),
            channels,
            options,
        );
        Self { worker, postman }
    }

    /// Does everything that is due, and what comes of it, until nothing is: how many jobs and messages.
    ///
    /// # Errors
    /// Those of the database, and where no connection to the relay can be made; all the rest is done first.
    pub async fn drain(&self) -> Result<usize> {
        let mut done = 0;
        loop {
            let jobs = self.worker.drain().await?;
            let refused = |error: kairan_delivery::PostmanError| Error::Refused(error.to_string());
            let returned = self.postman.read_bounces().await.map_err(refused)?;
            let delivered = self.postman.deliver_due().await.map_err(refused)?;
            let more = jobs + returned + delivered.attempted;
            done += more;
            if more == 0 {
                return Ok(done);
            }
        }
    }

    /// Works until `shutdown` says `true` or its sender is gone; what is under way is finished first.
    pub async fn run(&self, shutdown: watch::Receiver<bool>) {
        tokio::join!(
            self.worker.run(shutdown.clone()),
            self.deliver(shutdown.clone()),
            self.take_back(shutdown)
        );
    }

    async fn take_back(&self, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            if let Err(error) = self.postman.read_bounces().await {
                tracing::warn!(%error, "returned mail cannot be read; trying again");
            }
            tokio::select! {
                () = tokio::time::sleep(BOUNCES) => {}
                changed = shutdown.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn deliver(&self, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            let attempted = match self.postman.deliver_due().await {
                Ok(delivered) => delivered.attempted,
                Err(error) => {
                    tracing::warn!(%error, "the outbox waits; trying again");
                    0
                }
            };
            if attempted > 0 {
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(IDLE) => {}
                changed = shutdown.changed() => if changed.is_err() { return },
            }
        }
    }
}
