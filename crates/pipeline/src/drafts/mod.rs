//! 下書き: the one way by which a text gets into an edition, whoever writes it: form, API, import, bulk change.
//!
//! A draft always saves, however broken it is; what is wrong with it is told, and blocks publishing alone.

mod read;
mod references;

pub(crate) use references::resolve;

use chrono::NaiveDateTime;
use kairan_content::{Diagnostic, Document, SiteData};
use kairan_db::documents::{self, Imported};
use kairan_db::editing::{self, Facts, Reason};
use kairan_db::editions::{self, DraftText, Edition};
use kairan_db::time::jst_from_utc;
use kairan_db::{AnyConnection, Error as DbError, addresses};

use crate::{Error, Result};
use read::Read;

/// A text to be saved into an open draft.
#[derive(Debug, Clone, Copy)]
pub struct Save<'a> {
    /// The edition.
    pub edition: i64,
    /// The revision it was written over.
    pub revision: i64,
    /// The whole file.
    pub source: &'a str,
    /// Who: `staff:01J…`, a command.
    pub author: &'a str,
    /// Why.
    pub reason: Reason,
    /// A name to find it by in the history.
    pub name: Option<&'a str>,
}

/// What saving gave.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The edition with its new revision.
    pub edition: Edition,
    /// Everything that is wrong with the text, in order of place.
    pub problems: Vec<Diagnostic>,
}

/// Saves a text. The slug stays what it was where the new one cannot be used; the problems say why.
///
/// # Errors
/// [`DbError::Conflict`] where somebody saved since `revision`; nothing changes then.
pub fn save(
    c: &mut AnyConnection,
    site: &SiteData,
    save: &Save<'_>,
    now: NaiveDateTime,
) -> Result<Saved> {
    let before = editions::get(c, save.edition)?;
    let document = documents::get(c, &before.document_id)?;
    let read = Read::new(site, &document.kind, &document.id, save.source, now);
    let problems = all_problems(c, site, &document.id, &read)?;
    let slug = usable_slug(c, &document.kind, &document.id, read.slug())?;
    let text = DraftText {
        kind: &document.kind,
        slug: slug.as_deref().unwrap_or(&before.slug),
        lang: read.lang().unwrap_or(&document.lang),
        translates: read.translates(),
        title: read.title().unwrap_or(&before.title),
        owner: read.owner(),
        source: save.source,
        publish_at: read.publish_at().or(before.publish_at),
        expires_at: read.expires_at(),
    };
    let edition = editions::save(c, save.edition, save.revision, &text, save.author, now)?;
    describe(c, &document.id, &read, &problems)?;
    if save.reason != Reason::Save || save.name.is_some() {
        editing::keep(c, edition.id, save.reason, save.name)?;
    }
    editing::clear_autosave(c, edition.id, save.author)?;
    Ok(Saved { edition, problems })
}

/// Makes a document with its first draft. A slug that cannot be used is replaced by one that nobody has.
///
/// # Errors
/// [`Error::Refused`] where the text has no kind; those of the database.
pub fn create(
    c: &mut AnyConnection,
    site: &SiteData,
    source: &str,
    author: &str,
    now: NaiveDateTime,
) -> Result<Imported> {
    let kind = read::kind_of(source)
        .ok_or_else(|| Error::Refused("種別（kind）の分からない文書は作れません".to_owned()))?;
    let id = documents::new_id(now);
    let source = kairan_content::patch::with_id(source, &id)
        .map_err(|error| Error::Refused(error.to_string()))?;
    let id = read::id_of(&source).unwrap_or(id);
    let read = Read::new(site, kind.as_str(), &id, &source, now);
    let slug = match usable_slug(c, kind.as_str(), &id, read.slug())? {
        Some(slug) => slug,
        None => format!("draft-{}", id.to_ascii_lowercase()),
    };
    let text = DraftText {
        kind: kind.as_str(),
        slug: &slug,
        lang: read.lang().unwrap_or(&site.settings.lang),
        translates: read.translates(),
        title: read.title().unwrap_or("（題名なし）"),
        owner: read.owner(),
        source: &source,
        publish_at: read.publish_at(),
        expires_at: read.expires_at(),
    };
    let made = documents::import(c, Some(&id), &text, author, now)?;
    let problems = all_problems(c, site, &id, &read)?;
    describe(c, &id, &read, &problems)?;
    Ok(made)
}

/// The draft to work on: the open one, or a new one with the text readers see now, or the last there was.
///
/// # Errors
/// Those of the database.
pub fn open(
    c: &mut AnyConnection,
    document_id: &str,
    author: &str,
    now: NaiveDateTime,
) -> Result<Edition> {
    if let Some(open) = editions::open(c, document_id)? {
        return Ok(open);
    }
    let last = match editions::published(c, document_id)? {
        Some(live) => live,
        None => editions::history(c, document_id, None, 1)?
            .into_iter()
            .next()
            .ok_or_else(|| Error::Refused("この文書には版がありません".to_owned()))?,
    };
    Ok(editions::start(c, last.id, author, now)?)
}

/// Everything that is wrong with a text of this document, in order of place: the text itself, and what it says of other
/// documents and files.
///
/// # Errors
/// Those of the database.
pub fn problems(
    c: &mut AnyConnection,
    site: &SiteData,
    document_id: &str,
    source: &str,
    now: NaiveDateTime,
) -> Result<Vec<Diagnostic>> {
    let document = documents::get(c, document_id)?;
    let read = Read::new(site, &document.kind, document_id, source, now);
    all_problems(c, site, document_id, &read)
}

/// What a text of this document says of other documents and of files that is not so.
///
/// # Errors
/// Those of the database.
pub fn references(
    c: &mut AnyConnection,
    site: &SiteData,
    document_id: &str,
    source: &str,
    now: NaiveDateTime,
) -> Result<Vec<Diagnostic>> {
    let document = documents::get(c, document_id)?;
    let read = Read::new(site, &document.kind, document_id, source, now);
    match &read.document {
        Some(document) => references::problems(c, site, document_id, document, &read),
        None => Ok(Vec::new()),
    }
}

/// Writes what lists of staff show of a text that came in by another way (import) and is without errors.
///
/// # Errors
/// Those of the database.
pub fn note_facts(
    c: &mut AnyConnection,
    lang: &str,
    document_id: &str,
    document: &Document,
) -> kairan_db::Result<()> {
    let links = read::links(document, lang);
    let facts = Facts {
        category: Some(&document.category),
        errors: 0,
        review_by: read::review_by(document),
        links: &links,
    };
    editing::describe(c, document_id, &facts)
}

fn all_problems(
    c: &mut AnyConnection,
    site: &SiteData,
    document_id: &str,
    read: &Read<'_>,
) -> Result<Vec<Diagnostic>> {
    let mut problems = read.problems.clone();
    if let Some(document) = &read.document {
        problems.extend(references::problems(c, site, document_id, document, read)?);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Ok(problems)
}

fn describe(
    c: &mut AnyConnection,
    document_id: &str,
    read: &Read<'_>,
    problems: &[Diagnostic],
) -> Result<()> {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let document = read.document.as_ref();
    let links = document.map_or_else(Vec::new, |one| read::links(one, read.site_lang()));
    let facts = Facts {
        category: document.map(|one| one.category.as_str()),
        errors: i64::try_from(errors).unwrap_or(i64::MAX),
        review_by: document.and_then(read::review_by),
        links: &links,
    };
    editing::describe(c, document_id, &facts)?;
    Ok(())
}

/// The slug, if it is one and no other document has it.
fn usable_slug(
    c: &mut AnyConnection,
    kind: &str,
    document_id: &str,
    slug: Option<&str>,
) -> Result<Option<String>> {
    let Some(slug) = slug.filter(|slug| kairan_content::is_slug(slug)) else {
        return Ok(None);
    };
    let holder = addresses::holder(c, kind, slug)?;
    Ok(holder
        .is_none_or(|holder| holder == document_id)
        .then(|| slug.to_owned()))
}

/// The day in Japan on which a text is looked at.
fn today(now: NaiveDateTime) -> chrono::NaiveDate {
    jst_from_utc(now).date()
}

/// Whether somebody else saved in between.
#[must_use]
pub fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::Db(DbError::Conflict { .. }))
}
