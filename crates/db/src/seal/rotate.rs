use diesel::prelude::*;
use diesel::sql_types::{Text, Varchar};

use super::{Keyring, Place};
use crate::connection::on;
use crate::{AnyConnection, Error, Result};

/// A column of sealed values, for rotation. The table has a text key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// Table, the same as in the [`Place`] the values were sealed for.
    pub table: &'static str,
    /// Column of the row's identifier.
    pub id: &'static str,
    /// Column of the value.
    pub column: &'static str,
    /// Purpose in the [`Place`].
    pub purpose: &'static str,
}

/// Re-seals up to `limit` values of a column that are not sealed with the current key, and returns how many there were:
/// 0 means the column is done. Each call is one transaction's worth of work and finds by itself what is left, so that a
/// rotation may be stopped and started at any time. Call inside `Db::write`.
///
/// # Errors
/// [`Error::Aborted`] with the reason where a value does not open; nothing is changed then.
pub fn reseal(
    c: &mut AnyConnection,
    keyring: &Keyring,
    column: &SealedColumn,
    limit: u32,
) -> Result<usize> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Text)]
        value: String,
    }
    let SealedColumn {
        table,
        id,
        column: name,
        purpose,
    } = *column;
    // Names are constants of this program and key identifiers are [a-z0-9-]: nothing here needs quoting.
    let current = keyring.current();
    let select = format!(
        "SELECT {id} AS id, {name} AS value FROM {table} \
         WHERE {name} <> '' AND {name} NOT LIKE '{current}:%' ORDER BY {id} LIMIT {limit}"
    );
    let rows: Vec<Row> = on!(c, diesel::sql_query(select).load(c))?;
    // The old value in the condition: a row that another writer changed meanwhile is left to the next call.
    let update = format!("UPDATE {table} SET {name} = $1 WHERE {id} = $2 AND {name} = $3");
    for row in &rows {
        let place = Place {
            table,
            row: &row.id,
            purpose,
        };
        let sealed = keyring
            .open(place, &row.value)
            .and_then(|plain| keyring.seal(place, &plain))
            .map_err(Error::abort)?;
        on!(
            c,
            diesel::sql_query(&update)
                .bind::<Varchar, _>(&sealed)
                .bind::<Varchar, _>(&row.id)
                .bind::<Varchar, _>(&row.value)
                .execute(c)
        )?;
    }
    Ok(rows.len())
}
