//! 取り下げ: what stands where a document stood: a page that says why, a way to another document, or nothing.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::withdrawals;
use crate::words::words;
use crate::{AnyConnection, Result};

words! {
    /// What stands where a document stood.
    Way {
        /// A page that says that it was withdrawn, and why.
        Banner = "banner",
        /// A page that leads to another document.
        Redirect = "redirect",
        /// Nothing; our own server says 410.
        Gone = "gone",
    }
}

impl From<Way> for String {
    fn from(way: Way) -> Self {
        way.as_str().to_owned()
    }
}

/// A document that staff took down.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = withdrawals)]
pub struct Withdrawal {
    /// The document.
    pub document_id: String,
    /// Its kind.
    pub kind: String,
    /// The slug under which readers knew it.
    pub slug: String,
    /// Its language.
    pub lang: String,
    /// 件名, as readers knew it.
    pub title: String,
    /// What stands there now.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub way: Way,
    /// Why, for readers.
    pub reason: String,
    /// For [`Way::Redirect`]: id of the document to go to.
    pub target: Option<String>,
    /// Who.
    pub staff: String,
    /// UTC
    pub withdrawn_at: NaiveDateTime,
}

/// Notes a withdrawal; a later one of the same document takes its place.
///
/// # Errors
/// Those of the database.
pub fn put(c: &mut AnyConnection, withdrawal: &Withdrawal) -> Result<()> {
    remove(c, &withdrawal.document_id)?;
    let row = withdrawal.clone();
    on!(
        c,
        diesel::insert_into(withdrawals::table)
            .values(row)
            .execute(c)?
    );
    Ok(())
}

/// Forgets it: the document is published again.
///
/// # Errors
/// Those of the database.
pub fn remove(c: &mut AnyConnection, document_id: &str) -> Result<()> {
    diesel::delete(withdrawals::table.find(document_id)).execute(c)?;
    Ok(())
}

/// That of a document.
///
/// # Errors
/// Those of the database.
pub fn get(c: &mut AnyConnection, document_id: &str) -> Result<Option<Withdrawal>> {
    Ok(withdrawals::table
        .find(document_id)
        .select(Withdrawal::as_select())
        .first(c)
        .optional()?)
}

/// The last one at an address.
///
/// # Errors
/// Those of the database.
pub fn at(c: &mut AnyConnection, kind: &str, slug: &str) -> Result<Option<Withdrawal>> {
    Ok(withdrawals::table
        .filter(withdrawals::kind.eq(kind))
        .filter(withdrawals::slug.eq(slug))
        .order(withdrawals::withdrawn_at.desc())
        .select(Withdrawal::as_select())
        .first(c)
        .optional()?)
}

/// All that have a page: for a whole new site. Cost grows with the documents that were ever withdrawn that way.
///
/// # Errors
/// Those of the database.
pub fn with_page(c: &mut AnyConnection) -> Result<Vec<Withdrawal>> {
    Ok(withdrawals::table
        .filter(withdrawals::way.ne(Way::Gone.as_str()))
        .order(withdrawals::document_id.asc())
        .select(Withdrawal::as_select())
        .load(c)?)
}
