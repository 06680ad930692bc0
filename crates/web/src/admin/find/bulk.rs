//! まとめて変える: one change to many documents, shown before it is made, with a result for each.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use kairan_content::{SiteData, patch};
use kairan_db::editing::Reason;
use kairan_db::editions::{self, EditionState};
use kairan_db::staff::{Account, Role};
use kairan_db::{AnyConnection, documents};
use kairan_pipeline::drafts::{self, Save};
use serde::Serialize;
use serde_json::json;

use super::row::department;
use crate::admin::guard::{Staff, Write};
use crate::admin::words::Language;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

/// Documents at once.
const MOST: usize = 200;

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

#[derive(Serialize)]
struct Line {
    id: String,
    title: String,
    owner: String,
}

#[derive(Serialize)]
struct Confirm {
    op: &'static str,
    owner: bool,
    tag: bool,
    review_by: bool,
    count: usize,
    lines: Vec<Line>,
    departments: Vec<Choice>,
    tags: Vec<Choice>,
}

#[derive(Serialize)]
struct Outcome {
    id: String,
    title: String,
    done: bool,
    words: String,
}

#[derive(Serialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
    done: usize,
}

/// One change.
#[derive(Debug, Clone)]
enum Change {
    Owner(String),
    AddTag(String),
    ReviewBy(NaiveDate),
}

/// Shows what is meant, and asks with what. Nothing changes yet.
pub(crate) async fn confirm(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    posted: Posted,
) -> Result<HttpResponse> {
    let ids = chosen(&posted)?;
    let op = ["owner", "tag", "review_by"]
        .into_iter()
        .find(|op| *op == posted.one("op"))
        .ok_or(Error::BadRequest("何をどう変えるかが選ばれていません。"))?;
    let site = app.site().await?;
    let found = app
        .ctx
        .read(move |c| {
            ids.iter()
                .map(|id| documents::find(c, id))
                .collect::<kairan_db::Result<Vec<_>>>()
        })
        .await?;
    let lines: Vec<Line> = found
        .into_iter()
        .flatten()
        .map(|one| Line {
            owner: department(&site, one.owner.as_deref()),
            id: one.id,
            title: one.title,
        })
        .collect();
    let departments = site.departments.iter().map(|one| Choice {
        value: one.key.clone(),
        label: one.name.clone(),
    });
    let tags = site.facets.iter().flat_map(|facet| {
        facet.tags.iter().map(|tag| Choice {
            value: tag.key.clone(),
            label: format!("{}：{}", facet.label, tag.label),
        })
    });
    let view = Confirm {
        op,
        owner: op == "owner",
        tag: op == "tag",
        review_by: op == "review_by",
        count: lines.len(),
        lines,
        departments: departments.collect(),
        tags: tags.collect(),
    };
    let words = app.words(Some(&staff.who));
    let screen = Screen::new("find/bulk", words.get("まとめて変える"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

/// Makes the change in a draft of each document; readers see it when the draft is published.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    posted: Posted,
) -> Result<HttpResponse> {
    let ids = chosen(&posted)?;
    let site = app.site().await?;
    let change = wanted(&posted, &site)?;
    let now = app.ctx.clock.now();
    let mut outcomes = Vec::with_capacity(ids.len());
    for id in ids {
        let (site, change, who) = (site.clone(), change.clone(), staff.who.clone());
        let by = staff.by();
        // One transaction each: one that cannot be changed holds up no other.
        let outcome = app
            .ctx
            .transact(move |c| {
                let (title, result) = one(c, &site, &id, &change, &who, now)?;
                if result.is_ok() {
                    let detail = json!({ "change": format!("{change:?}") });
                    by.record(c, "document.bulk", &format!("document:{id}"), &detail, now)?;
                }
                Ok((id.clone(), title, result))
            })
            .await;
        outcomes.push(outcome?);
    }
    let words = app.words(Some(&staff.who));
    let outcomes: Vec<Outcome> = outcomes
        .into_iter()
        .map(|(id, title, result)| Outcome {
            id,
            title,
            done: result.is_ok(),
            words: told(words, result),
        })
        .collect();
    let view = Outcomes {
        done: outcomes.iter().filter(|one| one.done).count(),
        outcomes,
    };
    let screen = Screen::new("find/bulk-done", words.get("まとめて変えた結果"));
    app.screen(&request, Some(&staff.who), screen, &view).await
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
    now: chrono::NaiveDateTime,
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

fn chosen(posted: &Posted) -> Result<Vec<String>> {
    let ids: Vec<String> = posted.all("id").map(str::to_owned).collect();
    match ids.len() {
        0 => Err(Error::BadRequest(
            "文書が選ばれていません。一覧に戻り、左の欄で選んでください。",
        )),
        n if n > MOST => Err(Error::BadRequest("一度に変えられるのは200件までです。")),
        _ => Ok(ids),
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
