//! What is known of the site while a document is read.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use kairan_audience::{Areas, ProfileSchema, Rule};

use crate::site::{Category, Facet, SiteData};

/// What a document is checked against. Without a site, only its own form is checked.
#[derive(Debug, Default)]
pub struct Context<'a> {
    pub(crate) terms: Terms<'a>,
    pub(crate) audience: Option<(&'a ProfileSchema, Areas)>,
    pub(crate) today: Option<NaiveDate>,
    pub(crate) lang: Option<&'a str>,
}

/// The words a document may use; `None` where the file that lists them could not be read, so that one broken
/// file does not make every document look broken.
#[derive(Debug, Default)]
pub(crate) struct Terms<'a> {
    pub(crate) categories: Option<HashSet<String>>,
    pub(crate) tags: Option<HashMap<&'a str, (&'a str, Option<&'a Rule>)>>,
    pub(crate) departments: Option<HashSet<&'a str>>,
    pub(crate) life_events: Option<HashSet<&'a str>>,
}

impl<'a> Context<'a> {
    /// Checks the form of a document alone.
    #[must_use]
    pub fn without_site() -> Self {
        Self::default()
    }

    /// Checks against a site; `today` is the day on which dates count as past.
    #[must_use]
    pub fn new(site: &'a SiteData, today: Option<NaiveDate>) -> Self {
        Self {
            terms: Terms {
                categories: Some(category_paths(&site.categories)),
                tags: Some(tag_index(&site.facets)),
                departments: Some(site.departments.iter().map(|d| d.key.as_str()).collect()),
                life_events: Some(site.life_events.iter().map(|e| e.key.as_str()).collect()),
            },
            audience: Some((&site.profile, site.area_tree())),
            today,
            lang: Some(&site.settings.lang),
        }
    }
}

/// Every path a document may give as its category: `money`, `money/child-allowance`.
pub(crate) fn category_paths(categories: &[Category]) -> HashSet<String> {
    let mut paths = HashSet::new();
    for category in categories {
        for child in &category.children {
            paths.insert(format!("{}/{}", category.key, child.key));
        }
        paths.insert(category.key.clone());
    }
    paths
}

/// Every tag with its facet and the people it means.
pub(crate) fn tag_index(facets: &[Facet]) -> HashMap<&str, (&str, Option<&Rule>)> {
    facets
        .iter()
        .flat_map(|facet| {
            facet
                .tags
                .iter()
                .map(move |tag| (tag.key.as_str(), (facet.key.as_str(), tag.matches.as_ref())))
        })
        .collect()
}
