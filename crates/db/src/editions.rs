//! 版: what staff write. An edition moves from draft to published and on; its source is kept byte for
//! byte. Every change names the revision it was made from, so that nobody overwrites what they have not
//! seen.

mod draft;
mod state;

use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::schema::editions;
use crate::{AnyConnection, Error, Result, batch};

pub use draft::{DraftText, discard, save, start};
pub use state::{EditionState, Step, advance};

pub(crate) use draft::{Insert, insert};
pub(crate) use state::set_state;

/// One edition, without its source (see [`source`]).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = editions)]
pub struct Edition {
    /// Its number over all documents.
    pub id: i64,
    /// The document.
    pub document_id: String,
    /// 第n版: its number within the document, from 1.
    pub number: i64,
    /// Where it is on its way.
    #[diesel(deserialize_as = String)]
    pub state: EditionState,
    /// Raised by every change; a change must name the one it was made from.
    pub revision: i64,
    /// The slug it will be published under.
    pub slug: String,
    /// 件名
    pub title: String,
    /// SHA-256 of the source.
    pub source_hash: String,
    /// Who wrote it last.
    pub author: String,
    /// A word to reviewers.
    pub note: Option<String>,
    /// When it goes live, UTC; kept by the schedule in state `scheduled`.
    pub publish_at: Option<NaiveDateTime>,
    /// When it ends, UTC.
    pub expires_at: Option<NaiveDateTime>,
    /// UTC
    pub created_at: NaiveDateTime,
    /// UTC
    pub updated_at: NaiveDateTime,
    /// When it went live, UTC.
    pub published_at: Option<NaiveDateTime>,
    /// When it was superseded, withdrawn or archived, UTC.
    pub ended_at: Option<NaiveDateTime>,
}

/// The edition with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(c: &mut AnyConnection, id: i64) -> Result<Edition> {
    editions::table
        .find(id)
        .select(Edition::as_select())
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("版", id))
}

/// The editions with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn by_ids(c: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Edition>> {
    batch::gather(ids, |ids| {
        Ok(editions::table
            .filter(editions::id.eq_any(ids.to_vec()))
            .select(Edition::as_select())
            .load(c)?)
    })
}

/// The source of an edition, byte for byte as it came, byte-order mark and line ends included.
///
/// # Errors
/// [`Error::NotFound`].
pub fn source(c: &mut AnyConnection, id: i64) -> Result<String> {
    let bytes: Vec<u8> = editions::table
        .find(id)
        .select(editions::source)
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("版", id))?;
    String::from_utf8(bytes).map_err(|error| Error::stored("版", id, error))
}

/// The sources of many editions, in no order. Memory grows with their size: call it in pages.
///
/// # Errors
/// Those of the database.
pub fn sources(c: &mut AnyConnection, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let rows: Vec<(i64, Vec<u8>)> = batch::gather(ids, |ids| {
        Ok(editions::table
            .filter(editions::id.eq_any(ids.to_vec()))
            .select((editions::id, editions::source))
            .load(c)?)
    })?;
    rows.into_iter()
        .map(|(id, bytes)| match String::from_utf8(bytes) {
            Ok(text) => Ok((id, text)),
            Err(error) => Err(Error::stored("版", id, error)),
        })
        .collect()
}

/// The open edition of a document: draft, in review, approved or scheduled.
///
/// # Errors
/// Those of the database.
pub fn open(c: &mut AnyConnection, document_id: &str) -> Result<Option<Edition>> {
    only(
        c,
        document_id,
        "state IN ('draft', 'in_review', 'approved', 'scheduled')",
    )
}

/// The published edition of a document.
///
/// # Errors
/// Those of the database.
pub fn published(c: &mut AnyConnection, document_id: &str) -> Result<Option<Edition>> {
    only(c, document_id, "state = 'published'")
}

/// The one edition of a document in these states. They are written out, as in the indexes of just these editions:
/// with states as bound values SQLite reads all editions in such a state, of every document.
fn only(c: &mut AnyConnection, document_id: &str, states: &'static str) -> Result<Option<Edition>> {
    Ok(editions::table
        .filter(editions::document_id.eq(document_id))
        .filter(sql::<Bool>(states))
        .select(Edition::as_select())
        .first(c)
        .optional()?)
}

/// The editions of a document, newest first, at most `limit` with a number below `before`.
///
/// # Errors
/// Those of the database.
pub fn history(
    c: &mut AnyConnection,
    document_id: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Edition>> {
    Ok(editions::table
        .filter(editions::document_id.eq(document_id))
        .filter(editions::number.lt(before.unwrap_or(i64::MAX)))
        .order(editions::number.desc())
        .limit(limit)
        .select(Edition::as_select())
        .load(c)?)
}

/// Editions in one of the open states, longest waiting first: what waits for staff.
///
/// # Errors
/// Those of the database.
pub fn waiting(c: &mut AnyConnection, state: EditionState, limit: i64) -> Result<Vec<Edition>> {
    Ok(editions::table
        .filter(editions::state.eq(state.as_str()))
        .order(editions::updated_at.asc())
        .limit(limit)
        .select(Edition::as_select())
        .load(c)?)
}
