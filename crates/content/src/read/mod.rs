//! One file → a document and everything that is wrong with it. Pure and independent of other files.

mod document;
pub(crate) mod fields;
mod notice;
pub(crate) mod parts;
pub(crate) mod rules;
pub(crate) mod shapes;
pub(crate) mod terms;

use std::collections::BTreeMap;

use crate::context::Context;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::front::{self, MAX_DOCUMENT_BYTES, Split};
use crate::lint;
use crate::model::Document;
use crate::place::Span;
use crate::yaml::{self, Limits, Node};

pub(crate) use document::kind_of_path;
pub use document::{MAX_SUMMARY, MAX_TITLE, front_matter_keys};
pub use shapes::{is_file_path, is_id, is_slug};

/// Where the values of a front matter stand, by key path (`deadline[0].closes`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans {
    spans: BTreeMap<String, Span>,
}

impl Spans {
    /// The bytes of a key and its value.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Span> {
        self.spans.get(path).copied()
    }

    /// The innermost key path at a byte of the file.
    #[must_use]
    pub fn field_at(&self, offset: usize) -> Option<&str> {
        self.spans
            .iter()
            .filter(|(_, span)| span.contains(offset))
            .min_by_key(|(path, span)| (span.end - span.start, std::cmp::Reverse(path.len())))
            .map(|(path, _)| path.as_str())
    }

    /// Every key path with its place, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Span)> {
        self.spans.iter().map(|(path, span)| (path.as_str(), *span))
    }

    fn of(root: &Node<'_>) -> Self {
        let mut spans = BTreeMap::new();
        root.walk(&mut String::new(), &mut |path, span| {
            spans.insert(path.to_owned(), span);
        });
        Self { spans }
    }
}

/// What reading one file gave.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The document, as far as it could be read; `None` where not even kind, slug and title could.
    /// It may have errors: see [`Parsed::has_errors`].
    pub document: Option<Document>,
    /// Everything that is wrong, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// Where the values stand.
    pub spans: Spans,
}

impl Parsed {
    /// Whether something blocks publishing.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads one document. References to other documents and to files are not checked here
/// (see [`check_site`](crate::check_site)); taxonomy, contact and rules are, where `cx` knows the site.
///
/// Cost grows with the length of the file; a file over [`MAX_DOCUMENT_BYTES`] is not looked at.
#[must_use]
pub fn parse(path: &str, bytes: &[u8], cx: &Context<'_>) -> Parsed {
    let mut report = Report::default();
    let read = read(path, bytes, cx, &mut report);
    let spans = std::str::from_utf8(bytes)
        .ok()
        .and_then(spans_of)
        .unwrap_or_default();
    let body = read.split.map_or(usize::MAX, |split| split.body.start);
    let diagnostics = report.finish(path, bytes, |at| {
        if at >= body {
            Some("body".to_owned())
        } else {
            spans.field_at(at).map(str::to_owned)
        }
    });
    Parsed {
        document: read.document,
        diagnostics,
        spans,
    }
}

/// What the check of a whole site needs to know of one file.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) document: Option<Document>,
    pub(crate) split: Option<Split>,
    pub(crate) body: lint::BodyFacts,
}

/// As [`parse`], without working out positions.
pub(crate) fn read(path: &str, bytes: &[u8], cx: &Context<'_>, report: &mut Report) -> Read {
    let Some(form) = form(path, bytes, cx, report) else {
        return Read::default();
    };
    let Form {
        source,
        body,
        split,
        root,
        document,
    } = form;
    let easy = document
        .as_ref()
        .is_some_and(|document| document.lang == "ja-easy");
    let japanese = document
        .as_ref()
        .is_none_or(|document| document.lang.starts_with("ja"));
    let facts = lint::body(
        body,
        split.body.start,
        lint::Prose { easy, japanese },
        report,
    );
    if let (Some(document), Some(root)) = (&document, &root) {
        lint::front(document, root, source, cx, report);
    }
    Read {
        document,
        split: Some(split),
        body: facts,
    }
}

/// The document in a text that was checked when it came: what [`parse`] reads, for a third of the cost, since nothing
/// is looked for that is wrong with it.
#[must_use]
pub fn reread(path: &str, bytes: &[u8], cx: &Context<'_>) -> Option<Document> {
    form(path, bytes, cx, &mut Report::default())?.document
}

/// A file taken apart.
struct Form<'a> {
    source: &'a str,
    body: &'a str,
    split: Split,
    root: Option<Node<'a>>,
    document: Option<Document>,
}

fn form<'a>(
    path: &str,
    bytes: &'a [u8],
    cx: &Context<'_>,
    report: &mut Report,
) -> Option<Form<'a>> {
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        too_large(bytes.len() as u64, MAX_DOCUMENT_BYTES, report);
        return None;
    }
    let source = match std::str::from_utf8(bytes) {
        Ok(source) => source,
        Err(error) => {
            not_utf8(error.valid_up_to(), report);
            return None;
        }
    };
    let split = front::split(source, report)?;
    let front = source
        .get(split.front.start..split.front.end)
        .unwrap_or_default();
    let body = source.get(split.body.start..).unwrap_or_default();
    let root = yaml::read(front, split.front.start, Limits::DOCUMENT, report);
    let document = root
        .as_ref()
        .and_then(|root| document::document(root, path, cx, report));
    let document = document.map(|document| Document {
        body: body.to_owned(),
        ..document
    });
    Some(Form {
        source,
        body,
        split,
        root,
        document,
    })
}

pub(crate) fn not_utf8(at: usize, report: &mut Report) {
    report.add(
        codes::NOT_UTF8,
        Span::new(at, at),
        "文字コードが UTF-8 ではありません（ここから読めません）。",
        "エディターで「UTF-8」を選んで保存し直してください。",
    );
}

pub(crate) fn too_large(size: u64, limit: u64, report: &mut Report) {
    report.add(
        codes::TOO_LARGE,
        Span::new(0, 0),
        format!(
            "ファイルが大きすぎます（{}、上限は{}）。",
            megabytes(size),
            megabytes(limit)
        ),
        "長い資料は files/ に置いて、添付かリンクにしてください。",
    );
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) >> 20;
    format!("{}.{}MB", tenths / 10, tenths % 10)
}

/// The places of the values of a document's front matter; `None` where it has none that can be read.
#[must_use]
pub fn spans_of(source: &str) -> Option<Spans> {
    let split = front::find(source)?;
    let front = source.get(split.front.start..split.front.end)?;
    let root = yaml::read(
        front,
        split.front.start,
        Limits::DOCUMENT,
        &mut Report::default(),
    )?;
    Some(Spans::of(&root))
}
