//! Who holds which slug. A slug belongs to one document as long as its live edition or its open draft
//! uses it; old slugs redirect until another document goes live under them.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::connection::on;
use crate::schema::{addresses, redirects};
use crate::{AnyConnection, Error, Result, batch};

/// An old address that leads to a document.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = redirects)]
pub struct Redirect {
    /// Kind of the document.
    pub kind: String,
    /// The old slug.
    pub slug: String,
    /// Where it leads.
    pub document_id: String,
}

/// Which edition uses a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Live,
    Draft,
}

/// The document that holds this slug, live or as a draft.
///
/// # Errors
/// Those of the database.
pub fn holder(c: &mut AnyConnection, kind: &str, slug: &str) -> Result<Option<String>> {
    Ok(addresses::table
        .find((kind, slug))
        .select(addresses::document_id)
        .first(c)
        .optional()?)
}

/// The redirect at this address.
///
/// # Errors
/// Those of the database.
pub fn redirect(c: &mut AnyConnection, kind: &str, slug: &str) -> Result<Option<Redirect>> {
    Ok(redirects::table
        .find((kind, slug))
        .select(Redirect::as_select())
        .first(c)
        .optional()?)
}

/// The old addresses of a document, by slug.
///
/// # Errors
/// Those of the database.
pub fn redirects_to(c: &mut AnyConnection, document_id: &str) -> Result<Vec<Redirect>> {
    Ok(redirects::table
        .filter(redirects::document_id.eq(document_id))
        .order(redirects::slug.asc())
        .select(Redirect::as_select())
        .load(c)?)
}

/// The old addresses of many documents, by document and slug.
///
/// # Errors
/// Those of the database.
pub fn redirects_to_each(c: &mut AnyConnection, document_ids: &[&str]) -> Result<Vec<Redirect>> {
    let mut found: Vec<Redirect> = batch::gather(document_ids, |ids| {
        Ok(redirects::table
            .filter(redirects::document_id.eq_any(ids.to_vec()))
            .select(Redirect::as_select())
            .load(c)?)
    })?;
    found.sort_unstable_by(|a, b| (&a.document_id, &a.slug).cmp(&(&b.document_id, &b.slug)));
    Ok(found)
}

/// Gives the slug to the document for this use, and takes its other slugs of the same use away.
pub(crate) fn claim(
    c: &mut AnyConnection,
    kind: &str,
    slug: &str,
    document_id: &str,
    usage: Use,
) -> Result<()> {
    // The condition on the holder makes check and write one step: of two that claim at once, one is told.
    const CLAIM: &str = "INSERT INTO addresses (kind, slug, document_id, live, draft)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (kind, slug) DO UPDATE
        SET live = addresses.live OR excluded.live, draft = addresses.draft OR excluded.draft
        WHERE addresses.document_id = excluded.document_id";
    let (live, draft) = (usage == Use::Live, usage == Use::Draft);
    let claimed = on!(
        c,
        diesel::sql_query(CLAIM)
            .bind::<Text, _>(kind)
            .bind::<Text, _>(slug)
            .bind::<Text, _>(document_id)
            .bind::<Bool, _>(live)
            .bind::<Bool, _>(draft)
            .execute(c)?
    );
    if claimed == 0 {
        let document = holder(c, kind, slug)?.unwrap_or_default();
        return Err(Error::SlugTaken {
            kind: kind.to_owned(),
            slug: slug.to_owned(),
            document,
        });
    }
    release(c, document_id, Some(slug), usage)
}

/// Takes all slugs of this use away from the document but `except`.
pub(crate) fn release(
    c: &mut AnyConnection,
    document_id: &str,
    except: Option<&str>,
    usage: Use,
) -> Result<()> {
    let others = addresses::table
        .filter(addresses::document_id.eq(document_id))
        .filter(addresses::slug.ne(except.unwrap_or_default()));
    match usage {
        Use::Live => diesel::update(others)
            .set(addresses::live.eq(false))
            .execute(c)?,
        Use::Draft => diesel::update(others)
            .set(addresses::draft.eq(false))
            .execute(c)?,
    };
    let unused = addresses::table
        .filter(addresses::document_id.eq(document_id))
        .filter(addresses::live.eq(false))
        .filter(addresses::draft.eq(false));
    diesel::delete(unused).execute(c)?;
    Ok(())
}

/// Makes an old slug redirect to the document. Refused where a document lives there; a redirect of
/// another document is taken over.
pub(crate) fn add_redirect(
    c: &mut AnyConnection,
    kind: &str,
    slug: &str,
    document_id: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let living = addresses::table
        .find((kind, slug))
        .filter(addresses::live.eq(true))
        .select(addresses::document_id)
        .first::<String>(c)
        .optional()?;
    if let Some(document) = living {
        return Err(Error::SlugTaken {
            kind: kind.to_owned(),
            slug: slug.to_owned(),
            document,
        });
    }
    let to = (
        redirects::document_id.eq(document_id),
        redirects::created_at.eq(now),
    );
    on!(
        c,
        diesel::insert_into(redirects::table)
            .values((redirects::kind.eq(kind), redirects::slug.eq(slug), to))
            .on_conflict((redirects::kind, redirects::slug))
            .do_update()
            .set(to)
            .execute(c)?
    );
    Ok(())
}

/// A document goes live here: a redirect that stood here ends.
pub(crate) fn remove_redirect(c: &mut AnyConnection, kind: &str, slug: &str) -> Result<()> {
    diesel::delete(redirects::table.find((kind, slug))).execute(c)?;
    Ok(())
}
