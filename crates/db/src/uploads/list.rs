use chrono::NaiveDateTime;
use diesel::dsl::{IntoBoxed, LeftJoin, count_star};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::{FOLDER, usage};
use crate::schema::{draft_links, files, live_links, uploads};
use crate::{AnyConnection, Result};

/// What [`Row`] is read from: nothing that lies behind the bytes, given the index `files_listed`.
macro_rules! columns {
    () => {
        (
            files::path,
            files::sha256,
            files::size,
            files::width,
            files::height,
            files::content_type,
            files::updated_at,
            (uploads::original_name, uploads::uploaded_by, uploads::pages).nullable(),
        )
    };
}

diesel::define_sql_function! {
    /// Latin letters as small ones; SQLite leaves others as they are.
    fn lower(text: Text) -> Text;
}

/// A line of the list of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// `files/…`
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// Width and height in pixels, of an image.
    pub dimensions: Option<(i64, i64)>,
    /// As served.
    pub content_type: String,
    /// When it last changed, UTC.
    pub updated_at: NaiveDateTime,
    /// What its sender called it; `None` for a file of the site folder, as all of the following.
    pub original_name: Option<String>,
    /// `staff:<id>`
    pub uploaded_by: Option<String>,
    /// Pages, of a PDF that tells.
    pub pages: Option<i64>,
    /// Documents that use it, live or as they are being written.
    pub used: usize,
}

/// What kind of file somebody looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Images.
    Image,
    /// PDF
    Pdf,
    /// Everything else.
    Other,
}

/// Which files; everything that is set has to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Find<'a> {
    /// A part of the path or of what the sender called it. The case of Latin letters does not matter.
    pub text: Option<&'a str>,
    /// Of this kind.
    pub family: Option<Family>,
    /// Used by no document.
    pub unused: bool,
}

/// Which lines of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Lines before it.
    pub offset: i64,
    /// At most so many.
    pub limit: i64,
}

type Boxed<'a> =
    IntoBoxed<'a, LeftJoin<files::table, uploads::table>, <AnyConnection as Connection>::Backend>;

type Row = (
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
    String,
    NaiveDateTime,
    Option<(String, String, Option<i64>)>,
);

/// A page of the files, changed last first, and how many there are in all. Cost grows with the number of files, by an
/// index without their bytes.
///
/// # Errors
/// Those of the database.
pub fn find(c: &mut AnyConnection, find: Find<'_>, page: Page) -> Result<(Vec<Listed>, i64)> {
    let total = narrow(find).select(count_star()).first(c)?;
    let rows: Vec<Row> = narrow(find)
        .order((files::updated_at.desc(), files::path.asc()))
        .offset(page.offset)
        .limit(page.limit)
        .select(columns!())
        .load(c)?;
    Ok((listed(c, rows)?, total))
}

/// One file below `files/`; `None` where there is none.
///
/// # Errors
/// Those of the database.
pub fn get(c: &mut AnyConnection, path: &str) -> Result<Option<Listed>> {
    if !path.starts_with(FOLDER) {
        return Ok(None);
    }
    let rows: Vec<Row> = files::table
        .left_join(uploads::table)
        .filter(files::path.eq(path))
        .select(columns!())
        .load(c)?;
    Ok(listed(c, rows)?.pop())
}

fn narrow(find: Find<'_>) -> Boxed<'_> {
    let mut query = files::table
        .left_join(uploads::table)
        .filter(files::path.like(format!("{FOLDER}%")))
        .into_boxed();
    if let Some(text) = find.text {
        let escaped = text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        let part = format!("%{}%", escaped.to_lowercase());
        query = query.filter(
            lower(files::path)
                .like(part.clone())
                .escape('\\')
                .or(lower(uploads::original_name)
                    .nullable()
                    .like(part)
                    .escape('\\')),
        );
    }
    query = match find.family {
        None => query,
        Some(Family::Image) => query.filter(files::content_type.like("image/%")),
        Some(Family::Pdf) => query.filter(files::content_type.eq(PDF)),
        Some(Family::Other) => query
            .filter(files::content_type.not_like("image/%"))
            .filter(files::content_type.ne(PDF)),
    };
    if find.unused {
        let live = live_links::table.select(live_links::target);
        let drafts = draft_links::table.select(draft_links::target);
        query = query
            .filter(files::path.ne_all(live))
            .filter(files::path.ne_all(drafts));
    }
    query
}

const PDF: &str = "application/pdf";

fn listed(c: &mut AnyConnection, rows: Vec<Row>) -> Result<Vec<Listed>> {
    let paths: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let used = usage::counts(c, &paths)?;
    let line = |row: Row| {
        let (path, sha256, size, width, height, content_type, updated_at, upload) = row;
        let (original_name, uploaded_by, pages) = match upload {
            Some((name, by, pages)) => (Some(name), Some(by), pages),
            None => (None, None, None),
        };
        Listed {
            used: used.get(&path).copied().unwrap_or(0),
            path,
            sha256,
            size,
            dimensions: width.zip(height),
            content_type,
            updated_at,
            original_name,
            uploaded_by,
            pages,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}
