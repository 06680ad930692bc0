//! One step of many documents: handed in, published, scheduled, withdrawn. Each is the step of its own screen, with the same
//! role, the same revision and the same second person asked for; what one document refuses holds up no other.

use std::sync::Arc;

use actix_web::web;
use chrono::NaiveDateTime;
use kairan_content::SiteData;
use kairan_db::editions::{self, EditionState};
use kairan_db::staff::Role;
use kairan_db::withdrawals::Way;
use kairan_db::{AnyConnection, documents, live};
use kairan_pipeline::workflow::{self, Actor, At, Refusal, Submission, Withdraw};

use super::super::row::department;
use super::{Choice, Confirm, Line, Outcome};
use crate::admin::Posted;
use crate::admin::documents::head::grouped;
use crate::admin::guard::{Staff, Write};
use crate::admin::words::Language;
use crate::admin::workflow::{actor, instant, tried};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Submit,
    Publish,
    Schedule,
    Withdraw,
}

impl Step {
    const ALL: [Self; 4] = [Self::Submit, Self::Publish, Self::Schedule, Self::Withdraw];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Publish => "publish",
            Self::Schedule => "schedule",
            Self::Withdraw => "withdraw",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    const fn role(self) -> Role {
        match self {
            Self::Submit => Role::Author,
            _ => Role::Publisher,
        }
    }

    const fn states(self) -> &'static [EditionState] {
        match self {
            Self::Submit => &[EditionState::Draft],
            Self::Publish => &[EditionState::Approved],
            Self::Schedule | Self::Withdraw => &[EditionState::Approved, EditionState::Scheduled],
        }
    }
}

/// What a step would do to one document.
struct Look {
    document: documents::Document,
    seen: i64,
    people: i64,
    refused: Option<kairan_pipeline::Error>,
}

/// What the step would do to each, in one snapshot.
pub(super) async fn look(
    app: &web::Data<App>,
    staff: &Staff<Write>,
    step: Step,
    ids: Vec<String>,
    view: &mut Confirm,
) -> Result<()> {
    let (own, who, now) = (app.clone(), actor(staff), app.ctx.clock.now());
    let (looks, reviewers) = app
        .ctx
        .ask(move |c| {
            let mut looks = Vec::with_capacity(ids.len());
            let mut reviewers = Vec::new();
            for id in &ids {
                let Some(document) = documents::find(c, id)? else {
                    continue;
                };
                if step == Step::Submit {
                    let owner = document.owner.as_deref();
                    reviewers.extend(workflow::reviewers(c, owner, who.id())?);
                }
                looks.push(of(c, &own, &who, step, document, now)?);
            }
            Ok((looks, reviewers))
        })
        .await?;
    let (site, words) = (app.site().await?, app.words(Some(&staff.who)));
    let told: i64 = looks.iter().map(|one| one.people).sum();
    view.people = (told > 0).then(|| grouped(told));
    for look in looks {
        view.lines.push(line(words, &site, step, look)?);
    }
    for one in reviewers {
        if !view.reviewers.iter().any(|known| known.value == one.id) {
            view.reviewers.push(Choice {
                value: one.id,
                label: one.name,
            });
        }
    }
    Ok(())
}

fn of(
    c: &mut AnyConnection,
    app: &App,
    who: &Actor,
    step: Step,
    document: documents::Document,
    now: NaiveDateTime,
) -> kairan_pipeline::Result<Look> {
    let mut look = Look {
        seen: 0,
        people: 0,
        refused: None,
        document,
    };
    if !who.who.may(step.role(), look.document.owner.as_deref()) {
        look.refused = Some(Refusal::NotPermitted.into());
        return Ok(look);
    }
    if step == Step::Withdraw {
        match live::get(c, &look.document.id)? {
            Some(row) => look.seen = row.edition_id,
            None => look.refused = Some(Refusal::NotPublished.into()),
        }
        return Ok(look);
    }
    let Some(open) = editions::open(c, &look.document.id)? else {
        look.refused = Some(Refusal::NothingOpen.into());
        return Ok(look);
    };
    look.seen = open.revision;
    if !step.states().contains(&open.state) {
        look.refused = Some(Refusal::State(open.state.label()).into());
        return Ok(look);
    }
    if step != Step::Submit {
        let need = workflow::need(c, &app.ctx, &look.document.id, now)?;
        look.people = if need.tells { need.reach.matched } else { 0 };
        look.refused = need.allows(who.id(), false).err();
    }
    Ok(look)
}

fn line(words: &Language, site: &Arc<SiteData>, step: Step, look: Look) -> Result<Line> {
    let n = grouped(look.people);
    let effect = match (step, look.people) {
        (Step::Submit, _) => words
            .get("承認待ちになり、承認者にメールで知らせます")
            .to_owned(),
        (Step::Withdraw, _) => words.get("市民に見えるページがなくなります").to_owned(),
        (_, 0) => words.get("公開します。だれにも知らせません").to_owned(),
        _ => words.say("公開して、{n}人に知らせます", &[("n", &n)]),
    };
    let (effect, able) = match look.refused {
        None => (effect, true),
        Some(why) => match tried::<()>(words, Err(why))? {
            Ok(()) => (effect, true),
            Err(problem) => (problem.text, false),
        },
    };
    Ok(Line {
        owner: department(site, look.document.owner.as_deref()),
        id: look.document.id,
        title: look.document.title,
        effect,
        able,
        seen: look.seen,
    })
}

/// Takes the step for each document, over what was shown of it.
pub(super) async fn take(
    app: &web::Data<App>,
    staff: &Staff<Write>,
    step: Step,
    posted: &Posted,
    ids: Vec<String>,
) -> Result<Vec<Outcome>> {
    let words = app.words(Some(&staff.who));
    let when = instant(posted.one("date"), posted.one("time"));
    if step == Step::Schedule && when.is_none() {
        return Err(Error::BadRequest(
            "公開する日と時刻を入れてください。例：2026-12-25、9:00",
        ));
    }
    let who = actor(staff);
    let mut outcomes = Vec::with_capacity(ids.len());
    for id in ids {
        let wanted = id.clone();
        let found = app.ctx.read(move |c| documents::find(c, &wanted)).await?;
        let Some(document) = found else {
            outcomes.push(Outcome {
                title: id.clone(),
                id,
                done: false,
                words: words.get("文書が見つかりません").to_owned(),
            });
            continue;
        };
        let seen = posted.number(&format!("seen.{id}")).unwrap_or_default();
        let taken = one(app, &who, step, posted, &id, seen, when).await;
        let (done, told) = match tried(words, taken)? {
            Ok(()) => (true, words.get(said(step)).to_owned()),
            Err(problem) => (false, problem.text),
        };
        outcomes.push(Outcome {
            id,
            title: document.title,
            done,
            words: told,
        });
    }
    Ok(outcomes)
}

async fn one(
    app: &App,
    who: &Actor,
    step: Step,
    posted: &Posted,
    id: &str,
    seen: i64,
    when: Option<NaiveDateTime>,
) -> kairan_pipeline::Result<()> {
    let ctx = &app.ctx;
    let at = At {
        document: id.to_owned(),
        revision: seen,
    };
    match step {
        Step::Submit => {
            let submission = Submission {
                at,
                reviewer: posted.one("reviewer").to_owned(),
                note: posted.one("note").to_owned(),
            };
            workflow::submit(ctx, who, submission).await
        }
        Step::Publish => workflow::publish(ctx, who, at).await.map(drop),
        Step::Schedule => {
            let when = when.ok_or(Refusal::PastTime)?;
            workflow::schedule(ctx, who, at, when).await
        }
        Step::Withdraw => {
            let wish = Withdraw {
                document: id.to_owned(),
                edition: Some(seen),
                way: match posted.one("way") {
                    "gone" => Way::Gone,
                    _ => Way::Banner,
                },
                reason: posted.one("reason").to_owned(),
                target: None,
            };
            workflow::withdraw(ctx, who, wish).await.map(drop)
        }
    }
}

const fn said(step: Step) -> &'static str {
    match step {
        Step::Submit => "承認を依頼しました。",
        Step::Publish => "公開を始めました。",
        Step::Schedule => "公開を予約しました。",
        Step::Withdraw => "取り下げを始めました。",
    }
}
