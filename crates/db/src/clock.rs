//! What falls due: editions to publish, documents to take down, objects whose content changes by time,
//! jobs to run. Each reads an index of what waits, and costs what it returns.

use chrono::NaiveDateTime;
use diesel::dsl::min;
use diesel::prelude::*;

use crate::editions::{Edition, EditionState};
use crate::jobs::JobState;
use crate::schema::{editions, jobs, live, objects};
use crate::{AnyConnection, Result};

/// Scheduled editions whose time has come, longest due first. For what is over see
/// [`crate::live::expiring`], for what must be rendered again [`crate::objects::due`].
///
/// # Errors
/// Those of the database.
pub fn due_to_publish(
    c: &mut AnyConnection,
    now: NaiveDateTime,
    limit: i64,
) -> Result<Vec<Edition>> {
    Ok(editions::table
        .filter(editions::state.eq(EditionState::Scheduled.as_str()))
        .filter(editions::publish_at.le(now))
        .order(editions::publish_at.asc())
        .limit(limit)
        .select(Edition::as_select())
        .load(c)?)
}

/// The next instant at which anything falls due, UTC: how long the schedule may sleep unless something
/// is written meanwhile. `None`: nothing waits.
///
/// # Errors
/// Those of the database.
pub fn next_due(c: &mut AnyConnection) -> Result<Option<NaiveDateTime>> {
    let publish: Option<NaiveDateTime> = editions::table
        .filter(editions::state.eq(EditionState::Scheduled.as_str()))
        .select(min(editions::publish_at))
        .first(c)?;
    let expire: Option<NaiveDateTime> = live::table
        .filter(live::expires_at.is_not_null())
        .select(min(live::expires_at))
        .first(c)?;
    let refresh: Option<NaiveDateTime> = objects::table
        .filter(objects::valid_until.is_not_null())
        .select(min(objects::valid_until))
        .first(c)?;
    let run: Option<NaiveDateTime> = jobs::table
        .filter(jobs::state.eq(JobState::Ready.as_str()))
        .select(min(jobs::run_at))
        .first(c)?;
    let recover: Option<NaiveDateTime> = jobs::table
        .filter(jobs::state.eq(JobState::Leased.as_str()))
        .select(min(jobs::leased_until))
        .first(c)?;
    Ok([publish, expire, refresh, run, recover]
        .into_iter()
        .flatten()
        .min())
}
