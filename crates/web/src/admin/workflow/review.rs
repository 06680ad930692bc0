//! 承認の画面: what changed, comments, the true page, and the decision. Read on a phone between two meetings.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::editing::Stage;
use kairan_db::staff;
use kairan_db::staff::Role;
use kairan_editor::{Surroundings, compare};
use kairan_pipeline::workflow::{self, At};
use serde::Serialize;
use serde_json::{Value, json};

use super::changes::{Change, Said, Typed, sorted};
use super::dossier::{Dossier, Head, status};
use super::{Problem, actor, tried};
use crate::admin::documents::head::grouped;
use crate::admin::documents::known::InDatabase;
use crate::admin::documents::when::{fully, lately};
use crate::admin::guard::{Permission, Read, Review, Staff, Write};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    head: Head,
    preview: String,
    /// Nothing is published yet: everything is new.
    first: bool,
    changes: Vec<Change>,
    unchanged: Vec<Value>,
    /// Comments on what did not change, and on the whole.
    others: Vec<Said>,
    note: Option<String>,
    asked_by: Option<String>,
    asked_at: Option<String>,
    reviewer: Option<String>,
    reviewer_id: Option<String>,
    review: Option<i64>,
    /// Whoever was asked is not there any more.
    left: bool,
    problems: Vec<Value>,
    errors: usize,
    warnings: usize,
    publish_at: Option<String>,
    tells: bool,
    told_before: bool,
    people: String,
    mail: String,
    line: String,
    may_decide: bool,
    /// One's own text: somebody else has to look.
    own: bool,
    may_comment: bool,
    may_retract: bool,
    reviewers: Vec<(String, String)>,
    forced: Option<Value>,
    may_afterwards: bool,
    word: String,
    /// It was to be sent back without one.
    wanted: Option<String>,
    answer: Option<Value>,
}

/// The screen.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    show(
        &app,
        &request,
        &staff,
        path.into_inner(),
        None,
        Typed::default(),
    )
    .await
}

fn at(id: &str, posted: &Posted) -> At {
    At {
        document: id.to_owned(),
        revision: posted.number("revision").unwrap_or_default(),
    }
}

/// 承認する, 差し戻す
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Review>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let (who, at, word) = (actor(&staff), at(&id, &posted), posted.one("word"));
    let (taken, done) = if posted.one("do") == "approve" {
        let taken = workflow::approve(&app.ctx, &who, at, word).await;
        (taken, words.get("承認しました。"))
    } else {
        let taken = workflow::send_back(&app.ctx, &who, at, word).await;
        (
            taken,
            words.get("差し戻しました。書いた人にメールでお知らせします。"),
        )
    };
    match tried(words, taken)? {
        Ok(()) => Ok(app.go(&format!("/admin/documents/{id}"), done)),
        Err(problem) => {
            // The word is what is missing: that is said where it is written.
            let wanted = problem.status == StatusCode::UNPROCESSABLE_ENTITY
                && posted.one("do") != "approve"
                && word.trim().is_empty();
            let typed = Typed {
                wanted,
                ..Typed::word(word)
            };
            show(&app, &request, &staff, id, Some(problem), typed).await
        }
    }
}

/// コメントする: on a field, or a line of the body.
pub(crate) async fn comment(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let (field, body) = (posted.one("field"), posted.one("comment"));
    let line = posted.number("line");
    let taken = workflow::comment(&app.ctx, &actor(&staff), &id, (field, line), body).await;
    match tried(words, taken)? {
        Ok(_) => {
            let place = format!("/admin/documents/{id}/review#change-{field}");
            Ok(app.go(&place, words.get("コメントを残しました。")))
        }
        Err(problem) => {
            let typed = Typed {
                comment: Some((field, line, body)),
                ..Typed::default()
            };
            show(&app, &request, &staff, id, Some(problem), typed).await
        }
    }
}

/// 引き戻す
pub(crate) async fn retract(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let taken = workflow::retract(&app.ctx, &actor(&staff), at(&id, &posted)).await;
    match tried(words, taken)? {
        Ok(()) => {
            let done = words.get("依頼を取り下げました。続けて書けます。");
            Ok(app.go(&format!("/admin/documents/{id}/edit"), done))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::default()).await,
    }
}

/// ほかの承認者に頼む
pub(crate) async fn reassign(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let review = posted.number("review").unwrap_or_default();
    let (who, to) = (actor(&staff), posted.one("reviewer"));
    let taken = workflow::reassign(&app.ctx, &who, &id, review, to).await;
    match tried(words, taken)? {
        Ok(()) => {
            let done = words.get("承認者を変えました。新しい承認者にメールでお知らせします。");
            Ok(app.go(&format!("/admin/documents/{id}/review"), done))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::default()).await,
    }
}

/// 公開のあとの承認
pub(crate) async fn afterwards(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Review>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let review = posted.number("review").unwrap_or_default();
    let (who, word) = (actor(&staff), posted.one("word"));
    let taken = workflow::approve_afterwards(&app.ctx, &who, &id, review, word).await;
    match tried(words, taken)? {
        Ok(()) => Ok(app.go(
            &format!("/admin/documents/{id}"),
            words.get("承認しました。"),
        )),
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::word(word)).await,
    }
}

async fn show<P: Permission>(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<P>,
    id: String,
    problem: Option<Problem>,
    typed: Typed<'_>,
) -> Result<HttpResponse> {
    let (own, site, today) = (app.clone(), app.site().await?, app.today());
    let (dossier, comparison, reviewers, left) = app
        .ctx
        .ask(move |c| {
            let dossier = Dossier::load(c, &own, site, &id)?;
            let comparison = {
                let known = InDatabase::new(c);
                let around = Surroundings {
                    site: &dossier.site,
                    known: &known,
                    today,
                };
                let before = dossier.published.as_deref().unwrap_or_default();
                compare(before, &dossier.opened.source, &around)
            };
            let author = dossier.opened.edition.author.clone();
            let reviewers = workflow::reviewers(c, dossier.owner(), &author)?;
            let left = match dossier.asked() {
                Some(asked) => staff::find(c, &asked.reviewer)?.is_none_or(|one| {
                    one.state != staff::State::Active || !one.may(Role::Reviewer, dossier.owner())
                }),
                None => false,
            };
            Ok((dossier, comparison, reviewers, left))
        })
        .await?;
    let words = app.words(Some(&staff.who));
    let me = actor(staff);
    let review = dossier.review.as_ref();
    let own =
        me.is(&dossier.opened.edition.author) || review.is_some_and(|one| me.is(&one.submitted_by));
    let waits = dossier.opened.stage == Stage::InReview;
    let reviewer = dossier.asked().map(|one| one.reviewer.clone());
    let (changes, unchanged, others) = sorted(words, &dossier, comparison, typed);
    let forced = dossier.forced();
    let may_review = staff.may(Role::Reviewer, dossier.owner());
    let status = status(problem.as_ref());
    let (wanted, problem) = match problem {
        Some(problem) if typed.wanted => (Some(problem.text), None),
        problem => (None, problem),
    };
    let view = View {
        head: dossier.head(words, problem.as_ref()),
        preview: format!(
            "/admin/documents/{}/preview?text=saved&v={}",
            dossier.opened.document.id, dossier.opened.edition.revision
        ),
        first: dossier.published.is_none(),
        changes,
        unchanged,
        others,
        note: review.and_then(|one| one.note.clone()),
        asked_by: review.map(|one| dossier.people.name(words, &staff_key(&one.submitted_by))),
        asked_at: review.map(|one| lately(words, one.submitted_at, dossier.now)),
        reviewer: reviewer.as_deref().map(|one| dossier.people.name(words, &staff_key(one))),
        reviewer_id: reviewer,
        review: review.map(|one| one.id),
        left,
        problems: dossier
            .problems
            .list
            .iter()
            .take(20)
            .map(|one| json!({ "error": one.severity.as_str() == "error", "message": words.tell(&one.message), "label": words.get(&one.label) }))
            .collect(),
        errors: dossier.problems.errors,
        warnings: dossier.problems.warnings,
        publish_at: dossier
            .opened
            .edition
            .publish_at
            .filter(|at| *at > dossier.now)
            .map(|at| fully(words, at)),
        tells: dossier.need.tells,
        told_before: dossier.need.told_before,
        people: grouped(dossier.need.reach.matched),
        mail: grouped(dossier.need.reach.mail),
        line: grouped(dossier.need.reach.line),
        may_decide: waits && may_review && !own,
        own: waits && may_review && own,
        may_comment: dossier.opened.edition.state.is_open(),
        may_retract: waits && staff.may(Role::Author, dossier.owner()) && (own || !may_review),
        reviewers: reviewers.into_iter().map(|one| (one.id, one.name)).collect(),
        may_afterwards: forced.is_some_and(|one| {
            let by = one.decided_by.as_deref().unwrap_or_default();
            may_review && !own && !me.is(by)
        }),
        forced: forced.map(|one| {
            let by = one.decided_by.as_deref().unwrap_or_default();
            json!({ "by": dossier.people.name(words, &staff_key(by)), "why": one.answer })
        }),
        word: typed.word.to_owned(),
        wanted,
        answer: review.filter(|one| one.outcome.is_some() && one.answer.is_some()).map(|one| {
            let by = one.decided_by.as_deref().unwrap_or_default();
            json!({ "answer": one.answer, "by": dossier.people.name(words, &staff_key(by)) })
        }),
    };
    let title = words.say(
        "「{title}」を確かめる",
        &[("title", &dossier.opened.edition.title)],
    );
    let screen = Screen::new("workflow/review", &title).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}

pub(super) fn staff_key(id: &str) -> String {
    format!("staff:{}", id.strip_prefix("staff:").unwrap_or(id))
}
