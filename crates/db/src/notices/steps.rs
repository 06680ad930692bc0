//! What becomes of a run: sending, held, let go on, cancelled, over.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{NoticeState, get};
use crate::{
    AnyConnection, Error, Result, releases,
    schema::{deliveries, messages, notices},
};

/// All recipients are written down: the run is `sending` from now on.
///
/// # Errors
/// Those of the database.
pub fn materialised(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(notices::table.find(id))
        .filter(notices::state.eq(NoticeState::Materialising.as_str()))
        .set((
            notices::state.eq(NoticeState::Sending.as_str()),
            notices::materialised_at.eq(Some(now)),
        ))
        .execute(c)?;
    Ok(())
}

/// Marks the run finished when all recipients are written down and no message is open. Returns whether it is finished.
///
/// # Errors
/// Those of the database.
pub fn finish_if_done(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<bool> {
    let open: i64 = messages::table
        .filter(messages::notice_id.eq(id))
        .filter(messages::state.eq_any(["pending", "leased", "sending"]))
        .count()
        .get_result(c)?;
    if open > 0 {
        return Ok(false);
    }
    let changed = diesel::update(notices::table.find(id))
        .filter(notices::state.eq(NoticeState::Sending.as_str()))
        .set((
            notices::state.eq(NoticeState::Finished.as_str()),
            notices::finished_at.eq(Some(now)),
        ))
        .execute(c)?;
    if changed == 1 {
        conclude(c, id, now)?;
    }
    Ok(changed == 1)
}

/// The release that gave rise to a run is 通知済み when this was its last.
fn conclude(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    let (document, edition): (String, String) = notices::table
        .find(id)
        .select((notices::document_id, notices::edition_id))
        .first(c)?;
    match edition.parse() {
        Ok(edition) => releases::conclude_of(c, &document, edition, now),
        Err(_) => Ok(()),
    }
}

/// A finished run has a message that is open again.
pub(super) fn reopen(c: &mut AnyConnection, id: &str) -> Result<()> {
    diesel::update(notices::table.find(id))
        .filter(notices::state.eq(NoticeState::Finished.as_str()))
        .set((
            notices::state.eq(NoticeState::Sending.as_str()),
            notices::finished_at.eq(None::<NaiveDateTime>),
        ))
        .execute(c)?;
    Ok(())
}

/// Holds a run: no more recipients are written down, no more messages leave. What is on its way stays on its way.
///
/// # Errors
/// [`Error::State`] where it is over or held already.
pub fn pause(c: &mut AnyConnection, id: &str) -> Result<()> {
    let notice = get(c, id)?;
    if !matches!(
        notice.state,
        NoticeState::Materialising | NoticeState::Sending
    ) {
        return Err(Error::state("お知らせ", id, notice.state));
    }
    diesel::update(notices::table.find(id))
        .set((
            notices::state.eq(NoticeState::Paused.as_str()),
            notices::resume_state.eq(Some(notice.state.as_str())),
        ))
        .execute(c)?;
    Ok(())
}

/// Lets a held run go on where it stopped.
///
/// # Errors
/// [`Error::State`] where it is not held.
pub fn resume(c: &mut AnyConnection, id: &str) -> Result<()> {
    let notice = get(c, id)?;
    if notice.state != NoticeState::Paused {
        return Err(Error::state("お知らせ", id, notice.state));
    }
    let before: Option<String> = notices::table
        .find(id)
        .select(notices::resume_state)
        .first(c)?;
    diesel::update(notices::table.find(id))
        .set((
            notices::state
                .eq(before.unwrap_or_else(|| NoticeState::Materialising.as_str().to_owned())),
            notices::resume_state.eq(None::<String>),
        ))
        .execute(c)?;
    Ok(())
}

/// Stops a run: messages that have not begun to leave are cancelled, inbox copies stay. Returns how many messages were stopped.
///
/// # Errors
/// [`Error::State`] where it is over already.
pub fn cancel(c: &mut AnyConnection, id: &str, reason: &str, now: NaiveDateTime) -> Result<usize> {
    let notice = get(c, id)?;
    if matches!(notice.state, NoticeState::Finished | NoticeState::Cancelled) {
        return Err(Error::state("お知らせ", id, notice.state));
    }
    let stopped = diesel::update(messages::table.filter(messages::notice_id.eq(id)))
        .filter(messages::state.eq_any(["pending", "leased"]))
        .set((
            messages::state.eq("cancelled"),
            messages::reason.eq(Some(reason)),
            // Whoever held it notices by the fence.
            messages::fence.eq(messages::fence + 1),
            messages::updated_at.eq(now),
        ))
        .execute(c)?;
    let cancelled = messages::table
        .filter(messages::notice_id.eq(id))
        .filter(messages::state.eq("cancelled"))
        .select(messages::id.nullable());
    diesel::update(deliveries::table.filter(deliveries::message_id.eq_any(cancelled)))
        .set((
            deliveries::state.eq("cancelled"),
            deliveries::reason.eq(Some(reason)),
        ))
        .execute(c)?;
    diesel::update(notices::table.find(id))
        .set((
            notices::state.eq(NoticeState::Cancelled.as_str()),
            notices::finished_at.eq(Some(now)),
        ))
        .execute(c)?;
    conclude(c, id, now)?;
    Ok(stopped)
}
