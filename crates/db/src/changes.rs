//! The change feed that the finder and `/changes` follow: for each document the last thing that happened
//! to it, in commit order. Who has read up to a sequence number never misses what comes after it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::{changes, counters};
use crate::words::words;
use crate::{AnyConnection, Result};

words! {
    /// Whose view changed.
    Scope {
        /// What the public sees.
        Live = "live",
        /// What staff see: the newest edition of each document, drafts included.
        Staff = "staff",
    }
}

words! {
    /// What happened.
    ChangeAction {
        /// It is there, new or changed.
        Put = "put",
        /// It is gone.
        Delete = "delete",
    }
}

/// The last change of one document.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = changes)]
pub struct Change {
    /// Its place in the feed, and the cursor for what follows.
    pub sequence: i64,
    /// Put or delete.
    #[diesel(deserialize_as = String)]
    pub action: ChangeAction,
    /// The document.
    pub document_id: String,
    /// Its kind.
    pub kind: String,
    /// Its slug at that time.
    pub slug: String,
    /// The edition to read; `None` where it is gone.
    pub edition_id: Option<i64>,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// What comes after `cursor` (0 = from the beginning), oldest first. A document that changed several
/// times is there once, at its last change.
///
/// # Errors
/// Those of the database.
pub fn since(c: &mut AnyConnection, scope: Scope, cursor: i64, limit: i64) -> Result<Vec<Change>> {
    Ok(changes::table
        .filter(changes::scope.eq(scope.as_str()))
        .filter(changes::sequence.gt(cursor))
        .order(changes::sequence.asc())
        .limit(limit)
        .select(Change::as_select())
        .load(c)?)
}

/// The last sequence number given out.
///
/// # Errors
/// Those of the database.
pub fn last_sequence(c: &mut AnyConnection) -> Result<i64> {
    Ok(counters::table
        .find("changes")
        .select(counters::value)
        .first(c)?)
}

/// The document a change is about.
pub(crate) struct Subject<'a> {
    pub(crate) document_id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) slug: &'a str,
    /// `None`: it is gone.
    pub(crate) edition_id: Option<i64>,
}

/// Writes the change and returns its sequence number. The counter's row stays locked to the end of the
/// transaction: numbers become visible in the order they were given. Call it late in a transaction.
pub(crate) fn record(
    c: &mut AnyConnection,
    scope: Scope,
    subject: &Subject<'_>,
    now: NaiveDateTime,
) -> Result<i64> {
    record_in(c, &[scope], subject, now)
}

/// The same in several scopes; returns the sequence number in the last of them. The counter is asked once: within one
/// transaction PostgreSQL looks at every version that its row had, so that asking grows with how often it was asked.
pub(crate) fn record_in(
    c: &mut AnyConnection,
    scopes: &[Scope],
    subject: &Subject<'_>,
    now: NaiveDateTime,
) -> Result<i64> {
    let taken = i64::try_from(scopes.len()).unwrap_or(i64::MAX);
    let last: i64 = diesel::update(counters::table.find("changes"))
        .set(counters::value.eq(counters::value + taken))
        .returning(counters::value)
        .get_result(c)?;
    for (sequence, scope) in (last - taken + 1..).zip(scopes) {
        write(c, *scope, subject, sequence, now)?;
    }
    Ok(last)
}

fn write(
    c: &mut AnyConnection,
    scope: Scope,
    subject: &Subject<'_>,
    sequence: i64,
    now: NaiveDateTime,
) -> Result<()> {
    let action = match subject.edition_id {
        Some(_) => ChangeAction::Put,
        None => ChangeAction::Delete,
    };
    let values = (
        changes::sequence.eq(sequence),
        changes::action.eq(action.as_str()),
        changes::kind.eq(subject.kind),
        changes::slug.eq(subject.slug),
        changes::edition_id.eq(subject.edition_id),
        changes::at.eq(now),
    );
    let key = (
        changes::scope.eq(scope.as_str()),
        changes::document_id.eq(subject.document_id),
    );
    on!(
        c,
        diesel::insert_into(changes::table)
            .values((key, values))
            .on_conflict((changes::scope, changes::document_id))
            .do_update()
            .set(values)
            .execute(c)?
    );
    Ok(())
}
