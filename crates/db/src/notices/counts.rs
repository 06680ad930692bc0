//! How many messages stand where: for the gauges of an operator.

use diesel::prelude::*;

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
