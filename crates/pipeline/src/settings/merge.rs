//! まとめる, キーを変える: documents that name one term name another, as drafts that are reviewed and published like any other.

use std::collections::{BTreeMap, HashMap};

use kairan_content::{Context as Reading, Document, Kind, SiteData, patch};
use kairan_db::audit::By;
use kairan_db::editing::Reason;
use kairan_db::editions::{self, EditionState};
use kairan_db::{AnyConnection, documents};
use serde_json::json;

use super::Part;
use super::effect::{TOGETHER, Text, all_texts, path};
use super::touch::Needles;
use crate::context::{Context, blocking};
use crate::drafts::{self, Save};
use crate::{Error, Result, catalogue, site_data, transaction};

/// Documents changed by one request.
pub const MOST: usize = 200;

/// Two terms of a part: 部署, 目的 (by path), タグ or ライフイベント.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Which file.
    pub part: Part,
    /// The one that documents name now.
    pub from: String,
    /// The one that they are to name.
    pub into: String,
}

/// A document whose newest text names a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// Its id.
    pub document: String,
    /// 件名
    pub title: String,
}

/// What became of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merged {
    /// It has a draft that names the other term.
    Changed,
    /// It waits for review or its time: it goes back to draft first.
    UnderWay,
    /// Its fields cannot be read.
    Unreadable,
    /// It does not name the term any more.
    Unchanged,
}

/// The documents whose newest text names a term, by id; a category with those below it. The bytes of all newest texts are looked
/// through; those that may name it are read.
///
/// # Errors
/// Those of the database.
pub async fn naming(ctx: &Context, part: Part, term: String) -> Result<Vec<Naming>> {
    let ctx = ctx.clone();
    blocking(move || transaction::read(&ctx.db, |c| find(c, &ctx, part, &term))).await
}

fn find(c: &mut AnyConnection, ctx: &Context, part: Part, term: &str) -> Result<Vec<Naming>> {
    let current = site_data::current(c, &ctx.theme)?;
    // Open texts come after live ones and take their place.
    let newest: BTreeMap<String, Text> = all_texts(c)?
        .into_iter()
        .map(|text| (text.document.clone(), text))
        .collect();
    let newest: Vec<Text> = newest.into_values().collect();
    let cx = Reading::new(&current.data, None);
    let needles = Needles::new(std::iter::once(term));
    let mut found = Vec::new();
    for texts in newest.chunks(TOGETHER) {
        let ids: Vec<i64> = texts.iter().map(|text| text.edition).collect();
        let sources: HashMap<i64, String> = editions::sources(c, &ids)?.into_iter().collect();
        for text in texts {
            let source = sources.get(&text.edition).map_or("", String::as_str);
            if !needles.may_be_in(source) {
                continue;
            }
            let document = kairan_content::reread(&path(text), source.as_bytes(), &cx);
            let names = document.is_some_and(|one| !places(part, &one, term).is_empty());
            if names {
                found.push(Naming {
                    document: text.document.clone(),
                    title: text.title.clone(),
                });
            }
        }
    }
    Ok(found)
}

/// Where a document names a term, as paths of its front matter, with what follows the term there.
fn places<'a>(part: Part, document: &'a Document, term: &str) -> Vec<(String, &'a str)> {
    let same = |key: &str, value: &str| (value == term).then(|| (key.to_owned(), ""));
    let listed = |key: &str, values: &[String]| {
        let at = values.iter().position(|value| value == term);
        at.map(|at| (format!("{key}[{at}]"), ""))
            .into_iter()
            .collect()
    };
    match part {
        Part::Departments => {
            let owner = document.owner.as_deref().unwrap_or_default();
            [same("contact", &document.contact), same("owner", owner)]
                .into_iter()
                .flatten()
                .collect()
        }
        Part::Categories => {
            let below = document.category.strip_prefix(term);
            let below = below.filter(|rest| rest.is_empty() || rest.starts_with('/'));
            below
                .map(|rest| ("category".to_owned(), rest))
                .into_iter()
                .collect()
        }
        Part::Tags => listed("tags", &document.tags),
        Part::LifeEvents => listed("life_events", &document.life_events),
        Part::Areas | Part::Synonyms | Part::Profile | Part::Menu => Vec::new(),
    }
}

/// Whether a part has a term with this key or path.
fn has(site: &SiteData, part: Part, term: &str) -> bool {
    match part {
        Part::Departments => site.department(term).is_some(),
        Part::Categories => !site.category_path(term).is_empty(),
        Part::Tags => site.tag(term).is_some(),
        Part::LifeEvents => site.life_event(term).is_some(),
        Part::Areas | Part::Synonyms | Part::Profile | Part::Menu => false,
    }
}

/// Lets the drafts of these documents name `into` instead of `from`; each stands for itself.
///
/// # Errors
/// [`Error::Refused`] where these are not two terms of the site; those of the database.
pub async fn merge(
    ctx: &Context,
    terms: Terms,
    documents: Vec<String>,
    by: By,
) -> Result<Vec<(Naming, Merged)>> {
    let ctx = ctx.clone();
    blocking(move || {
        let site = transaction::read(&ctx.db, |c| site_data::current(c, &ctx.theme))?.data;
        let two = [&terms.from, &terms.into];
        let known = two.iter().all(|term| has(&site, terms.part, term));
        if terms.from == terms.into || !known {
            return Err(Error::Refused(
                "二つの、別のものを選んでください。".to_owned(),
            ));
        }
        let mut outcomes = Vec::with_capacity(documents.len());
        for document in documents.iter().take(MOST) {
            outcomes.push(transaction::write(&ctx.db, |c| {
                one(c, &site, document, &terms, &by, &ctx)
            })?);
        }
        Ok(outcomes)
    })
    .await
}

fn one(
    c: &mut AnyConnection,
    site: &SiteData,
    id: &str,
    terms: &Terms,
    by: &By,
    ctx: &Context,
) -> Result<(Naming, Merged)> {
    let document = documents::get(c, id)?;
    let naming = Naming {
        document: id.to_owned(),
        title: document.title.clone(),
    };
    let open = editions::open(c, id)?;
    if open
        .as_ref()
        .is_some_and(|open| open.state != EditionState::Draft)
    {
        return Ok((naming, Merged::UnderWay));
    }
    let newest = match open {
        Some(open) => Some(open),
        None => editions::published(c, id)?,
    };
    let Some(newest) = newest else {
        return Ok((naming, Merged::Unchanged));
    };
    let source = editions::source(c, newest.id)?;
    let Some(changed) = renamed(site, &document, &source, terms) else {
        return Ok((naming, Merged::Unreadable));
    };
    if changed == source {
        return Ok((naming, Merged::Unchanged));
    }
    let now = ctx.clock.now();
    let draft = drafts::open(c, id, &by.key, now)?;
    let save = Save {
        edition: draft.id,
        revision: draft.revision,
        source: &changed,
        author: &by.key,
        reason: Reason::Bulk,
        name: None,
    };
    drafts::save(c, site, &save, now)?;
    let detail = json!({ "file": terms.part.path(), "from": terms.from, "into": terms.into });
    by.record(c, "document.bulk", &format!("document:{id}"), &detail, now)?;
    Ok((naming, Merged::Changed))
}

/// The text that names the other term; everything else stays byte for byte.
fn renamed(
    site: &SiteData,
    document: &documents::Document,
    source: &str,
    terms: &Terms,
) -> Option<String> {
    Kind::parse(&document.kind)?;
    let cx = Reading::new(site, None);
    let read = catalogue::parse(&document.kind, &document.id, source, &cx).ok()?;
    let named = match terms.part {
        Part::Tags => Some(("tags", &read.tags)),
        Part::LifeEvents => Some(("life_events", &read.life_events)),
        _ => None,
    };
    // A list that names both already loses one.
    if let Some((key, all)) = named.filter(|(_, all)| all.contains(&terms.into)) {
        let rest: Vec<&String> = all.iter().filter(|one| **one != terms.from).collect();
        if rest.len() == all.len() {
            return Some(source.to_owned());
        }
        return patch::set_value(source, key, &json!(rest)).ok();
    }
    let mut text = source.to_owned();
    for (place, rest) in places(terms.part, &read, &terms.from) {
        let value = format!("{}{rest}", terms.into);
        text = patch::set_value(&text, &place, &json!(value)).ok()?;
    }
    Some(text)
}
