//! `/api/v1/views`: counting that a page was looked at, and what was looked at most. No cookie, no address, no time of day: one number for each document and
//! day.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Duration;
use kairan_content::Kind;
use kairan_db::views;
use serde::Serialize;
use serde_json::Value;

use super::answer::json;
use super::endpoints::{COUNT_VIEW, VIEWS};
use super::query::Query;
use crate::app::App;
use crate::error::{Error, Result};

/// Documents ranked before those that are gone, or of another kind, are left out.
const RANKED: i64 = 500;

#[derive(Serialize)]
struct Ranking {
    items: Vec<Item>,
    next: Option<String>,
    /// The days that are counted, today being the last.
    days: i64,
}

#[derive(Serialize)]
struct Item {
    id: String,
    kind: Kind,
    title: String,
    url: String,
    views: i64,
}

/// Counts one look at a document that is published.
pub(crate) async fn count(
    app: web::Data<App>,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse> {
    Query::of(&request, &COUNT_VIEW)?;
    app.views.check(&request)?;
    let body: Value = serde_json::from_slice(&body).map_err(|_| {
        Error::BadRequest("本文を JSON として読み取れません。{\"id\": \"…\"} を送ってください。")
    })?;
    let Some(map) = body.as_object() else {
        return Err(Error::BadRequest(
            "本文は {\"id\": \"…\"} の形にしてください。",
        ));
    };
    if let Some(unknown) = map.keys().find(|key| *key != "id") {
        return Err(Error::parameter(
            unknown,
            "知らない項目です。使えるのは id です。",
        ));
    }
    let id = map.get("id").and_then(Value::as_str).map(str::to_owned);
    let id = id.ok_or_else(|| Error::parameter("id", "文書の id を文字で書いてください。"))?;
    let asked = id.clone();
    let known = app
        .ask(move |catalogue| Ok(catalogue.document(&asked)?.is_some()))
        .await?;
    if !known {
        return Err(Error::NotFound);
    }
    let today = app.today();
    app.ctx.write(move |c| views::count(c, &id, today)).await?;
    Ok(HttpResponse::NoContent()
        .insert_header(("Cache-Control", "no-store"))
        .finish())
}

/// What was looked at most in the last seven or thirty days.
pub(crate) async fn ranking(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let query = Query::of(&request, &VIEWS)?;
    let limit = query.limit()?;
    let days = match query.text("days") {
        None | Some("7") => 7,
        Some("30") => 30,
        Some(_) => return Err(Error::parameter("days", "7 か 30 にしてください。")),
    };
    let kind = match query.text("kind") {
        None => None,
        Some(word) => Some(
            Kind::parse(word).ok_or_else(|| Error::parameter("kind", "この種別はありません。"))?,
        ),
    };
    let from = app.today() - Duration::days(days - 1);
    let ranked = app.ctx.read(move |c| views::most(c, from, RANKED)).await?;
    let items = app
        .ask(move |catalogue| {
            let origin = catalogue
                .site()
                .settings
                .url
                .trim_end_matches('/')
                .to_owned();
            let mut items = Vec::new();
            for (id, views) in ranked {
                if items.len() == limit {
                    break;
                }
                let Some(live) = catalogue.document(&id)? else {
                    continue;
                };
                if kind.is_none_or(|kind| kind == live.card.kind) {
                    items.push(Item {
                        id,
                        kind: live.card.kind,
                        title: live.card.title.clone(),
                        url: format!("{origin}{}", live.card.path),
                        views,
                    });
                }
            }
            Ok(items)
        })
        .await?;
    let ranking = Ranking {
        items,
        next: None,
        days,
    };
    json(&request, &ranking)
}
