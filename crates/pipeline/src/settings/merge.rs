//! 部署をまとめる: documents of one department become another's, as drafts that are reviewed and published like any other.

use std::collections::{BTreeMap, HashMap};

use kairan_content::{Context as Reading, Kind, SiteData, patch};
use kairan_db::audit::By;
use kairan_db::editing::Reason;
use kairan_db::editions::{self, EditionState};
use kairan_db::{AnyConnection, documents};
use serde_json::json;

use super::effect::{TOGETHER, Text, all_texts, path};
use crate::context::{Context, blocking};
use crate::drafts::{self, Save};
use crate::{Error, Result, catalogue, site_data, transaction};

/// Documents changed by one request.
pub const MOST: usize = 200;

/// A document whose newest text names a department as 問い合わせ先 or 担当.
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
    /// It has a draft that names the other department.
    Changed,
    /// It waits for review or its time: it goes back to draft first.
    UnderWay,
    /// Its fields cannot be read.
    Unreadable,
    /// It does not name the department any more.
    Unchanged,
}

/// The documents whose newest text names a department, by id. The cost grows with all documents, whose newest texts are
/// read.
///
/// # Errors
/// Those of the database.
pub async fn naming(ctx: &Context, department: String) -> Result<Vec<Naming>> {
    let ctx = ctx.clone();
    blocking(move || transaction::read(&ctx.db, |c| find(c, &ctx, &department))).await
}

fn find(c: &mut AnyConnection, ctx: &Context, department: &str) -> Result<Vec<Naming>> {
    let current = site_data::current(c, &ctx.theme)?;
    // Open texts come after live ones and take their place.
    let newest: BTreeMap<String, Text> = all_texts(c)?
        .into_iter()
        .map(|text| (text.document.clone(), text))
        .collect();
    let newest: Vec<Text> = newest.into_values().collect();
    let cx = Reading::new(&current.data, None);
    let mut found = Vec::new();
    for texts in newest.chunks(TOGETHER) {
        let ids: Vec<i64> = texts.iter().map(|text| text.edition).collect();
        let sources: HashMap<i64, String> = editions::sources(c, &ids)?.into_iter().collect();
        for text in texts {
            let source = sources.get(&text.edition).map_or("", String::as_str);
            let document = kairan_content::reread(&path(text), source.as_bytes(), &cx);
            let names = document.is_some_and(|one| {
                one.contact == department || one.owner.as_deref() == Some(department)
            });
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

/// Lets the drafts of these documents name `into` instead of `from`; each stands for itself.
///
/// # Errors
/// [`Error::Refused`] where the departments are not two of the site's; those of the database.
pub async fn merge(
    ctx: &Context,
    from: String,
    into: String,
    documents: Vec<String>,
    by: By,
) -> Result<Vec<(Naming, Merged)>> {
    let ctx = ctx.clone();
    blocking(move || {
        let site = transaction::read(&ctx.db, |c| site_data::current(c, &ctx.theme))?.data;
        if from == into
            || [&from, &into]
                .iter()
                .any(|key| site.department(key).is_none())
        {
            return Err(Error::Refused(
                "部署を二つ、別のものを選んでください。".to_owned(),
            ));
        }
        let mut outcomes = Vec::with_capacity(documents.len());
        for document in documents.iter().take(MOST) {
            outcomes.push(transaction::write(&ctx.db, |c| {
                one(c, &site, document, (&from, &into), &by, &ctx)
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
    (from, into): (&str, &str),
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
    let Some(changed) = renamed(site, &document, &source, (from, into)) else {
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
    let detail = json!({ "from": from, "into": into });
    by.record(c, "document.bulk", &format!("document:{id}"), &detail, now)?;
    Ok((naming, Merged::Changed))
}

/// The text that names the other department; everything else stays byte for byte.
fn renamed(
    site: &SiteData,
    document: &documents::Document,
    source: &str,
    (from, into): (&str, &str),
) -> Option<String> {
    Kind::parse(&document.kind)?;
    let cx = Reading::new(site, None);
    let read = catalogue::parse(&document.kind, &document.id, source, &cx).ok()?;
    let mut text = source.to_owned();
    if read.contact == from {
        text = patch::set_value(&text, "contact", &json!(into)).ok()?;
    }
    if read.owner.as_deref() == Some(from) {
        text = patch::set_value(&text, "owner", &json!(into)).ok()?;
    }
    Some(text)
}
