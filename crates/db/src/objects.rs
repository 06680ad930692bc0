//! The manifest: what stands in the object store, with hash and headers, and until when it is right.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::objects;
use crate::{AnyConnection, Result, batch};

/// One object in the store.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = objects)]
pub struct Object {
    /// Its name in the store.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// As served.
    pub content_type: String,
    /// As served.
    pub cache_control: String,
    /// The caller's word for what it is: `page`, `list`, `asset`, …
    pub class: String,
    /// The next instant at which it would be rendered differently, UTC; `None`: only an edit changes it.
    pub valid_until: Option<NaiveDateTime>,
    /// The run that put it there.
    pub release_id: i64,
    /// UTC
    pub updated_at: NaiveDateTime,
}

/// The object of this name.
///
/// # Errors
/// Those of the database.
pub fn get(c: &mut AnyConnection, name: &str) -> Result<Option<Object>> {
    Ok(objects::table
        .find(name)
        .select(Object::as_select())
        .first(c)
        .optional()?)
}

/// The objects of these names; others are left out. What equals what was rendered need not be sent.
///
/// # Errors
/// Those of the database.
pub fn by_names(c: &mut AnyConnection, names: &[&str]) -> Result<HashMap<String, Object>> {
    let found: Vec<Object> = batch::gather(names, |names| {
        Ok(objects::table
            .filter(objects::name.eq_any(names.to_vec()))
            .select(Object::as_select())
            .load(c)?)
    })?;
    Ok(found
        .into_iter()
        .map(|object| (object.name.clone(), object))
        .collect())
}

/// Objects by name, at most `limit` after `after` (`""` = from the beginning): for full runs, which
/// delete what they did not render.
///
/// # Errors
/// Those of the database.
pub fn after(c: &mut AnyConnection, after: &str, limit: i64) -> Result<Vec<Object>> {
    Ok(objects::table
        .filter(objects::name.gt(after))
        .order(objects::name.asc())
        .limit(limit)
        .select(Object::as_select())
        .load(c)?)
}

/// Objects that are no longer right at `now`, longest first: to be rendered again.
///
/// # Errors
/// Those of the database.
pub fn due(c: &mut AnyConnection, now: NaiveDateTime, limit: i64) -> Result<Vec<Object>> {
    Ok(objects::table
        .filter(objects::valid_until.le(now))
        .order((objects::valid_until.asc(), objects::name.asc()))
        .limit(limit)
        .select(Object::as_select())
        .load(c)?)
}

/// Forgets objects: from here until the store's answer nobody knows what is there. To be committed before
/// the first of them is overwritten or deleted.
///
/// # Errors
/// Those of the database.
pub fn forget(c: &mut AnyConnection, names: &[&str]) -> Result<()> {
    for names in names.chunks(batch::rows(1)) {
        diesel::delete(objects::table.filter(objects::name.eq_any(names.to_vec()))).execute(c)?;
    }
    Ok(())
}

/// Sets until when objects are right that were rendered again and came out the same.
///
/// # Errors
/// Those of the database.
pub fn set_valid_until(
    c: &mut AnyConnection,
    renewed: &[(&str, Option<NaiveDateTime>)],
    now: NaiveDateTime,
) -> Result<()> {
    for (name, valid_until) in renewed {
        diesel::update(objects::table.find(name))
            .set((
                objects::valid_until.eq(valid_until),
                objects::updated_at.eq(now),
            ))
            .execute(c)?;
    }
    Ok(())
}
