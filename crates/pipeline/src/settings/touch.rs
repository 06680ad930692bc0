//! Which texts a change can touch at all: those that name a key whose meaning changes. Only they are read; of the others the
//! bytes are looked through.

use std::collections::{BTreeMap, BTreeSet};

use kairan_audience::Rule;
use kairan_content::{Area, Category, SiteData};
use memchr::memmem::Finder;
use serde::Serialize;

use super::Part;

/// What a text must hold to be touched.
pub(super) struct Needles {
    finders: Vec<Finder<'static>>,
}

impl Needles {
    pub(super) fn of(part: Part, before: &SiteData, after: &SiteData) -> Self {
        let mut keys = differing(&meanings(part, before), &meanings(part, after));
        if matches!(part, Part::Areas | Part::Profile) {
            // Tags mean people by areas and fields; texts that name such a tag do not name those.
            let about = |rule: &Rule| part == Part::Profile || names(&text(rule), &keys);
            let tags = before.facets.iter().chain(&after.facets);
            let tags = tags.flat_map(|facet| &facet.tags);
            let tags = tags.filter(|tag| tag.matches.as_ref().is_some_and(about));
            let tags: Vec<String> = tags.map(|tag| tag.key.clone()).collect();
            keys.extend(tags);
            if part == Part::Profile && !keys.is_empty() {
                // A rule of its own, whatever it asks.
                keys.insert("when".to_owned());
            }
        }
        Self::new(keys.iter().map(String::as_str))
    }

    /// A text must hold one of these keys.
    pub(super) fn new<'a>(keys: impl Iterator<Item = &'a str>) -> Self {
        let finder = |key: &str| Finder::new(key.as_bytes()).into_owned();
        Self {
            finders: keys.map(finder).collect(),
        }
    }

    /// Whether nothing can be touched.
    pub(super) fn is_empty(&self) -> bool {
        self.finders.is_empty()
    }

    /// Whether a text holds one of them as written.
    pub(super) fn are_in(&self, source: &str) -> bool {
        let bytes = source.as_bytes();
        self.finders.iter().any(|one| one.find(bytes).is_some())
    }

    /// Whether a text may be touched. A key can also be written with `\`, as YAML allows between quotes.
    pub(super) fn may_be_in(&self, source: &str) -> bool {
        self.are_in(source) || memchr::memchr(b'\\', front(source.as_bytes())).is_some()
    }
}

/// Everything before the body.
fn front(bytes: &[u8]) -> &[u8] {
    let rest = bytes.get(3..).unwrap_or_default();
    let end = memchr::memmem::find(rest, b"\n---").map_or(bytes.len(), |at| at + 3);
    bytes.get(..end).unwrap_or(bytes)
}

fn names(text: &str, keys: &BTreeSet<String>) -> bool {
    keys.iter().any(|key| text.contains(key.as_str()))
}

/// Keys that are new, gone or mean something else.
fn differing(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let keys = before.keys().chain(after.keys());
    keys.filter(|key| before.get(*key) != after.get(*key))
        .cloned()
        .collect()
}

/// What each key of a part means, as far as a text can notice.
fn meanings(part: Part, site: &SiteData) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    match part {
        Part::Categories => categories(&site.categories, "", &mut all),
        Part::Tags => {
            for facet in &site.facets {
                for tag in &facet.tags {
                    let said = format!("{} {}\n{}", facet.key, facet.label, text(tag));
                    all.insert(tag.key.clone(), said);
                }
            }
        }
        Part::Areas => areas(&site.areas, &mut Vec::new(), &mut all),
        Part::Departments => {
            for one in &site.departments {
                all.insert(one.key.clone(), text(one));
            }
        }
        Part::LifeEvents => {
            for one in &site.life_events {
                all.insert(one.key.clone(), text(one));
            }
        }
        Part::Profile => {
            for field in &site.profile.fields {
                all.insert(field.key.clone(), text(field));
            }
        }
        Part::Synonyms | Part::Menu => {}
    }
    all
}

fn categories(level: &[Category], outer: &str, all: &mut BTreeMap<String, String>) {
    for one in level {
        let path = format!("{outer}{}", one.key);
        categories(&one.children, &format!("{path}/"), all);
        let own = (&one.label, &one.description);
        all.insert(path, text(&own));
    }
}

/// An area means what lies in it: those around one that changes change too.
fn areas<'a>(level: &'a [Area], around: &mut Vec<&'a str>, all: &mut BTreeMap<String, String>) {
    for one in level {
        all.insert(
            one.key.clone(),
            format!("{} {}", around.join("/"), text(one)),
        );
        around.push(&one.key);
        areas(&one.children, around, all);
        around.pop();
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_touched_by_a_key_it_names_or_may_name() {
        let needles = Needles::new(["age-0"].into_iter());
        assert!(needles.may_be_in("---\ntags: [age-0]\n---\n"));
        assert!(needles.may_be_in("---\ntags: [\"age\\u002d0\"]\n---\n"));
        assert!(!needles.may_be_in("---\ntags: [b]\n---\nC:\\temp\n"));
        assert!(Needles::new(std::iter::empty()).is_empty());
    }
}
