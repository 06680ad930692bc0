//! 文書: what keeps its identity over all editions, slugs and titles.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use ulid::Ulid;

use crate::addresses;
use crate::editions::{self, DraftText, EditionState, Insert};
use crate::hash::sha256_hex;
use crate::schema::{documents, editions as editions_table};
use crate::{AnyConnection, Error, Result, batch};

/// One document, as its newest edition shows it to staff.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = documents)]
pub struct Document {
    /// ULID; never changes.
    pub id: String,
    /// `article`, `event`, …; never changes.
    pub kind: String,
    /// Slug of the newest edition; what readers see may differ (see [`crate::live`]).
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Id of the document it is a variant of.
    pub translates: Option<String>,
    /// 件名 of the newest edition.
    pub title: String,
    /// 担当
    pub owner: Option<String>,
    /// Number of the newest edition.
    pub last_number: i64,
    /// When its first edition went live, UTC.
    pub first_published_at: Option<NaiveDateTime>,
    /// UTC
    pub created_at: NaiveDateTime,
    /// UTC
    pub updated_at: NaiveDateTime,
    /// Where it stood in the site folder it came from.
    pub path: Option<String>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportOutcome {
    /// A document that was not there before, with a draft.
    New,
    /// A new draft of a known document.
    Changed,
    /// Nothing: this very text is live, being worked on, or the last there was.
    Unchanged,
}

/// The document and edition an import ended at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The document; a new ULID where the file had none and its slug was free.
    pub document_id: String,
    /// The edition with this text.
    pub edition_id: i64,
    /// What happened.
    pub outcome: ImportOutcome,
}

/// Takes a file in. Without an id the document that holds its kind and slug is meant, else a new one is
/// made. A text that differs from the live, the open and the newest edition becomes a new draft; an open
/// edition that was there is archived, not lost.
///
/// # Errors
/// [`Error::SlugTaken`]; [`Error::State`] where the id belongs to a document of another kind.
pub fn import(
    c: &mut AnyConnection,
    id: Option<&str>,
    text: &DraftText<'_>,
    author: &str,
    now: NaiveDateTime,
) -> Result<Imported> {
    let id = match id {
        Some(id) => Some(id.to_owned()),
        None => addresses::holder(c, text.kind, text.slug)?,
    };
    let known = match &id {
        Some(id) => find(c, id)?,
        None => None,
    };
    let (document_id, outcome) = match known {
        Some(document) => {
            same_kind(&document, text.kind)?;
            let hash = sha256_hex(text.source.as_bytes());
            if let Some(edition_id) = edition_with(c, &document, &hash)? {
                let outcome = ImportOutcome::Unchanged;
                return Ok(Imported {
                    document_id: document.id,
                    edition_id,
                    outcome,
                });
            }
            if let Some(open) = editions::open(c, &document.id)? {
                editions::set_state(c, &open, EditionState::Archived, now)?;
            }
            (document.id, ImportOutcome::Changed)
        }
        None => {
            let id = id.unwrap_or_else(|| new_id(now));
            insert(c, &id, text, now)?;
            (id, ImportOutcome::New)
        }
    };
    let new = Insert {
        document_id: &document_id,
        text,
        author,
        note: None,
        now,
    };
    let edition_id = editions::insert(c, &new)?;
    Ok(Imported {
        document_id,
        edition_id,
        outcome,
    })
}

/// A new document with its first draft, as the admin makes it.
///
/// # Errors
/// [`Error::SlugTaken`].
pub fn create(
    c: &mut AnyConnection,
    text: &DraftText<'_>,
    author: &str,
    now: NaiveDateTime,
) -> Result<Imported> {
    let document_id = new_id(now);
    insert(c, &document_id, text, now)?;
    let new = Insert {
        document_id: &document_id,
        text,
        author,
        note: None,
        now,
    };
    let edition_id = editions::insert(c, &new)?;
    Ok(Imported {
        document_id,
        edition_id,
        outcome: ImportOutcome::New,
    })
}

/// The id of a document made at `now`: ids sort by age.
#[must_use]
pub fn new_id(now: NaiveDateTime) -> String {
    let millis = u64::try_from(now.and_utc().timestamp_millis()).unwrap_or(0);
    Ulid::from_parts(millis, rand::random()).to_string()
}

fn insert(c: &mut AnyConnection, id: &str, text: &DraftText<'_>, now: NaiveDateTime) -> Result<()> {
    diesel::insert_into(documents::table)
        .values((
            documents::id.eq(id),
            documents::kind.eq(text.kind),
            documents::slug.eq(text.slug),
            documents::lang.eq(text.lang),
            documents::translates.eq(text.translates),
            documents::title.eq(text.title),
            documents::owner.eq(text.owner),
            documents::last_number.eq(0_i64),
            documents::created_at.eq(now),
            documents::updated_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// The edition that already says this: the live or the open one, or the newest whatever became of it (a
/// withdrawn document does not come back because its file is still in the folder).
///
/// # Errors
/// Those of the database.
pub fn edition_with(c: &mut AnyConnection, document: &Document, hash: &str) -> Result<Option<i64>> {
    let standing: Vec<_> = EditionState::OPEN
        .iter()
        .chain(&[EditionState::Published])
        .map(|state| state.as_str())
        .collect();
    Ok(editions_table::table
        .filter(editions_table::document_id.eq(&document.id))
        .filter(editions_table::source_hash.eq(hash))
        .filter(
            editions_table::state
                .eq_any(standing)
                .or(editions_table::number.eq(document.last_number)),
        )
        .order(editions_table::number.desc())
        .select(editions_table::id)
        .first(c)
        .optional()?)
}

/// Remembers where a document stood in the site folder it came from.
///
/// # Errors
/// Those of the database.
pub fn set_path(c: &mut AnyConnection, id: &str, path: &str) -> Result<()> {
    diesel::update(documents::table.find(id))
        .set(documents::path.eq(path))
        .execute(c)?;
    Ok(())
}

pub(crate) fn same_kind(document: &Document, kind: &str) -> Result<()> {
    if document.kind == kind {
        Ok(())
    } else {
        Err(Error::state(
            "文書",
            &document.id,
            format!("種別 {}", document.kind),
        ))
    }
}

/// The document with this id, if there is one.
///
/// # Errors
/// Those of the database.
pub fn find(c: &mut AnyConnection, id: &str) -> Result<Option<Document>> {
    Ok(documents::table
        .find(id)
        .select(Document::as_select())
        .first(c)
        .optional()?)
}

/// The document with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(c: &mut AnyConnection, id: &str) -> Result<Document> {
    find(c, id)?.ok_or_else(|| Error::not_found("文書", id))
}

/// The documents with these ids, in no order; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn by_ids(c: &mut AnyConnection, ids: &[&str]) -> Result<Vec<Document>> {
    batch::gather(ids, |ids| {
        Ok(documents::table
            .filter(documents::id.eq_any(ids.to_vec()))
            .select(Document::as_select())
            .load(c)?)
    })
}

/// The documents that are variants of this one (other languages, やさしい日本語), by language.
///
/// # Errors
/// Those of the database.
pub fn variants(c: &mut AnyConnection, id: &str) -> Result<Vec<Document>> {
    Ok(documents::table
        .filter(documents::translates.eq(id))
        .order((documents::lang.asc(), documents::id.asc()))
        .select(Document::as_select())
        .load(c)?)
}

/// Every document by id, at most `limit` after `after` (`""` = from the beginning): for export.
///
/// # Errors
/// Those of the database.
pub fn after(c: &mut AnyConnection, after: &str, limit: i64) -> Result<Vec<Document>> {
    Ok(documents::table
        .filter(documents::id.gt(after))
        .order(documents::id.asc())
        .limit(limit)
        .select(Document::as_select())
        .load(c)?)
}

/// How many documents each department is 担当 of, by its key. Reads every document: for reports.
///
/// # Errors
/// Those of the database.
pub fn by_owner(c: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(Option<String>, i64)> = documents::table
        .group_by(documents::owner)
        .order(documents::owner.asc())
        .select((documents::owner, diesel::dsl::count_star()))
        .load(c)?;
    Ok(rows
        .into_iter()
        .filter_map(|(owner, count)| Some((owner?, count)))
        .collect())
}

/// Which documents staff want to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing<'a> {
    /// One kind.
    pub kind: Option<&'a str>,
    /// One department.
    pub owner: Option<&'a str>,
    /// Those with an edition in this state.
    pub state: Option<EditionState>,
    /// Where the previous page ended: `updated_at` and `id` of its last document.
    pub before: Option<(NaiveDateTime, &'a str)>,
}

/// Documents by last change, newest first.
///
/// # Errors
/// Those of the database.
pub fn list(c: &mut AnyConnection, listing: &Listing<'_>, limit: i64) -> Result<Vec<Document>> {
    let mut query = documents::table.select(Document::as_select()).into_boxed();
    if let Some(kind) = listing.kind {
        query = query.filter(documents::kind.eq(kind));
    }
    if let Some(owner) = listing.owner {
        query = query.filter(documents::owner.eq(owner));
    }
    if let Some(state) = listing.state {
        let with_state = editions_table::table
            .filter(editions_table::state.eq(state.as_str()))
            .select(editions_table::document_id);
        query = query.filter(documents::id.eq_any(with_state));
    }
    if let Some((at, id)) = listing.before {
        query = query.filter(
            documents::updated_at
                .lt(at)
                .or(documents::updated_at.eq(at).and(documents::id.lt(id))),
        );
    }
    Ok(query
        .order((documents::updated_at.desc(), documents::id.desc()))
        .limit(limit)
        .load(c)?)
}
