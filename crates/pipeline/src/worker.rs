//! The worker: takes jobs, keeps their leases, runs what is due until nothing is.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kairan_db::jobs::{self, Claim, Failure, Job, Lease};
use tokio::sync::watch;

use crate::publish::{RELEASE_JOB, VERIFY_JOB};
use crate::{Context, Error, Result, notify, publish, schedule};

/// Does one job; it may be done again from the start at any time.
pub type Handler =
    Arc<dyn Fn(Context, Job) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// How long a job is held before it has to be extended.
const LEASE: Duration = Duration::from_secs(60);
/// How often it is extended.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long an idle worker sleeps.
const IDLE: Duration = Duration::from_millis(500);

/// Runs jobs of the kinds it has handlers for.
pub struct Worker {
    ctx: Context,
    owner: String,
    handlers: HashMap<&'static str, Handler>,
}

impl Worker {
    /// A worker for publishing and for the fan-out of notices.
    #[must_use]
    pub fn new(ctx: Context) -> Self {
        let worker = Self {
            ctx,
            owner: format!("worker-{}-{}", std::process::id(), ulid::Ulid::new()),
            handlers: HashMap::new(),
        };
        let told = |ctx: Context, job: Job| async move { notify::handle(&ctx, &job.payload).await };
        worker
            .with(
                RELEASE_JOB,
                |ctx, _| async move { publish::release(&ctx).await },
            )
            .with(VERIFY_JOB, |ctx, job| async move {
                publish::verify(&ctx, &job.payload).await
            })
            .with(notify::MATERIALISE, told)
            .with(notify::REMIND, told)
            .with(notify::MATCH, told)
    }

    /// The same with a handler for one more kind of job.
    #[must_use]
    pub fn with<F>(
        mut self,
        kind: &'static str,
        handler: impl Fn(Context, Job) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |ctx, job| Box::pin(handler(ctx, job)));
        self.handlers.insert(kind, handler);
        self
    }

    /// Runs everything that is due, and what comes of it, until nothing is due; how many jobs. A job that fails
    /// waits for its next attempt and holds nothing up.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn drain(&self) -> Result<usize> {
        let mut done = 0;
        loop {
            schedule::tick(&self.ctx, self.ctx.clock.now()).await?;
            if !self.step().await? {
                return Ok(done);
            }
            done += 1;
        }
    }

    /// Runs until `shutdown` says `true` or its sender is gone; the job under way is finished first. What the
    /// database refuses is logged and tried again.
    pub async fn run(&self, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            let busy = match self.turn().await {
                Ok(busy) => busy,
                Err(error) => {
                    tracing::error!(%error, "worker cannot go on; trying again");
                    false
                }
            };
            if busy {
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(IDLE) => {}
                changed = shutdown.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn turn(&self) -> Result<bool> {
        schedule::tick(&self.ctx, self.ctx.clock.now()).await?;
        self.step().await
    }

    /// Takes and runs one job; whether there was one.
    async fn step(&self) -> Result<bool> {
        let Some(job) = self.claim().await? else {
            return Ok(false);
        };
        let lease = job.lease();
        let kind = job.kind.clone();
        let Some(handler) = self.handlers.get(kind.as_str()) else {
            return Ok(false);
        };
        let work = handler(self.ctx.clone(), job);
        let outcome = tokio::select! {
            outcome = work => outcome,
            // Another has it now: whatever this one still does is not reported.
            error = self.hold(lease) => {
                tracing::warn!(job = lease.job_id, %error, "lease lost");
                return Ok(true);
            }
        };
        self.report(lease, &kind, outcome).await?;
        Ok(true)
    }

    async fn claim(&self) -> Result<Option<Job>> {
        let kinds: Vec<&'static str> = self.handlers.keys().copied().collect();
        let (owner, now) = (self.owner.clone(), self.ctx.clock.now());
        let claimed = self
            .ctx
            .write(move |c| {
                let claim = Claim {
                    owner: &owner,
                    kinds: &kinds,
                    limit: 1,
                    lease: chrono::Duration::from_std(LEASE).unwrap_or_default(),
                };
                jobs::claim(c, &claim, now)
            })
            .await?;
        Ok(claimed.into_iter().next())
    }

    /// Extends the lease again and again; ends only when it is lost.
    async fn hold(&self, lease: Lease) -> Error {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let now = self.ctx.clock.now();
            let until = now + chrono::Duration::from_std(LEASE).unwrap_or_default();
            let extended = self
                .ctx
                .write(move |c| jobs::extend(c, lease, until, now))
                .await;
            match extended {
                Err(Error::Db(error @ kairan_db::Error::LeaseLost { .. })) => return error.into(),
                // The database does not answer: the lease may still hold until its end.
                Err(error) => tracing::warn!(job = lease.job_id, %error, "lease not extended"),
                Ok(()) => {}
            }
        }
    }

    async fn report(&self, lease: Lease, kind: &str, outcome: Result<()>) -> Result<()> {
        let now = self.ctx.clock.now();
        let reported = match outcome {
            Ok(()) => self.ctx.write(move |c| jobs::complete(c, lease, now)).await,
            Err(error) => {
                let reason = error.to_string();
                tracing::warn!(job = lease.job_id, kind, %reason, "job failed");
                let failed = self
                    .ctx
                    .write(move |c| jobs::fail(c, lease, &reason, None, now))
                    .await;
                failed.map(|failure| {
                    if failure == Failure::Dead {
                        tracing::error!(job = lease.job_id, kind, "job given up");
                    }
                })
            }
        };
        match reported {
            Err(Error::Db(error @ kairan_db::Error::LeaseLost { .. })) => {
                tracing::warn!(job = lease.job_id, %error, "outcome not reported");
                Ok(())
            }
            other => other,
        }
    }
}
