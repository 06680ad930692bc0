//! The fields of the index, and documents in them.

use chrono::NaiveDateTime;
use kairan_index::Window;
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};

use crate::document::FinderDocument;
use crate::tokenizers::{GRAMS, WORDS};

/// Raised when the same documents should be indexed differently; an index of another version is
/// made anew.
pub(crate) const SCHEMA_VERSION: u32 = 1;

pub(crate) const ID: &str = "id";
pub(crate) const SORT_TIME: &str = "sort_time";
pub(crate) const WINDOWS: &str = "windows";

#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    pub(crate) id: Field,
    pub(crate) title: Text,
    pub(crate) body: Text,
    /// `field:value`, a term for each facet and ancestor.
    pub(crate) facet: Field,
    sort_time: Field,
    windows: Field,
}

/// A text indexed both ways.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    pub(crate) grams: Field,
    pub(crate) words: Field,
}

impl Fields {
    pub(crate) fn new() -> Self {
        let mut builder = Schema::builder();
        let mut text = |name: &str, tokenizer: &str| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions);
            let options = TextOptions::default().set_indexing_options(indexing);
            builder.add_text_field(name, options)
        };
        let title = Text {
            grams: text("title_grams", GRAMS),
            words: text("title_words", WORDS),
        };
        let body = Text {
            grams: text("body_grams", GRAMS),
            words: text("body_words", WORDS),
        };
        let id = builder.add_text_field(ID, STRING | FAST);
        let facet = builder.add_text_field("facet", STRING);
        let sort_time = builder.add_i64_field(SORT_TIME, INDEXED | FAST);
        let windows = builder.add_bytes_field(WINDOWS, FAST);
        Self {
            schema: builder.build(),
            id,
            title,
            body,
            facet,
            sort_time,
            windows,
        }
    }

    pub(crate) fn document(&self, document: &FinderDocument) -> TantivyDocument {
        let mut out = TantivyDocument::default();
        out.add_text(self.id, &document.id);
        out.add_text(self.title.grams, &document.title);
        out.add_text(self.title.words, &document.title);
        for text in [
            &document.summary,
            &document.labels_text,
            &document.body_text,
        ] {
            out.add_text(self.body.grams, text);
            out.add_text(self.body.words, text);
        }
        for (field, value) in document.each_facet() {
            for path in ancestors(value) {
                out.add_text(self.facet, facet_term(field, path));
            }
        }
        out.add_i64(self.sort_time, minute(document.sort_time));
        if !document.windows.is_empty() {
            out.add_bytes(self.windows, &window_bytes(&document.windows));
        }
        out
    }
}

pub(crate) fn facet_term(field: &str, value: &str) -> String {
    format!("{field}:{value}")
}

fn ancestors(value: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(value), |path| {
        path.rsplit_once('/').map(|(parent, _)| parent)
    })
    .filter(|path| !path.is_empty())
}

/// Minutes since 1970-01-01T00:00 in the time zone the time is in.
fn minute(time: NaiveDateTime) -> i64 {
    time.and_utc().timestamp().div_euclid(60)
}

/// Sixteen bytes a window: first and last minute.
fn window_bytes(windows: &[Window]) -> Vec<u8> {
    let ends = windows.iter().flat_map(|window| {
        [
            window.opens.map_or(i64::MIN, minute),
            window.closes.map_or(i64::MAX, minute),
        ]
    });
    ends.flat_map(i64::to_le_bytes).collect()
}

/// Whether one of the windows in these bytes holds this time.
pub(crate) fn open_at(now: NaiveDateTime) -> impl Fn(&[u8]) -> bool + Send + Sync + Clone {
    let now = minute(now);
    move |bytes| {
        let (windows, _) = bytes.as_chunks::<16>();
        windows.iter().any(|window| {
            let (ends, _) = window.as_chunks::<8>();
            matches!(ends, [opens, closes]
                if i64::from_le_bytes(*opens) <= now && now <= i64::from_le_bytes(*closes))
        })
    }
}
