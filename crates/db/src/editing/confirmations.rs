use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::confirmations;
use crate::{AnyConnection, Result};

/// Somebody looked at whom a text would tell, and agreed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = confirmations)]
pub struct Confirmation {
    /// Who.
    pub staff: String,
    /// How many people it was then.
    pub people: i64,
    /// UTC
    pub confirmed_at: NaiveDateTime,
}

/// Confirms that this very text may tell that many people. Again by the same person: the new number stands.
///
/// # Errors
/// Those of the database.
pub fn confirm(
    c: &mut AnyConnection,
    edition_id: i64,
    source_hash: &str,
    staff: &str,
    people: i64,
    now: NaiveDateTime,
) -> Result<()> {
    let values = (
        confirmations::people.eq(people),
        confirmations::confirmed_at.eq(now),
    );
    on!(
        c,
        diesel::insert_into(confirmations::table)
            .values((
                confirmations::edition_id.eq(edition_id),
                confirmations::source_hash.eq(source_hash),
                confirmations::staff.eq(staff),
                values
            ))
            .on_conflict((
                confirmations::edition_id,
                confirmations::source_hash,
                confirmations::staff
            ))
            .do_update()
            .set(values)
            .execute(c)?
    );
    Ok(())
}

/// Who confirmed this text, first first.
///
/// # Errors
/// Those of the database.
pub fn confirmations(
    c: &mut AnyConnection,
    edition_id: i64,
    source_hash: &str,
) -> Result<Vec<Confirmation>> {
    Ok(confirmations::table
        .filter(confirmations::edition_id.eq(edition_id))
        .filter(confirmations::source_hash.eq(source_hash))
        .order(confirmations::confirmed_at.asc())
        .select(Confirmation::as_select())
        .load(c)?)
}
