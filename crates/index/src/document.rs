//! What the index is told about a document.

use chrono::NaiveDateTime;

/// A document as the search index sees it: neutral, so that any kind of content fits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexDocument {
    /// Identity across changes (a ULID); an update replaces the document with this id.
    pub id: String,
    /// Root-relative address of the page.
    pub url: String,
    /// Shown in results; weighs most.
    pub title: String,
    /// Shown in results; weighs more than the body.
    pub summary: String,
    /// Words that belong to the document without standing in it: labels of its tags and
    /// categories, the name of the department. Weighs as the summary does.
    pub labels_text: String,
    /// Plain text of the body, without markup.
    pub body_text: String,
    /// `article`, `event`, …; also the facet `kind`.
    pub kind: String,
    /// Path like `money/child-allowance`; also the facet `category`, where every ancestor finds
    /// the document. Empty: none.
    pub category: String,
    /// Keys of tags; the facet `tag`.
    pub tags: Vec<String>,
    /// `ja`, `ja-easy`, `en`, …; also the facet `lang`.
    pub lang: String,
    /// Further facets as (field, value); a value with `/` is found by its ancestors too.
    pub facets: Vec<(String, String)>,
    /// When it takes applications. Empty: it is not something to apply for. `anytime` (随時) is
    /// one window without ends.
    pub windows: Vec<Window>,
    /// First publication, Japan time, to the minute; newer documents come first where the rank
    /// is equal.
    pub published: NaiveDateTime,
}

/// A time during which a document takes applications, Japan time, to the minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first minute; `None`: open since ever.
    pub opens: Option<NaiveDateTime>,
    /// The last minute (a bare date closes at 23:59); `None`: open for ever.
    pub closes: Option<NaiveDateTime>,
}

impl IndexDocument {
    /// Every facet of the document as (field, value), ancestors not included.
    pub(crate) fn each_facet(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = [
            ("kind", &self.kind),
            ("category", &self.category),
            ("lang", &self.lang),
        ];
        own.into_iter()
            .chain(self.tags.iter().map(|tag| ("tag", tag)))
            .map(|(field, value)| (field, value.as_str()))
            .chain(
                self.facets
                    .iter()
                    .map(|(field, value)| (field.as_str(), value.as_str())),
            )
            .filter(|(_, value)| !value.is_empty())
    }
}
