//! Every publication, change and withdrawal, numbered from 1 without gaps, for followers of the published
//! site. (The feed of [`crate::changes`] forgets all but the last change of a document.)

use diesel::dsl::max;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::publications;
use crate::{AnyConnection, Result, batch};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = publications)]
pub struct Entry {
    /// Counts from 1, without gaps.
    pub sequence: i64,
    /// The caller's word: `published`, `updated`, `withdrawn`.
    pub action: String,
    /// 種別
    pub kind: String,
    /// The document.
    pub document_id: String,
    /// Its address then.
    pub path: String,
    /// Hash of the edition as pages show it.
    pub edition: String,
}

/// The number of the last entry; 0 before the first.
///
/// # Errors
/// Those of the database.
pub fn last(c: &mut AnyConnection) -> Result<i64> {
    let last: Option<i64> = publications::table
        .select(max(publications::sequence))
        .first(c)?;
    Ok(last.unwrap_or(0))
}

/// Adds entries; their numbers follow on [`last`]. Of two that add at once one meets a unique violation and
/// must run again.
///
/// # Errors
/// Those of the database.
pub fn append(c: &mut AnyConnection, entries: &[Entry]) -> Result<()> {
    for entries in entries.chunks(batch::rows(6)) {
        on!(
            c,
            diesel::insert_into(publications::table)
                .values(entries)
                .execute(c)?
        );
    }
    Ok(())
}

/// The entries `first..=last`, newest first.
///
/// # Errors
/// Those of the database.
pub fn range(c: &mut AnyConnection, first: i64, last: i64) -> Result<Vec<Entry>> {
    Ok(publications::table
        .filter(publications::sequence.between(first, last))
        .order(publications::sequence.desc())
        .select(Entry::as_select())
        .load(c)?)
}
