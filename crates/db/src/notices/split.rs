//! Changes to messages that a worker holds: the lease made longer, a message taken back, a chunk taken apart.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{MessageState, NewMessage, materialise::insert_messages};
use crate::{
    AnyConnection, Error, Result,
    schema::{deliveries, messages},
    seal::Keyring,
};

/// Holds messages longer, as long as they are still the worker's.
///
/// # Errors
/// Those of the database.
pub fn extend(c: &mut AnyConnection, held: &[(String, i64)], until: NaiveDateTime) -> Result<()> {
    for (id, fence) in held {
        diesel::update(messages::table.find(id))
            .filter(messages::fence.eq(*fence))
            .filter(messages::state.eq_any([
                MessageState::Leased.as_str(),
                MessageState::Sending.as_str(),
            ]))
            .set(messages::lease_until.eq(Some(until)))
            .execute(c)?;
    }
    Ok(())
}

/// Stops a message that is held and of which nothing has left; its deliveries say why.
///
/// # Errors
/// Those of the database.
pub fn stop(
    c: &mut AnyConnection,
    id: &str,
    fence: i64,
    reason: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let stopped = diesel::update(messages::table.find(id))
        .filter(messages::fence.eq(fence))
        .filter(messages::state.eq(MessageState::Leased.as_str()))
        .set((
            messages::state.eq(MessageState::Cancelled.as_str()),
            messages::reason.eq(Some(reason)),
            messages::updated_at.eq(now),
        ))
        .execute(c)?;
    if stopped == 1 {
        diesel::update(deliveries::table.filter(deliveries::message_id.eq(Some(id))))
            .set((
                deliveries::state.eq("cancelled"),
                deliveries::reason.eq(Some(reason)),
                deliveries::message_id.eq(None::<String>),
            ))
            .execute(c)?;
    }
    Ok(())
}

/// Takes a chunk apart that LINE refused whole, so that nobody got it: each part becomes a message of its own under a key of its own, and
/// the deliveries of its contact points follow it.
///
/// # Errors
/// [`Error::Conflict`] where the chunk is not the worker's any more.
pub fn split(
    c: &mut AnyConnection,
    (id, fence): (&str, i64),
    notice_id: &str,
    parts: &[(NewMessage, Vec<String>)],
    keys: &Keyring,
    now: NaiveDateTime,
) -> Result<()> {
    let taken = diesel::update(messages::table.find(id))
        .filter(messages::fence.eq(fence))
        .filter(messages::state.eq(MessageState::Sending.as_str()))
        .set((
            messages::state.eq(MessageState::Cancelled.as_str()),
            messages::reason.eq(Some("split")),
            messages::recipients.eq(0),
            messages::owner.eq(None::<String>),
            messages::lease_until.eq(None::<NaiveDateTime>),
            messages::updated_at.eq(now),
        ))
        .execute(c)?;
    if taken != 1 {
        return Err(Error::conflict("message", id));
    }
    for (message, contacts) in parts {
        insert_messages(c, notice_id, std::slice::from_ref(message), keys, now)?;
        diesel::update(deliveries::table)
            .filter(deliveries::message_id.eq(Some(id)))
            .filter(deliveries::contact_id.eq_any(contacts))
            .set(deliveries::message_id.eq(Some(&message.id)))
            .execute(c)?;
    }
    Ok(())
}
