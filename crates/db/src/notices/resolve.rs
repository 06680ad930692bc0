//! What is learned later from a relay's log about a mail in doubt.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{MessageState, unsettled::is_in_doubt};
use crate::{AnyConnection, Error, Result, schema::messages};

/// A mail that may or may not have been taken.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Doubt {
    /// The message.
    pub id: String,
    /// Its Message-ID.
    pub identity: String,
    /// Since when (UTC).
    pub since: NaiveDateTime,
}

/// Mails in doubt, oldest first.
///
/// # Errors
/// Those of the database.
pub fn in_doubt(c: &mut AnyConnection, limit: i64) -> Result<Vec<Doubt>> {
    Ok(messages::table
        .filter(is_in_doubt())
        .filter(messages::channel.eq("mail"))
        .order(messages::updated_at.asc())
        .limit(limit)
        .select((messages::id, messages::identity, messages::updated_at))
        .load(c)?)
}

/// A complete log of the relay shows that a mail in doubt was never taken: it goes out again. Its run is open again.
///
/// # Errors
/// Those of the database.
pub fn never_taken(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    let changed = diesel::update(messages::table.find(id))
        .filter(messages::state.eq(MessageState::InDoubt.as_str()))
        .set((
            messages::state.eq(MessageState::Pending.as_str()),
            messages::reason.eq(None::<String>),
            messages::not_before.eq(now),
            messages::updated_at.eq(now),
        ))
        .execute(c)?;
    if changed == 1 {
        let notice: String = messages::table
            .find(id)
            .select(messages::notice_id)
            .first(c)?;
        super::steps::reopen(c, &notice)?;
    }
    Ok(())
}

/// Settles a message in doubt by what the relay's log says.
///
/// # Errors
/// [`Error::State`] where it is not in doubt.
pub fn resolve(
    c: &mut AnyConnection,
    id: &str,
    accepted: bool,
    provider_id: Option<&str>,
    now: NaiveDateTime,
) -> Result<()> {
    let state = if accepted {
        MessageState::Accepted
    } else {
        MessageState::Failed
    };
    let changed = diesel::update(messages::table.find(id))
        .filter(messages::state.eq(MessageState::InDoubt.as_str()))
        .set((
            messages::state.eq(state.as_str()),
            messages::provider_id.eq(provider_id),
            messages::reason.eq(Some("resolved")),
            messages::updated_at.eq(now),
        ))
        .execute(c)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::state("message", id, "not in doubt"))
    }
}
