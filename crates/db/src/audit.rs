//! 監査記録: who did what, when, from where. Rows are added, never changed: the database itself refuses.

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
    /// Who: `staff:<id>`, `system`, `cli`. No personal data of citizens.
    pub actor: String,
    /// What: `edition.approve`, `notice.pause`, …
    pub action: String,
    /// To what: `document:01JD…`, `notice:12`, …
    pub subject: String,
    /// More, as JSON.
    pub detail: String,
    /// From where: the address of the machine that asked. Empty for what the system does by itself.
    pub origin: String,
}

/// Who does something, and from where. A plain text is an actor at this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor<'a> {
    /// `staff:<id>`, `system`, `cli`
    pub key: &'a str,
    /// An address, or nothing.
    pub origin: &'a str,
}

impl<'a> From<&'a str> for Actor<'a> {
    fn from(key: &'a str) -> Self {
        Self { key, origin: "" }
    }
}

/// [`Actor`] with texts of its own, to be taken into a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// `staff:<id>`
    pub key: String,
    /// An address.
    pub origin: String,
}

impl By {
    /// [`record`] by this actor.
    ///
    /// # Errors
    /// Those of the database.
    pub fn record(
        &self,
        c: &mut AnyConnection,
        action: &str,
        subject: &str,
        detail: &serde_json::Value,
        now: NaiveDateTime,
    ) -> Result<i64> {
        record(c, self, action, subject, detail, now)
    }
}

impl<'a> From<&'a By> for Actor<'a> {
    fn from(by: &'a By) -> Self {
        Self {
            key: &by.key,
            origin: &by.origin,
        }
    }
}

/// Adds an event, on the connection of the change it tells of.
///
/// # Errors
/// Those of the database.
pub fn record<'a>(
    c: &mut AnyConnection,
    actor: impl Into<Actor<'a>>,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
    now: NaiveDateTime,
) -> Result<i64> {
    let actor = actor.into();
    Ok(diesel::insert_into(audit_events::table)
        .values((
            audit_events::at.eq(now),
            audit_events::actor.eq(actor.key),
            audit_events::action.eq(action),
            audit_events::subject.eq(subject),
            audit_events::detail.eq(detail.to_string()),
            audit_events::origin.eq(actor.origin),
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
    /// One action (`edition.approve`), or one area of them (`edition.`).
    pub action: Option<&'a str>,
    /// From this instant on, UTC.
    pub from: Option<NaiveDateTime>,
    /// Before this instant, UTC.
    pub until: Option<NaiveDateTime>,
    /// Older than this id: where the previous page ended.
    pub before: Option<i64>,
}

/// Events, newest first. Each filter has its index; the cost grows with what is returned, and under several filters with
/// what the narrowest one matches.
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
    if let Some(action) = trail.action {
        let area = action.ends_with('.')
            && action
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'.');
        query = if area {
            query.filter(audit_events::action.like(format!("{action}%")))
        } else {
            query.filter(audit_events::action.eq(action))
        };
    }
    if let Some(from) = trail.from {
        query = query.filter(audit_events::at.ge(from));
    }
    if let Some(until) = trail.until {
        query = query.filter(audit_events::at.lt(until));
    }
    if let Some(before) = trail.before {
        query = query.filter(audit_events::id.lt(before));
    }
    Ok(query.order(audit_events::id.desc()).limit(limit).load(c)?)
}
