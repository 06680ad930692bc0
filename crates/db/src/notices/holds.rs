//! Channels and receivers that are held: LINE's month is used up, a mail domain refuses everybody.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Channel;
use crate::{AnyConnection, Result, connection::on, schema::channel_holds};

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Hold {
    /// `mail` or `line`.
    pub channel: String,
    /// A mail domain; empty = the whole channel.
    pub receiver: String,
    /// Until when (UTC); `None` = until somebody lifts it.
    pub until: Option<NaiveDateTime>,
    /// Why, as a word.
    pub reason: String,
    /// Since when (UTC).
    pub created_at: NaiveDateTime,
}

/// Holds a channel, or one receiver of it. A later call replaces an earlier one.
///
/// # Errors
/// Those of the database.
pub fn hold(
    c: &mut AnyConnection,
    channel: Channel,
    receiver: &str,
    until: Option<NaiveDateTime>,
    reason: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let what = (
        channel_holds::until.eq(until),
        channel_holds::reason.eq(reason),
        channel_holds::created_at.eq(now),
    );
    let place = (
        channel_holds::channel.eq(channel.as_str()),
        channel_holds::receiver.eq(receiver),
    );
    on!(
        c,
        diesel::insert_into(channel_holds::table)
            .values((place, what))
            .on_conflict((channel_holds::channel, channel_holds::receiver))
            .do_update()
            .set(what)
            .execute(c)?
    );
    Ok(())
}

/// Lifts a hold.
///
/// # Errors
/// Those of the database.
pub fn lift(c: &mut AnyConnection, channel: Channel, receiver: &str) -> Result<bool> {
    let gone =
        diesel::delete(channel_holds::table.find((channel.as_str(), receiver))).execute(c)?;
    Ok(gone > 0)
}

/// Everything held at this instant.
///
/// # Errors
/// Those of the database.
pub fn holds(c: &mut AnyConnection, now: NaiveDateTime) -> Result<Vec<Hold>> {
    Ok(channel_holds::table
        .filter(
            channel_holds::until
                .is_null()
                .or(channel_holds::until.gt(now)),
        )
        .order((channel_holds::channel.asc(), channel_holds::receiver.asc()))
        .load(c)?)
}
