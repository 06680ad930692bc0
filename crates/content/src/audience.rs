//! Who a document is for.

use std::collections::HashMap;

use kairan_audience::{Rule, TagClause, audience_of};

use crate::model::Document;
use crate::site::SiteData;

/// The rule of a document: its own `target.when`, or else what its tags say. `None`: nobody is told.
#[must_use]
pub fn audience(document: &Document, site: &SiteData) -> Option<Rule> {
    of(document, |key| {
        site.tag(key)
            .map(|(facet, tag)| (facet.key.as_str(), tag.matches.as_ref()))
    })
}

/// As [`audience`], with the tags looked up beforehand.
pub(crate) fn audience_in(
    document: &Document,
    tags: &HashMap<&str, (&str, Option<&Rule>)>,
) -> Option<Rule> {
    of(document, |key| tags.get(key).copied())
}

fn of<'a>(
    document: &'a Document,
    find: impl Fn(&str) -> Option<(&'a str, Option<&'a Rule>)>,
) -> Option<Rule> {
    let when = document
        .target
        .as_ref()
        .and_then(|target| target.when.as_ref());
    if when.is_some() {
        return audience_of(when, &[]);
    }
    let tags: Vec<TagClause<'_>> = document
        .tags
        .iter()
        .filter_map(|key| {
            let (facet, matches) = find(key)?;
            Some(TagClause {
                facet,
                key,
                matches,
            })
        })
        .collect();
    audience_of(None, &tags)
}
