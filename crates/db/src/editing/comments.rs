use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::comments;
use crate::{AnyConnection, Error, Result};

/// コメント on a field of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = comments)]
pub struct Comment {
    /// Grows.
    pub id: i64,
    /// The document.
    pub document_id: String,
    /// The edition it was written on.
    pub edition_id: i64,
    /// The field: `title`, `deadline`, `body`; empty for the whole.
    pub field: String,
    /// The line of the body, from 1.
    pub line: Option<i64>,
    /// Plain text.
    pub body: String,
    /// Who wrote it.
    pub author: String,
    /// UTC
    pub created_at: NaiveDateTime,
    /// 解決した: by whom.
    pub resolved_by: Option<String>,
    /// UTC
    pub resolved_at: Option<NaiveDateTime>,
}

/// A comment to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewComment<'a> {
    /// The document.
    pub document_id: &'a str,
    /// Its open edition.
    pub edition_id: i64,
    /// The field; empty for the whole.
    pub field: &'a str,
    /// The line of the body, from 1.
    pub line: Option<i64>,
    /// Plain text.
    pub body: &'a str,
    /// Who writes it.
    pub author: &'a str,
}

/// Writes a comment; returns its id.
///
/// # Errors
/// Those of the database.
pub fn comment(c: &mut AnyConnection, new: &NewComment<'_>, now: NaiveDateTime) -> Result<i64> {
    Ok(diesel::insert_into(comments::table)
        .values((
            comments::document_id.eq(new.document_id),
            comments::edition_id.eq(new.edition_id),
            comments::field.eq(new.field),
            comments::line.eq(new.line),
            comments::body.eq(new.body),
            comments::author.eq(new.author),
            comments::created_at.eq(now),
        ))
        .returning(comments::id)
        .get_result(c)?)
}

/// The comments of a document, oldest first; all, or those nobody has resolved.
///
/// # Errors
/// Those of the database.
pub fn comments(c: &mut AnyConnection, document_id: &str, open: bool) -> Result<Vec<Comment>> {
    let mut query = comments::table
        .filter(comments::document_id.eq(document_id))
        .select(Comment::as_select())
        .order(comments::id.asc())
        .into_boxed();
    if open {
        query = query.filter(comments::resolved_at.is_null());
    }
    Ok(query.load(c)?)
}

/// 解決した. A comment that was resolved already stays with whoever did it first.
///
/// # Errors
/// [`Error::NotFound`], also where the comment is another document's.
pub fn resolve(
    c: &mut AnyConnection,
    document_id: &str,
    id: i64,
    staff: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let this = comments::table
        .find(id)
        .filter(comments::document_id.eq(document_id));
    let known: i64 = this.count().get_result(c)?;
    if known == 0 {
        return Err(Error::not_found("コメント", id));
    }
    diesel::update(this.filter(comments::resolved_at.is_null()))
        .set((
            comments::resolved_by.eq(staff),
            comments::resolved_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}
