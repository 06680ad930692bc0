//! What a dead worker leaves behind, and what is in doubt.

use chrono::{Duration, NaiveDateTime};
use diesel::{prelude::*, sql_query, sql_types};

use super::unsettled::{is_held, is_in_doubt};
use super::{Channel, Lane, MessageState};
use crate::{AnyConnection, Result, connection::on, schema::messages};

/// LINE remembers a retry key for 24 hours; an hour is kept for clocks that differ.
const LINE_RETRY_HOURS: i64 = 23;

/// Wait before an emergency mail in doubt goes out for the second and last time.
const RESEND_AFTER_SECONDS: i64 = 60;

/// An emergency mail in doubt goes out once more, under the same Message-ID; anything else in doubt waits for the resolver.
pub(super) fn resend_emergencies(c: &mut AnyConnection, now: NaiveDateTime) -> Result<()> {
    diesel::update(messages::table)
        .filter(is_in_doubt())
        .filter(messages::channel.eq(Channel::Mail.as_str()))
        .filter(messages::lane.eq(Lane::Emergency.number()))
        .filter(messages::resent.eq(false))
        .set((
            messages::state.eq(MessageState::Pending.as_str()),
            messages::resent.eq(true),
            messages::not_before.eq(now + Duration::seconds(RESEND_AFTER_SECONDS)),
        ))
        .execute(c)?;
    Ok(())
}

/// Runs out-of-date leases back: `leased` to `pending` (nothing was sent), `sending` to `in_doubt` for mail, and for LINE to `pending` under
/// the same key while LINE remembers it. Returns how many of each were found.
///
/// # Errors
/// Those of the database.
pub fn recover(c: &mut AnyConnection, now: NaiveDateTime) -> Result<(usize, usize)> {
    let overdue = || is_held().and(messages::lease_until.le(now));
    // The higher fence keeps whoever held it from writing about it later.
    let given_up = |state: MessageState| {
        (
            messages::state.eq(state.as_str()),
            messages::fence.eq(messages::fence + 1),
            messages::owner.eq(None::<String>),
            messages::lease_until.eq(None::<NaiveDateTime>),
            messages::updated_at.eq(now),
        )
    };
    let leased = diesel::update(messages::table)
        .filter(messages::state.eq(MessageState::Leased.as_str()))
        .filter(overdue())
        .set(given_up(MessageState::Pending))
        .execute(c)?;
    let line = diesel::update(messages::table)
        .filter(messages::state.eq(MessageState::Sending.as_str()))
        .filter(messages::channel.eq(Channel::Line.as_str()))
        .filter(messages::first_attempt_at.gt(now - Duration::hours(LINE_RETRY_HOURS)))
        .filter(overdue())
        .set(given_up(MessageState::Pending))
        .execute(c)?;
    let doubtful = diesel::update(messages::table)
        .filter(messages::state.eq(MessageState::Sending.as_str()))
        .filter(overdue())
        .set((
            given_up(MessageState::InDoubt),
            messages::reason.eq(Some("worker_lost")),
        ))
        .execute(c)?;
    resend_emergencies(c, now)?;
    Ok((leased, line + doubtful + forgotten(c, now)?))
}

/// LINE requests that wait for another attempt, whose last one may have been taken under a key that LINE has forgotten by now: nobody
/// may repeat them. Those that were certainly not taken, such as for want of quota, may wait for as long as they must.
fn forgotten(c: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    const FORGOTTEN: &str = "UPDATE messages SET state = 'in_doubt', reason = 'key_forgotten', updated_at = $1 \
         WHERE state = 'pending' AND channel = 'line' AND first_attempt_at <= $2 \
           AND EXISTS (SELECT 1 FROM attempts a WHERE a.message_id = messages.id AND a.code IS NULL \
             AND (a.outcome IS NULL OR a.outcome = 'again'))";
    let query = sql_query(FORGOTTEN)
        .bind::<sql_types::Timestamp, _>(now)
        .bind::<sql_types::Timestamp, _>(now - Duration::hours(LINE_RETRY_HOURS));
    Ok(on!(c, query.execute(c)?))
}

/// Whether automatic retries of a LINE request must end: its key may be forgotten soon.
#[must_use]
pub fn expired(first_attempt_at: NaiveDateTime, now: NaiveDateTime) -> bool {
    now - first_attempt_at >= Duration::hours(LINE_RETRY_HOURS)
}
