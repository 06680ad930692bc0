use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::{edition_revisions, editions};
use crate::words::words;
use crate::{AnyConnection, Error, Result};

words! {
    /// Why a text was kept.
    Reason {
        /// A new draft: from nothing, a template, an import, or an earlier edition.
        Start = "start",
        /// 保存
        Save = "save",
        /// 承認を依頼した版
        Submit = "submit",
        /// 前の版へ戻した
        Restore = "restore",
        /// まとめて変更した
        Bulk = "bulk",
    }
}

/// One kept text, without the text (see [`revision_source`]).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = edition_revisions)]
pub struct Revision {
    /// Grows.
    pub id: i64,
    /// The document.
    pub document_id: String,
    /// The edition it was saved into.
    pub edition_id: i64,
    /// The edition's revision with this text.
    pub revision: i64,
    /// Why it was kept.
    #[diesel(deserialize_as = String)]
    pub reason: Reason,
    /// The name staff gave it.
    pub name: Option<String>,
    /// 件名
    pub title: String,
    /// SHA-256 of the text.
    pub source_hash: String,
    /// Who saved it.
    pub author: String,
    /// UTC
    pub created_at: NaiveDateTime,
}

/// Keeps the text an edition has now. A text that was kept for this revision already stays.
pub(crate) fn record(
    c: &mut AnyConnection,
    edition_id: i64,
    reason: Reason,
    now: NaiveDateTime,
) -> Result<()> {
    type Kept = (String, i64, String, Vec<u8>, String, String);
    let (document_id, revision, title, source, hash, author): Kept = editions::table
        .find(edition_id)
        .select((
            editions::document_id,
            editions::revision,
            editions::title,
            editions::source,
            editions::source_hash,
            editions::author,
        ))
        .first(c)?;
    diesel::insert_into(edition_revisions::table)
        .values((
            edition_revisions::document_id.eq(document_id),
            edition_revisions::edition_id.eq(edition_id),
            edition_revisions::revision.eq(revision),
            edition_revisions::reason.eq(reason.as_str()),
            edition_revisions::title.eq(title),
            edition_revisions::source.eq(source),
            edition_revisions::source_hash.eq(hash),
            edition_revisions::author.eq(author),
            edition_revisions::created_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// Names the newest kept text of an edition: 名前を付けて残す, or what it was submitted as.
///
/// # Errors
/// [`Error::NotFound`] where the edition has none.
pub fn keep(
    c: &mut AnyConnection,
    edition_id: i64,
    reason: Reason,
    name: Option<&str>,
) -> Result<()> {
    let newest: i64 = edition_revisions::table
        .filter(edition_revisions::edition_id.eq(edition_id))
        .order(edition_revisions::id.desc())
        .select(edition_revisions::id)
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("版", edition_id))?;
    diesel::update(edition_revisions::table.find(newest))
        .set((
            edition_revisions::reason.eq(reason.as_str()),
            edition_revisions::name.eq(name),
        ))
        .execute(c)?;
    Ok(())
}

/// Gives one kept text of a document a name, or takes it away.
///
/// # Errors
/// [`Error::NotFound`], also where the revision is another document's.
pub fn name_revision(
    c: &mut AnyConnection,
    document_id: &str,
    id: i64,
    name: Option<&str>,
) -> Result<()> {
    let this = edition_revisions::table
        .find(id)
        .filter(edition_revisions::document_id.eq(document_id));
    let named = diesel::update(this)
        .set(edition_revisions::name.eq(name))
        .execute(c)?;
    if named == 1 {
        Ok(())
    } else {
        Err(Error::not_found("版", id))
    }
}

/// The kept texts of a document, newest first, at most `limit` older than `before`.
///
/// # Errors
/// Those of the database.
pub fn revisions(
    c: &mut AnyConnection,
    document_id: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Revision>> {
    Ok(edition_revisions::table
        .filter(edition_revisions::document_id.eq(document_id))
        .filter(edition_revisions::id.lt(before.unwrap_or(i64::MAX)))
        .order(edition_revisions::id.desc())
        .limit(limit)
        .select(Revision::as_select())
        .load(c)?)
}

/// One kept text of a document, byte for byte.
///
/// # Errors
/// [`Error::NotFound`], also where the revision is another document's.
pub fn revision_source(
    c: &mut AnyConnection,
    document_id: &str,
    id: i64,
) -> Result<(Revision, String)> {
    let (revision, bytes): (Revision, Vec<u8>) = edition_revisions::table
        .find(id)
        .filter(edition_revisions::document_id.eq(document_id))
        .select((Revision::as_select(), edition_revisions::source))
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("版", id))?;
    let text = String::from_utf8(bytes).map_err(|error| Error::stored("版", id, error))?;
    Ok((revision, text))
}
