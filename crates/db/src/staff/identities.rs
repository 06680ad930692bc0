//! Who of the staff somebody is at the city's OpenID provider.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::accounts::{self, Account};
use crate::connection::on;
use crate::schema::staff_identities as identities;
use crate::{AnyConnection, Result};

/// The link between an account and a person at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = identities)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Its name for the person: opaque, never given to somebody else.
    pub subject: String,
    /// Since when, UTC.
    pub linked_at: NaiveDateTime,
}

/// The account of somebody at a provider, whatever its state.
///
/// # Errors
/// Those of the database.
pub fn by_identity(c: &mut AnyConnection, issuer: &str, subject: &str) -> Result<Option<Account>> {
    let id: Option<String> = identities::table
        .find((issuer, subject))
        .select(identities::staff_id)
        .first(c)
        .optional()?;
    match id {
        Some(id) => accounts::find(c, &id),
        None => Ok(None),
    }
}

/// Who an account is at a provider.
///
/// # Errors
/// Those of the database.
pub fn identity(c: &mut AnyConnection, staff_id: &str, issuer: &str) -> Result<Option<Identity>> {
    Ok(identities::table
        .filter(identities::staff_id.eq(staff_id))
        .filter(identities::issuer.eq(issuer))
        .select(Identity::as_select())
        .first(c)
        .optional()?)
}

/// Links an account with somebody at a provider. `false`, and nothing changes, where either is linked already: an address
/// that the provider gave to somebody new must not open the account of whoever had it before. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn link_identity(
    c: &mut AnyConnection,
    staff_id: &str,
    issuer: &str,
    subject: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let row = (
        identities::issuer.eq(issuer),
        identities::subject.eq(subject),
        identities::staff_id.eq(staff_id),
        identities::linked_at.eq(now),
    );
    let added = on!(
        c,
        diesel::insert_into(identities::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c)
    )?;
    Ok(added > 0)
}

/// Takes the links of an account away; returns how many there were.
///
/// # Errors
/// Those of the database.
pub fn unlink_identities(c: &mut AnyConnection, staff_id: &str) -> Result<usize> {
    let these = identities::table.filter(identities::staff_id.eq(staff_id));
    Ok(diesel::delete(these).execute(c)?)
}
