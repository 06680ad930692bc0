//! Which editions a release publishes.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use kairan_content::{Context as Reading, Diagnostic, Kind};
use kairan_db::editions::{self, Edition, EditionState, Step};
use kairan_db::releases::ReleaseDocument;
use kairan_db::time::jst_from_utc;
use kairan_db::{AnyConnection, addresses, documents};

use super::plan::Skipped;
use super::{PUBLISH, What};
use crate::site_data::Current;
use crate::{Error, Result};

pub(super) struct Chosen {
    pub(super) documents: Vec<ReleaseDocument>,
    pub(super) skipped: Vec<Skipped>,
}

/// Editions looked at together.
const TOGETHER: usize = 500;
/// States of editions that are published when all are: what waits for review, or for its time, goes on waiting.
const READY: [EditionState; 2] = [EditionState::Draft, EditionState::Approved];

pub(super) fn choose(
    c: &mut AnyConnection,
    current: &Current,
    what: &What,
    now: NaiveDateTime,
) -> Result<Chosen> {
    let candidates = match what {
        What::All | What::Everything => {
            let mut all = Vec::new();
            for state in READY {
                all.extend(editions::waiting(c, state, i64::MAX)?);
            }
            all.retain(|edition| edition.state != EditionState::Draft || !by_staff(edition));
            all
        }
        What::Documents(words) => named(c, words)?,
    };
    let mut chosen = Chosen {
        documents: Vec::with_capacity(candidates.len()),
        skipped: Vec::new(),
    };
    let asked = candidates.len();
    let cx = Reading::new(&current.data, Some(jst_from_utc(now).date()));
    for candidates in candidates.chunks(TOGETHER) {
        let ids: Vec<i64> = candidates.iter().map(|edition| edition.id).collect();
        let mut sources: HashMap<i64, String> = editions::sources(c, &ids)?.into_iter().collect();
        let ids: Vec<&str> = candidates
            .iter()
            .map(|edition| edition.document_id.as_str())
            .collect();
        let documents = documents::by_ids(c, &ids)?.into_iter();
        let kinds: HashMap<String, String> = documents
            .map(|document| (document.id, document.kind))
            .collect();
        for edition in candidates {
            let kind = kinds.get(&edition.document_id).map_or("", String::as_str);
            let source = sources.remove(&edition.id).unwrap_or_default();
            match take(c, edition, now, || {
                first_error(&cx, kind, &edition.slug, &source)
            })? {
                Taken::Yes => chosen.documents.push(ReleaseDocument {
                    document_id: edition.document_id.clone(),
                    edition_id: Some(edition.id),
                    action: PUBLISH.to_owned(),
                }),
                Taken::Later => {}
                Taken::No(reason) => chosen.skipped.push(Skipped {
                    document: edition.document_id.clone(),
                    title: edition.title.clone(),
                    reason,
                }),
            }
        }
    }
    if matches!(what, What::Documents(_)) && asked > 0 && chosen.skipped.len() == asked {
        let reasons: Vec<String> = chosen.skipped.iter().map(ToString::to_string).collect();
        return Err(Error::Refused(reasons.join("\n")));
    }
    Ok(chosen)
}

/// Whether somebody is writing it in the admin: then it goes to review and is published by name, never with all others.
fn by_staff(edition: &Edition) -> bool {
    edition.author.starts_with("staff:")
}

/// The editions to publish of these documents: the open one, or the published one anew.
fn named(c: &mut AnyConnection, words: &[String]) -> Result<Vec<Edition>> {
    let mut found: Vec<Edition> = Vec::new();
    for word in words {
        let id = find(c, word)?;
        let edition = match editions::open(c, &id)? {
            Some(open) => Some(open),
            None => editions::published(c, &id)?,
        };
        let edition = edition
            .ok_or_else(|| Error::Refused(format!("「{word}」には公開できる下書きがありません")))?;
        if found.iter().all(|known| known.id != edition.id) {
            found.push(edition);
        }
    }
    Ok(found)
}

/// The document that an id, a slug or `kind/slug` means.
pub(super) fn find(c: &mut AnyConnection, word: &str) -> Result<String> {
    if let Some(document) = documents::find(c, word)? {
        return Ok(document.id);
    }
    let (kind, slug) = match word.split_once('/') {
        Some((kind, slug)) => (Some(kind), slug),
        None => (None, word),
    };
    let mut found = Vec::new();
    for one in Kind::ALL {
        if kind.is_none_or(|kind| kind == one.as_str() || kind == one.plural()) {
            let holder = addresses::holder(c, one.as_str(), slug)?;
            found.extend(holder.map(|id| (one, id)));
        }
    }
    match found.as_slice() {
        [] => Err(Error::Refused(format!(
            "文書「{word}」は見つかりません。id、スラッグ、または article/スラッグ の形で指定してください"
        ))),
        [(_, id)] => Ok(id.clone()),
        [(kind, _), ..] => Err(Error::Refused(format!(
            "「{word}」は複数の種別にあります。{}/{slug} のように種別を付けてください",
            kind.as_str()
        ))),
    }
}

enum Taken {
    Yes,
    /// Its time is yet to come.
    Later,
    No(String),
}

/// Checks an edition and freezes it: what was checked is what is published.
fn take(
    c: &mut AnyConnection,
    edition: &Edition,
    now: NaiveDateTime,
    first_error: impl FnOnce() -> Option<Diagnostic>,
) -> Result<Taken> {
    if edition.expires_at.is_some_and(|at| at <= now) {
        return Ok(Taken::No("公開終了の日時を過ぎています".to_owned()));
    }
    if let Some(error) = first_error() {
        return Ok(Taken::No(format!("{} {}", error.code, error.message)));
    }
    let later = edition.publish_at.is_some_and(|at| at > now);
    let to = match (edition.state, later) {
        (EditionState::Published, _) => return Ok(Taken::Yes),
        (EditionState::Scheduled, true) => return Ok(Taken::Later),
        (EditionState::Approved, false) => return Ok(Taken::Yes),
        (_, true) => EditionState::Scheduled,
        (_, false) => EditionState::Approved,
    };
    let step = Step {
        to,
        publish_at: None,
        note: None,
    };
    editions::advance(c, edition.id, edition.revision, &step, now)?;
    Ok(if later { Taken::Later } else { Taken::Yes })
}

/// The first error of a source as the site is now; references to others were checked when it was saved.
fn first_error(cx: &Reading<'_>, kind: &str, slug: &str, source: &str) -> Option<Diagnostic> {
    let folder = Kind::parse(kind).map_or("pages", Kind::plural);
    let path = format!("content/{folder}/{slug}.md");
    let parsed = kairan_content::parse(&path, source.as_bytes(), cx);
    parsed.diagnostics.into_iter().find(Diagnostic::is_error)
}
