//! How often documents are looked at: one number for each document and day, nothing about who looked.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::views;
use crate::{AnyConnection, Result};

/// Counts one look at a document on a day (Japan).
///
/// # Errors
/// Those of the database.
pub fn count(c: &mut AnyConnection, document_id: &str, day: NaiveDate) -> Result<()> {
    let first = (
        views::document_id.eq(document_id),
        views::day.eq(day),
        views::count.eq(1_i64),
    );
    on!(
        c,
        diesel::insert_into(views::table)
            .values(first)
            .on_conflict((views::document_id, views::day))
            .do_update()
            .set(views::count.eq(views::count + 1_i64))
            .execute(c)?
    );
    Ok(())
}

/// The documents looked at most from a day on, most first. Cost grows with the documents looked at in that time.
///
/// # Errors
/// Those of the database.
pub fn most(c: &mut AnyConnection, from: NaiveDate, limit: i64) -> Result<Vec<(String, i64)>> {
    use diesel::sql_types::{BigInt, Date, Text};
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        document_id: String,
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    // The sum of whole numbers is a decimal in PostgreSQL.
    let sql = "SELECT document_id, CAST(SUM(count) AS BIGINT) AS n FROM views WHERE day >= $1 \
               GROUP BY document_id ORDER BY 2 DESC, 1 LIMIT $2";
    let query = diesel::sql_query(sql)
        .bind::<Date, _>(from)
        .bind::<BigInt, _>(limit);
    let rows: Vec<Row> = on!(c, query.load(c)?);
    Ok(rows
        .into_iter()
        .map(|row| (row.document_id, row.n))
        .collect())
}
