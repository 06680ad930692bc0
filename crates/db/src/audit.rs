//! 監査記録: who did what, when. Rows are added, never changed: the database itself refuses.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::audit_events;
use crate::{AnyConnection, Result};

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub struct AuditEvent {
    /// Grows.
    pub id: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Who: a staff key, `system`, a command. No personal data of citizens.
    pub actor: String,
    /// What: `edition.approve`, `notice.pause`, …
    pub action: String,
    /// To what: `document:01JD…`, `notice:12`, …
    pub subject: String,
    /// More, as JSON.
    pub detail: String,
}

/// Adds an event, on the connection of the change it tells of.
///
/// # Errors
/// Those of the database.
pub fn record(
    c: &mut AnyConnection,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
    now: NaiveDateTime,
) -> Result<i64> {
    Ok(diesel::insert_into(audit_events::table)
        .values((
            audit_events::at.eq(now),
            audit_events::actor.eq(actor),
            audit_events::action.eq(action),
            audit_events::subject.eq(subject),
            audit_events::detail.eq(detail.to_string()),
        ))
        .returning(audit_events::id)
        .get_result(c)?)
}

/// Which events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail<'a> {
    /// About one subject.
    pub subject: Option<&'a str>,
    /// By one actor.
    pub actor: Option<&'a str>,
    /// Older than this id: where the previous page ended.
    pub before: Option<i64>,
}

/// Events, newest first.
///
/// # Errors
/// Those of the database.
pub fn list(c: &mut AnyConnection, trail: &Trail<'_>, limit: i64) -> Result<Vec<AuditEvent>> {
    let mut query = audit_events::table
        .select(AuditEvent::as_select())
        .into_boxed();
    if let Some(subject) = trail.subject {
        query = query.filter(audit_events::subject.eq(subject));
    }
    if let Some(actor) = trail.actor {
        query = query.filter(audit_events::actor.eq(actor));
    }
    if let Some(before) = trail.before {
        query = query.filter(audit_events::id.lt(before));
    }
    Ok(query.order(audit_events::id.desc()).limit(limit).load(c)?)
}
