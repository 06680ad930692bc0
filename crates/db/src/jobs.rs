//! The queue: work is a row, enqueued in the transaction of the change that calls for it, and held by
//! whoever works on it under a lease with a fence number.
//!
//! A holder that was slow loses the lease; what it reports afterwards is refused, because the fence number
//! has moved on. Work must still be safe to repeat: a holder may die after its last act and before its
//! report.

mod claim;
mod finish;

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use crate::connection::on;
use crate::schema::jobs;
use crate::words::words;
use crate::{AnyConnection, Error, Result};

pub use claim::{Claim, Lease, claim, extend, recover};
pub use finish::{Failure, cancel, complete, fail, give_back, prune, retry};

words! {
    /// Where a job stands.
    JobState {
        /// Waiting for its time or a worker.
        Ready = "ready",
        /// Someone works on it.
        Leased = "leased",
        /// Done.
        Done = "done",
        /// Given up after too many attempts; staff may retry it.
        Dead = "dead",
        /// Called off.
        Cancelled = "cancelled",
    }
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    /// Its number; grows.
    pub id: i64,
    /// Which handler it is for.
    pub kind: String,
    /// The handler's own, as JSON.
    pub payload: String,
    /// At most one open job has it.
    pub dedupe_key: Option<String>,
    /// Higher goes first.
    pub priority: i64,
    /// Where it stands.
    #[diesel(deserialize_as = String)]
    pub state: JobState,
    /// Not before, UTC.
    pub run_at: NaiveDateTime,
    /// It was called for again while someone worked on it: it runs once more after that.
    pub again: bool,
    /// Attempts begun.
    pub attempts: i64,
    /// Attempts after which it is dead.
    pub max_attempts: i64,
    /// Who works on it, or did last.
    pub owner: Option<String>,
    /// Until when, UTC.
    pub leased_until: Option<NaiveDateTime>,
    /// Raised by every lease.
    pub fence: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// UTC
    pub created_at: NaiveDateTime,
    /// UTC
    pub updated_at: NaiveDateTime,
    /// When it was done, dead or cancelled, UTC.
    pub finished_at: Option<NaiveDateTime>,
}

/// A job to enqueue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob<'a> {
    /// Which handler it is for.
    pub kind: &'a str,
    /// The handler's own, as JSON. Where there is a dedupe key it must follow from it.
    pub payload: &'a str,
    /// Jobs with the same key are one, as long as it is open.
    pub dedupe_key: Option<&'a str>,
    /// Higher goes first.
    pub priority: i64,
    /// Not before, UTC.
    pub run_at: NaiveDateTime,
    /// Attempts after which it is dead.
    pub max_attempts: i64,
}

impl<'a> NewJob<'a> {
    /// A job for now, with ordinary priority (0) and ten attempts.
    #[must_use]
    pub const fn now(kind: &'a str, payload: &'a str, now: NaiveDateTime) -> Self {
        Self {
            kind,
            payload,
            dedupe_key: None,
            priority: 0,
            run_at: now,
            max_attempts: 10,
        }
    }
}

/// Enqueues a job, on the connection of the change that calls for it; its number. Where an open job has
/// the same dedupe key, that one is meant: one that waits takes the earlier time and the higher priority,
/// one that is being worked on runs once more afterwards, since it may have read what changed only now.
///
/// # Errors
/// Those of the database.
pub fn enqueue(c: &mut AnyConnection, job: &NewJob<'_>, now: NaiveDateTime) -> Result<i64> {
    // Parameters are numbered as they first appear: SQLite counts them so.
    const ENQUEUE: &str = "INSERT INTO jobs (kind, payload, dedupe_key, priority, state, run_at, again,
            attempts, max_attempts, fence, created_at, updated_at)
        VALUES ($1, $2, $3, $4, 'ready', $5, FALSE, 0, $6, 0, $7, $7)
        ON CONFLICT (dedupe_key) WHERE state IN ('ready', 'leased') DO UPDATE SET
            again = jobs.state = 'leased',
            run_at = CASE WHEN (jobs.state = 'ready' OR jobs.again) AND jobs.run_at < excluded.run_at
                THEN jobs.run_at ELSE excluded.run_at END,
            priority = CASE WHEN jobs.priority > excluded.priority
                THEN jobs.priority ELSE excluded.priority END,
            updated_at = excluded.updated_at
        RETURNING id";
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let row: Id = on!(
        c,
        diesel::sql_query(ENQUEUE)
            .bind::<Text, _>(job.kind)
            .bind::<Text, _>(job.payload)
            .bind::<Nullable<Text>, _>(job.dedupe_key)
            .bind::<BigInt, _>(job.priority)
            .bind::<Timestamp, _>(job.run_at)
            .bind::<BigInt, _>(job.max_attempts)
            .bind::<Timestamp, _>(now)
            .get_result(c)?
    );
    Ok(row.id)
}

/// The job of this number.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(c: &mut AnyConnection, id: i64) -> Result<Job> {
    jobs::table
        .find(id)
        .select(Job::as_select())
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("ジョブ", id))
}

/// The open job with this dedupe key.
///
/// # Errors
/// Those of the database.
pub fn open_with_key(c: &mut AnyConnection, dedupe_key: &str) -> Result<Option<Job>> {
    Ok(jobs::table
        .filter(jobs::dedupe_key.eq(dedupe_key))
        .filter(jobs::state.eq_any([JobState::Ready.as_str(), JobState::Leased.as_str()]))
        .select(Job::as_select())
        .first(c)
        .optional()?)
}

/// Jobs in a state, newest first, at most `limit` with a number below `before`.
///
/// # Errors
/// Those of the database.
pub fn list(
    c: &mut AnyConnection,
    state: JobState,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Job>> {
    Ok(jobs::table
        .filter(jobs::state.eq(state.as_str()))
        .filter(jobs::id.lt(before.unwrap_or(i64::MAX)))
        .order(jobs::id.desc())
        .limit(limit)
        .select(Job::as_select())
        .load(c)?)
}

/// How many jobs there are in each state that has any.
///
/// # Errors
/// Those of the database.
pub fn counts(c: &mut AnyConnection) -> Result<Vec<(JobState, i64)>> {
    let rows: Vec<(String, i64)> = jobs::table
        .group_by(jobs::state)
        .select((jobs::state, diesel::dsl::count_star()))
        .order(jobs::state.asc())
        .load(c)?;
    rows.into_iter()
        .map(|(state, count)| Ok((state.parse()?, count)))
        .collect()
}

/// How long to wait after the n-th failed attempt: 10 s, 30 s, 1.5 min and so on by three, at most 6 h.
#[must_use]
pub fn backoff(attempts: i64) -> Duration {
    let exponent = u32::try_from(attempts.clamp(1, 9)).unwrap_or(1) - 1;
    Duration::seconds((10 * 3_i64.pow(exponent)).min(6 * 3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_has_an_end() {
        assert_eq!(backoff(0), Duration::seconds(10));
        assert_eq!(backoff(1), Duration::seconds(10));
        assert_eq!(backoff(2), Duration::seconds(30));
        assert_eq!(backoff(3), Duration::seconds(90));
        assert!((1..50).all(|n| backoff(n) <= backoff(n + 1)));
        assert_eq!(backoff(i64::MAX), Duration::hours(6));
    }
}
