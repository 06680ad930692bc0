//! 承認を依頼する: to whom, with a word.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_pipeline::workflow::{self, At, Submission};
use serde::Serialize;

use super::dossier::{Dossier, Head, status};
use super::{Problem, actor, tried};
use crate::admin::guard::{Staff, Write};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
    chosen: bool,
}

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    head: Head,
    department: Option<String>,
    reviewers: Vec<Person>,
    note: String,
    errors: usize,
    warnings: usize,
    draft: bool,
}

/// The form.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    show(&app, &request, &staff, path.into_inner(), None, "", "").await
}

/// Hands it in.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let (reviewer, note) = (posted.one("reviewer"), posted.one("note"));
    let submission = Submission {
        at: At {
            document: id.clone(),
            revision: posted.number("revision").unwrap_or_default(),
        },
        reviewer: reviewer.to_owned(),
        note: note.to_owned(),
    };
    let taken = workflow::submit(&app.ctx, &actor(&staff), submission).await;
    match tried(words, taken)? {
        Ok(()) => {
            let place = format!("/admin/documents/{id}");
            Ok(app.go(
                &place,
                words.get("承認を依頼しました。相手にメールでお知らせします。"),
            ))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), reviewer, note).await,
    }
}

async fn show(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Write>,
    id: String,
    problem: Option<Problem>,
    chosen: &str,
    note: &str,
) -> Result<HttpResponse> {
    let (own, site) = (app.clone(), app.site().await?);
    let author = staff.who.id.clone();
    let (dossier, reviewers) = app
        .ctx
        .ask(move |c| {
            let dossier = Dossier::load(c, &own, site, &id)?;
            let mut reviewers = workflow::reviewers(c, dossier.owner(), &author)?;
            let writer = dossier.opened.edition.author.clone();
            reviewers.retain(|one| writer != format!("staff:{}", one.id));
            Ok((dossier, reviewers))
        })
        .await?;
    let words = app.words(Some(&staff.who));
    // Whoever looked at it before is asked again.
    let before = dossier.review.as_ref().map(|one| one.reviewer.clone());
    let wanted = if chosen.is_empty() {
        before.unwrap_or_default()
    } else {
        chosen.to_owned()
    };
    let view = View {
        head: dossier.head(words, problem.as_ref()),
        department: dossier.department(),
        reviewers: reviewers
            .into_iter()
            .map(|one| Person {
                chosen: one.id == wanted,
                id: one.id,
                name: one.name,
            })
            .collect(),
        note: note.to_owned(),
        errors: dossier.problems.errors,
        warnings: dossier.problems.warnings,
        draft: dossier.opened.edition.state == kairan_db::editions::EditionState::Draft,
    };
    let screen = Screen::new("workflow/submit", words.get("承認を依頼する"));
    let screen = screen.status(status(problem.as_ref()));
    app.screen(request, Some(&staff.who), screen, &view).await
}
