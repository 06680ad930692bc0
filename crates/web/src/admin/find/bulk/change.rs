//! One change to the texts of many documents: in a draft of each, which readers see when it is published.

use actix_web::web;
use chrono::{NaiveDate, NaiveDateTime};
use kairan_content::{SiteData, patch};
use kairan_db::editing::Reason;
use kairan_db::editions::{self, EditionState};
use kairan_db::staff::{Account, Role};
use kairan_db::{AnyConnection, documents};
use kairan_pipeline::drafts::{self, Save};
use serde_json::{Value, json};

use super::Outcome;
use crate::admin::Posted;
use crate::admin::guard::{Staff, Write};
use crate::admin::words::Language;
use crate::app::App;
use crate::error::{Error, Result};

/// What can be changed.
pub(super) const CHANGES: [&str; 3] = ["owner", "tag", "review_by"];

/// One change.
#[derive(Debug, Clone)]
enum Change {
    Owner(String),
    AddTag(String),
    ReviewBy(NaiveDate),
}

impl Change {
    /// For the audit log.
    fn detail(&self) -> Value {
        match self {
            Self::Owner(key) => json!({ "owner": key }),
            Self::AddTag(key) => json!({ "tag": key }),
            Self::ReviewBy(day) => json!({ "review_by": day }),
        }
    }
}

/// Makes the change in a draft of each document.
pub(super) async fn make(
    app: &web::Data<App>,
    staff: &Staff<Write>,
    posted: &Posted,
    ids: Vec<String>,
) -> Result<Vec<Outcome>> {
    let site = app.site().await?;
    let change = wanted(posted, &site)?;
    let (words, now) = (app.words(Some(&staff.who)), app.ctx.clock.now());
    let mut outcomes = Vec::with_capacity(ids.len());
    for id in ids {
        let (site, change, who) = (site.clone(), change.clone(), staff.who.clone());
        let by = staff.by();
        // One transaction each: one that cannot be changed holds up no other.
        let (id, title, result) = app
            .ctx
            .transact(move |c| {
                let (title, result) = one(c, &site, &id, &change, &who, now)?;
                if result.is_ok() {
                    let detail = change.detail();
                    by.record(c, "document.bulk", &format!("document:{id}"), &detail, now)?;
                }
                Ok((id.clone(), title, result))
            })
            .await?;
        outcomes.push(Outcome {
            id,
            title,
            done: result.is_ok(),
            words: told(words, result),
        });
    }
    Ok(outcomes)
}

/// Why one document stayed as it was.
enum Refused {
    Gone,
    NotYours,
    UnderWay,
    SameAlready,
    Unreadable,
}

fn told(words: &Language, result: std::result::Result<(), Refused>) -> String {
    let text = match result {
        Ok(()) => words.get("下書きを変えました"),
        Err(Refused::Gone) => words.get("文書が見つかりません"),
        Err(Refused::NotYours) => words.get("担当の部署が違うため、変えられません"),
        Err(Refused::UnderWay) => {
            words.get("承認待ちか公開予定です。下書きに戻してから変えてください")
        }
        Err(Refused::SameAlready) => words.get("すでにそうなっています"),
        Err(Refused::Unreadable) => {
            words.get("項目を読めないため、変えられません。編集画面で直してください")
        }
    };
    text.to_owned()
}

fn one(
    c: &mut AnyConnection,
    site: &SiteData,
    id: &str,
    change: &Change,
    who: &Account,
    now: NaiveDateTime,
) -> kairan_pipeline::Result<(String, std::result::Result<(), Refused>)> {
    let Some(document) = documents::find(c, id)? else {
        return Ok((id.to_owned(), Err(Refused::Gone)));
    };
    let title = document.title.clone();
    if !who.may(Role::Author, document.owner.as_deref()) {
        return Ok((title, Err(Refused::NotYours)));
    }
    let open = editions::open(c, id)?;
    if open.is_some_and(|open| open.state != EditionState::Draft) {
        return Ok((title, Err(Refused::UnderWay)));
    }
    let last = editions::history(c, id, None, 1)?;
    let Some(newest) = last.first() else {
        return Ok((title, Err(Refused::Gone)));
    };
    let source = editions::source(c, newest.id)?;
    let Some(changed) = apply(&source, change) else {
        return Ok((title, Err(Refused::Unreadable)));
    };
    if changed == source {
        return Ok((title, Err(Refused::SameAlready)));
    }
    let author = format!("staff:{}", who.id);
    let draft = drafts::open(c, id, &author, now)?;
    let save = Save {
        edition: draft.id,
        revision: draft.revision,
        source: &changed,
        author: &author,
        reason: Reason::Bulk,
        name: None,
    };
    drafts::save(c, site, &save, now)?;
    Ok((title, Ok(())))
}

/// The changed text; `None` where it cannot be patched without touching something else.
fn apply(source: &str, change: &Change) -> Option<String> {
    match change {
        Change::Owner(key) => patch::set_value(source, "owner", &json!(key)).ok(),
        Change::ReviewBy(day) => {
            patch::set_value(source, "review_by", &json!(day.to_string())).ok()
        }
        Change::AddTag(tag) => {
            let cx = kairan_content::Context::without_site();
            let document = kairan_content::parse("content/x.md", source.as_bytes(), &cx).document?;
            let mut tags = document.tags;
            if tags.iter().any(|known| known == tag) {
                return Some(source.to_owned());
            }
            tags.push(tag.clone());
            patch::set_value(source, "tags", &json!(tags)).ok()
        }
    }
}

fn wanted(posted: &Posted, site: &SiteData) -> Result<Change> {
    let missing = || Error::BadRequest("何をどう変えるかが選ばれていません。");
    match posted.one("op") {
        "owner" => {
            let key = posted.one("owner");
            let known = site.departments.iter().any(|one| one.key == key);
            known
                .then(|| Change::Owner(key.to_owned()))
                .ok_or_else(missing)
        }
        "tag" => {
            let key = posted.one("tag");
            let mut tags = site.facets.iter().flat_map(|facet| &facet.tags);
            tags.any(|tag| tag.key == key)
                .then(|| Change::AddTag(key.to_owned()))
                .ok_or_else(missing)
        }
        "review_by" => posted
            .one("review_by")
            .parse()
            .map(Change::ReviewBy)
            .map_err(|_| Error::BadRequest("見直す日を、日付で入れてください。")),
        _ => Err(missing()),
    }
}
