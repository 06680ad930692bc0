//! What the finder is told about documents.

use chrono::NaiveDateTime;
use kairan_index::Window;

/// A document as the finder sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FinderDocument {
    /// Identity: a change replaces the document with this id.
    pub id: String,
    /// Weighs most.
    pub title: String,
    /// Weighs as the body does.
    pub summary: String,
    /// Words that belong to the document without standing in it: labels of tags and categories.
    pub labels_text: String,
    /// Plain text.
    pub body_text: String,
    /// `article`, `event`, …; the facet `kind`.
    pub kind: String,
    /// A path; the facet `category`, where every ancestor finds the document. Empty: none.
    pub category: String,
    /// Keys; the facet `tag`.
    pub tags: Vec<String>,
    /// `draft`, `published`, …; the facet `state`.
    pub state: String,
    /// Key; the facet `department`.
    pub department: String,
    /// The facet `lang`.
    pub lang: String,
    /// Further facets as (field, value); a value with `/` is found by its ancestors too.
    pub facets: Vec<(String, String)>,
    /// When it takes applications; empty: never. Japan time, to the minute, both ends included.
    pub windows: Vec<Window>,
    /// Newer documents come first where the rank is equal. Publication for readers, the last
    /// change for staff; Japan time.
    pub sort_time: NaiveDateTime,
}

impl FinderDocument {
    pub(crate) fn each_facet(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = [
            ("kind", &self.kind),
            ("category", &self.category),
            ("state", &self.state),
            ("department", &self.department),
            ("lang", &self.lang),
        ];
        own.into_iter()
            .chain(self.tags.iter().map(|tag| ("tag", tag)))
            .chain(
                self.facets
                    .iter()
                    .map(|(field, value)| (field.as_str(), value)),
            )
            .map(|(field, value)| (field, value.as_str()))
            .filter(|(_, value)| !value.is_empty())
    }
}

/// One entry of the change feed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The document is new or replaces the one with its id.
    Upsert(Box<FinderDocument>),
    /// The document with this id is gone; unknown ids are ignored.
    Delete(String),
}
