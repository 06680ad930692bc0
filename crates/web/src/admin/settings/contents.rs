//! The content of each part as a table.

use std::collections::HashMap;

use kairan_audience::{Choice, Field, FieldKind, Labels, Options};
use kairan_content::{Area, Category, SiteData};
use kairan_db::{AnyConnection, documents, lists};
use kairan_pipeline::settings::Part;
use serde::Serialize;

use crate::admin::words::Language;

/// How often the words of the site are used.
pub(super) struct Uses {
    lists: HashMap<String, i64>,
    owners: HashMap<String, i64>,
}

impl Uses {
    pub(super) fn load(c: &mut AnyConnection) -> kairan_pipeline::Result<Self> {
        Ok(Self {
            lists: lists::sizes(c)?.into_iter().collect(),
            owners: documents::by_owner(c)?.into_iter().collect(),
        })
    }

    fn list(&self, word: &str, key: &str) -> String {
        let found = self.lists.get(&format!("{word}:{key}"));
        found.copied().unwrap_or(0).to_string()
    }

    fn owner(&self, key: &str) -> String {
        self.owners.get(key).copied().unwrap_or(0).to_string()
    }
}

/// One line.
#[derive(Serialize)]
pub(super) struct Row {
    /// Where it stands in the file, see [`kairan_editor::terms`].
    at: String,
    key: String,
    label: String,
    /// Whatever else it says.
    more: String,
    /// Stands below the one before.
    inner: bool,
    /// How many documents use it; `-` where they are not counted.
    used: String,
}

impl Row {
    fn new(key: &str, label: &str) -> Self {
        Self {
            at: key.to_owned(),
            key: key.to_owned(),
            label: label.to_owned(),
            more: String::new(),
            inner: false,
            used: "-".to_owned(),
        }
    }
}

/// The lines of a part, in its order.
pub(super) fn rows(words: &Language, part: Part, site: &SiteData, uses: &Uses) -> Vec<Row> {
    match part {
        Part::Categories => {
            let mut rows = Vec::new();
            categories(&site.categories, "", uses, &mut rows);
            rows
        }
        Part::Tags => tags(site, uses),
        Part::Areas => {
            let mut rows = Vec::new();
            areas(&site.areas, "", &mut rows);
            rows
        }
        Part::Departments => site
            .departments
            .iter()
            .map(|one| Row {
                more: one.phone.clone().unwrap_or_default(),
                used: uses.owner(&one.key),
                ..Row::new(&one.key, &one.name)
            })
            .collect(),
        Part::LifeEvents => site
            .life_events
            .iter()
            .map(|one| Row {
                used: uses.list("life-event", &one.key),
                ..Row::new(&one.key, &one.label)
            })
            .collect(),
        Part::Synonyms => site
            .synonyms
            .iter()
            .enumerate()
            .map(|(place, same)| Row {
                at: place.to_string(),
                ..Row::new("", &same.join("、"))
            })
            .collect(),
        Part::Profile => site
            .profile
            .fields
            .iter()
            .flat_map(|field| {
                let kind = kind(words, field.kind).to_owned();
                let more = match field.sensitive {
                    true => words.say("{kind}（配慮の要る項目）", &[("kind", &kind)]),
                    false => kind,
                };
                let row = Row {
                    more,
                    ..Row::new(&field.key, &field.label)
                };
                std::iter::once(row).chain(choices(field))
            })
            .collect(),
    }
}

fn categories(level: &[Category], outer: &str, uses: &Uses, rows: &mut Vec<Row>) {
    for one in level {
        let path = format!("{outer}{}", one.key);
        rows.push(Row {
            more: one.description.clone().unwrap_or_default(),
            inner: !outer.is_empty(),
            used: uses.list("category", &path),
            ..Row::new(&path, &one.label)
        });
        categories(&one.children, &format!("{path}/"), uses, rows);
    }
}

fn tags(site: &SiteData, uses: &Uses) -> Vec<Row> {
    let mut known = Vec::new();
    labels(&site.areas, &mut known);
    let labels = Labels::new(&site.profile, known);
    let mut rows = Vec::new();
    for facet in &site.facets {
        rows.push(Row::new(&facet.key, &facet.label));
        rows.extend(facet.tags.iter().map(|tag| {
            Row {
                at: format!("{}/{}", facet.key, tag.key),
                more: tag
                    .matches
                    .as_ref()
                    .map(|rule| rule.describe(&labels))
                    .unwrap_or_default(),
                inner: true,
                used: uses.list("tag", &tag.key),
                ..Row::new(&tag.key, &tag.label)
            }
        }));
    }
    rows
}

fn labels(areas: &[Area], known: &mut Vec<(String, String)>) {
    for area in areas {
        known.push((area.key.clone(), area.label.clone()));
        labels(&area.children, known);
    }
}

fn areas(level: &[Area], outer: &str, rows: &mut Vec<Row>) {
    for one in level {
        let at = format!("{outer}{}", one.key);
        rows.push(Row {
            more: one.postal.join("、"),
            inner: !outer.is_empty(),
            at: at.clone(),
            ..Row::new(&one.key, &one.label)
        });
        areas(&one.children, &format!("{at}/"), rows);
    }
}

/// The choices of a question, below it.
fn choices(field: &Field) -> Vec<Row> {
    let Some(Options::List(choices)) = &field.options else {
        return Vec::new();
    };
    let row = |one: &Choice| Row {
        at: format!("{}/{}", field.key, one.key),
        inner: true,
        ..Row::new(&one.key, &one.label)
    };
    choices.iter().map(row).collect()
}

fn kind(words: &Language, kind: FieldKind) -> &str {
    match kind {
        FieldKind::People => words.get("家族（生まれた日と、当てはまること）"),
        FieldKind::Date => words.get("日付"),
        FieldKind::BirthDate => words.get("生まれた日"),
        FieldKind::Choice => words.get("一つ選ぶ"),
        FieldKind::Choices => words.get("いくつでも選ぶ"),
        FieldKind::Flag => words.get("はい・いいえ"),
    }
}
