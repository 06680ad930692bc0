//! What stands around a document: the site's lists, other documents, files, the day.

use chrono::NaiveDate;
use kairan_audience::{Labels, Rule};
use kairan_content::site::Area;
use kairan_content::{Kind, SiteData};
use serde::Serialize;

/// Another document, as a form names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownDocument {
    /// ULID, where it has one.
    pub id: Option<String>,
    /// 種別
    pub kind: Kind,
    /// The last part of its address.
    pub slug: String,
    /// 件名
    pub title: String,
}

/// What else the site holds. Look-ups happen once per reference and are expected to be quick.
pub trait Known {
    /// The document that a slug, an id or `kind/slug` names; `kind` where only one kind can be meant.
    fn document(&self, reference: &str, kind: Option<Kind>) -> Option<KnownDocument>;

    /// Whether there is a file at a path such as `files/a.pdf`.
    fn file(&self, path: &str) -> bool;

    /// Whether what is not known is not there, and so is to be complained of.
    fn is_complete(&self) -> bool {
        true
    }
}

/// Knows of nothing, and complains of nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

impl Known for Nothing {
    fn document(&self, _reference: &str, _kind: Option<Kind>) -> Option<KnownDocument> {
        None
    }

    fn file(&self, _path: &str) -> bool {
        false
    }

    fn is_complete(&self) -> bool {
        false
    }
}

/// What stands around a document.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Taxonomy, departments, profile.
    pub site: &'a SiteData,
    /// Other documents and files.
    pub known: &'a dyn Known,
    /// The day on which dates count as past, in Japan Standard Time.
    pub today: NaiveDate,
}

impl Surroundings<'_> {
    /// A rule in words: 「0歳から2歳までのお子さんがいる方」.
    #[must_use]
    pub fn rule_words(&self, rule: &Rule) -> String {
        let mut areas = Vec::new();
        collect(&self.site.areas, &mut areas);
        rule.describe(&Labels::new(&self.site.profile, areas))
    }

    /// What a reference is called; `None` where it is not known.
    pub(crate) fn title(&self, reference: &str, kind: Option<Kind>) -> Option<String> {
        self.known
            .document(reference, kind)
            .map(|found| found.title)
    }

    /// お金・手当 › 児童手当; the key itself where it is not known.
    pub(crate) fn category_words(&self, path: &str) -> String {
        let labels: Vec<&str> = self
            .site
            .category_path(path)
            .into_iter()
            .map(|category| category.label.as_str())
            .collect();
        if labels.is_empty() {
            path.to_owned()
        } else {
            labels.join(" › ")
        }
    }
}

/// Areas and everything in them, as keys and labels.
pub(crate) fn collect(areas: &[Area], out: &mut Vec<(String, String)>) {
    for area in areas {
        out.push((area.key.clone(), area.label.clone()));
        collect(&area.children, out);
    }
}
