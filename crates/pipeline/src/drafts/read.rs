//! What a text says, as far as it can be read.

use chrono::NaiveDateTime;
use kairan_content::{Context, Diagnostic, Document, Kind, SiteData, Spans, parse, spans_of};
use kairan_db::live::Link;
use kairan_db::time::utc_from_jst;
use kairan_site::Live;

use crate::catalogue::{FILE, REFERENCE};

pub(super) struct Read<'a> {
    pub(super) source: &'a str,
    pub(super) path: String,
    pub(super) document: Option<Document>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) spans: Spans,
    lang: String,
}

impl<'a> Read<'a> {
    pub(super) fn new(
        site: &SiteData,
        kind: &str,
        id: &str,
        source: &'a str,
        now: NaiveDateTime,
    ) -> Self {
        let folder = Kind::parse(kind).map_or("pages", Kind::plural);
        let path = format!("content/{folder}/{}.md", id.to_ascii_lowercase());
        let cx = Context::new(site, Some(super::today(now)));
        let parsed = parse(&path, source.as_bytes(), &cx);
        Self {
            source,
            path,
            document: parsed.document,
            problems: parsed.diagnostics,
            spans: parsed.spans,
            lang: site.settings.lang.clone(),
        }
    }

    pub(super) fn slug(&self) -> Option<&str> {
        self.document.as_ref().map(|one| one.slug.as_str())
    }

    pub(super) fn title(&self) -> Option<&str> {
        let title = self.document.as_ref().map(|one| one.title.trim());
        title.filter(|title| !title.is_empty())
    }

    pub(super) fn lang(&self) -> Option<&str> {
        self.document.as_ref().map(|one| one.lang.as_str())
    }

    pub(super) fn translates(&self) -> Option<&str> {
        self.document.as_ref()?.translates.as_deref()
    }

    /// 担当; where none is named, the department that answers questions.
    pub(super) fn owner(&self) -> Option<&str> {
        let document = self.document.as_ref()?;
        let contact = Some(document.contact.as_str()).filter(|key| !key.is_empty());
        document.owner.as_deref().or(contact)
    }

    pub(super) fn publish_at(&self) -> Option<NaiveDateTime> {
        let at = self.document.as_ref()?.publish_at?;
        Some(utc_from_jst(at.start()))
    }

    pub(super) fn expires_at(&self) -> Option<NaiveDateTime> {
        let at = self.document.as_ref()?.expires_at?;
        Some(utc_from_jst(at.end()))
    }

    pub(super) fn site_lang(&self) -> &str {
        &self.lang
    }
}

/// 見直す日, UTC.
pub(super) fn review_by(document: &Document) -> Option<NaiveDateTime> {
    document.review_by.map(|at| utc_from_jst(at.start()))
}

/// What a document points at: other documents as written, files by path.
pub(super) fn links(document: &Document, site_lang: &str) -> Vec<Link> {
    let live = Live::new(document.clone(), None, site_lang);
    let link = |role: &str, target: &str| Link {
        role: role.to_owned(),
        target: target.to_owned(),
    };
    let references = live.references().map(|name| link(REFERENCE, name));
    references
        .chain(live.files().into_iter().map(|path| link(FILE, path)))
        .collect()
}

pub(super) fn kind_of(source: &str) -> Option<Kind> {
    Kind::parse(value_of(source, "kind")?)
}

pub(super) fn id_of(source: &str) -> Option<String> {
    value_of(source, "id").map(str::to_owned)
}

/// A plain word of the front matter.
fn value_of<'a>(source: &'a str, key: &str) -> Option<&'a str> {
    let span = spans_of(source)?.get(key)?;
    // The span holds the key too.
    let entry = source.get(span.start..span.end)?.trim();
    let (_, value) = entry.split_once(':')?;
    Some(value.trim().trim_matches(['"', '\'']))
}
