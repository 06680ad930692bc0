use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use crate::connection::on;
use crate::schema::{objects as manifest, release_objects, releases};
use crate::words::words;
use crate::{AnyConnection, Result, batch};

words! {
    /// What happens to an object.
    ObjectAction {
        /// Its bytes are sent.
        Put = "put",
        /// It is removed.
        Delete = "delete",
    }
}

/// An object a run will put or delete.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = release_objects)]
pub struct PlannedObject {
    /// Its name in the store.
    pub name: String,
    /// Put or delete.
    #[diesel(deserialize_as = String)]
    pub action: ObjectAction,
    /// The order of uploads, lowest first: assets, pages, indexes, pointers, deletions.
    pub phase: i64,
    /// SHA-256 of the bytes to put; what was rendered again after a break must have it. Empty to delete.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// As served.
    pub content_type: String,
    /// As served.
    pub cache_control: String,
    /// The caller's word for what it is.
    pub class: String,
    /// Until when it is right, UTC.
    pub valid_until: Option<NaiveDateTime>,
}

/// How far the uploads are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Objects planned.
    pub total: i64,
    /// Of these, not yet put or deleted.
    pub pending: i64,
}

/// Adds objects to a run's plan; one that is planned already is planned anew, and pending again.
///
/// # Errors
/// Those of the database.
pub fn plan_objects(c: &mut AnyConnection, id: i64, objects: &[PlannedObject]) -> Result<()> {
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    for objects in objects.chunks(batch::rows(11).min(1_000)) {
        let names: Vec<_> = objects.iter().map(|object| object.name.as_str()).collect();
        let before = release_objects::table
            .filter(release_objects::release_id.eq(id))
            .filter(release_objects::name.eq_any(names));
        let before: Vec<String> = diesel::delete(before)
            .returning(release_objects::state)
            .get_results(c)?;
        let done = before.iter().filter(|state| *state == "done").count();
        let rows: Vec<_> = objects
            .iter()
            .map(|object| {
                (
                    release_objects::release_id.eq(id),
                    release_objects::name.eq(&object.name),
                    release_objects::action.eq(object.action.as_str()),
                    release_objects::state.eq("pending"),
                    release_objects::phase.eq(object.phase),
                    release_objects::sha256.eq(&object.sha256),
                    release_objects::size.eq(object.size),
                    release_objects::content_type.eq(&object.content_type),
                    release_objects::cache_control.eq(&object.cache_control),
                    release_objects::class.eq(&object.class),
                    release_objects::valid_until.eq(object.valid_until),
                )
            })
            .collect();
        on!(
            c,
            diesel::insert_into(release_objects::table)
                .values(&rows)
                .execute(c)?
        );
        let added = count(objects.len()) - count(before.len());
        diesel::update(releases::table.find(id))
            .set((
                releases::to_upload.eq(releases::to_upload + added),
                releases::uploaded.eq(releases::uploaded - count(done)),
            ))
            .execute(c)?;
    }
    Ok(())
}

/// What is still to put or delete, in the order of uploads.
///
/// # Errors
/// Those of the database.
pub fn pending_objects(c: &mut AnyConnection, id: i64, limit: i64) -> Result<Vec<PlannedObject>> {
    Ok(release_objects::table
        .filter(release_objects::release_id.eq(id))
        .filter(release_objects::state.eq("pending"))
        .order((release_objects::phase.asc(), release_objects::name.asc()))
        .limit(limit)
        .select(PlannedObject::as_select())
        .load(c)?)
}

/// These objects are in the store, or gone from it: the manifest says so from now on. Names that are not
/// pending in this run are passed over, so that a resumed run may say it again.
///
/// # Errors
/// Those of the database.
pub fn complete_objects(
    c: &mut AnyConnection,
    id: i64,
    names: &[&str],
    now: NaiveDateTime,
) -> Result<()> {
    // In three statements whatever the number: marked, copied to the manifest, removed from it. The state is not among
    // the conditions: SQLite would then read all that is pending, for every batch, instead of the names.
    const SENT: &str = "CASE state WHEN 'pending' THEN 'sent' ELSE state END";
    const COPY: &str =
        "INSERT INTO objects (name, sha256, size, content_type, cache_control, class,
            valid_until, release_id, updated_at)
        SELECT name, sha256, size, content_type, cache_control, class, valid_until, release_id, $1
        FROM release_objects WHERE release_id = $2 AND state = 'sent' AND action = 'put'
        ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, size = excluded.size,
            content_type = excluded.content_type, cache_control = excluded.cache_control,
            class = excluded.class, valid_until = excluded.valid_until,
            release_id = excluded.release_id, updated_at = excluded.updated_at";
    let of_release = || release_objects::table.filter(release_objects::release_id.eq(id));
    for names in names.chunks(batch::rows(1) - 3) {
        let these = of_release().filter(release_objects::name.eq_any(names.to_vec()));
        diesel::update(these)
            .set(release_objects::state.eq(sql::<Text>(SENT)))
            .execute(c)?;
    }
    on!(
        c,
        diesel::sql_query(COPY)
            .bind::<Timestamp, _>(now)
            .bind::<BigInt, _>(id)
            .execute(c)?
    );
    let gone: Vec<String> = of_release()
        .filter(release_objects::state.eq("sent"))
        .filter(release_objects::action.eq(ObjectAction::Delete.as_str()))
        .select(release_objects::name)
        .load(c)?;
    for gone in gone.chunks(batch::rows(1)) {
        diesel::delete(manifest::table.filter(manifest::name.eq_any(gone.to_vec()))).execute(c)?;
    }
    let sent = of_release().filter(release_objects::state.eq("sent"));
    let done = diesel::update(sent)
        .set(release_objects::state.eq("done"))
        .execute(c)?;
    diesel::update(releases::table.find(id))
        .set((
            releases::uploaded.eq(releases::uploaded + i64::try_from(done).unwrap_or(i64::MAX)),
            releases::updated_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// Counts what is planned and what is pending, from the rows themselves.
///
/// # Errors
/// Those of the database.
pub fn progress(c: &mut AnyConnection, id: i64) -> Result<Progress> {
    let of_release = || release_objects::table.filter(release_objects::release_id.eq(id));
    let total = of_release().count().get_result(c)?;
    let pending = of_release()
        .filter(release_objects::state.eq("pending"))
        .count()
        .get_result(c)?;
    Ok(Progress { total, pending })
}
