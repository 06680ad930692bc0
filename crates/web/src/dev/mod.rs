//! `/dev/outbox`: what a demo would have sent. Whoever can open it reads everybody's mail, so it is off elsewhere.

mod line;
mod mail;

use std::path::Path;
use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::app::App;
use crate::error::{Error, Result};
use line::Talk;
use mail::{Letter, Line};

/// Mails and LINE messages shown at most, each.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct Outbox {
    mails: Vec<Line>,
    talks: Vec<Talk>,
}

/// Everything, newest first.
pub(crate) async fn list(app: web::Data<App>) -> Result<HttpResponse> {
    let folder = app.serve.dev_outbox.clone().ok_or(Error::NotFound)?;
    let outbox = tokio::task::spawn_blocking(move || Outbox {
        mails: files(&folder)
            .iter()
            .take(SHOWN)
            .filter_map(|name| Line::read(&folder, name))
            .collect(),
        talks: line::read(&folder, SHOWN),
    })
    .await
    .map_err(|error| Error::internal(&error))?;
    app.page(StatusCode::OK, "dev/outbox", "送信箱（開発用）", &outbox)
        .await
}

/// One mail.
pub(crate) async fn mail(app: web::Data<App>, path: web::Path<String>) -> Result<HttpResponse> {
    let folder = app.serve.dev_outbox.clone().ok_or(Error::NotFound)?;
    let name = path.into_inner();
    let letter = tokio::task::spawn_blocking(move || {
        // A name from the list is the only one that is opened.
        let known = files(&folder).contains(&name);
        known.then(|| Letter::read(&folder, &name)).flatten()
    })
    .await
    .map_err(|error| Error::internal(&error))?
    .ok_or(Error::NotFound)?;
    app.page(StatusCode::OK, "dev/mail", "メール（開発用）", &letter)
        .await
}

/// Names of the mails in the folder: letters to one person first, since a confirmation would drown in the notices of a
/// publication, then the newest. [`kairan_pipeline::confirm`] begins their names with this.
const LETTER: char = 'c';

/// As [`LETTER`] says.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<(bool, SystemTime, String)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let written = entry.metadata().ok()?.modified().ok()?;
            let letter = name.starts_with(LETTER);
            name.ends_with(".eml").then_some((letter, written, name))
        })
        .collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    files.into_iter().map(|(.., name)| name).collect()
}
