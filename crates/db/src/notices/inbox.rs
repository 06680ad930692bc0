//! The record on my page: what a citizen was told (到達 = viewable), whether or not mail or LINE arrived.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Channel;
use crate::{
    AnyConnection, Result,
    schema::{deliveries, notices},
};

/// One notice in a citizen's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct InboxItem {
    /// The run.
    pub notice_id: String,
    /// 文書
    pub document_id: String,
    /// What is said, as JSON of the composer's.
    pub content: String,
    /// `normal`, `important` or `emergency`.
    pub urgency: String,
    /// Keys of the children it is about, separated by commas.
    pub subjects: String,
    /// When it became viewable (UTC).
    pub created_at: NaiveDateTime,
    /// When it was read (UTC).
    pub read_at: Option<NaiveDateTime>,
}

/// The newest notices of a citizen.
///
/// # Errors
/// Those of the database.
pub fn inbox(c: &mut AnyConnection, citizen_key: &str, limit: i64) -> Result<Vec<InboxItem>> {
    Ok(deliveries::table
        .inner_join(notices::table.on(notices::id.eq(deliveries::notice_id)))
        .filter(deliveries::citizen_key.eq(citizen_key))
        .filter(deliveries::channel.eq(Channel::Inbox.as_str()))
        .filter(deliveries::state.eq("recorded"))
        .order((deliveries::created_at.desc(), deliveries::notice_id.desc()))
        .limit(limit)
        .select((
            notices::id,
            notices::document_id,
            notices::content,
            notices::urgency,
            deliveries::subjects,
            deliveries::created_at,
            deliveries::read_at,
        ))
        .load(c)?)
}

/// Remembers that a notice was read; the first time counts.
///
/// # Errors
/// Those of the database.
pub fn mark_read(
    c: &mut AnyConnection,
    citizen_key: &str,
    notice_id: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(deliveries::table)
        .filter(deliveries::notice_id.eq(notice_id))
        .filter(deliveries::citizen_key.eq(citizen_key))
        .filter(deliveries::channel.eq(Channel::Inbox.as_str()))
        .filter(deliveries::read_at.is_null())
        .set(deliveries::read_at.eq(Some(now)))
        .execute(c)?;
    Ok(())
}
