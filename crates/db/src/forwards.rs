//! 転送: addresses of the site before this one, entered by hand, and the list of every address that leads elsewhere.

mod list;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::forwards;
use crate::{AnyConnection, Result, batch};

pub use list::{Filter, Row, Why, list};

/// An old address and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = forwards)]
pub struct Forward {
    /// Root-relative, as in `/kosodate/teate.html`.
    pub path: String,
    /// The document it leads to.
    pub document_id: Option<String>,
    /// Or the address.
    pub url: Option<String>,
    /// UTC
    pub created_at: NaiveDateTime,
    /// Who.
    pub created_by: String,
}

/// Adds one; an address leads to one place.
///
/// # Errors
/// Those of the database, also where the address has one.
pub fn add(c: &mut AnyConnection, forward: &Forward) -> Result<()> {
    on!(
        c,
        diesel::insert_into(forwards::table)
            .values(forward)
            .execute(c)?
    );
    Ok(())
}

/// Takes one away; whether it was there.
///
/// # Errors
/// Those of the database.
pub fn remove(c: &mut AnyConnection, path: &str) -> Result<bool> {
    Ok(diesel::delete(forwards::table.find(path)).execute(c)? > 0)
}

/// The one at this address.
///
/// # Errors
/// Those of the database.
pub fn get(c: &mut AnyConnection, path: &str) -> Result<Option<Forward>> {
    Ok(forwards::table
        .find(path)
        .select(Forward::as_select())
        .first(c)
        .optional()?)
}

/// Those at these addresses.
///
/// # Errors
/// Those of the database.
pub fn at(c: &mut AnyConnection, paths: &[&str]) -> Result<Vec<Forward>> {
    batch::gather(paths, |paths| {
        Ok(forwards::table
            .filter(forwards::path.eq_any(paths.to_vec()))
            .select(Forward::as_select())
            .load(c)?)
    })
}

/// The addresses that lead to one of these documents.
///
/// # Errors
/// Those of the database.
pub fn leading_to(c: &mut AnyConnection, documents: &[&str]) -> Result<Vec<String>> {
    batch::gather(documents, |documents| {
        Ok(forwards::table
            .filter(forwards::document_id.eq_any(documents.to_vec()))
            .select(forwards::path)
            .load(c)?)
    })
}

/// Every address, in order. Memory grows with their number.
///
/// # Errors
/// Those of the database.
pub fn paths(c: &mut AnyConnection) -> Result<Vec<String>> {
    Ok(forwards::table
        .select(forwards::path)
        .order(forwards::path.asc())
        .load(c)?)
}
