//! One notice: its account, and pausing, going on, stopping, correcting.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::notices::{self, Notice, NoticeKind, NoticeState};
use kairan_db::staff::Role;
use kairan_db::{AnyConnection, documents};
use kairan_pipeline::{notify, workflow};
use serde::Serialize;
use serde_json::{Value, json};

use super::account::{Account, occasion, state_badge};
use crate::admin::documents::when::{clock, fully, lately};
use crate::admin::guard::{Permission, Publish, Read, Staff};
use crate::admin::workflow::{Bubble, Problem, bubble, tried};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

/// The longest correction, in characters.
const LONGEST: usize = 500;

#[derive(Serialize)]
struct View {
    id: String,
    document: String,
    title: String,
    what: String,
    at: String,
    badge: Value,
    account: Account,
    /// Nothing changes any more by itself.
    over: bool,
    paused: bool,
    cancelled: bool,
    may_stop: bool,
    may_correct: bool,
    publisher: bool,
    not_before: Option<String>,
    corrections: Vec<(String, String)>,
    corrects: Option<String>,
    holds: Vec<String>,
    problem: Option<String>,
    correction: String,
    length: usize,
    limit: usize,
    /// What a correction will say, when it is looked at before it is sent.
    preview: Option<Preview>,
}

#[derive(Serialize)]
struct Preview {
    subject: String,
    text: String,
    bubble: Option<Bubble>,
    people: String,
}

/// The screen.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    show(&app, &request, &staff, path.into_inner(), None, "", false).await
}

/// 止める, 続ける, 取りやめる, 訂正する; `do` says which.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Publish>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let wanted = id.clone();
    let owner = app.ctx.ask(move |c| owner(c, &wanted)).await?;
    staff.must(Role::Publisher, owner.as_deref())?;
    let text = posted.one("correction").trim().replace("\r\n", "\n");
    let wish = posted.one("do");
    if wish == "look" {
        let problem = (text.is_empty() || text.chars().count() > LONGEST).then(|| Problem {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            text: words
                .get("訂正の内容を 1〜500 文字で書いてください（何が誤りで、正しくは何か）")
                .to_owned(),
        });
        let look = problem.is_none();
        return show(&app, &request, &staff, id, problem, &text, look).await;
    }
    let (place, now, by) = (
        format!("/admin/notices/{id}"),
        app.ctx.clock.now(),
        staff.by(),
    );
    let subject = format!("notice:{id}");
    let own = id.clone();
    let (taken, said) = match wish {
        "pause" => {
            let taken = app.ctx.write(move |c| {
                notices::pause(c, &own)?;
                by.record(c, "notice.pause", &subject, &json!({}), now)?;
                Ok(None)
            });
            (
                taken.await,
                words.get("止めました。「再開する」を押すまで、だれにも届きません。"),
            )
        }
        "resume" => {
            let taken = app.ctx.write(move |c| {
                notify::resume(c, &own, now)?;
                by.record(c, "notice.resume", &subject, &json!({}), now)?;
                Ok(None)
            });
            (taken.await, words.get("再開しました。"))
        }
        "cancel" => {
            let taken = app.ctx.write(move |c| {
                let stopped = notices::cancel(c, &own, "cancelled", now)?;
                by.record(
                    c,
                    "notice.cancel",
                    &subject,
                    &json!({ "messages": stopped }),
                    now,
                )?;
                Ok(None)
            });
            (
                taken.await,
                words.get("残りを取り消しました。届いた分は戻せません。"),
            )
        }
        "correct" => {
            let ctx = app.ctx.clone();
            let made = tokio::task::spawn_blocking(move || {
                let made = notify::correct(&ctx, &own, &text)?;
                let detail = json!({ "correction": made });
                ctx.db
                    .write(|c| by.record(c, "notice.correct", &subject, &detail, now))?;
                Ok(Some(made))
            });
            let made = made.await.map_err(|error| Error::internal(&error))?;
            (
                made,
                words.get("訂正のお知らせを作りました。先のお知らせが届いた方にだけ送ります。"),
            )
        }
        _ => return Ok(app.go(&place, "")),
    };
    // Somebody was faster, or it is over already: staff are told so.
    let taken = match taken {
        Err(kairan_pipeline::Error::Db(
            kairan_db::Error::State { .. } | kairan_db::Error::Conflict { .. },
        )) => Err(kairan_pipeline::Error::Workflow(workflow::Refusal::Stale)),
        other => other,
    };
    match tried(words, taken)? {
        Ok(Some(made)) => Ok(app.go(&format!("/admin/notices/{made}"), said)),
        Ok(None) => Ok(app.go(&place, said)),
        Err(problem) => {
            let text = posted.one("correction").to_owned();
            show(&app, &request, &staff, id, Some(problem), &text, false).await
        }
    }
}

/// 担当 of the document a notice is about.
fn owner(c: &mut AnyConnection, notice: &str) -> kairan_pipeline::Result<Option<String>> {
    let notice = notices::get(c, notice)?;
    let document = documents::find(c, &notice.document_id)?;
    Ok(document.and_then(|one| one.owner))
}

async fn show<P: Permission>(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<P>,
    id: String,
    problem: Option<Problem>,
    correction: &str,
    look: bool,
) -> Result<HttpResponse> {
    let (ctx, now, typed) = (app.ctx.clone(), app.ctx.clock.now(), correction.to_owned());
    let (notice, account, missed, document, siblings, held, sample) = app
        .ctx
        .ask(move |c| {
            let (notice, account) = notices::account(c, &id)?;
            let missed = notices::not_reached(c, &id)?;
            let document = documents::find(c, &notice.document_id)?;
            let siblings = notices::of_document(c, &notice.document_id)?;
            let held = notices::holds(c, now)?;
            let sample = if look {
                Some(workflow::correction_sample(&ctx, &notice, &typed)?)
            } else {
                None
            };
            Ok((notice, account, missed, document, siblings, held, sample))
        })
        .await?;
    let words = app.words(Some(&staff.who));
    let publisher = staff.may(
        Role::Publisher,
        document.as_ref().and_then(|one| one.owner.as_deref()),
    );
    let open = is_open(&notice);
    let people = account.people.pushed + account.people.in_doubt;
    let line = notice.channels.iter().any(|one| one == "line");
    let corrections = siblings
        .iter()
        .filter(|one| one.corrects.as_deref() == Some(notice.id.as_str()));
    let view = View {
        title: document
            .as_ref()
            .map_or_else(|| notice.document_id.clone(), |one| one.title.clone()),
        document: notice.document_id.clone(),
        what: occasion(words, &notice),
        at: lately(words, notice.created_at, now),
        badge: state_badge(words, &notice),
        over: !open,
        paused: notice.state == NoticeState::Paused,
        cancelled: notice.state == NoticeState::Cancelled,
        may_stop: publisher && open,
        may_correct: publisher
            && notice.kind != NoticeKind::Correction
            && notice.state != NoticeState::Materialising,
        publisher,
        not_before: (notice.not_before > now).then(|| fully(words, notice.not_before)),
        corrections: corrections
            .map(|one| (one.id.clone(), lately(words, one.created_at, now)))
            .collect(),
        corrects: notice.corrects.clone(),
        holds: held
            .iter()
            .filter(|hold| notice.channels.contains(&hold.channel) && hold.receiver.is_empty())
            .map(|hold| {
                let channel = if hold.channel == "line" {
                    "LINE"
                } else {
                    words.get("メール")
                };
                match hold.until {
                    Some(until) => words.say(
                        "{channel}の送信を{time}まで止めています。",
                        &[("channel", channel), ("time", &clock(until))],
                    ),
                    None => words.say("{channel}の送信を止めています。", &[("channel", channel)]),
                }
            })
            .collect(),
        problem: problem.as_ref().map(|one| one.text.clone()),
        length: correction.chars().count(),
        limit: LONGEST,
        correction: correction.to_owned(),
        preview: sample.map(|sample| Preview {
            bubble: line.then(|| bubble(&sample.line)),
            subject: sample.subject,
            text: sample.text,
            people: crate::admin::documents::head::grouped(people),
        }),
        account: Account::new(words, &notice, &account, &missed),
        id: notice.id,
    };
    let title = words.say("お知らせ「{title}」", &[("title", &view.title)]);
    let status = problem.map_or(StatusCode::OK, |one| one.status);
    let screen = Screen::new("notices/one", &title).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}

fn is_open(notice: &Notice) -> bool {
    matches!(
        notice.state,
        NoticeState::Materialising | NoticeState::Sending | NoticeState::Paused
    )
}
