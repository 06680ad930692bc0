//! `/admin/taxonomy`: what there is.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_pipeline::settings::Part;
use serde::Serialize;

use super::contents::{Uses, rows};
use crate::admin::Screen;
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct View {
    parts: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    key: &'static str,
    label: String,
    about: String,
    path: &'static str,
    entries: usize,
}

/// The parts, with what they are and how much they hold.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
) -> Result<HttpResponse> {
    let site = app.site().await?;
    let uses = app.ctx.ask(Uses::load).await?;
    let words = app.words(Some(&staff.who));
    let parts = Part::ALL
        .into_iter()
        .map(|part| Line {
            key: part.key(),
            label: super::label(words, part).to_owned(),
            about: super::about(words, part).to_owned(),
            path: part.path(),
            entries: rows(words, part, &site, &uses).len(),
        })
        .collect();
    let screen = Screen::new("settings/overview", words.get("分類と部署"));
    app.screen(&request, Some(&staff.who), screen, &View { parts })
        .await
}
