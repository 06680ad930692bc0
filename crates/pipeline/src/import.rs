//! 取り込み: a site folder into the database. Each document stands alone: one with errors stays out, the
//! others come in.

mod files;

use kairan_content::{CheckedDocument, Diagnostic, Document, Source, check_site, patch};
use kairan_db::documents::{self, ImportOutcome};
use kairan_db::editions::{self, DraftText};
use kairan_db::time::utc_from_jst;
use kairan_db::{AnyConnection, addresses, citizens, sha256_hex, site};

use crate::{Context, Error, Result, drafts};

/// What an import did.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Documents that are new.
    pub added: usize,
    /// Documents with a new draft.
    pub changed: usize,
    /// Documents that say what they said before.
    pub unchanged: usize,
    /// Paths of documents that stayed out because of errors.
    pub refused: Vec<String>,
    /// Paths of documents that stayed out because staff wrote a newer text on the screens.
    pub held: Vec<String>,
    /// Everything that is wrong in the folder, warnings included.
    pub diagnostics: Vec<Diagnostic>,
}

/// What becomes of what staff wrote on the screens, where the folder says something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Screens {
    /// It stays, and what the folder says stays out.
    Keep,
    /// The folder counts. Drafts of staff are archived.
    Replace,
}

/// Documents written in one transaction, so that others may write in between.
const BATCH: usize = 200;

/// How often a batch is written anew because of somebody else's step.
const TRIES: usize = 10;

/// Takes a site folder in: settings, taxonomy and profile as a revision, files with their bytes, documents as
/// drafts. A folder whose required site files cannot be read changes nothing. Cost grows with the folder.
///
/// # Errors
/// Those of the database, and [`Error::Refused`] for files that cannot be read, and for settings that were changed on
/// the screens since and are to be kept.
pub async fn import(
    ctx: &Context,
    source: &dyn Source,
    author: &str,
    screens: Screens,
) -> Result<ImportReport> {
    let ctx = ctx.clone();
    let author = author.to_owned();
    // The source is only lent, so this thread does the work; where it can, it tells the others.
    use tokio::runtime::{Handle, RuntimeFlavor};
    if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
        tokio::task::block_in_place(move || run(&ctx, source, &author, screens))
    } else {
        run(&ctx, source, &author, screens)
    }
}

/// As [`import`], for callers that may block.
///
/// # Errors
/// As [`import`].
pub fn run(
    ctx: &Context,
    source: &dyn Source,
    author: &str,
    screens: Screens,
) -> Result<ImportReport> {
    let checked = check_site(source, ctx.clock.now_jst().date());
    let mut report = ImportReport {
        diagnostics: checked.diagnostics,
        ..ImportReport::default()
    };
    let Some(site_data) = checked.site else {
        report.refused = checked.documents.into_iter().map(|one| one.path).collect();
        return Ok(report);
    };
    if screens == Screens::Keep {
        files::refuse_older(ctx, source)?;
    }
    // Files first: a document never comes before what it links to.
    files::import(ctx, source)?;
    let json = serde_json::to_string(&site_data).map_err(|source| Error::Stored {
        what: "サイトの設定",
        source,
    })?;
    let now = ctx.clock.now();
    ctx.db.write(|c| {
        citizens::mark_sensitive(c, &site_data.profile)?;
        site::store(c, &json, author, now)
    })?;
    let (good, bad): (Vec<_>, Vec<_>) = checked
        .documents
        .into_iter()
        .partition(|document| !document.has_errors);
    // A file that says nothing of its slug is among the diagnostics alone.
    report.refused = bad.into_iter().map(|document| document.path).collect();
    for batch in good.chunks(BATCH) {
        let outcomes = write_again(ctx, |c| {
            let mut outcomes = Vec::with_capacity(batch.len());
            for document in batch {
                outcomes.push(import_document(
                    c,
                    document,
                    &site_data.settings.lang,
                    (author, screens),
                    now,
                )?);
            }
            Ok(outcomes)
        })?;
        for (document, outcome) in batch.iter().zip(outcomes) {
            match outcome {
                Ok(ImportOutcome::New) => report.added += 1,
                Ok(ImportOutcome::Changed) => report.changed += 1,
                Ok(ImportOutcome::Unchanged) => report.unchanged += 1,
                Err(Out::Held) => report.held.push(document.path.clone()),
                Err(Out::Refused(reason)) => {
                    tracing::warn!(path = %document.path, reason, "document not imported");
                    report.refused.push(document.path.clone());
                }
            }
        }
    }
    report.refused.sort_unstable();
    report.held.sort_unstable();
    Ok(report)
}

/// As `db.write`; where a release changed an edition in between, the batch reads it again.
fn write_again<T>(
    ctx: &Context,
    mut batch: impl FnMut(&mut AnyConnection) -> kairan_db::Result<T>,
) -> kairan_db::Result<T> {
    for _ in 1..TRIES {
        match ctx.db.write(&mut batch) {
            Err(kairan_db::Error::Conflict { .. }) => {}
            written => return written,
        }
    }
    ctx.db.write(batch)
}

/// Why one document alone stays out.
enum Out {
    Refused(String),
    Held,
}

/// Whether staff wrote the newest text of a document on the screens, and the folder says something else.
fn is_older(
    c: &mut AnyConnection,
    known: &documents::Document,
    source: &str,
) -> kairan_db::Result<bool> {
    let newest = editions::history(c, &known.id, None, 1)?;
    Ok(newest
        .first()
        .is_some_and(|newest| newest.author.starts_with("staff:"))
        && documents::edition_with(c, known, &sha256_hex(source.as_bytes()))?.is_none())
}

/// One document; the inner error says why it alone stays out.
fn import_document(
    c: &mut AnyConnection,
    checked: &CheckedDocument,
    lang: &str,
    (author, screens): (&str, Screens),
    now: chrono::NaiveDateTime,
) -> kairan_db::Result<Result<ImportOutcome, Out>> {
    let refused = |why| Ok(Err(Out::Refused(why)));
    let document = &checked.document;
    let kind = document.kind.as_str();
    let holder = addresses::holder(c, kind, &document.slug)?;
    let known = match &document.id {
        Some(id) => documents::find(c, id)?,
        None => match &holder {
            Some(id) => documents::find(c, id)?,
            None => None,
        },
    };
    // What would fail in the middle is refused before anything is written.
    if known.as_ref().is_some_and(|known| known.kind != kind) {
        return refused("同じ id の文書が別の種別で登録されています".to_owned());
    }
    if let (Some(id), Some(holder)) = (&document.id, &holder)
        && id != holder
    {
        return refused(format!(
            "スラッグ「{}」は別の文書（{holder}）が使っています",
            document.slug
        ));
    }
    let id = match (&document.id, &known) {
        (Some(id), _) => id.clone(),
        (None, Some(known)) => known.id.clone(),
        (None, None) => documents::new_id(now),
    };
    let source = match patch::with_id(&checked.source(), &id) {
        Ok(source) => source,
        Err(error) => return refused(error.to_string()),
    };
    if screens == Screens::Keep
        && let Some(known) = &known
        && is_older(c, known, &source)?
    {
        return Ok(Err(Out::Held));
    }
    let text = draft_text(document, &source);
    let imported = documents::import(c, Some(&id), &text, author, now)?;
    documents::set_path(c, &imported.document_id, &checked.path)?;
    drafts::note_facts(c, lang, &imported.document_id, document)?;
    Ok(Ok(imported.outcome))
}

/// A document as the database takes it.
#[must_use]
pub fn draft_text<'a>(document: &'a Document, source: &'a str) -> DraftText<'a> {
    editions::DraftText {
        kind: document.kind.as_str(),
        slug: &document.slug,
        lang: &document.lang,
        translates: document.translates.as_deref(),
        title: &document.title,
        owner: document.owner.as_deref().or(Some(&document.contact)),
        source,
        publish_at: document.publish_at.map(|at| utc_from_jst(at.start())),
        expires_at: document.expires_at.map(|at| utc_from_jst(at.end())),
    }
}
