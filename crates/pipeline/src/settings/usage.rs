//! How much of the site hangs on each entry of a part: published documents and citizens.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use kairan_audience::{FieldKind, Rule};
use kairan_content::{Area, Context as Reading, SiteData, audience};
use kairan_db::time::jst_from_utc;
use kairan_db::{AnyConnection, audience as people, editions, publications};
use rayon::prelude::*;
use serde_json::json;

use super::Part;
use super::effect::{TOGETHER, Text, live_texts, path};
use super::touch::Needles;
use crate::context::{Context, blocking};
use crate::{Result, site_data, transaction};

/// What hangs on an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Published documents that name it, or are meant for people by it.
    pub documents: usize,
    /// Citizens it is true of.
    pub citizens: Option<i64>,
}

/// By key; for 検索の言いかえ by the first word of a line.
pub type Uses = BTreeMap<String, Usage>;

type Documents = BTreeMap<String, usize>;
/// What was counted: site data, last publication, part.
type Key = (String, i64, Part);

/// The last counts of documents of each part: they change when something is published.
static COUNTED: Mutex<Vec<(Key, Documents)>> = Mutex::new(Vec::new());
/// Few, since one process serves one site; tests may have several.
const KEPT: usize = 16;

/// What hangs on each 地区, 言いかえ and 市民に聞くこと; empty for other parts, which lists count. Looks through the texts of what
/// is published once after each publication; citizens are counted each time.
///
/// # Errors
/// Those of the database.
pub async fn usage(ctx: &Context, part: Part) -> Result<Uses> {
    let ctx = ctx.clone();
    blocking(move || {
        let today = jst_from_utc(ctx.clock.now()).date();
        let (current, last) = transaction::read(&ctx.db, |c| {
            Ok((site_data::current(c, &ctx.theme)?, publications::last(c)?))
        })?;
        let site = &current.data;
        if !matches!(part, Part::Areas | Part::Synonyms | Part::Profile) {
            return Ok(Uses::new());
        }
        let key = (current.hash, last, part);
        let known = counted().iter().find(|(k, _)| *k == key).cloned();
        let documents = match known {
            Some((_, documents)) => documents,
            None => {
                let documents = count(&ctx, part, site)?;
                let mut kept = counted();
                if kept.len() >= KEPT {
                    kept.remove(0);
                }
                kept.push((key, documents.clone()));
                documents
            }
        };
        let mut uses: Uses = documents
            .into_iter()
            .map(|(key, documents)| {
                let citizens = None;
                (
                    key,
                    Usage {
                        documents,
                        citizens,
                    },
                )
            })
            .collect();
        transaction::read(&ctx.db, |c| citizens(c, part, site, today, &mut uses))?;
        Ok(uses)
    })
    .await
}

fn counted() -> std::sync::MutexGuard<'static, Vec<(Key, Documents)>> {
    COUNTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Published documents by key.
fn count(ctx: &Context, part: Part, site: &SiteData) -> Result<Documents> {
    let texts = transaction::read(&ctx.db, live_texts)?;
    let cx = Reading::new(site, None);
    let needles = needles(part, site);
    let lines: Vec<(&str, Needles)> = match part {
        Part::Synonyms => site
            .synonyms
            .iter()
            .filter_map(|words| line(words))
            .collect(),
        _ => Vec::new(),
    };
    let mut counts = Documents::new();
    for texts in texts.chunks(TOGETHER) {
        let ids: Vec<i64> = texts.iter().map(|text| text.edition).collect();
        let sources = ctx.db.read(|c| editions::sources(c, &ids))?;
        let sources: HashMap<i64, String> = sources.into_iter().collect();
        let found: Vec<BTreeSet<String>> = texts
            .par_iter()
            .filter_map(|text| {
                let source = sources.get(&text.edition)?;
                if part == Part::Synonyms {
                    let lines = lines.iter().filter(|(_, words)| words.are_in(source));
                    return Some(lines.map(|(first, _)| (*first).to_owned()).collect());
                }
                needles.may_be_in(source).then(|| {
                    let rule = rule(text, source, &cx, site);
                    rule.map_or_else(BTreeSet::new, |rule| asked(part, &rule, site))
                })
            })
            .collect();
        for key in found.into_iter().flatten() {
            *counts.entry(key).or_default() += 1;
        }
    }
    Ok(counts)
}

fn line(words: &[String]) -> Option<(&str, Needles)> {
    let first = words.first()?;
    Some((
        first.as_str(),
        Needles::new(words.iter().map(String::as_str)),
    ))
}

/// What a text must hold to ask for an area or a field.
fn needles(part: Part, site: &SiteData) -> Needles {
    let asks = |rule: &Rule| !asked(part, rule, site).is_empty();
    let tags = site.facets.iter().flat_map(|facet| &facet.tags);
    let tags = tags.filter(|tag| tag.matches.as_ref().is_some_and(asks));
    Needles::new(tags.map(|tag| tag.key.as_str()).chain(["when"]))
}

fn rule(text: &Text, source: &str, cx: &Reading<'_>, site: &SiteData) -> Option<Rule> {
    let document = kairan_content::reread(&path(text), source.as_bytes(), cx)?;
    audience(&document, site)
}

/// The areas or fields that a rule asks for.
fn asked(part: Part, rule: &Rule, site: &SiteData) -> BTreeSet<String> {
    let field = |kind: FieldKind| {
        let fields = site.profile.fields.iter();
        let of_kind = fields.filter(move |field| field.kind == kind);
        of_kind.map(|field| field.key.clone()).collect()
    };
    match rule {
        Rule::Everyone => BTreeSet::new(),
        Rule::All(rules) | Rule::Any(rules) => {
            let all = rules.iter().flat_map(|rule| asked(part, rule, site));
            all.collect()
        }
        Rule::Not(rule) => asked(part, rule, site),
        Rule::Area(areas) if part == Part::Areas => areas.iter().cloned().collect(),
        _ if part == Part::Areas => BTreeSet::new(),
        Rule::Area(_) => field(FieldKind::Choice),
        Rule::SelfAge { .. } => field(FieldKind::BirthDate),
        Rule::Household(_) => field(FieldKind::Choices),
        Rule::Flag(key) => BTreeSet::from([key.clone()]),
        Rule::Child(clause) => {
            let expected = clause.parts.iter().any(|part| part.expecting.is_some());
            field(match expected {
                true => FieldKind::Date,
                false => FieldKind::People,
            })
        }
    }
}

/// Citizens who live in an area, or of whom a field says something.
fn citizens(
    c: &mut AnyConnection,
    part: Part,
    site: &SiteData,
    today: NaiveDate,
    uses: &mut Uses,
) -> Result<()> {
    let tree = site.area_tree();
    let mut rules: Vec<(String, Rule)> = Vec::new();
    match part {
        Part::Areas => each_area(&site.areas, &mut |area| {
            rules.push((area.key.clone(), Rule::Area(vec![area.key.clone()])));
        }),
        Part::Profile => {
            for field in &site.profile.fields {
                if let Some(rule) = said(site, field) {
                    rules.push((field.key.clone(), rule));
                }
            }
        }
        _ => {}
    }
    for (key, rule) in rules {
        let citizens = people::count(c, &rule, today, &tree)?;
        uses.entry(key).or_default().citizens = Some(citizens);
    }
    Ok(())
}

fn each_area<'a>(areas: &'a [Area], visit: &mut impl FnMut(&'a Area)) {
    for area in areas {
        visit(area);
        each_area(&area.children, visit);
    }
}

/// True of every citizen of whom the field says something.
fn said(site: &SiteData, field: &kairan_audience::Field) -> Option<Rule> {
    let rule = match field.kind {
        FieldKind::People => json!({ "child": { "age": "0.." } }),
        FieldKind::Date => json!({ "child": { "expecting": { "weeks": "0.." } } }),
        FieldKind::BirthDate => json!({ "self": { "age": "0.." } }),
        FieldKind::Choice => {
            let areas: Vec<&str> = site.areas.iter().map(|one| one.key.as_str()).collect();
            json!({ "area": areas })
        }
        FieldKind::Choices => {
            let kairan_audience::Options::List(options) = field.options.as_ref()? else {
                return None;
            };
            let keys: Vec<&str> = options.iter().map(|one| one.key.as_str()).collect();
            json!({ "household": keys })
        }
        FieldKind::Flag => json!({ "flag": field.key }),
    };
    Rule::from_json(&rule).ok()
}
