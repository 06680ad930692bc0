use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Job, JobState, Lease, backoff, get};
use crate::schema::jobs;
use crate::{AnyConnection, Error, Result};

/// What became of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It is tried again at this instant, UTC.
    Retry(NaiveDateTime),
    /// That was the last attempt.
    Dead,
}

/// The job is done; on the connection of its last change, so that both are committed together. Where it
/// was called for again meanwhile, it is ready anew.
///
/// # Errors
/// [`Error::LeaseLost`]: another has the job; roll back.
pub fn complete(c: &mut AnyConnection, lease: Lease, now: NaiveDateTime) -> Result<()> {
    let job = held(c, lease)?;
    if job.again {
        return settle(
            c,
            &job,
            JobState::Ready,
            now,
            &Settled {
                anew: true,
                ..Settled::default()
            },
        );
    }
    settle(c, &job, JobState::Done, now, &Settled::default())
}

/// The attempt failed: the job is tried again after [`backoff`], or at `retry_at` where the caller knows
/// better, or is dead after its last attempt. `error` is for staff and must hold no personal data.
///
/// # Errors
/// [`Error::LeaseLost`].
pub fn fail(
    c: &mut AnyConnection,
    lease: Lease,
    error: &str,
    retry_at: Option<NaiveDateTime>,
    now: NaiveDateTime,
) -> Result<Failure> {
    let job = held(c, lease)?;
    let error = Some(error);
    if job.attempts >= job.max_attempts && !job.again {
        settle(
            c,
            &job,
            JobState::Dead,
            now,
            &Settled {
                error,
                ..Settled::default()
            },
        )?;
        return Ok(Failure::Dead);
    }
    let run_at = retry_at.unwrap_or_else(|| now + backoff(job.attempts));
    let settled = Settled {
        error,
        run_at: Some(run_at),
        anew: job.again,
    };
    settle(c, &job, JobState::Ready, now, &settled)?;
    Ok(Failure::Retry(run_at))
}

/// Gives a job back that was not worked on, as when a worker is told to stop: the attempt does not count.
///
/// # Errors
/// [`Error::LeaseLost`].
pub fn give_back(
    c: &mut AnyConnection,
    lease: Lease,
    run_at: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<()> {
    let job = held(c, lease)?;
    diesel::update(jobs::table.find(job.id))
        .set(jobs::attempts.eq(job.attempts - 1))
        .execute(c)?;
    settle(
        c,
        &job,
        JobState::Ready,
        now,
        &Settled {
            run_at: Some(run_at),
            ..Settled::default()
        },
    )
}

/// Calls off an open job; whoever works on it finds the lease lost. Whether it was open.
///
/// # Errors
/// Those of the database.
pub fn cancel(c: &mut AnyConnection, id: i64, now: NaiveDateTime) -> Result<bool> {
    let open = [JobState::Ready.as_str(), JobState::Leased.as_str()];
    let cancelled = diesel::update(jobs::table.find(id).filter(jobs::state.eq_any(open)))
        .set((
            jobs::state.eq(JobState::Cancelled.as_str()),
            jobs::fence.eq(jobs::fence + 1),
            jobs::finished_at.eq(now),
            jobs::updated_at.eq(now),
        ))
        .execute(c)?;
    Ok(cancelled == 1)
}

/// Makes a dead or cancelled job ready again, with all its attempts before it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] where it is not dead or cancelled, or where another open job has
/// its dedupe key and does the work already.
pub fn retry(c: &mut AnyConnection, id: i64, now: NaiveDateTime) -> Result<()> {
    let job = get(c, id)?;
    let other = match &job.dedupe_key {
        Some(key) => super::open_with_key(c, key)?,
        None => None,
    };
    if !matches!(job.state, JobState::Dead | JobState::Cancelled) || other.is_some() {
        return Err(Error::state(
            "ジョブ",
            id,
            other.map_or(job.state, |other| other.state),
        ));
    }
    settle(
        c,
        &job,
        JobState::Ready,
        now,
        &Settled {
            run_at: Some(now),
            anew: true,
            error: None,
        },
    )
}

/// Deletes jobs that were done or cancelled before `before`; how many. The dead stay until staff have
/// seen to them.
///
/// # Errors
/// Those of the database.
pub fn prune(c: &mut AnyConnection, before: NaiveDateTime) -> Result<usize> {
    let over = [JobState::Done.as_str(), JobState::Cancelled.as_str()];
    Ok(diesel::delete(
        jobs::table
            .filter(jobs::finished_at.lt(before))
            .filter(jobs::state.eq_any(over)),
    )
    .execute(c)?)
}

/// The job, if this lease still holds it; locked, since it may be called for again at this very moment.
fn held(c: &mut AnyConnection, lease: Lease) -> Result<Job> {
    if let AnyConnection::Pg(c) = c {
        jobs::table
            .find(lease.job_id)
            .select(jobs::id)
            .for_update()
            .execute(c)?;
    }
    let job = get(c, lease.job_id)?;
    if job.state == JobState::Leased && job.fence == lease.fence {
        Ok(job)
    } else {
        Err(Error::LeaseLost { id: lease.job_id })
    }
}

#[derive(Default)]
struct Settled<'a> {
    error: Option<&'a str>,
    run_at: Option<NaiveDateTime>,
    /// Attempts count from 0 again.
    anew: bool,
}

/// Writes the outcome under the condition that the job is as it was read.
fn settle(
    c: &mut AnyConnection,
    job: &Job,
    to: JobState,
    now: NaiveDateTime,
    settled: &Settled<'_>,
) -> Result<()> {
    let as_read = jobs::table
        .find(job.id)
        .filter(jobs::fence.eq(job.fence))
        .filter(jobs::state.eq(job.state.as_str()));
    let open = to == JobState::Ready;
    let written = diesel::update(as_read)
        .set((
            jobs::state.eq(to.as_str()),
            jobs::again.eq(false),
            jobs::run_at.eq(settled.run_at.unwrap_or(job.run_at)),
            jobs::last_error.eq(settled.error.or(job.last_error.as_deref())),
            jobs::leased_until.eq(None::<NaiveDateTime>),
            jobs::finished_at.eq((!open).then_some(now)),
            jobs::updated_at.eq(now),
        ))
        .execute(c)?;
    if written != 1 {
        return Err(Error::LeaseLost { id: job.id });
    }
    if settled.anew {
        diesel::update(jobs::table.find(job.id))
            .set(jobs::attempts.eq(0_i64))
            .execute(c)?;
    }
    Ok(())
}
