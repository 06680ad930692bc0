use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Link, Live, Span, get};
use crate::addresses::{self, Redirect, Use};
use crate::changes::{self, Scope, Subject};
use crate::connection::on;
use crate::documents::{self, Document};
use crate::editing;
use crate::editions::{self, Edition, EditionState};
use crate::schema::{documents as documents_table, editions as editions_table};
use crate::schema::{live, live_links, live_spans};
use crate::{AnyConnection, Error, Result, batch};

/// An edition goes live: what lists and searches by date need of it, read from its source by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication<'a> {
    /// An open edition; or the published one, to write its row anew after the taxonomy changed.
    pub edition_id: i64,
    /// The revision that was checked. Ignored for the published edition, so that a resumed run may
    /// publish again.
    pub revision: i64,
    /// JSON for lists.
    pub card: &'a str,
    /// UTC
    pub opens: Option<NaiveDateTime>,
    /// UTC
    pub closes: Option<NaiveDateTime>,
    /// What 新着情報 sorts by, UTC; `None`: as it was, or now for a document new to readers.
    pub listed_at: Option<NaiveDateTime>,
    /// Deadlines and sessions.
    pub spans: &'a [Span],
    /// What it points at; doubles are stored once.
    pub links: &'a [Link],
    /// Old slugs from the front matter.
    pub aliases: &'a [&'a str],
}

/// What publishing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The row now.
    pub live: Live,
    /// The row before; `None` where the document was not live.
    pub previous: Option<Live>,
    /// Every old address that now redirects here.
    pub redirects: Vec<Redirect>,
}

/// Makes an edition the live one, in one transaction with whatever else the caller writes: the edition
/// before is superseded, the slug claimed, old slugs redirect, the change enters the feed.
///
/// # Errors
/// [`Error::Conflict`] where the edition changed since `revision`, [`Error::State`] where it was withdrawn,
/// superseded or archived, [`Error::SlugTaken`].
pub fn publish(
    c: &mut AnyConnection,
    publication: &Publication<'_>,
    now: NaiveDateTime,
) -> Result<Published> {
    let edition = editions::get(c, publication.edition_id)?;
    let document = documents::get(c, &edition.document_id)?;
    let previous = get(c, &document.id)?;
    if edition.state != EditionState::Published {
        if edition.revision != publication.revision {
            return Err(Error::conflict("版", edition.id));
        }
        // By its number, not by its state: while thousands go live in one transaction PostgreSQL believes that hardly any
        // edition is published, and would read through all that are.
        if let Some(previous) = &previous {
            let before = editions::get(c, previous.edition_id)?;
            editions::set_state(c, &before, EditionState::Superseded, now)?;
        }
        editions::set_state(c, &edition, EditionState::Published, now)?;
        addresses::release(c, &document.id, None, Use::Draft)?;
    }
    let redirects = move_in(
        c,
        &document,
        &edition,
        publication.aliases,
        previous.as_ref(),
        now,
    )?;
    let live = write(c, &document, &edition, publication, previous.as_ref(), now)?;
    Ok(Published {
        live,
        previous,
        redirects,
    })
}

/// Claims the slug, and makes the slugs it had and its aliases redirect.
fn move_in(
    c: &mut AnyConnection,
    document: &Document,
    edition: &Edition,
    aliases: &[&str],
    previous: Option<&Live>,
    now: NaiveDateTime,
) -> Result<Vec<Redirect>> {
    addresses::claim(c, &document.kind, &edition.slug, &document.id, Use::Live)?;
    addresses::remove_redirect(c, &document.kind, &edition.slug)?;
    let old = previous.map(|previous| previous.slug.as_str());
    for slug in aliases
        .iter()
        .copied()
        .chain(old)
        .filter(|slug| *slug != edition.slug)
    {
        addresses::add_redirect(c, &document.kind, slug, &document.id, now)?;
    }
    addresses::redirects_to(c, &document.id)
}

fn write(
    c: &mut AnyConnection,
    document: &Document,
    edition: &Edition,
    publication: &Publication<'_>,
    previous: Option<&Live>,
    now: NaiveDateTime,
) -> Result<Live> {
    if document.first_published_at.is_none() {
        diesel::update(documents_table::table.find(&document.id))
            .set(documents_table::first_published_at.eq(now))
            .execute(c)?;
    }
    let same = previous.is_some_and(|previous| previous.edition_id == edition.id);
    let listed_at = publication
        .listed_at
        .or(previous.map(|previous| previous.listed_at));
    let subject = Subject {
        document_id: &document.id,
        kind: &document.kind,
        slug: &edition.slug,
        edition_id: Some(edition.id),
    };
    let scopes: &[Scope] = if same {
        &[Scope::Live]
    } else {
        &[Scope::Staff, Scope::Live]
    };
    let sequence = changes::record_in(c, scopes, &subject, now)?;
    let values = (
        live::edition_id.eq(edition.id),
        live::kind.eq(&document.kind),
        live::slug.eq(&edition.slug),
        live::lang.eq(&document.lang),
        live::translates.eq(&document.translates),
        live::hash.eq(&edition.source_hash),
        live::card.eq(publication.card),
        live::opens.eq(publication.opens),
        live::closes.eq(publication.closes),
        live::first_published_at.eq(document.first_published_at.unwrap_or(now)),
        live::published_at.eq(edition.published_at.unwrap_or(now)),
        live::listed_at.eq(listed_at.or(document.first_published_at).unwrap_or(now)),
        live::expires_at.eq(edition.expires_at),
        live::sequence.eq(sequence),
    );
    let row = (live::document_id.eq(&document.id), values);
    on!(
        c,
        diesel::insert_into(live::table)
            .values(row)
            .on_conflict(live::document_id)
            .do_update()
            .set(values)
            .execute(c)?
    );
    write_spans(c, &document.id, publication.spans)?;
    write_links(c, &document.id, publication.links)?;
    editing::restage(c, &document.id)?;
    get(c, &document.id)?.ok_or_else(|| Error::not_found("文書", &document.id))
}

fn write_spans(c: &mut AnyConnection, document_id: &str, spans: &[Span]) -> Result<()> {
    diesel::delete(live_spans::table.filter(live_spans::document_id.eq(document_id))).execute(c)?;
    let rows: Vec<_> = (0_i64..)
        .zip(spans)
        .map(|(ordinal, span)| {
            (
                live_spans::document_id.eq(document_id),
                live_spans::role.eq(span.role.as_str()),
                live_spans::ordinal.eq(ordinal),
                live_spans::starts.eq(span.starts),
                live_spans::ends.eq(span.ends),
            )
        })
        .collect();
    for rows in rows.chunks(batch::rows(5)) {
        on!(
            c,
            diesel::insert_into(live_spans::table)
                .values(rows)
                .execute(c)?
        );
    }
    Ok(())
}

fn write_links(c: &mut AnyConnection, document_id: &str, links: &[Link]) -> Result<()> {
    diesel::delete(live_links::table.filter(live_links::document_id.eq(document_id))).execute(c)?;
    let mut links: Vec<_> = links.iter().collect();
    links.sort_unstable();
    links.dedup();
    let rows: Vec<_> = links
        .into_iter()
        .map(|link| {
            (
                live_links::document_id.eq(document_id),
                live_links::role.eq(&link.role),
                live_links::target.eq(&link.target),
            )
        })
        .collect();
    for rows in rows.chunks(batch::rows(3)) {
        on!(
            c,
            diesel::insert_into(live_links::table)
                .values(rows)
                .execute(c)?
        );
    }
    Ok(())
}

/// Takes a document down, because staff say so or because it expired. Its redirects are kept for when it
/// comes back ([`addresses::redirects_to`]); its list entries are the caller's to leave. Returns the row
/// that was; `None` where it was not live, so that a resumed run may call it again.
///
/// # Errors
/// Those of the database.
pub fn withdraw(
    c: &mut AnyConnection,
    document_id: &str,
    now: NaiveDateTime,
) -> Result<Option<Live>> {
    let Some(row) = get(c, document_id)? else {
        return Ok(None);
    };
    let edition = editions::get(c, row.edition_id)?;
    editions::set_state(c, &edition, EditionState::Withdrawn, now)?;
    diesel::delete(live_spans::table.filter(live_spans::document_id.eq(document_id))).execute(c)?;
    diesel::delete(live_links::table.filter(live_links::document_id.eq(document_id))).execute(c)?;
    diesel::delete(live::table.find(document_id)).execute(c)?;
    editing::restage(c, document_id)?;
    addresses::release(c, document_id, None, Use::Live)?;
    let gone = Subject {
        document_id,
        kind: &row.kind,
        slug: &row.slug,
        edition_id: None,
    };
    changes::record(c, Scope::Live, &gone, now)?;
    // Staff go on seeing the newest edition, in its new state.
    let newest = editions_table::table
        .filter(editions_table::document_id.eq(document_id))
        .order(editions_table::number.desc())
        .select(editions_table::id)
        .first::<i64>(c)?;
    changes::record(
        c,
        Scope::Staff,
        &Subject {
            edition_id: Some(newest),
            ..gone
        },
        now,
    )?;
    Ok(Some(row))
}
