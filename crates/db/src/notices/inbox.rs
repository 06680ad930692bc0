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

/// What one citizen was told about a document, and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Told {
    /// The run.
    pub notice_id: String,
    /// `publish`, `reminder:…` or `correction:…`.
    pub occasion: String,
    /// `inbox`, `mail` or `line`.
    pub channel: String,
    /// The delivery's own state.
    pub state: String,
    /// Its message's state, where it has one.
    pub message_state: Option<String>,
    /// Why not.
    pub reason: Option<String>,
    /// Keys of the children it was about, separated by commas.
    pub subjects: String,
    /// When it was written down (UTC).
    pub created_at: NaiveDateTime,
}

/// Everything a citizen was told about a document, oldest first.
///
/// # Errors
/// Those of the database.
pub fn told_about(
    c: &mut AnyConnection,
    document_id: &str,
    citizen_key: &str,
) -> Result<Vec<Told>> {
    use crate::schema::messages;
    Ok(deliveries::table
        .inner_join(notices::table.on(notices::id.eq(deliveries::notice_id)))
        .left_join(messages::table.on(messages::id.nullable().eq(deliveries::message_id)))
        .filter(deliveries::citizen_key.eq(citizen_key))
        .filter(notices::document_id.eq(document_id))
        .order((
            deliveries::created_at.asc(),
            notices::id.asc(),
            deliveries::channel.asc(),
        ))
        .select((
            notices::id,
            notices::occasion,
            deliveries::channel,
            deliveries::state,
            messages::state.nullable(),
            deliveries::reason,
            deliveries::subjects,
            deliveries::created_at,
        ))
        .load(c)?)
}

/// How many mails and LINE messages each of these citizens was to get since an instant (UTC).
///
/// # Errors
/// Those of the database.
pub fn pushed_since(
    c: &mut AnyConnection,
    citizens: &[String],
    since: NaiveDateTime,
) -> Result<std::collections::HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = deliveries::table
        .filter(deliveries::citizen_key.eq_any(citizens))
        .filter(deliveries::created_at.ge(since))
        .filter(deliveries::state.eq("sent"))
        .group_by(deliveries::citizen_key)
        .select((
            deliveries::citizen_key,
            diesel::dsl::count(deliveries::notice_id),
        ))
        .load(c)?;
    Ok(rows.into_iter().collect())
}
