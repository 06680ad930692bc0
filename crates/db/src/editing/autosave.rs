use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::autosaves;
use crate::{AnyConnection, Error, Result};

/// 自動保存: what one person was typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Autosave {
    /// The revision of the edition it was typed over.
    pub base_revision: i64,
    /// The whole text.
    pub source: String,
    /// UTC
    pub updated_at: NaiveDateTime,
}

/// What this person was typing into this edition and has not saved.
///
/// # Errors
/// Those of the database.
pub fn autosave(c: &mut AnyConnection, edition_id: i64, author: &str) -> Result<Option<Autosave>> {
    let row: Option<(i64, Vec<u8>, NaiveDateTime)> = autosaves::table
        .find((edition_id, author))
        .select((
            autosaves::base_revision,
            autosaves::source,
            autosaves::updated_at,
        ))
        .first(c)
        .optional()?;
    row.map(|(base_revision, bytes, updated_at)| {
        Ok(Autosave {
            base_revision,
            source: String::from_utf8(bytes)
                .map_err(|error| Error::stored("自動保存", edition_id, error))?,
            updated_at,
        })
    })
    .transpose()
}

/// Keeps what a person is typing; the text before it is replaced.
///
/// # Errors
/// Those of the database.
pub fn put_autosave(
    c: &mut AnyConnection,
    edition_id: i64,
    author: &str,
    base_revision: i64,
    source: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let values = (
        autosaves::base_revision.eq(base_revision),
        autosaves::source.eq(source.as_bytes()),
        autosaves::updated_at.eq(now),
    );
    on!(
        c,
        diesel::insert_into(autosaves::table)
            .values((
                autosaves::edition_id.eq(edition_id),
                autosaves::author.eq(author),
                values
            ))
            .on_conflict((autosaves::edition_id, autosaves::author))
            .do_update()
            .set(values)
            .execute(c)?
    );
    Ok(())
}

/// It was saved, or its author threw it away.
///
/// # Errors
/// Those of the database.
pub fn clear_autosave(c: &mut AnyConnection, edition_id: i64, author: &str) -> Result<()> {
    diesel::delete(autosaves::table.find((edition_id, author))).execute(c)?;
    Ok(())
}
