//! When `on: match` was last run: each run is for those who match now and did not match then.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::{AnyConnection, Result, connection::on, schema::match_runs};

/// When `on: match` was last run for a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchRun {
    /// The round it ran for.
    pub round: i32,
    /// The day on which people matched (JST).
    pub date: NaiveDate,
    /// When it ran (UTC).
    pub at: NaiveDateTime,
}

/// The last run, if there was one.
///
/// # Errors
/// Those of the database.
pub fn last_run(c: &mut AnyConnection, document_id: &str) -> Result<Option<MatchRun>> {
    let row: Option<(i32, NaiveDate, NaiveDateTime)> = match_runs::table
        .find(document_id)
        .select((
            match_runs::round,
            match_runs::last_date,
            match_runs::last_at,
        ))
        .first(c)
        .optional()?;
    Ok(row.map(|(round, date, at)| MatchRun { round, date, at }))
}

/// Remembers a run, in the transaction that writes its notice down.
///
/// # Errors
/// Those of the database.
pub fn record_run(c: &mut AnyConnection, document_id: &str, run: MatchRun) -> Result<()> {
    let values = (
        match_runs::round.eq(run.round),
        match_runs::last_date.eq(run.date),
        match_runs::last_at.eq(run.at),
    );
    on!(
        c,
        diesel::insert_into(match_runs::table)
            .values((match_runs::document_id.eq(document_id), values))
            .on_conflict(match_runs::document_id)
            .do_update()
            .set(values)
            .execute(c)?
    );
    Ok(())
}
