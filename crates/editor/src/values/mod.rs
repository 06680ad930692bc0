//! What a form holds: a value for every field, read from a document's text or from what a browser posted.

mod pairs;
mod posted;
mod read;

use std::collections::BTreeMap;

use kairan_content::Kind;

pub(crate) use posted::{Posted, plain_ends};

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text; empty where nothing is said. Words of a choice, numbers and rules too.
    Text(String),
    /// A date and a time of day, as written; an empty time for a bare date.
    Moment {
        /// `2026-12-25`, or whatever else stands there.
        date: String,
        /// `17:00`
        time: String,
    },
    /// Ticked or not.
    Flag(bool),
    /// Several texts, in order.
    List(Vec<String>),
    /// Rows of columns.
    Rows(Vec<Row>),
    /// YAML, where no control can show what is written.
    Raw(String),
}

impl Value {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Raw(text) => text.is_empty(),
            Self::Moment { date, time } => date.is_empty() && time.is_empty(),
            Self::Flag(flag) => !flag,
            Self::List(items) => items.is_empty(),
            Self::Rows(rows) => rows.iter().all(Row::is_empty),
        }
    }
}

/// One row: a value for every column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row(pub BTreeMap<String, Value>);

impl Row {
    /// Whether no column says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Value::is_empty)
    }
}

/// What a form holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormValues {
    kind: Kind,
    fields: BTreeMap<String, Value>,
    body: String,
    /// The front matter as it is, where it cannot be read.
    front: Option<String>,
}

impl FormValues {
    /// 種別; an article where the document does not say, or says something unknown.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// 件名; empty where there is none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text("title")
    }

    /// The Markdown, with the line ends of the document.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The front matter as it is, where a mistake keeps it from being shown as fields.
    #[must_use]
    pub fn unreadable_front(&self) -> Option<&str> {
        self.front.as_deref()
    }

    /// The value of a field; `None` where the form has none at this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.fields.get(path)
    }

    /// The text of a field; empty for any other.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        match self.fields.get(path) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Every field with its value, by path.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields
            .iter()
            .map(|(path, value)| (path.as_str(), value))
    }

    /// The paths whose values differ from those of another form of the same document, `body` and `front` among them.
    #[must_use]
    pub fn changed_from(&self, base: &Self) -> Vec<String> {
        let gone = base
            .fields
            .keys()
            .filter(|path| !self.fields.contains_key(*path));
        let differing = self
            .fields
            .iter()
            .filter(|(path, value)| base.fields.get(*path) != Some(value))
            .map(|(path, _)| path);
        let mut paths: Vec<String> = differing.chain(gone).cloned().collect();
        if self.front != base.front {
            paths.push("front".to_owned());
        }
        if self.body != base.body {
            paths.push("body".to_owned());
        }
        paths
    }

    /// Whether both say the same at a path.
    pub(crate) fn agrees(&self, other: &Self, path: &str) -> bool {
        match path {
            "front" => self.front == other.front,
            "body" => self.body == other.body,
            _ => self.fields.get(path) == other.fields.get(path),
        }
    }

    /// Takes the value of a path from another form.
    pub(crate) fn take(&mut self, other: &Self, path: &str) {
        if path == "front" {
            self.front.clone_from(&other.front);
        } else if let Some(value) = other.fields.get(path) {
            self.fields.insert(path.to_owned(), value.clone());
        } else {
            self.fields.remove(path);
        }
    }

    pub(crate) fn set_body(&mut self, body: &str) {
        body.clone_into(&mut self.body);
    }
}
