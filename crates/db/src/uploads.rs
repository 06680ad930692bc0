//! ファイル that staff put beside articles: files below `files/` with who sent them, what uses them, and what may be
//! done with them. Every change writes its audit event in the same transaction.

mod list;
mod usage;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use crate::audit::By;
use crate::connection::on;
use crate::schema::{files, uploads};
use crate::site::{self, SiteFile};
use crate::{AnyConnection, Error, Result};

pub use list::{Family, Find, Listed, Page, find, get};
pub use usage::{Use, usage};

/// Where staff's files are.
pub const FOLDER: &str = "files/";
/// Names that are tried for one file.
const TRIES: usize = 1_000;

/// A file to be kept, checked by the caller.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    /// What the sender called it.
    pub original_name: &'a str,
    /// The content.
    pub bytes: &'a [u8],
    /// SHA-256 of `bytes`.
    pub sha256: &'a str,
    /// As served.
    pub content_type: &'a str,
    /// Width and height in pixels, of an image.
    pub dimensions: Option<(u32, u32)>,
    /// Pages, of a PDF that tells.
    pub pages: Option<u32>,
}

/// Where an upload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// `files/…`
    pub path: String,
    /// Whether it was there before: the same bytes under the same name, as when a form is sent twice.
    pub known: bool,
}

/// What became of a wish to change a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is done.
    Done,
    /// There is no such file.
    Unknown,
    /// The new content is of another type than the name says; nothing was changed.
    OtherType,
    /// These documents use it; nothing was changed.
    Used(Vec<Use>),
}

/// Keeps a file below [`FOLDER`] under the first of `names` that is free, whatever its case: names that differ in case
/// alone are one file on other systems. The same bytes under a name that begins the list are not kept twice.
///
/// # Errors
/// Those of the database; [`Error::Conflict`] where none of the first thousand names is free.
pub fn put(
    c: &mut AnyConnection,
    upload: &Upload<'_>,
    names: impl IntoIterator<Item = String>,
    by: &By,
    now: NaiveDateTime,
) -> Result<Kept> {
    let mut last = String::new();
    for name in names.into_iter().take(TRIES) {
        let path = format!("{FOLDER}{name}");
        match holder(c, &path)? {
            Some((path, sha256)) if sha256 == upload.sha256 => {
                return Ok(Kept { path, known: true });
            }
            Some(_) => {}
            // Somebody else may take the name in between; then the next one is tried.
            None if insert(c, &path, upload, now)? => {
                note(c, &path, upload, by, now)?;
                record(c, by, "file.upload", &path, upload, now)?;
                return Ok(Kept { path, known: false });
            }
            None => {}
        }
        last = path;
    }
    Err(Error::conflict("ファイル", last))
}

/// Puts new content in place of a file's; its path stays, and so do the links to it. Pages that are live show the old
/// content until they are made anew.
///
/// # Errors
/// Those of the database.
pub fn replace(
    c: &mut AnyConnection,
    path: &str,
    upload: &Upload<'_>,
    by: &By,
    now: NaiveDateTime,
) -> Result<Changed> {
    let Some(known) = get(c, path)? else {
        return Ok(Changed::Unknown);
    };
    if known.content_type != upload.content_type {
        return Ok(Changed::OtherType);
    }
    site::put_file(c, &row(path, upload, now), upload.bytes)?;
    note(c, path, upload, by, now)?;
    record(c, by, "file.replace", path, upload, now)?;
    Ok(Changed::Done)
}

/// Forgets a file that no document uses, live or as it is being written.
///
/// # Errors
/// Those of the database.
pub fn remove(c: &mut AnyConnection, path: &str, by: &By, now: NaiveDateTime) -> Result<Changed> {
    if get(c, path)?.is_none() {
        return Ok(Changed::Unknown);
    }
    let used = usage(c, path)?;
    if !used.is_empty() {
        return Ok(Changed::Used(used));
    }
    site::remove_file(c, path)?;
    by.record(c, "file.remove", &subject(path), &json!({}), now)?;
    Ok(Changed::Done)
}

/// The file whose path is this one but for the case of its letters, and its hash.
fn holder(c: &mut AnyConnection, path: &str) -> Result<Option<(String, String)>> {
    Ok(files::table
        .filter(list::lower(files::path).eq(list::lower(path)))
        .select((files::path, files::sha256))
        .first(c)
        .optional()?)
}

fn insert(
    c: &mut AnyConnection,
    path: &str,
    upload: &Upload<'_>,
    now: NaiveDateTime,
) -> Result<bool> {
    let row = row(path, upload, now);
    let values = (&row, files::bytes.eq(upload.bytes));
    let rows = on!(
        c,
        diesel::insert_into(files::table)
            .values(values)
            .on_conflict(files::path)
            .do_nothing()
            .execute(c)?
    );
    Ok(rows == 1)
}

fn row(path: &str, upload: &Upload<'_>, now: NaiveDateTime) -> SiteFile {
    SiteFile {
        path: path.to_owned(),
        sha256: upload.sha256.to_owned(),
        size: i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX),
        width: upload.dimensions.map(|(width, _)| width.into()),
        height: upload.dimensions.map(|(_, height)| height.into()),
        content_type: upload.content_type.to_owned(),
        updated_at: now,
    }
}

/// Who sent what a path holds now.
fn note(
    c: &mut AnyConnection,
    path: &str,
    upload: &Upload<'_>,
    by: &By,
    now: NaiveDateTime,
) -> Result<()> {
    let values = (
        uploads::original_name.eq(upload.original_name),
        uploads::pages.eq(upload.pages.map(i64::from)),
        uploads::uploaded_by.eq(&by.key),
        uploads::uploaded_at.eq(now),
    );
    on!(
        c,
        diesel::insert_into(uploads::table)
            .values((uploads::path.eq(path), values))
            .on_conflict(uploads::path)
            .do_update()
            .set(values)
            .execute(c)?
    );
    Ok(())
}

fn record(
    c: &mut AnyConnection,
    by: &By,
    action: &str,
    path: &str,
    upload: &Upload<'_>,
    now: NaiveDateTime,
) -> Result<()> {
    let detail = json!({ "sha256": upload.sha256, "size": upload.bytes.len() });
    by.record(c, action, &subject(path), &detail, now)?;
    Ok(())
}

/// As the audit log names a file.
fn subject(path: &str) -> String {
    format!("file:{path}")
}
