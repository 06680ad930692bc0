use chrono::{Duration, NaiveDateTime};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Job, JobState};
use crate::schema::jobs;
use crate::{AnyConnection, Error, Result};

/// Who wants work, and what kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Name of the worker, for people.
    pub owner: &'a str,
    /// Kinds it can do; empty: all.
    pub kinds: &'a [&'a str],
    /// At most so many.
    pub limit: i64,
    /// For how long, unless extended.
    pub lease: Duration,
}

/// The right to finish a job, as long as nobody else was given it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job.
    pub job_id: i64,
    /// The job's fence number at the time of the claim.
    pub fence: i64,
}

impl Job {
    /// The lease under which this job was claimed.
    #[must_use]
    pub const fn lease(&self) -> Lease {
        Lease {
            job_id: self.id,
            fence: self.fence,
        }
    }
}

/// Takes jobs whose time has come, the highest priority first and the longest due first within it. Jobs
/// whose lease is over are recovered first. Two workers never get the same job.
///
/// # Errors
/// Those of the database.
pub fn claim(c: &mut AnyConnection, claim: &Claim<'_>, now: NaiveDateTime) -> Result<Vec<Job>> {
    recover(c, now)?;
    let ids = free(c, claim, now)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(jobs::table.filter(jobs::id.eq_any(&ids)))
        .set((
            jobs::state.eq(JobState::Leased.as_str()),
            jobs::owner.eq(claim.owner),
            jobs::leased_until.eq(now + claim.lease),
            jobs::fence.eq(jobs::fence + 1),
            jobs::attempts.eq(jobs::attempts + 1),
            jobs::updated_at.eq(now),
        ))
        .execute(c)?;
    Ok(jobs::table
        .filter(jobs::id.eq_any(&ids))
        .order((jobs::priority.desc(), jobs::run_at.asc(), jobs::id.asc()))
        .select(Job::as_select())
        .load(c)?)
}

/// The numbers of free jobs, locked: on SQLite by the transaction itself, on PostgreSQL row by row.
fn free(c: &mut AnyConnection, claim: &Claim<'_>, now: NaiveDateTime) -> Result<Vec<i64>> {
    macro_rules! free {
        () => {
            jobs::table
                .filter(jobs::state.eq(JobState::Ready.as_str()))
                .filter(jobs::run_at.le(now))
                .filter(jobs::kind.eq_any(claim.kinds.to_vec()).or(sql::<Bool>(
                    if claim.kinds.is_empty() {
                        "TRUE"
                    } else {
                        "FALSE"
                    },
                )))
                .order((jobs::priority.desc(), jobs::run_at.asc(), jobs::id.asc()))
                .limit(claim.limit)
                .select(jobs::id)
        };
    }
    Ok(match c {
        AnyConnection::Sqlite(c) => free!().load(c)?,
        AnyConnection::Pg(c) => free!().for_update().skip_locked().load(c)?,
    })
}

/// Holds on to a job for longer. To be called well before the lease is over, from beside the work.
///
/// # Errors
/// [`Error::LeaseLost`]: stop at once, another has it.
pub fn extend(
    c: &mut AnyConnection,
    lease: Lease,
    until: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<()> {
    let extended = diesel::update(
        jobs::table
            .find(lease.job_id)
            .filter(jobs::fence.eq(lease.fence))
            .filter(jobs::state.eq(JobState::Leased.as_str())),
    )
    .set((jobs::leased_until.eq(until), jobs::updated_at.eq(now)))
    .execute(c)?;
    if extended == 1 {
        Ok(())
    } else {
        Err(Error::LeaseLost { id: lease.job_id })
    }
}

/// Jobs whose lease is over become ready again, or dead after their last attempt; how many. A worker that
/// died counts as a failed attempt: work that kills its worker must not go round for ever.
///
/// # Errors
/// Those of the database.
pub fn recover(c: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    macro_rules! over {
        () => {
            jobs::table
                .filter(jobs::state.eq(JobState::Leased.as_str()))
                .filter(jobs::leased_until.lt(now))
                .select(jobs::id)
        };
    }
    // Skipping what another worker recovers right now, instead of waiting for it.
    let ids: Vec<i64> = match c {
        AnyConnection::Sqlite(c) => over!().load(c)?,
        AnyConnection::Pg(c) => over!().for_update().skip_locked().load(c)?,
    };
    if ids.is_empty() {
        return Ok(0);
    }
    let lost = || jobs::table.filter(jobs::id.eq_any(&ids));
    diesel::update(lost().filter(jobs::attempts.ge(jobs::max_attempts)))
        .set((
            jobs::state.eq(JobState::Dead.as_str()),
            jobs::last_error.eq("担当の処理が終了を報告しないまま期限が過ぎました"),
            jobs::finished_at.eq(now),
            jobs::updated_at.eq(now),
        ))
        .execute(c)?;
    diesel::update(lost().filter(jobs::attempts.lt(jobs::max_attempts)))
        .set((
            jobs::state.eq(JobState::Ready.as_str()),
            jobs::again.eq(false),
            jobs::updated_at.eq(now),
        ))
        .execute(c)?;
    Ok(ids.len())
}
