//! The content of each part as a table.

use std::collections::HashMap;

use kairan_audience::{Choice, Field, FieldKind, Labels, Options};
use kairan_content::{
    Area, Category, Menu, MenuEntry, MenuTarget, Place, Screen as MenuScreen, SiteData,
};
use kairan_db::{AnyConnection, documents, lists};
use kairan_pipeline::settings::{self, Part};
use serde::Serialize;

use crate::admin::words::Language;

/// How often the words of the site are used.
#[derive(Default)]
pub(super) struct Uses {
    lists: HashMap<String, i64>,
    owners: HashMap<String, i64>,
    texts: settings::Uses,
}

impl Uses {
    pub(super) fn load(c: &mut AnyConnection) -> kairan_pipeline::Result<Self> {
        Ok(Self {
            lists: lists::sizes(c)?.into_iter().collect(),
            owners: documents::by_owner(c)?.into_iter().collect(),
            texts: settings::Uses::new(),
        })
    }

    /// With what is found by looking through the texts.
    pub(super) fn with(self, texts: settings::Uses) -> Self {
        Self { texts, ..self }
    }

    /// How much hangs on an entry, of documents and of citizens.
    fn text(&self, key: &str) -> (String, String) {
        let usage = self.texts.get(key).copied().unwrap_or_default();
        let citizens = usage.citizens.map(|n| n.to_string());
        (
            usage.documents.to_string(),
            citizens.unwrap_or_else(|| "-".to_owned()),
        )
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
    /// How many citizens it is true of.
    citizens: String,
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
            citizens: "-".to_owned(),
        }
    }
}

/// A term that documents name.
#[derive(Serialize)]
pub(super) struct Term {
    key: String,
    label: String,
    /// The one to be merged.
    goes: bool,
}

/// The terms of a part that become others in drafts; an axis of tags is none.
pub(super) fn terms(part: Part, site: &SiteData, rows: &[Row], goes: &str) -> Vec<Term> {
    let known = |key: &str| part != Part::Tags || site.tag(key).is_some();
    let named = matches!(
        part,
        Part::Categories | Part::Tags | Part::Departments | Part::LifeEvents
    );
    let rows = rows.iter().filter(|row| named && known(&row.key));
    let term = |row: &Row| Term {
        key: row.key.clone(),
        label: row.label.clone(),
        goes: row.key == goes,
    };
    rows.map(term).collect()
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
            areas(&site.areas, "", uses, &mut rows);
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
                used: uses.text(same.first().map_or("", String::as_str)).0,
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
                let (used, citizens) = uses.text(&field.key);
                let row = Row {
                    more,
                    used,
                    citizens,
                    ..Row::new(&field.key, &field.label)
                };
                std::iter::once(row).chain(choices(field))
            })
            .collect(),
        Part::Menu => menu(words, &site.menu),
    }
}

/// Top and foot; the key column says where an entry leads.
fn menu(words: &Language, menu: &Menu) -> Vec<Row> {
    let row = |entry: &MenuEntry| {
        let to = match &entry.to {
            MenuTarget::Place(place) => {
                let word = Place::ALL.iter().find(|(_, one)| one == place);
                word.map_or("", |(word, _)| word)
            }
            MenuTarget::Category(to) | MenuTarget::Document(to) | MenuTarget::Url(to) => to,
        };
        let only = match entry.only {
            Some(MenuScreen::Phone) => words.get("スマートフォンだけ").to_owned(),
            Some(MenuScreen::Wide) => words.get("広い画面だけ").to_owned(),
            None => String::new(),
        };
        let short = entry.short.as_ref().map_or(only.clone(), |short| {
            words.say("スマートフォンでは「{short}」", &[("short", short)])
        });
        Row {
            more: short,
            inner: true,
            ..Row::new(to, &entry.label)
        }
    };
    let mut rows = vec![Row::new("header", words.get("ページの上"))];
    rows.extend(menu.header.iter().map(row));
    for group in &menu.footer {
        let heading = match &group.label {
            Some(label) => words.say("ページの下：{label}", &[("label", label)]),
            None => words.get("ページの下").to_owned(),
        };
        rows.push(Row::new("footer", &heading));
        rows.extend(group.links.iter().map(row));
    }
    rows
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
    let labels = rule_labels(site);
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

/// What rules are told with.
pub(super) fn rule_labels(site: &SiteData) -> Labels {
    let mut known = Vec::new();
    labels(&site.areas, &mut known);
    Labels::new(&site.profile, known)
}

fn labels(areas: &[Area], known: &mut Vec<(String, String)>) {
    for area in areas {
        known.push((area.key.clone(), area.label.clone()));
        labels(&area.children, known);
    }
}

fn areas(level: &[Area], outer: &str, uses: &Uses, rows: &mut Vec<Row>) {
    for one in level {
        let at = format!("{outer}{}", one.key);
        let (used, citizens) = uses.text(&one.key);
        rows.push(Row {
            more: one.postal.join("、"),
            inner: !outer.is_empty(),
            at: at.clone(),
            used,
            citizens,
            ..Row::new(&one.key, &one.label)
        });
        areas(&one.children, &format!("{at}/"), uses, rows);
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
