use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::live::Link;
use crate::schema::{documents, draft_links};
use crate::{AnyConnection, Result, batch};

/// What lists of staff show and filter by, read from the newest text by the caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts<'a> {
    /// 目的: `money/child-allowance`.
    pub category: Option<&'a str>,
    /// Problems that block publishing.
    pub errors: i64,
    /// 見直す日, UTC.
    pub review_by: Option<NaiveDateTime>,
    /// What it points at; files as `files/…`.
    pub links: &'a [Link],
}

/// Who points at something.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Reference {
    /// The document that points.
    pub document_id: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// How it points: `faq`, `related`, `file`, …
    pub role: String,
}

/// Writes the facts of the newest text of a document, in the transaction of its save.
///
/// # Errors
/// Those of the database.
pub fn describe(c: &mut AnyConnection, document_id: &str, facts: &Facts<'_>) -> Result<()> {
    diesel::update(documents::table.find(document_id))
        .set((
            documents::category.eq(facts.category),
            documents::errors.eq(facts.errors),
            documents::review_by.eq(facts.review_by),
        ))
        .execute(c)?;
    diesel::delete(draft_links::table.filter(draft_links::document_id.eq(document_id)))
        .execute(c)?;
    let mut links: Vec<_> = facts.links.iter().collect();
    links.sort_unstable();
    links.dedup();
    let rows: Vec<_> = links
        .into_iter()
        .map(|link| {
            (
                draft_links::document_id.eq(document_id),
                draft_links::role.eq(&link.role),
                draft_links::target.eq(&link.target),
            )
        })
        .collect();
    for rows in rows.chunks(batch::rows(3)) {
        on!(
            c,
            diesel::insert_into(draft_links::table)
                .values(rows)
                .execute(c)?
        );
    }
    Ok(())
}

/// What the newest text of a document points at.
///
/// # Errors
/// Those of the database.
pub fn links_of(c: &mut AnyConnection, document_id: &str) -> Result<Vec<Link>> {
    let rows: Vec<(String, String)> = draft_links::table
        .filter(draft_links::document_id.eq(document_id))
        .order((draft_links::role.asc(), draft_links::target.asc()))
        .select((draft_links::role, draft_links::target))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(role, target)| Link { role, target })
        .collect())
}

/// The documents whose newest text points at one of these targets (an id, `kind/slug`, `files/…`), by title.
///
/// # Errors
/// Those of the database.
pub fn referring_to(c: &mut AnyConnection, targets: &[&str], limit: i64) -> Result<Vec<Reference>> {
    Ok(draft_links::table
        .inner_join(documents::table.on(documents::id.eq(draft_links::document_id)))
        .filter(draft_links::target.eq_any(targets.to_vec()))
        .order((documents::title.asc(), documents::id.asc()))
        .limit(limit)
        .select((
            documents::id,
            documents::kind,
            documents::title,
            draft_links::role,
        ))
        .load(c)?)
}

/// A document that points at what is not there.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Dangling {
    /// The document that points.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub document_id: String,
    /// Its title.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub title: String,
    /// What it points at, as written.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub target: String,
}

/// リンク切れ: what newest texts and live pages point at (files; documents by id, slug or `kind/slug`) and nobody holds.
/// Cost grows with all links.
///
/// # Errors
/// Those of the database.
pub fn dangling(c: &mut AnyConnection, limit: i64) -> Result<Vec<Dangling>> {
    const DANGLING: &str = "SELECT d.id AS document_id, d.title AS title, l.target AS target
        FROM (SELECT document_id, target FROM draft_links
              UNION SELECT document_id, target FROM live_links) l
        JOIN documents d ON d.id = l.document_id
        WHERE d.stage <> 'archived'
        AND NOT EXISTS (SELECT 1 FROM files f WHERE f.path = l.target)
        AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.id = l.target)
        AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.slug = l.target OR a.kind || '/' || a.slug = l.target)
        ORDER BY d.title, d.id, l.target LIMIT $1";
    Ok(on!(
        c,
        diesel::sql_query(DANGLING)
            .bind::<diesel::sql_types::BigInt, _>(limit)
            .load(c)?
    ))
}
