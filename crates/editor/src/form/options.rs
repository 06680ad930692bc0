//! What can be chosen.

use std::collections::HashSet;

use kairan_content::SiteData;
use serde::Serialize;

use crate::schema::Shape;

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it posts.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
    /// Whether the site knows it; what a document has beside that is kept and shown.
    pub known: bool,
}

/// Things to choose that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Key of the facet or category; empty for a group by itself.
    pub key: String,
    /// What it is called; empty for a group by itself.
    pub label: String,
    /// In order.
    pub options: Vec<Item>,
}

type Pairs = Vec<(String, String)>;
/// Key, label and options of every group; empty key and label for a group by itself.
pub(crate) type Lists = Vec<(String, String, Pairs)>;

/// The groups of a shape, with what is chosen.
pub(super) fn groups(shape: &Shape, site: &SiteData, chosen: &[&str]) -> Vec<Group> {
    let lists: Lists = match shape {
        Shape::Category => site
            .categories
            .iter()
            .map(|category| {
                let whole = match category.children.is_empty() {
                    true => category.label.clone(),
                    false => format!("{}（全体）", category.label),
                };
                let children = category.children.iter().map(|child| {
                    (
                        format!("{}/{}", category.key, child.key),
                        child.label.clone(),
                    )
                });
                let options = std::iter::once((category.key.clone(), whole)).chain(children);
                (
                    category.key.clone(),
                    category.label.clone(),
                    options.collect(),
                )
            })
            .collect(),
        Shape::Tags => site
            .facets
            .iter()
            .map(|facet| {
                let tags = facet
                    .tags
                    .iter()
                    .map(|tag| (tag.key.clone(), tag.label.clone()));
                (facet.key.clone(), facet.label.clone(), tags.collect())
            })
            .collect(),
        Shape::Department => alone(site.departments.iter().map(|one| (&one.key, &one.name))),
        Shape::LifeEvents => alone(site.life_events.iter().map(|one| (&one.key, &one.label))),
        Shape::Choice(words) | Shape::Chips(words) => {
            alone(words.iter().map(|(word, label)| (word, label)))
        }
        _ => Vec::new(),
    };
    marked(lists, chosen)
}

/// Lists of words and labels as groups, with what is chosen; what no list has comes last.
pub(crate) fn marked(lists: Lists, chosen: &[&str]) -> Vec<Group> {
    let ticked: HashSet<&str> = chosen.iter().copied().collect();
    let mut seen: HashSet<String> = HashSet::new();
    let mut groups: Vec<Group> = lists
        .into_iter()
        .map(|(key, label, options)| Group {
            key,
            label,
            options: options
                .into_iter()
                .map(|(value, label)| {
                    let selected = ticked.contains(value.as_str());
                    seen.insert(value.clone());
                    Item {
                        value,
                        label,
                        selected,
                        known: true,
                    }
                })
                .collect(),
        })
        .collect();
    let unknown: Vec<Item> = chosen
        .iter()
        .filter(|value| !value.is_empty() && seen.insert((**value).to_owned()))
        .map(|value| Item {
            value: (*value).to_owned(),
            label: (*value).to_owned(),
            selected: true,
            known: false,
        })
        .collect();
    if !unknown.is_empty() {
        groups.push(Group {
            key: "unknown".to_owned(),
            label: "一覧にないもの".to_owned(),
            options: unknown,
        });
    }
    groups
}

fn alone<'l>(list: impl Iterator<Item = (&'l String, &'l String)>) -> Lists {
    let options = list
        .map(|(key, label)| (key.clone(), label.clone()))
        .collect();
    vec![(String::new(), String::new(), options)]
}
