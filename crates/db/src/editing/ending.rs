use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::restage;
use crate::addresses::{self, Use};
use crate::changes::{self, Scope, Subject};
use crate::documents;
use crate::editions::{self, EditionState};
use crate::schema::{
    addresses as addresses_table, autosaves, comments, confirmations, documents as documents_table,
    draft_links, edition_revisions, editions as editions_table, presences, redirects, reviews,
};
use crate::{AnyConnection, Error, Result, live};

/// 保管: sets a document aside that readers do not see; its texts stay, its slug is free.
///
/// # Errors
/// [`Error::State`] where it is live.
pub fn archive(c: &mut AnyConnection, document_id: &str, now: NaiveDateTime) -> Result<()> {
    let document = documents::get(c, document_id)?;
    if live::get(c, document_id)?.is_some() {
        return Err(Error::state(
            "文書",
            document_id,
            EditionState::Published.label(),
        ));
    }
    if let Some(open) = editions::open(c, document_id)? {
        editions::set_state(c, &open, EditionState::Archived, now)?;
    }
    let newest = editions::history(c, document_id, None, 1)?;
    if let Some(newest) = newest.into_iter().next()
        && newest.state != EditionState::Archived
    {
        editions::set_state(c, &newest, EditionState::Archived, now)?;
    }
    addresses::release(c, document_id, None, Use::Draft)?;
    restage(c, document_id)?;
    note(c, &document, now)
}

/// Deletes a document that was never published, with everything that was ever written into it.
///
/// # Errors
/// [`Error::State`] where readers ever saw it.
pub fn erase(c: &mut AnyConnection, document_id: &str, now: NaiveDateTime) -> Result<()> {
    let document = documents::get(c, document_id)?;
    if document.first_published_at.is_some() || live::get(c, document_id)?.is_some() {
        return Err(Error::state(
            "文書",
            document_id,
            EditionState::Published.label(),
        ));
    }
    let ids: Vec<i64> = editions_table::table
        .filter(editions_table::document_id.eq(document_id))
        .select(editions_table::id)
        .load(c)?;
    for id in ids {
        diesel::delete(autosaves::table.filter(autosaves::edition_id.eq(id))).execute(c)?;
        diesel::delete(confirmations::table.filter(confirmations::edition_id.eq(id))).execute(c)?;
    }
    macro_rules! forget {
        ($($table:ident),+) => {
            $(diesel::delete($table::table.filter($table::document_id.eq(document_id))).execute(c)?;)+
        };
    }
    forget!(
        presences,
        reviews,
        comments,
        draft_links,
        edition_revisions,
        redirects
    );
    diesel::delete(addresses_table::table.filter(addresses_table::document_id.eq(document_id)))
        .execute(c)?;
    diesel::delete(editions_table::table.filter(editions_table::document_id.eq(document_id)))
        .execute(c)?;
    note(c, &document, now)?;
    diesel::delete(documents_table::table.find(document_id)).execute(c)?;
    Ok(())
}

/// The staff's finder no longer has it.
fn note(c: &mut AnyConnection, document: &documents::Document, now: NaiveDateTime) -> Result<()> {
    let gone = Subject {
        document_id: &document.id,
        kind: &document.kind,
        slug: &document.slug,
        edition_id: None,
    };
    changes::record(c, Scope::Staff, &gone, now)?;
    Ok(())
}
