//! Tests of kairan-finder on real folders.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod folder;
mod search;

use chrono::NaiveDateTime;
use kairan_finder::{Change, Finder, FinderDocument, SearchRequest};

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn document(id: &str, title: &str, body: &str) -> FinderDocument {
    FinderDocument {
        id: id.to_owned(),
        title: title.to_owned(),
        body_text: body.to_owned(),
        kind: "article".to_owned(),
        sort_time: at("2026-12-01T09:00"),
        ..FinderDocument::default()
    }
}

fn upserts(documents: impl IntoIterator<Item = FinderDocument>) -> Vec<Change> {
    documents
        .into_iter()
        .map(|document| Change::Upsert(Box::new(document)))
        .collect()
}

/// A finder in a folder of its own, with these documents.
fn finder(documents: impl IntoIterator<Item = FinderDocument>) -> (tempfile::TempDir, Finder) {
    let folder = tempfile::tempdir().unwrap();
    let finder = Finder::open(folder.path()).unwrap();
    finder.apply(&upserts(documents), "1").unwrap();
    (folder, finder)
}

/// The ids found, in order.
fn ids(finder: &Finder, query: &str) -> Vec<String> {
    let request = SearchRequest {
        query: query.to_owned(),
        limit: 50,
        ..Default::default()
    };
    finder
        .search(&request)
        .unwrap()
        .found
        .into_iter()
        .map(|found| found.id)
        .collect()
}
