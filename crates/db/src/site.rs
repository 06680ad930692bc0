//! What a site folder says beside its documents (settings, taxonomy, departments, profile), as one JSON;
//! and its files. Every import that changes something is a revision; the last one is current.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::hash::sha256_hex;
use crate::schema::{files, site_revisions};
use crate::{AnyConnection, Result, batch};

/// One revision of the site data.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = site_revisions)]
pub struct SiteRevision {
    /// Its number; grows.
    pub id: i64,
    /// SHA-256 of `data`.
    pub hash: String,
    /// `SiteData` as JSON.
    pub data: String,
    /// When it was stored, UTC.
    pub created_at: NaiveDateTime,
    /// Who stored it.
    pub created_by: String,
}

/// The current revision; `None` before the first import.
///
/// # Errors
/// Those of the database.
pub fn current(c: &mut AnyConnection) -> Result<Option<SiteRevision>> {
    Ok(site_revisions::table
        .order(site_revisions::id.desc())
        .select(SiteRevision::as_select())
        .first(c)
        .optional()?)
}

/// Number and hash of the current revision, to see whether a cached one still holds.
///
/// # Errors
/// Those of the database.
pub fn current_hash(c: &mut AnyConnection) -> Result<Option<(i64, String)>> {
    Ok(site_revisions::table
        .order(site_revisions::id.desc())
        .select((site_revisions::id, site_revisions::hash))
        .first(c)
        .optional()?)
}

/// The revision with this number, for a release that was planned with it.
///
/// # Errors
/// Those of the database.
pub fn revision(c: &mut AnyConnection, id: i64) -> Result<Option<SiteRevision>> {
    Ok(site_revisions::table
        .find(id)
        .select(SiteRevision::as_select())
        .first(c)
        .optional()?)
}

/// Stores `data` (JSON) as the current revision, unless it is already; returns the current number and
/// whether it is new.
///
/// # Errors
/// Those of the database.
pub fn store(
    c: &mut AnyConnection,
    data: &str,
    by: &str,
    now: NaiveDateTime,
) -> Result<(i64, bool)> {
    let hash = sha256_hex(data.as_bytes());
    if let Some((id, current)) = current_hash(c)?
        && current == hash
    {
        return Ok((id, false));
    }
    let id = diesel::insert_into(site_revisions::table)
        .values((
            site_revisions::hash.eq(hash),
            site_revisions::data.eq(data),
            site_revisions::created_at.eq(now),
            site_revisions::created_by.eq(by),
        ))
        .returning(site_revisions::id)
        .get_result(c)?;
    Ok((id, true))
}

/// A file of the site folder, without its bytes (see [`file_bytes`]).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = files, treat_none_as_null = true)]
pub struct SiteFile {
    /// Path inside the site folder: `files/…`, `taxonomy/tags.yaml`, ….
    pub path: String,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// Width in pixels, of an image.
    pub width: Option<i64>,
    /// Height in pixels, of an image.
    pub height: Option<i64>,
    /// As served.
    pub content_type: String,
    /// When it last changed, UTC.
    pub updated_at: NaiveDateTime,
}

/// Keeps a file, in place of what had its path.
///
/// # Errors
/// Those of the database.
pub fn put_file(c: &mut AnyConnection, file: &SiteFile, bytes: &[u8]) -> Result<()> {
    let values = (file, files::bytes.eq(bytes));
    on!(
        c,
        diesel::insert_into(files::table)
            .values(values)
            .on_conflict(files::path)
            .do_update()
            .set(values)
            .execute(c)?
    );
    Ok(())
}

/// The bytes of a file.
///
/// # Errors
/// Those of the database.
pub fn file_bytes(c: &mut AnyConnection, path: &str) -> Result<Option<Vec<u8>>> {
    Ok(files::table
        .find(path)
        .select(files::bytes)
        .first(c)
        .optional()?)
}

/// The files whose hash begins with these hexadecimal digits.
///
/// # Errors
/// Those of the database.
pub fn files_with_hash(c: &mut AnyConnection, beginning: &str) -> Result<Vec<SiteFile>> {
    // `g` comes after every hexadecimal digit.
    Ok(files::table
        .filter(files::sha256.ge(beginning))
        .filter(files::sha256.lt(format!("{beginning}g")))
        .order(files::path.asc())
        .select(SiteFile::as_select())
        .load(c)?)
}

/// Forgets a file; whether there was one.
///
/// # Errors
/// Those of the database.
pub fn remove_file(c: &mut AnyConnection, path: &str) -> Result<bool> {
    Ok(diesel::delete(files::table.find(path)).execute(c)? > 0)
}

/// The files with these paths, in no order; unknown paths are left out.
///
/// # Errors
/// Those of the database.
pub fn files(c: &mut AnyConnection, paths: &[&str]) -> Result<Vec<SiteFile>> {
    batch::gather(paths, |paths| {
        Ok(files::table
            .filter(files::path.eq_any(paths.to_vec()))
            .select(SiteFile::as_select())
            .load(c)?)
    })
}

/// Every file by path, at most `limit` after `after`.
///
/// # Errors
/// Those of the database.
pub fn files_after(c: &mut AnyConnection, after: &str, limit: i64) -> Result<Vec<SiteFile>> {
    Ok(files::table
        .filter(files::path.gt(after))
        .order(files::path.asc())
        .limit(limit)
        .select(SiteFile::as_select())
        .load(c)?)
}
