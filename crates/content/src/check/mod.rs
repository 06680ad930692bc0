//! A whole site folder: its settings, its taxonomy, every document, and what they say of each other.

mod address;
mod index;
mod menu;
mod profile;
mod references;
mod settings;
mod site_files;
mod targets;
mod taxonomy;

pub use address::decode;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::context::Context;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::front::MAX_DOCUMENT_BYTES;
use crate::lint::BodyFacts;
use crate::model::Document;
use crate::read;
use crate::site::SiteData;
use crate::source::{EntryKind, Source, SourceEntry, SourceError};

/// A document of a site folder.
#[derive(Debug, Clone)]
pub struct CheckedDocument {
    /// Path inside the site folder.
    pub path: String,
    /// The document; its body is the rest of the file.
    pub document: Document,
    /// Everything before the body, byte for byte: byte-order mark, front matter, both `---` lines.
    pub head: String,
    /// Whether an error keeps it from being published.
    pub has_errors: bool,
}

impl CheckedDocument {
    /// The file as it was read, byte for byte.
    #[must_use]
    pub fn source(&self) -> String {
        [self.head.as_str(), self.document.body.as_str()].concat()
    }
}

/// What the check of a site folder gave.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What the site says beside its documents; `None` where a required file is missing or cannot be read.
    pub site: Option<SiteData>,
    /// Every document whose kind, slug and title could be read, by path.
    pub documents: Vec<CheckedDocument>,
    /// What lies under `files/`, by path.
    pub files: Vec<SourceEntry>,
    /// Everything that is wrong, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether anything is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The documents that may be published.
    pub fn publishable(&self) -> impl Iterator<Item = &CheckedDocument> {
        self.documents
            .iter()
            .filter(|document| !document.has_errors)
    }
}

/// One file of `content/`, read.
pub(crate) struct FileRead {
    pub(crate) path: String,
    /// The file up to its body where that is in the document, so that no body is held twice; else all of it.
    pub(crate) head: Vec<u8>,
    pub(crate) document: Option<Document>,
    pub(crate) body: BodyFacts,
    pub(crate) report: Report,
    pub(crate) whole: Vec<Diagnostic>,
}

/// Checks a site folder; `on` is the day on which dates count as past.
///
/// Documents are read in parallel; what they say of each other is looked up in hash maps, so that cost
/// grows with the size of the folder. The order of the result does not depend on the order of the source.
#[must_use]
pub fn check_site(source: &dyn Source, on: NaiveDate) -> Checked {
    let mut diagnostics = Vec::new();
    let mut content = listed(source, "content", &mut diagnostics);
    let files = listed(source, "files", &mut diagnostics);
    let taxonomy = listed(source, "taxonomy", &mut diagnostics);
    drop((taxonomy, listed(source, "theme", &mut diagnostics)));
    let parts = site_files::read(source, &mut diagnostics);
    let cx = parts.context(Some(on));
    content.retain(|entry| is_document(&entry.path));
    let mut reads: Vec<FileRead> = content
        .par_iter()
        .map(|entry| read_file(source, entry, &cx))
        .collect();
    references::check(&mut reads, &files, &parts, &cx);
    if parts.menu_names_documents()
        && let Ok(text) = source.read(menu::PATH)
    {
        diagnostics.extend(menu::unknown(&text, &reads, parts.lang()));
    }
    let finished: Vec<(Option<CheckedDocument>, Vec<Diagnostic>)> =
        reads.into_par_iter().map(finish).collect();
    drop(cx);
    let mut documents = Vec::with_capacity(finished.len());
    for (document, found) in finished {
        documents.extend(document);
        diagnostics.extend(found);
    }
    diagnostics.sort_by(Diagnostic::order);
    Checked {
        site: parts.into_site(),
        documents,
        files,
        diagnostics,
    }
}

/// The files below a folder, by path; links out of the tree are reported and left out.
fn listed(
    source: &dyn Source,
    folder: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<SourceEntry> {
    let mut entries = match source.list(folder) {
        Ok(entries) => entries,
        Err(error) => {
            diagnostics.push(unreadable(folder, &error));
            return Vec::new();
        }
    };
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    entries.retain(|entry| {
        let inside = entry.kind == EntryKind::File;
        if !inside {
            diagnostics.push(Diagnostic::of_file(
                codes::LINK_OUTSIDE,
                &entry.path,
                "サイトのフォルダーの外を指すシンボリックリンクです。読み込みません。".to_owned(),
                "リンクを消し、ファイルそのものを置いてください。".to_owned(),
            ));
        }
        inside
    });
    entries
}

pub(crate) fn unreadable(path: &str, error: &SourceError) -> Diagnostic {
    let reason = match error {
        SourceError::Missing(_) => "ファイルがありません",
        SourceError::Unreadable { reason, .. } => reason,
    };
    Diagnostic::of_file(
        codes::UNREADABLE,
        path,
        format!("読めません（{reason}）。"),
        "ファイルの権限を確かめてください。".to_owned(),
    )
}

fn is_document(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".md") && !name.starts_with('.')
}

fn read_file(source: &dyn Source, entry: &SourceEntry, cx: &Context<'_>) -> FileRead {
    let mut report = Report::default();
    let mut whole = Vec::new();
    let mut bytes = Vec::new();
    let mut read = read::Read::default();
    if read::kind_of_path(&entry.path).is_none() {
        whole.push(Diagnostic::of_file(
            codes::NO_KIND_FOLDER,
            &entry.path,
            "種別のフォルダーに置かれていないので、公開されません。".to_owned(),
            "content/articles/ のように、種別ごとのフォルダーに移してください。".to_owned(),
        ));
    }
    if entry.size > MAX_DOCUMENT_BYTES {
        read::too_large(entry.size, MAX_DOCUMENT_BYTES, &mut report);
    } else {
        match source.read(&entry.path) {
            Ok(found) => {
                bytes = found;
                read = read::read(&entry.path, &bytes, cx, &mut report);
            }
            Err(error) => whole.push(unreadable(&entry.path, &error)),
        }
    }
    let read::Read {
        document,
        split,
        body,
    } = read;
    if let (Some(_), Some(split)) = (&document, split) {
        bytes.truncate(split.body.start);
        bytes.shrink_to_fit();
    }
    FileRead {
        path: entry.path.clone(),
        head: bytes,
        document,
        body,
        report,
        whole,
    }
}

fn finish(file: FileRead) -> (Option<CheckedDocument>, Vec<Diagnostic>) {
    let mut diagnostics = file.whole;
    if !file.report.is_empty() {
        let body = file.document.as_ref().map_or("", |document| &document.body);
        let source = [&file.head, body.as_bytes()].concat();
        diagnostics.extend(file.report.finish(&file.path, &source, |_| None));
    }
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    let document = file.document.zip(String::from_utf8(file.head).ok());
    let document = document.map(|(document, head)| CheckedDocument {
        path: file.path,
        document,
        head,
        has_errors,
    });
    (document, diagnostics)
}
