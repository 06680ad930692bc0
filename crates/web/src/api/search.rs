//! `/api/v1/search`

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::Kind;
use kairan_content::public::instant;
use serde::Serialize;

use super::answer::json;
use super::endpoints::SEARCH;
use super::query::{Query, cursor};
use crate::app::App;
use crate::error::{Error, Result};
use crate::finding::{DEEPEST, Wanted};

#[derive(Serialize)]
struct Hits {
    items: Vec<Hit>,
    next: Option<String>,
    /// How many match in all.
    total: usize,
    /// Whether no document has every word, so that these have only some.
    relaxed: bool,
}

#[derive(Serialize)]
struct Hit {
    id: String,
    kind: String,
    lang: String,
    url: String,
    title: String,
    summary: String,
    category: String,
    published: String,
    score: u32,
}

pub(crate) async fn search(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let query = Query::of(&request, &SEARCH)?;
    let site = app.site().await?;
    let own = |name: &str| query.text(name).map(str::to_owned);
    let (limit, offset) = (
        query.limit()?,
        query.cursor("search")?.unwrap_or(0) as usize,
    );
    if offset > DEEPEST {
        return Err(Error::parameter(
            "cursor",
            "これより後ろは読めません。条件を絞ってください。",
        ));
    }
    if query
        .text("kind")
        .is_some_and(|kind| Kind::parse(kind).is_none())
    {
        return Err(Error::parameter("kind", "この種別はありません。"));
    }
    if query.text("open").is_some_and(|open| open != "1") {
        return Err(Error::parameter("open", "1 にするか、書かないでください。"));
    }
    let wanted = Wanted {
        query: query.text("q").unwrap_or_default().to_owned(),
        kind: own("kind"),
        category: own("category"),
        tag: own("tag"),
        lang: own("lang"),
        open: query.text("open").is_some(),
        offset,
        limit,
    };
    let results = app.find(wanted).await?;
    let end = offset + results.hits.len();
    let more = end < results.total.min(DEEPEST) && !results.hits.is_empty();
    let origin = site.settings.url.trim_end_matches('/');
    let items = results.hits.into_iter().map(|hit| Hit {
        url: format!("{origin}{}", hit.url),
        id: hit.id,
        kind: hit.kind,
        lang: hit.lang,
        title: hit.title,
        summary: hit.summary,
        category: hit.category,
        published: instant(hit.published),
        score: hit.score,
    });
    let hits = Hits {
        items: items.collect(),
        next: more.then(|| cursor("search", u32::try_from(end).unwrap_or(u32::MAX))),
        total: results.total,
        relaxed: results.relaxed,
    };
    json(&request, &hits)
}
