//! リンク切れの一覧: what the newest texts and the live pages point at and is not there.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::editing::Dangling;
use serde::Serialize;

use crate::admin::Screen;
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

/// Lines of the report.
const MOST: i64 = 500;

#[derive(Serialize)]
struct Broken {
    id: String,
    title: String,
    targets: Vec<String>,
}

#[derive(Serialize)]
struct View {
    documents: Vec<Broken>,
    targets: usize,
}

/// The report.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
) -> Result<HttpResponse> {
    let found: Vec<Dangling> = app
        .ctx
        .read(|c| kairan_db::editing::dangling(c, MOST))
        .await?;
    let targets = found.len();
    let mut by_document: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for one in found {
        by_document
            .entry((one.title, one.document_id))
            .or_default()
            .push(one.target);
    }
    let documents = by_document
        .into_iter()
        .map(|((title, id), targets)| Broken { id, title, targets })
        .collect();
    let words = app.words(Some(&staff.who));
    let screen = Screen::new("find/links", words.get("リンク切れの一覧"));
    app.screen(
        &request,
        Some(&staff.who),
        screen,
        &View { documents, targets },
    )
    .await
}
