//! Leaving (退会): what is personal goes, the random key stays, since the ledger of notices names it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{State, id_in};
use crate::audience::{self, CHUNK};
use crate::schema::{
    citizen_tokens, citizens, consents, contact_points, line_friends, sensitive_facts,
};
use crate::time::micros;
use crate::{AnyConnection, Result};

/// Erases a citizen: contact points, facts, preferences, tokens and the matching index. The record of consent stays
/// under the random key, as the proof of what was allowed. Leaving twice changes nothing. Call inside `Db::write`, and
/// note it in the audit log there.
///
/// # Errors
/// [`crate::Error::NotFound`]; those of the database.
pub fn leave(c: &mut AnyConnection, key: &str, now: NaiveDateTime) -> Result<()> {
    let id = id_in(c, key, &[State::Pending, State::Active, State::Left])?;
    erase(c, &[id])?;
    diesel::update(
        citizens::table
            .find(id)
            .filter(citizens::state.ne(State::Left.as_str())),
    )
    .set((
        citizens::state.eq(State::Left.as_str()),
        citizens::lang.eq("ja"),
        citizens::facts.eq("{}"),
        citizens::preferences.eq("{}"),
        citizens::left_at.eq(micros(now)),
    ))
    .execute(c)?;
    Ok(())
}

/// Deletes registrations that nobody confirmed and that began before an instant; returns how many. Call inside
/// `Db::write`, again while it returns 1,000.
///
/// # Errors
/// Those of the database.
pub fn purge_pending(c: &mut AnyConnection, before: NaiveDateTime) -> Result<usize> {
    let ids: Vec<i32> = citizens::table
        .filter(citizens::state.eq(State::Pending.as_str()))
        .filter(citizens::created_at.lt(before))
        .order(citizens::id)
        .limit(CHUNK as i64)
        .select(citizens::id)
        .load(c)?;
    delete_pending(c, &ids)?;
    Ok(ids.len())
}

/// Deletes those of these citizens who never counted, with everything about them.
pub(super) fn delete_pending(c: &mut AnyConnection, ids: &[i32]) -> Result<()> {
    let pending = || {
        citizens::table
            .filter(citizens::id.eq_any(ids))
            .filter(citizens::state.eq(State::Pending.as_str()))
    };
    // Takes the rows, so that nobody is confirmed between this look and the end.
    diesel::update(pending())
        .set(citizens::state.eq(State::Pending.as_str()))
        .execute(c)?;
    let ids: Vec<i32> = pending().select(citizens::id).load(c)?;
    if ids.is_empty() {
        return Ok(());
    }
    erase(c, &ids)?;
    diesel::delete(consents::table.filter(consents::citizen_id.eq_any(&ids))).execute(c)?;
    diesel::delete(citizens::table.filter(citizens::id.eq_any(&ids))).execute(c)?;
    Ok(())
}

fn erase(c: &mut AnyConnection, ids: &[i32]) -> Result<()> {
    audience::remove(c, ids)?;
    diesel::delete(citizen_tokens::table.filter(citizen_tokens::citizen_id.eq_any(ids)))
        .execute(c)?;
    let accounts: Vec<String> = contact_points::table
        .filter(contact_points::citizen_id.eq_any(ids))
        .filter(contact_points::channel.eq("line"))
        .select(contact_points::blind_index)
        .load(c)?;
    diesel::delete(line_friends::table.filter(line_friends::blind_index.eq_any(accounts)))
        .execute(c)?;
    diesel::delete(contact_points::table.filter(contact_points::citizen_id.eq_any(ids)))
        .execute(c)?;
    diesel::delete(sensitive_facts::table.filter(sensitive_facts::citizen_id.eq_any(ids)))
        .execute(c)?;
    Ok(())
}
