//! お知らせの一覧, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::{documents, notices};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::account::{occasion, state_badge};
use crate::admin::Screen;
use crate::admin::documents::head::grouped;
use crate::admin::documents::when::lately;
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

/// Lines on a page.
const PAGE: i64 = 50;

#[derive(Deserialize)]
pub(crate) struct Older {
    before: Option<String>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    title: String,
    what: String,
    badge: Value,
    at: String,
    matched: String,
    reached: String,
    missed: String,
    open: String,
}

#[derive(Serialize)]
struct View {
    lines: Vec<Line>,
    older: Option<String>,
    first_page: bool,
}

/// The list. The numbers of each line are counted, so the page is short.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    older: web::Query<Older>,
) -> Result<HttpResponse> {
    let before = older.into_inner().before;
    let first_page = before.is_none();
    let (found, titles) = app
        .ctx
        .read(move |c| {
            let found = notices::list(c, before.as_deref(), PAGE + 1)?;
            let mut counted = Vec::with_capacity(found.len());
            for notice in found {
                counted.push(notices::account(c, &notice.id)?);
            }
            let ids: Vec<&str> = counted
                .iter()
                .map(|(one, _)| one.document_id.as_str())
                .collect();
            let titles = documents::by_ids(c, &ids)?;
            Ok((counted, titles))
        })
        .await?;
    let words = app.words(Some(&staff.who));
    let now = app.ctx.clock.now();
    let more = found.len() > usize::try_from(PAGE).unwrap_or_default();
    let mut lines: Vec<Line> = found
        .into_iter()
        .take(usize::try_from(PAGE).unwrap_or_default())
        .map(|(notice, account)| {
            let title = titles.iter().find(|one| one.id == notice.document_id);
            Line {
                what: occasion(words, &notice),
                badge: state_badge(words, &notice),
                at: lately(words, notice.created_at, now),
                matched: grouped(account.people.matched),
                reached: grouped(account.people.pushed),
                missed: grouped(account.people.inbox_only + account.people.not_reached),
                // What is in doubt is not settled either, so that each line adds up.
                open: grouped(account.people.open + account.people.in_doubt),
                title: title.map_or_else(|| notice.document_id.clone(), |one| one.title.clone()),
                id: notice.id,
            }
        })
        .collect();
    let older = more
        .then(|| lines.last().map(|last| last.id.clone()))
        .flatten();
    lines.shrink_to_fit();
    let view = View {
        lines,
        older,
        first_page,
    };
    let screen = Screen::new("notices/list", words.get("お知らせ"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}
