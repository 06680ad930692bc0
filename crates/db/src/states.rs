//! Single values that several programs change, such as the state of the search index: read with a
//! version, written only if the version is still the same.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::states;
use crate::{AnyConnection, Error, Result};

/// A value and its version.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = states)]
pub struct State {
    /// Grows by one with every write; 0 means that there was none.
    pub version: i64,
    /// The value; the caller's own.
    pub data: String,
    /// UTC
    pub updated_at: NaiveDateTime,
}

/// The value of this name; `None` where none was written.
///
/// # Errors
/// Those of the database.
pub fn get(c: &mut AnyConnection, name: &str) -> Result<Option<State>> {
    Ok(states::table
        .find(name)
        .select(State::as_select())
        .first(c)
        .optional()?)
}

/// Writes the value if its version is still `version` (0: if there is none); returns the new version.
///
/// # Errors
/// [`Error::Conflict`] where another wrote in between.
pub fn compare_and_set(
    c: &mut AnyConnection,
    name: &str,
    version: i64,
    data: &str,
    now: NaiveDateTime,
) -> Result<i64> {
    let values = (
        states::version.eq(version + 1),
        states::data.eq(data),
        states::updated_at.eq(now),
    );
    let written = if version == 0 {
        on!(
            c,
            diesel::insert_into(states::table)
                .values((states::name.eq(name), values))
                .on_conflict_do_nothing()
                .execute(c)?
        )
    } else {
        diesel::update(states::table.find(name).filter(states::version.eq(version)))
            .set(values)
            .execute(c)?
    };
    if written == 1 {
        Ok(version + 1)
    } else {
        Err(Error::conflict("状態", name))
    }
}
