//! What a result shows: one record a document, written as a JSON array.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::document::{IndexDocument, Window};

const MINUTE: &str = "%Y-%m-%dT%H:%M";

type Row = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    Vec<(Option<String>, Option<String>)>,
);

/// The shown part of a document. In JSON: `[id, url, title, summary, kind, category, lang,
/// published, [[opens, closes], …]]`, times as `2026-12-25T17:00` in Japan time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "Row", try_from = "Row")]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) kind: String,
    pub(crate) category: String,
    pub(crate) lang: String,
    pub(crate) published: NaiveDateTime,
    pub(crate) windows: Vec<Window>,
}

impl Record {
    pub(crate) fn of(document: &IndexDocument) -> Self {
        Self {
            id: document.id.clone(),
            url: document.url.clone(),
            title: document.title.clone(),
            summary: document.summary.clone(),
            kind: document.kind.clone(),
            category: document.category.clone(),
            lang: document.lang.clone(),
            published: to_minute(document.published),
            windows: document
                .windows
                .iter()
                .map(|w| Window {
                    opens: w.opens.map(to_minute),
                    closes: w.closes.map(to_minute),
                })
                .collect(),
        }
    }

    /// Newest first; the id decides between equals.
    pub(crate) fn order(&self, other: &Self) -> std::cmp::Ordering {
        other
            .published
            .cmp(&self.published)
            .then_with(|| self.id.cmp(&other.id))
    }
}

fn to_minute(time: NaiveDateTime) -> NaiveDateTime {
    use chrono::Timelike as _;
    time.date()
        .and_hms_opt(time.hour(), time.minute(), 0)
        .unwrap_or(time)
}

impl From<Record> for Row {
    fn from(r: Record) -> Self {
        let text = |t: NaiveDateTime| t.format(MINUTE).to_string();
        let windows = r
            .windows
            .iter()
            .map(|w| (w.opens.map(text), w.closes.map(text)))
            .collect();
        (
            r.id,
            r.url,
            r.title,
            r.summary,
            r.kind,
            r.category,
            r.lang,
            text(r.published),
            windows,
        )
    }
}

impl TryFrom<Row> for Record {
    type Error = chrono::ParseError;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        let (id, url, title, summary, kind, category, lang, published, windows) = row;
        let time = |text: &str| NaiveDateTime::parse_from_str(text, MINUTE);
        let end = |text: Option<String>| text.as_deref().map(time).transpose();
        let windows = windows
            .into_iter()
            .map(|(opens, closes)| {
                Ok(Window {
                    opens: end(opens)?,
                    closes: end(closes)?,
                })
            })
            .collect::<Result<_, _>>()?;
        let published = time(&published)?;
        Ok(Self {
            id,
            url,
            title,
            summary,
            kind,
            category,
            lang,
            published,
            windows,
        })
    }
}
