//! What a change of the site's words does to documents and to who is told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use kairan_audience::Rule;
use kairan_content::{Category, Context as Reading, Document, Kind, SiteData, audience};
use kairan_db::editions::{self, EditionState};
use kairan_db::{AnyConnection, audience as people, documents, live};
use rayon::prelude::*;
use serde::Serialize;

use super::Part;
use super::touch::Needles;
use crate::context::Context;
use crate::{Result, transaction};

/// Documents that are named; of the others the number is told.
const NAMED: usize = 20;
/// Texts read at a time.
pub(super) const TOGETHER: usize = 500;
/// States of texts that staff still work on.
const OPEN: [EditionState; 4] = [
    EditionState::Draft,
    EditionState::InReview,
    EditionState::Approved,
    EditionState::Scheduled,
];

/// What changes.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    /// Documents that would have an error they do not have now.
    pub broken: usize,
    /// The first of them.
    pub broken_first: Vec<Broken>,
    /// Live pages that show a word that changes.
    pub pages: usize,
    /// Live documents that would be meant for other people.
    pub audiences: usize,
    /// The first of them.
    pub audiences_first: Vec<Audience>,
}

/// A document that would have an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its id.
    pub document: String,
    /// 件名
    pub title: String,
    /// What is wrong then, in plain Japanese.
    pub problem: String,
}

/// A live document that would be meant for other people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Its id.
    pub document: String,
    /// 件名
    pub title: String,
    /// Citizens that are meant now.
    pub before: i64,
    /// Citizens that would be meant.
    pub after: i64,
}

/// A text that readers see or staff work on.
pub(super) struct Text {
    pub(super) document: String,
    pub(super) title: String,
    pub(super) edition: i64,
    kind: String,
    live: bool,
}

/// What is found of one text.
struct Found {
    problem: Option<String>,
    page: bool,
    rules: Option<(Option<Rule>, Option<Rule>)>,
}

pub(super) fn of(
    ctx: &Context,
    part: Part,
    before: &SiteData,
    after: &SiteData,
    today: NaiveDate,
) -> Result<Effect> {
    let mut effect = Effect::default();
    match part {
        // Words of the search are in no document.
        Part::Synonyms => return Ok(effect),
        // The menu stands on every page, and no document depends on it.
        Part::Menu => {
            let live = ctx.db.read(live::count)?;
            effect.pages = usize::try_from(live).unwrap_or_default();
            return Ok(effect);
        }
        _ => {}
    }
    let needles = Needles::of(part, before, after);
    if needles.is_empty() {
        return Ok(effect);
    }
    let texts = transaction::read(&ctx.db, all_texts)?;
    let changed = changed(part, before, after);
    let areas_differ = before.areas != after.areas;
    let (old, new) = (Reading::new(before, None), Reading::new(after, None));
    let mut broken = BTreeMap::new();
    let mut rules = Vec::new();
    for texts in texts.chunks(TOGETHER) {
        let ids: Vec<i64> = texts.iter().map(|text| text.edition).collect();
        let sources = ctx.db.read(|c| editions::sources(c, &ids))?;
        let sources: HashMap<i64, String> = sources.into_iter().collect();
        let found: Vec<Option<Found>> = texts
            .par_iter()
            .map(|text| {
                let source = sources.get(&text.edition)?;
                if !needles.may_be_in(source) {
                    return None;
                }
                let path = path(text);
                let was = kairan_content::parse(&path, source.as_bytes(), &old);
                let is = kairan_content::parse(&path, source.as_bytes(), &new);
                let mut errors = is.diagnostics.iter().filter(|one| one.is_error());
                let problem = errors.find(|one| !was.diagnostics.contains(one));
                let document = was.document.filter(|_| text.live);
                Some(Found {
                    problem: problem.map(|one| one.message.clone()),
                    page: document
                        .as_ref()
                        .is_some_and(|one| words(part, one).iter().any(|w| changed.contains(w))),
                    rules: document
                        .zip(is.document)
                        .map(|(was, is)| (audience(&was, before), audience(&is, after))),
                })
            })
            .collect();
        for (text, found) in texts.iter().zip(found) {
            let Some(found) = found else { continue };
            effect.pages += usize::from(found.page);
            if let Some(problem) = found.problem {
                broken
                    .entry(&text.document)
                    .or_insert((&text.title, problem));
            }
            if let Some((was, is)) = found.rules
                && (was != is || (areas_differ && was.as_ref().is_some_and(about_areas)))
            {
                rules.push((text, was, is));
            }
        }
    }
    effect.broken = broken.len();
    let first = broken.into_iter().take(NAMED);
    effect.broken_first = first
        .map(|(document, (title, problem))| Broken {
            document: document.clone(),
            title: title.clone(),
            problem,
        })
        .collect();
    effect.audiences = rules.len();
    let (old, new) = (before.area_tree(), after.area_tree());
    effect.audiences_first = ctx.db.read(|c| {
        let mut count = |rule: &Option<Rule>, areas: &_| match rule {
            Some(rule) => people::count(c, rule, today, areas),
            None => Ok(0),
        };
        rules
            .iter()
            .take(NAMED)
            .map(|(text, was, is)| {
                Ok(Audience {
                    document: text.document.clone(),
                    title: text.title.clone(),
                    before: count(was, &old)?,
                    after: count(is, &new)?,
                })
            })
            .collect::<kairan_db::Result<_>>()
    })?;
    Ok(effect)
}

pub(super) fn path(text: &Text) -> String {
    let folder = Kind::parse(&text.kind).map_or("pages", Kind::plural);
    format!("content/{folder}/{}.md", text.document)
}

/// Every text readers see.
pub(super) fn live_texts(c: &mut AnyConnection) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    let page = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
    let mut after = String::new();
    loop {
        let rows = live::after(c, &after, page)?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.document_id);
        let ids: Vec<&str> = rows.iter().map(|row| row.document_id.as_str()).collect();
        let titles = titles(c, &ids)?;
        texts.extend(rows.into_iter().map(|row| {
            Text {
                title: titles
                    .get(&row.document_id)
                    .map(|(_, title)| title.clone())
                    .unwrap_or_default(),
                document: row.document_id,
                edition: row.edition_id,
                kind: row.kind,
                live: true,
            }
        }));
    }
    Ok(texts)
}

/// Every text readers see, and every one staff work on.
pub(super) fn all_texts(c: &mut AnyConnection) -> Result<Vec<Text>> {
    let mut texts = live_texts(c)?;
    for state in OPEN {
        let open = editions::waiting(c, state, i64::MAX)?;
        for open in open.chunks(TOGETHER) {
            let ids: Vec<&str> = open.iter().map(|one| one.document_id.as_str()).collect();
            let kinds = titles(c, &ids)?;
            texts.extend(open.iter().map(|one| {
                Text {
                    kind: kinds
                        .get(&one.document_id)
                        .map(|(kind, _)| kind.clone())
                        .unwrap_or_default(),
                    document: one.document_id.clone(),
                    title: one.title.clone(),
                    edition: one.id,
                    live: false,
                }
            }));
        }
    }
    Ok(texts)
}

/// Kind and 件名 by id.
fn titles(c: &mut AnyConnection, ids: &[&str]) -> Result<HashMap<String, (String, String)>> {
    let rows = documents::by_ids(c, ids)?.into_iter();
    Ok(rows.map(|row| (row.id, (row.kind, row.title))).collect())
}

/// The words of a part that a document's page shows.
fn words(part: Part, document: &Document) -> Vec<String> {
    match part {
        Part::Categories => {
            let path = document.category.as_str();
            let outer = path.split_once('/').map(|(outer, _)| outer.to_owned());
            outer.into_iter().chain([path.to_owned()]).collect()
        }
        Part::Tags => document.tags.clone(),
        Part::Departments => vec![document.contact.clone()],
        Part::LifeEvents => document.life_events.clone(),
        Part::Areas | Part::Synonyms | Part::Profile | Part::Menu => Vec::new(),
    }
}

/// Keys whose words differ.
fn changed(part: Part, before: &SiteData, after: &SiteData) -> BTreeSet<String> {
    let (before, after) = (said(part, before), said(part, after));
    let differs = |(key, words): (String, String)| (after.get(&key) != Some(&words)).then_some(key);
    before.into_iter().filter_map(differs).collect()
}

/// What each key of a part says.
fn said(part: Part, site: &SiteData) -> BTreeMap<String, String> {
    match part {
        Part::Categories => {
            let mut all = BTreeMap::new();
            categories(&site.categories, "", &mut all);
            all
        }
        Part::Tags => {
            let tags = site.facets.iter().flat_map(|facet| {
                facet
                    .tags
                    .iter()
                    .map(move |tag| (tag.key.clone(), format!("{}\n{}", facet.label, tag.label)))
            });
            tags.collect()
        }
        Part::Departments => site
            .departments
            .iter()
            .map(|one| (one.key.clone(), text(one)))
            .collect(),
        Part::LifeEvents => site
            .life_events
            .iter()
            .map(|one| (one.key.clone(), one.label.clone()))
            .collect(),
        Part::Areas | Part::Synonyms | Part::Profile | Part::Menu => BTreeMap::new(),
    }
}

fn categories(level: &[Category], outer: &str, all: &mut BTreeMap<String, String>) {
    for one in level {
        let path = format!("{outer}{}", one.key);
        let words = format!(
            "{}\n{}",
            one.label,
            one.description.as_deref().unwrap_or("")
        );
        categories(&one.children, &format!("{path}/"), all);
        all.insert(path, words);
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn about_areas(rule: &Rule) -> bool {
    match rule {
        Rule::Area(_) => true,
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(about_areas),
        Rule::Not(rule) => about_areas(rule),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_about_areas_wherever_it_names_one() {
        let area = Rule::Area(vec!["kita".to_owned()]);
        assert!(about_areas(&Rule::All(vec![
            Rule::Everyone,
            Rule::Not(Box::new(area))
        ])));
        assert!(!about_areas(&Rule::Flag("newcomer".to_owned())));
    }
}
