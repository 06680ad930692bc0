//! How many messages stand where: for the gauges of an operator.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::MessageState;
use super::unsettled::{is_held, is_of_line, is_pending};
use crate::schema::messages;
use crate::{AnyConnection, Result};

/// How many messages each channel has in each state that has any: channel, state, count. Cost grows with all messages kept.
///
/// # Errors
/// Those of the database.
pub fn message_counts(c: &mut AnyConnection) -> Result<Vec<(String, String, i64)>> {
    Ok(messages::table
        .group_by((messages::channel, messages::state))
        .select((
            messages::channel,
            messages::state,
            diesel::dsl::count_star(),
        ))
        .order((messages::channel.asc(), messages::state.asc()))
        .load(c)?)
}

/// What LINE carried since an instant (UTC), and what waits to be carried: in recipients, as LINE counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineUse {
    /// Taken by LINE, or perhaps taken.
    pub sent: i64,
    /// Written down and not sent yet.
    pub waiting: i64,
}

/// How much of LINE was used. Cost grows with the LINE messages of that time and with what waits.
///
/// # Errors
/// Those of the database.
pub fn line_use(c: &mut AnyConnection, since: NaiveDateTime) -> Result<LineUse> {
    let sum = diesel::dsl::sum(messages::recipients);
    let sent: Option<i64> = messages::table
        .filter(is_of_line())
        .filter(messages::dated_at.ge(since))
        .filter(messages::state.eq_any([
            MessageState::Accepted.as_str(),
            MessageState::InDoubt.as_str(),
            MessageState::Sending.as_str(),
        ]))
        .select(sum)
        .first(c)?;
    let pending: Option<i64> = messages::table
        .filter(is_of_line())
        .filter(is_pending())
        .select(sum)
        .first(c)?;
    let leased: Option<i64> = messages::table
        .filter(is_of_line())
        .filter(is_held())
        .filter(messages::state.eq(MessageState::Leased.as_str()))
        .select(sum)
        .first(c)?;
    Ok(LineUse {
        sent: sent.unwrap_or_default(),
        waiting: pending.unwrap_or_default() + leased.unwrap_or_default(),
    })
}
