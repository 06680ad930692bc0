//! One address of an older site: entered, and taken away after a question.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::forwards;
use kairan_pipeline::redirects::{self, Problem, Wish};
use serde::{Deserialize, Serialize};

use super::list::{Asked, Typed, show};
use crate::admin::guard::{Administer, Staff};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

const LIST: &str = "/admin/redirects";

/// Enters one.
pub(crate) async fn add(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    posted: Posted,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let wish = Wish {
        from: posted.one("from").to_owned(),
        to: posted.one("to").to_owned(),
    };
    let (lines, release) = redirects::add(&app.ctx, vec![wish], staff.by()).await?;
    let line = lines.into_iter().next().ok_or(Error::Internal)?;
    match line.outcome {
        Err(problem) => {
            let (from, to) = match problem.is_of_target() {
                true => (None, Some(problem)),
                false => (Some(problem), line.also),
            };
            let said = |problem: Option<Problem>| {
                problem.map(|problem| words.get(problem.sentence()).to_owned())
            };
            let typed = Typed {
                from: line.wish.from,
                to: line.wish.to,
                wrong: true,
                from_problem: said(from),
                to_problem: said(to),
            };
            show(&app, &request, &staff, &Asked::default(), typed).await
        }
        Ok(_) if release.is_none() => Ok(app.go(
            LIST,
            words.get("その転送は、もうあります。何も変えていません。"),
        )),
        Ok(_) => Ok(app.go(
            LIST,
            words.get("転送を加えました。いま、前のアドレスにページを置いています。"),
        )),
    }
}

/// Which address.
#[derive(Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    path: String,
}

#[derive(Serialize)]
struct View {
    path: String,
    to: String,
}

/// The question before one is taken away.
pub(crate) async fn remove_page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    which: web::Query<Which>,
) -> Result<HttpResponse> {
    let path = which.into_inner().path;
    let found = app
        .ctx
        .read(move |c| {
            let Some(found) = forwards::get(c, &path)? else {
                return Ok(None);
            };
            let title = match &found.document_id {
                Some(id) => Some(kairan_db::documents::get(c, id)?.title),
                None => found.url,
            };
            Ok(Some(View {
                path: found.path,
                to: title.unwrap_or_default(),
            }))
        })
        .await?
        .ok_or(Error::NotFound)?;
    let words = app.words(Some(&staff.who));
    let screen = Screen::new("redirects/remove", words.get("転送を外す"));
    app.screen(&request, Some(&staff.who), screen, &found).await
}

/// Takes one away.
pub(crate) async fn remove(
    app: web::Data<App>,
    staff: Staff<Administer>,
    posted: Posted,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let path = posted.one("path").to_owned();
    let said = match redirects::remove(&app.ctx, path, staff.by()).await? {
        true => words.get("転送を外しました。いま、前のアドレスのページを消しています。"),
        false => words.get("その転送は、もうありません。"),
    };
    Ok(app.go(LIST, said))
}
