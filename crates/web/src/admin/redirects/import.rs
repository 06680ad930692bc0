//! Many addresses of an older site at once: what becomes of each line is shown first, then the good ones are taken.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::sha256_hex;
use kairan_pipeline::redirects::{self, Line, To};
use serde::Serialize;

use super::lines::wishes;
use crate::admin::guard::{Administer, Staff};
use crate::admin::words::Language;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Default, Serialize)]
struct View {
    text: String,
    /// The table that was looked at: only it is taken.
    checked: Option<String>,
    empty: bool,
    done: bool,
    good: usize,
    bad: usize,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    number: usize,
    from: String,
    to: String,
    document: Option<String>,
    good: bool,
    words: String,
}

/// The form.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
) -> Result<HttpResponse> {
    show(&app, &request, &staff, StatusCode::OK, View::default()).await
}

/// `do=check` says what becomes of each line; `do=save` takes the good ones, if this very table was looked at.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    posted: Posted,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let text = posted.one("table").replace("\r\n", "\n");
    let wanted = wishes(&text);
    let empty = wanted.is_empty();
    if empty {
        let view = View {
            text,
            empty,
            ..View::default()
        };
        return show(
            &app,
            &request,
            &staff,
            StatusCode::UNPROCESSABLE_ENTITY,
            view,
        )
        .await;
    }
    let hash = sha256_hex(text.as_bytes());
    let done = posted.one("do") == "save" && posted.one("checked") == hash;
    let lines = match done {
        true => redirects::add(&app.ctx, wanted, staff.by()).await?.0,
        false => redirects::check(&app.ctx, wanted).await?,
    };
    let good = lines.iter().filter(|line| new(line)).count();
    let bad = lines.iter().filter(|line| line.outcome.is_err()).count();
    // What was taken is done with; what was not stands there again, to be mended.
    let (text, checked) = match done {
        true => (table(&lines)?, None),
        false => (text, Some(hash)),
    };
    let lines = lines.into_iter().enumerate();
    let view = View {
        text,
        checked,
        empty,
        done,
        good,
        bad,
        lines: lines
            .map(|(at, line)| view(words, at + 1, line, done))
            .collect(),
    };
    show(&app, &request, &staff, StatusCode::OK, view).await
}

/// The lines that were not taken, as a table.
fn table(lines: &[Line]) -> Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for line in lines.iter().filter(|line| line.outcome.is_err()) {
        table
            .write_record([&line.wish.from, &line.wish.to])
            .map_err(|error| Error::internal(&error))?;
    }
    let bytes = table
        .into_inner()
        .map_err(|error| Error::internal(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn new(line: &Line) -> bool {
    line.outcome.as_ref().is_ok_and(|way| !way.known)
}

fn view(words: &Language, number: usize, line: Line, done: bool) -> LineView {
    let is_new = new(&line);
    match line.outcome {
        Err(problem) => LineView {
            number,
            from: line.wish.from,
            to: line.wish.to,
            document: None,
            good: false,
            words: words.get(problem.sentence()).to_owned(),
        },
        Ok(way) => {
            let (to, document) = match way.to {
                To::Document { id, title } => (title, Some(id)),
                To::Url(url) => (url, None),
            };
            let told = match (is_new, done) {
                (false, _) => words.get("もう同じ転送があります"),
                (true, true) => words.get("加えました"),
                (true, false) => words.get("加えます"),
            };
            LineView {
                number,
                from: way.path,
                to,
                document,
                good: true,
                words: told.to_owned(),
            }
        }
    }
}

async fn show(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Administer>,
    status: StatusCode,
    view: View,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let screen =
        Screen::new("redirects/import", words.get("転送をまとめて取り込む")).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}
