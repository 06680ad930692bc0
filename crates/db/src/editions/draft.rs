use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::state::at_revision;
use super::{Edition, EditionState, get, open, set_state, source};
use crate::addresses::{self, Use};
use crate::changes::{self, Scope, Subject};
use crate::documents;
use crate::editing::{self, Reason};
use crate::hash::sha256_hex;
use crate::schema::{documents as documents_table, editions};
use crate::{AnyConnection, Error, Result};

/// What an edition says: the source, and what the caller read from its front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftText<'a> {
    /// Never changes within a document.
    pub kind: &'a str,
    /// Slug it will be published under.
    pub slug: &'a str,
    /// `ja`, `ja-easy`, …
    pub lang: &'a str,
    /// Id of the document it is a variant of.
    pub translates: Option<&'a str>,
    /// 件名
    pub title: &'a str,
    /// 担当: key of a department.
    pub owner: Option<&'a str>,
    /// The whole file.
    pub source: &'a str,
    /// UTC
    pub publish_at: Option<NaiveDateTime>,
    /// UTC
    pub expires_at: Option<NaiveDateTime>,
}

/// Saves new text into a draft.
///
/// # Errors
/// [`Error::Conflict`] where `revision` is not the current one, [`Error::State`] where the edition is not
/// a draft (take it back first) or the kind differs, [`Error::SlugTaken`].
pub fn save(
    c: &mut AnyConnection,
    id: i64,
    revision: i64,
    text: &DraftText<'_>,
    author: &str,
    now: NaiveDateTime,
) -> Result<Edition> {
    let edition = at_revision(c, id, revision)?;
    if edition.state != EditionState::Draft {
        return Err(Error::state("版", id, edition.state.label()));
    }
    let document = documents::get(c, &edition.document_id)?;
    documents::same_kind(&document, text.kind)?;
    addresses::claim(c, text.kind, text.slug, &edition.document_id, Use::Draft)?;
    let written = diesel::update(
        editions::table
            .find(id)
            .filter(editions::revision.eq(revision)),
    )
    .set((
        editions::revision.eq(revision + 1),
        editions::slug.eq(text.slug),
        editions::title.eq(text.title),
        editions::source.eq(text.source.as_bytes()),
        editions::source_hash.eq(sha256_hex(text.source.as_bytes())),
        editions::author.eq(author),
        editions::publish_at.eq(text.publish_at),
        editions::expires_at.eq(text.expires_at),
        editions::updated_at.eq(now),
    ))
    .execute(c)?;
    if written != 1 {
        return Err(Error::conflict("版", id));
    }
    editing::record(c, id, Reason::Save, now)?;
    show(c, &edition.document_id, text, id, author, now)?;
    get(c, id)
}

/// Opens a draft with the text of an earlier edition of the same document, to work on or to publish
/// again.
///
/// # Errors
/// [`Error::State`] where the document has an open edition already, [`Error::SlugTaken`].
pub fn start(
    c: &mut AnyConnection,
    from_edition: i64,
    author: &str,
    now: NaiveDateTime,
) -> Result<Edition> {
    let from = get(c, from_edition)?;
    let text = source(c, from_edition)?;
    if let Some(open) = open(c, &from.document_id)? {
        return Err(Error::state("文書", &from.document_id, open.state.label()));
    }
    let document = documents::get(c, &from.document_id)?;
    let text = DraftText {
        kind: &document.kind,
        slug: &from.slug,
        lang: &document.lang,
        translates: document.translates.as_deref(),
        title: &from.title,
        owner: document.owner.as_deref(),
        source: &text,
        publish_at: None,
        expires_at: from.expires_at,
    };
    let id = insert(
        c,
        &Insert {
            document_id: &from.document_id,
            text: &text,
            author,
            note: None,
            now,
        },
    )?;
    get(c, id)
}

/// Sets an open edition aside (state `archived`): its text stays in the history, its slug is free.
///
/// # Errors
/// [`Error::Conflict`], and [`Error::State`] where it is not open.
pub fn discard(c: &mut AnyConnection, id: i64, revision: i64, now: NaiveDateTime) -> Result<()> {
    let edition = at_revision(c, id, revision)?;
    if !edition.state.is_open() {
        return Err(Error::state("版", id, edition.state.label()));
    }
    set_state(c, &edition, EditionState::Archived, now)?;
    addresses::release(c, &edition.document_id, None, Use::Draft)?;
    let document = documents::get(c, &edition.document_id)?;
    let subject = Subject {
        document_id: &document.id,
        kind: &document.kind,
        slug: &document.slug,
        edition_id: super::published(c, &document.id)?.map(|edition| edition.id),
    };
    changes::record(c, Scope::Staff, &subject, now)?;
    Ok(())
}

/// A new draft of a document that exists.
pub(crate) struct Insert<'a> {
    pub(crate) document_id: &'a str,
    pub(crate) text: &'a DraftText<'a>,
    pub(crate) author: &'a str,
    pub(crate) note: Option<&'a str>,
    pub(crate) now: NaiveDateTime,
}

pub(crate) fn insert(c: &mut AnyConnection, new: &Insert<'_>) -> Result<i64> {
    let Insert {
        document_id,
        text,
        author,
        note,
        now,
    } = *new;
    addresses::claim(c, text.kind, text.slug, document_id, Use::Draft)?;
    let number: i64 = diesel::update(documents_table::table.find(document_id))
        .set(documents_table::last_number.eq(documents_table::last_number + 1))
        .returning(documents_table::last_number)
        .get_result(c)?;
    let id = diesel::insert_into(editions::table)
        .values((
            editions::document_id.eq(document_id),
            editions::number.eq(number),
            editions::state.eq(EditionState::Draft.as_str()),
            editions::revision.eq(1_i64),
            editions::slug.eq(text.slug),
            editions::title.eq(text.title),
            editions::source.eq(text.source.as_bytes()),
            editions::source_hash.eq(sha256_hex(text.source.as_bytes())),
            editions::author.eq(author),
            editions::note.eq(note),
            editions::publish_at.eq(text.publish_at),
            editions::expires_at.eq(text.expires_at),
            editions::created_at.eq(now),
            editions::updated_at.eq(now),
        ))
        .returning(editions::id)
        .get_result(c)?;
    editing::record(c, id, Reason::Start, now)?;
    show(c, document_id, text, id, author, now)?;
    Ok(id)
}

/// Staff lists and the staff's finder show the newest text of a document.
fn show(
    c: &mut AnyConnection,
    document_id: &str,
    text: &DraftText<'_>,
    edition_id: i64,
    author: &str,
    now: NaiveDateTime,
) -> Result<()> {
    editing::restage(c, document_id)?;
    diesel::update(documents_table::table.find(document_id))
        .set((
            documents_table::slug.eq(text.slug),
            documents_table::lang.eq(text.lang),
            documents_table::translates.eq(text.translates),
            documents_table::title.eq(text.title),
            documents_table::owner.eq(text.owner),
            documents_table::editor.eq(author),
            documents_table::updated_at.eq(now),
        ))
        .execute(c)?;
    let subject = Subject {
        document_id,
        kind: text.kind,
        slug: text.slug,
        edition_id: Some(edition_id),
    };
    changes::record(c, Scope::Staff, &subject, now)?;
    Ok(())
}
