use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::templates;
use crate::{AnyConnection, Error, Result};

/// ひな形 that staff made.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = templates)]
pub struct Template {
    /// Its number.
    pub id: i64,
    /// What staff call it.
    pub name: String,
    /// `article`, `event`, …
    pub kind: String,
    /// Who made it.
    pub author: String,
    /// UTC
    pub updated_at: NaiveDateTime,
}

/// All of them, by name.
///
/// # Errors
/// Those of the database.
pub fn templates(c: &mut AnyConnection) -> Result<Vec<Template>> {
    Ok(templates::table
        .order((templates::name.asc(), templates::id.asc()))
        .select(Template::as_select())
        .load(c)?)
}

/// One of them.
///
/// # Errors
/// [`Error::NotFound`].
pub fn template(c: &mut AnyConnection, id: i64) -> Result<Template> {
    templates::table
        .find(id)
        .select(Template::as_select())
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("ひな形", id))
}

/// Its text.
///
/// # Errors
/// [`Error::NotFound`].
pub fn template_source(c: &mut AnyConnection, id: i64) -> Result<String> {
    let bytes: Vec<u8> = templates::table
        .find(id)
        .select(templates::source)
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("ひな形", id))?;
    String::from_utf8(bytes).map_err(|error| Error::stored("ひな形", id, error))
}

/// Makes one; returns its number.
///
/// # Errors
/// Those of the database.
pub fn put_template(
    c: &mut AnyConnection,
    name: &str,
    kind: &str,
    source: &str,
    author: &str,
    now: NaiveDateTime,
) -> Result<i64> {
    Ok(diesel::insert_into(templates::table)
        .values((
            templates::name.eq(name),
            templates::kind.eq(kind),
            templates::source.eq(source.as_bytes()),
            templates::author.eq(author),
            templates::created_at.eq(now),
            templates::updated_at.eq(now),
        ))
        .returning(templates::id)
        .get_result(c)?)
}

/// Throws one away.
///
/// # Errors
/// Those of the database.
pub fn delete_template(c: &mut AnyConnection, id: i64) -> Result<()> {
    diesel::delete(templates::table.find(id)).execute(c)?;
    Ok(())
}
