use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::presences;
use crate::{AnyConnection, Result};

/// After that long without a sign a page counts as closed, in seconds.
const GONE_AFTER: i64 = 90;

/// Somebody has the document open.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = presences)]
pub struct Presence {
    /// Who.
    pub staff: String,
    /// Whether it is their turn to write (編集中); others look on. Told, never enforced: the revision check decides.
    pub writing: bool,
    /// When their page last gave a sign, UTC.
    pub seen_at: NaiveDateTime,
}

/// Who has the document open now, whoever writes first.
///
/// # Errors
/// Those of the database.
pub fn present(
    c: &mut AnyConnection,
    document_id: &str,
    now: NaiveDateTime,
) -> Result<Vec<Presence>> {
    Ok(presences::table
        .filter(presences::document_id.eq(document_id))
        .filter(presences::seen_at.gt(now - Duration::seconds(GONE_AFTER)))
        .order((presences::writing.desc(), presences::seen_at.asc()))
        .select(Presence::as_select())
        .load(c)?)
}

/// A sign of an open page. Whoever opens a document that nobody writes has the turn to write. Returns whether they have.
///
/// # Errors
/// Those of the database.
pub fn seen(
    c: &mut AnyConnection,
    document_id: &str,
    staff: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let others = present(c, document_id, now)?;
    let taken = others
        .iter()
        .any(|other| other.staff != staff && other.writing);
    put(c, document_id, staff, !taken, now)?;
    Ok(!taken)
}

/// 編集を引き継ぐ: the turn to write goes to this person.
///
/// # Errors
/// Those of the database.
pub fn take_over(
    c: &mut AnyConnection,
    document_id: &str,
    staff: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(presences::table.filter(presences::document_id.eq(document_id)))
        .set(presences::writing.eq(false))
        .execute(c)?;
    put(c, document_id, staff, true, now)
}

/// The page was closed.
///
/// # Errors
/// Those of the database.
pub fn leave(c: &mut AnyConnection, document_id: &str, staff: &str) -> Result<()> {
    diesel::delete(presences::table.find((document_id, staff))).execute(c)?;
    Ok(())
}

fn put(
    c: &mut AnyConnection,
    document_id: &str,
    staff: &str,
    writing: bool,
    now: NaiveDateTime,
) -> Result<()> {
    let values = (presences::writing.eq(writing), presences::seen_at.eq(now));
    on!(
        c,
        diesel::insert_into(presences::table)
            .values((
                presences::document_id.eq(document_id),
                presences::staff.eq(staff),
                values
            ))
            .on_conflict((presences::document_id, presences::staff))
            .do_update()
            .set(values)
            .execute(c)?
    );
    Ok(())
}
