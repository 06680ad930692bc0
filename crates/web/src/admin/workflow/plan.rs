//! 公開する前の確認: what publishing will do, and the button that does it.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use kairan_db::editing::{self, Stage};
use kairan_db::staff::Role;
use kairan_db::time::{jst_from_utc, utc_from_jst};
use kairan_editor::{counts, read_date, read_time};
use kairan_pipeline::workflow::{self, At, Outlook};
use serde::Serialize;
use serde_json::{Value, json};

use super::dossier::{Dossier, Head, status};
use super::review::staff_key;
use super::told::{Bubble, Cost, Pages, bubble, cost, pages};
use super::{Problem, actor, tried};
use crate::admin::documents::head::grouped;
use crate::admin::documents::when::fully;
use crate::admin::guard::{Permission, Publish, Read, Staff, Write};
use crate::admin::words::Language;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    head: Head,
    /// An edition is under way; otherwise there is nothing to publish.
    open: bool,
    live: bool,
    rule: Option<String>,
    notice: bool,
    tells: bool,
    told_before: bool,
    nobody: bool,
    people: String,
    mail: Option<String>,
    line: Option<String>,
    inbox_only: String,
    estimated: bool,
    subject: String,
    mail_text: String,
    reasons: Vec<String>,
    bubble: Option<Bubble>,
    counts: Value,
    cost: Option<Cost>,
    pages: Pages,
    errors: usize,
    above: bool,
    limit: String,
    approver: Option<String>,
    confirmed: Vec<String>,
    /// This reader typed the number already.
    typed: bool,
    /// The number still has to be typed before anything.
    to_type: bool,
    second: bool,
    may_publish: bool,
    may_send_back: bool,
    may_reopen: bool,
    scheduled: Option<String>,
    /// The date and time that stand in the form.
    date: String,
    time: String,
    reason: String,
    number: String,
    word: String,
    /// The next whole hour within office hours, when no other time was named.
    says: String,
}

/// What somebody typed, to be shown again where it was not taken.
#[derive(Default)]
struct Typed {
    date: Option<String>,
    time: Option<String>,
    reason: String,
    number: String,
    word: String,
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

/// Everything a publisher does here; `do` says what.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Publish>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let typed = Typed {
        date: posted.find("date").map(str::to_owned),
        time: posted.find("time").map(str::to_owned),
        reason: posted.one("reason").to_owned(),
        number: posted.one("number").to_owned(),
        word: posted.one("word").to_owned(),
    };
    match step(&app, &staff, words, &id, &posted, &typed).await? {
        Ok((place, said)) => Ok(app.go(&place, &said)),
        Err(problem) => show(&app, &request, &staff, id, Some(problem), typed).await,
    }
}

/// Where it leads, and what is said there.
type Step = std::result::Result<(String, String), Problem>;

async fn step(
    app: &App,
    staff: &Staff<Publish>,
    words: &Language,
    id: &str,
    posted: &Posted,
    typed: &Typed,
) -> Result<Step> {
    let (ctx, who) = (&app.ctx, actor(staff));
    let mut at = At {
        document: id.to_owned(),
        revision: posted.number("revision").unwrap_or_default(),
    };
    let here = format!("/admin/documents/{id}/plan");
    let progress = format!("/admin/documents/{id}/progress");
    let done = |place: &str, said: &str| Ok((place.to_owned(), said.to_owned()));
    let wish = posted.one("do");
    // A number that was typed beside the button is a confirmation.
    if matches!(wish, "publish" | "schedule" | "force" | "confirm")
        && !typed.number.trim().is_empty()
        || wish == "confirm"
    {
        let taken = workflow::confirm(ctx, &who, at.clone(), &typed.number).await;
        if let Err(problem) = tried(words, taken)? {
            return Ok(Err(problem));
        }
    }
    Ok(match wish {
        "publish" => {
            let taken = workflow::publish(ctx, &who, at).await;
            tried(words, taken)?.and_then(|_| done(&progress, words.get("公開を始めました。")))
        }
        "schedule" => {
            let Some(when) = when(typed) else {
                return Ok(Err(Problem {
                    status: actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
                    text: words
                        .get("公開する日と時刻を入れてください。例：2026-12-25、9:00")
                        .to_owned(),
                }));
            };
            let taken = workflow::schedule(ctx, &who, at, when).await;
            let said = words.say(
                "{when}に公開します。それまでは取り消せます。",
                &[("when", &fully(words, when))],
            );
            tried(words, taken)?.and_then(|()| done(&here, &said))
        }
        "unschedule" => {
            let taken = workflow::unschedule(ctx, &who, at).await;
            tried(words, taken)?
                .and_then(|()| done(&here, words.get("公開の予約を取り消しました。")))
        }
        "force" => {
            let taken = workflow::force(ctx, &who, at, &typed.reason).await;
            tried(words, taken)?.and_then(|_| {
                done(
                    &progress,
                    words.get("公開を始めました。あとで承認者が確かめます。"),
                )
            })
        }
        "again" => {
            let taken = workflow::raise_round(ctx, &who, at).await;
            tried(words, taken)?
                .and_then(|()| done(&here, words.get("公開すると、もう一度知らせます。")))
        }
        "return" => {
            // A text that is scheduled is taken off the schedule first.
            let taken = workflow::unschedule(ctx, &who, at.clone()).await;
            if taken.is_ok() {
                at.revision += 1;
            }
            let taken = workflow::send_back(ctx, &who, at, &typed.word).await;
            tried(words, taken)?.and_then(|()| {
                done(
                    &format!("/admin/documents/{id}"),
                    words.get("差し戻しました。書いた人にメールでお知らせします。"),
                )
            })
        }
        _ => done(&here, words.get("人数を確かめました。")),
    })
}

/// The instant that was typed (JST), as people type it; UTC.
fn when(typed: &Typed) -> Option<NaiveDateTime> {
    instant(typed.date.as_deref()?, typed.time.as_deref()?)
}

/// As [`when`], of a date and a time.
pub(crate) fn instant(date: &str, time: &str) -> Option<NaiveDateTime> {
    let (date, time) = (read_date(date)?, read_time(time)?);
    Some(utc_from_jst(date.and_time(time)))
}

/// 下書きに戻す
pub(crate) async fn reopen(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let at = At {
        document: id.clone(),
        revision: posted.number("revision").unwrap_or_default(),
    };
    let taken = workflow::reopen(&app.ctx, &actor(&staff), at).await;
    match tried(words, taken)? {
        Ok(()) => {
            let done = words.get("下書きに戻しました。公開するには、もう一度承認が要ります。");
            Ok(app.go(&format!("/admin/documents/{id}/edit"), done))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::default()).await,
    }
}

/// 自分にだけ試しに送る
pub(crate) async fn trial(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let taken = workflow::trial(&app.ctx, &actor(&staff), &id).await;
    match tried(words, taken)? {
        Ok(()) => {
            let done = words.say(
                "{mail} に送りました。ほかの人には届きません。",
                &[("mail", &staff.who.mail)],
            );
            Ok(app.go(&format!("/admin/documents/{id}/plan"), &done))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::default()).await,
    }
}

async fn show<P: Permission>(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<P>,
    id: String,
    problem: Option<Problem>,
    typed: Typed,
) -> Result<HttpResponse> {
    let (own, site, wanted) = (app.clone(), app.site().await?, id.clone());
    let (dossier, outlook, review) = app
        .ctx
        .ask(move |c| {
            let dossier = Dossier::load(c, &own, site, &wanted)?;
            let outlook = if dossier.opened.edition.state.is_open() {
                Some(workflow::outlook(c, &own.ctx, &wanted, dossier.now)?)
            } else {
                None
            };
            let review = editing::latest_review(c, dossier.opened.edition.id)?;
            Ok((dossier, outlook, review))
        })
        .await?;
    let touched = match &outlook {
        Some(_) if dossier.problems.errors == 0 => {
            let (ctx, wanted) = (app.ctx.clone(), id.clone());
            tokio::task::spawn_blocking(move || workflow::touched(&ctx, &wanted))
                .await
                .map_err(|error| crate::error::Error::internal(&error))??
        }
        _ => workflow::Touched::default(),
    };
    let words = app.words(Some(&staff.who));
    let approver = review
        .filter(|one| one.outcome.as_deref() == Some(editing::Outcome::Approved.as_str()))
        .and_then(|one| one.decided_by);
    let open = outlook.is_some();
    let outlook = outlook.unwrap_or_else(|| Outlook {
        need: workflow::Need::default(),
        channels: Vec::new(),
        sample: None,
        line: None,
    });
    let need = &outlook.need;
    let me = staff.who.id.as_str();
    let i_typed = need.typed.iter().any(|one| one == me);
    let stage = dossier.opened.stage;
    let has = |channel| outlook.channels.contains(&channel);
    let may_publish = staff.may(Role::Publisher, dossier.owner());
    let (date, time, says) = proposed(words, &dossier, &typed);
    let sample = outlook.sample.as_ref();
    let view = View {
        head: dossier.head(words, problem.as_ref()),
        open,
        live: dossier.opened.live,
        rule: need.reach.rule.clone(),
        notice: sample.is_some(),
        tells: need.tells,
        told_before: need.told_before,
        nobody: need.tells && need.reach.matched == 0,
        people: grouped(if need.tells { need.reach.matched } else { 0 }),
        mail: has(kairan_content::NoticeChannel::Mail).then(|| grouped(need.reach.mail)),
        line: has(kairan_content::NoticeChannel::Line).then(|| grouped(need.reach.line)),
        inbox_only: grouped(need.reach.inbox_only),
        estimated: need.reach.estimated,
        subject: sample.map(|one| one.subject.clone()).unwrap_or_default(),
        mail_text: sample.map(|one| one.text.clone()).unwrap_or_default(),
        reasons: sample.map(|one| one.reasons.clone()).unwrap_or_default(),
        bubble: sample
            .filter(|_| has(kairan_content::NoticeChannel::Line))
            .map(|one| bubble(&one.line)),
        counts: json!(dossier.text.as_ref().map(counts)),
        cost: outlook.line.as_ref().map(cost),
        pages: pages(words, &touched),
        errors: dossier.problems.errors,
        above: need.above,
        limit: grouped(i64::from(app.ctx.notices.confirm_above())),
        approver: approver.map(|one| dossier.people.name(words, &staff_key(&one))),
        confirmed: need
            .typed
            .iter()
            .map(|one| dossier.people.name(words, &staff_key(one)))
            .collect(),
        typed: i_typed,
        to_type: need.above && !i_typed,
        second: need.above && i_typed && need.looked.len() < 2,
        may_publish,
        may_send_back: staff.may(Role::Reviewer, dossier.owner()) && may_publish,
        may_reopen: stage == Stage::Approved && staff.may(Role::Author, dossier.owner()),
        scheduled: dossier
            .opened
            .edition
            .publish_at
            .filter(|_| stage == Stage::Scheduled)
            .map(|at| fully(words, at)),
        date,
        time,
        reason: typed.reason,
        number: typed.number,
        word: typed.word,
        says,
    };
    let title = words.get("公開する前の確認");
    let screen = Screen::new("workflow/plan", title).status(status(problem.as_ref()));
    app.screen(request, Some(&staff.who), screen, &view).await
}

/// What stands in the fields of the schedule: what was typed, what the text says, else tomorrow at nine.
fn proposed(words: &Language, dossier: &Dossier, typed: &Typed) -> (String, String, String) {
    let nine = chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    let wall = jst_from_utc(dossier.now);
    let named = dossier
        .opened
        .edition
        .publish_at
        .filter(|at| *at > dossier.now);
    let tomorrow = wall.date().succ_opt().unwrap_or(wall.date()).and_time(nine);
    let at = named.map_or(tomorrow, jst_from_utc);
    (
        typed
            .date
            .clone()
            .unwrap_or_else(|| at.format("%Y-%m-%d").to_string()),
        typed
            .time
            .clone()
            .unwrap_or_else(|| at.format("%H:%M").to_string()),
        fully(words, utc_from_jst(at)),
    )
}
