//! Static lists (a tag, a category, a kind): a document keeps the ordinal of its first entry for ever, so
//! that adding one touches only the last page. Ordinals count from 0; page n of 50 holds
//! `(n - 1) * 50 .. n * 50`; who leaves, leaves a gap.

use diesel::prelude::*;

use crate::connection::on;
use crate::live::Live;
use crate::schema::{list_entries, lists, live};
use crate::{AnyConnection, Result, batch};

/// Puts documents into a list, in the order given, and returns their ordinals in that order. New ones get
/// the next ordinals; who was there before gets the old one back. Cost grows with `document_ids`, not
/// with the list.
///
/// # Errors
/// Those of the database.
pub fn enter(c: &mut AnyConnection, list_key: &str, document_ids: &[&str]) -> Result<Vec<i64>> {
    // The row is locked from here to the end of the transaction: ordinals are given out one by one.
    on!(
        c,
        diesel::insert_into(lists::table)
            .values((lists::list_key.eq(list_key), lists::next_ordinal.eq(0_i64)))
            .on_conflict_do_nothing()
            .execute(c)?
    );
    let mut next: i64 = diesel::update(lists::table.find(list_key))
        .set(lists::next_ordinal.eq(lists::next_ordinal + 0))
        .returning(lists::next_ordinal)
        .get_result(c)?;
    let known: Vec<(String, i64, bool)> = batch::gather(document_ids, |ids| {
        Ok(list_entries::table
            .filter(list_entries::list_key.eq(list_key))
            .filter(list_entries::document_id.eq_any(ids.to_vec()))
            .select((
                list_entries::document_id,
                list_entries::ordinal,
                list_entries::present,
            ))
            .load(c)?)
    })?;
    let back: Vec<i64> = known
        .iter()
        .filter(|(_, _, present)| !present)
        .map(|(_, ordinal, _)| *ordinal)
        .collect();
    for back in back.chunks(batch::rows(1) - 1) {
        diesel::update(
            list_entries::table
                .filter(list_entries::list_key.eq(list_key))
                .filter(list_entries::ordinal.eq_any(back.to_vec())),
        )
        .set(list_entries::present.eq(true))
        .execute(c)?;
    }
    let mut ordinals: std::collections::HashMap<_, _> = known
        .into_iter()
        .map(|(id, ordinal, _)| (id, ordinal))
        .collect();
    let mut rows = Vec::new();
    let mut given = Vec::with_capacity(document_ids.len());
    for id in document_ids {
        let ordinal = *ordinals.entry((*id).to_owned()).or_insert_with(|| {
            rows.push((
                list_entries::list_key.eq(list_key),
                list_entries::ordinal.eq(next),
                list_entries::document_id.eq(*id),
                list_entries::present.eq(true),
            ));
            next += 1;
            next - 1
        });
        given.push(ordinal);
    }
    for rows in rows.chunks(batch::rows(4)) {
        on!(
            c,
            diesel::insert_into(list_entries::table)
                .values(rows)
                .execute(c)?
        );
    }
    diesel::update(lists::table.find(list_key))
        .set(lists::next_ordinal.eq(next))
        .execute(c)?;
    Ok(given)
}

/// Takes a document out of a list; its ordinal, which stays its own, or `None` where it was not in it.
///
/// # Errors
/// Those of the database.
pub fn leave(c: &mut AnyConnection, list_key: &str, document_id: &str) -> Result<Option<i64>> {
    Ok(diesel::update(
        list_entries::table
            .filter(list_entries::list_key.eq(list_key))
            .filter(list_entries::document_id.eq(document_id))
            .filter(list_entries::present.eq(true)),
    )
    .set(list_entries::present.eq(false))
    .returning(list_entries::ordinal)
    .get_result(c)
    .optional()?)
}

/// The lists a document is in, with its ordinals, by key.
///
/// # Errors
/// Those of the database.
pub fn of_document(c: &mut AnyConnection, document_id: &str) -> Result<Vec<(String, i64)>> {
    Ok(list_entries::table
        .filter(list_entries::document_id.eq(document_id))
        .filter(list_entries::present.eq(true))
        .order(list_entries::list_key.asc())
        .select((list_entries::list_key, list_entries::ordinal))
        .load(c)?)
}

/// The ordinal a document has in a list, also after it has left.
///
/// # Errors
/// Those of the database.
pub fn ordinal(c: &mut AnyConnection, list_key: &str, document_id: &str) -> Result<Option<i64>> {
    Ok(list_entries::table
        .filter(list_entries::document_id.eq(document_id))
        .filter(list_entries::list_key.eq(list_key))
        .select(list_entries::ordinal)
        .first(c)
        .optional()?)
}

/// The highest ordinal ever given in a list, whether or not its document is still there; `None` for a
/// list nobody ever entered.
///
/// # Errors
/// Those of the database.
pub fn max_ordinal(c: &mut AnyConnection, list_key: &str) -> Result<Option<i64>> {
    let next: Option<i64> = lists::table
        .find(list_key)
        .select(lists::next_ordinal)
        .first(c)
        .optional()?;
    Ok(next.filter(|next| *next > 0).map(|next| next - 1))
}

/// Every list and its highest ordinal, by key: for full runs.
///
/// # Errors
/// Those of the database.
pub fn all(c: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
    Ok(lists::table
        .filter(lists::next_ordinal.gt(0))
        .order(lists::list_key.asc())
        .select((lists::list_key, lists::next_ordinal - 1))
        .load(c)?)
}

/// How many documents are in each list that has any, by key. Reads every entry: for reports.
///
/// # Errors
/// Those of the database.
pub fn sizes(c: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
    Ok(list_entries::table
        .filter(list_entries::present.eq(true))
        .group_by(list_entries::list_key)
        .order(list_entries::list_key.asc())
        .select((list_entries::list_key, diesel::dsl::count_star()))
        .load(c)?)
}

/// Who is in the list at `from <= ordinal < to`, by ordinal.
///
/// # Errors
/// Those of the database.
pub fn range(
    c: &mut AnyConnection,
    list_key: &str,
    from: i64,
    to: i64,
) -> Result<Vec<(i64, Live)>> {
    Ok(entries()
        .filter(list_entries::list_key.eq(list_key))
        .filter(list_entries::ordinal.ge(from))
        .filter(list_entries::ordinal.lt(to))
        .order(list_entries::ordinal.asc())
        .select((list_entries::ordinal, Live::as_select()))
        .load(c)?)
}

/// The last `limit` of the list below the ordinal `before` (`None`: from its end), highest first.
///
/// # Errors
/// Those of the database.
pub fn newest(
    c: &mut AnyConnection,
    list_key: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<(i64, Live)>> {
    Ok(entries()
        .filter(list_entries::list_key.eq(list_key))
        .filter(list_entries::ordinal.lt(before.unwrap_or(i64::MAX)))
        .order(list_entries::ordinal.desc())
        .limit(limit)
        .select((list_entries::ordinal, Live::as_select()))
        .load(c)?)
}

/// Entries that are present and live.
#[diesel::dsl::auto_type(no_type_alias)]
fn entries() -> _ {
    list_entries::table
        .inner_join(live::table.on(live::document_id.eq(list_entries::document_id)))
        .filter(list_entries::present.eq(true))
}
