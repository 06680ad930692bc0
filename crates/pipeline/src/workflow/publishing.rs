//! 公開: now, at a time, or without approval where it cannot wait.

use chrono::NaiveDateTime;
use kairan_db::AnyConnection;
use kairan_db::editing::Outcome;
use kairan_db::editions::EditionState;
use kairan_db::releases::{ReleaseDocument, ReleaseKind};
use kairan_db::staff::Role;
use kairan_db::time::jst_from_utc;
use serde_json::json;

use super::case::{Case, typed};
use super::confirm::enforce;
use super::review::note_outcome;
use super::{Actor, At, Refusal};
use crate::publish::{Options, PUBLISH, create};
use crate::{Context, Result};

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// いま公開する: an approved text, as a release that a worker carries out. Returns its number.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn publish(ctx: &Context, actor: &Actor, at: At) -> Result<i64> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let case = Case::for_step(c, &at, &actor, Role::Publisher, &[EditionState::Approved])?;
        case.sound(c, &own, now)?;
        not_over(&case, now)?;
        let need = enforce(c, &own, &actor, &case, false, now)?;
        let release = start(c, &actor, &case, now)?;
        let people = if need.tells { need.reach.matched } else { 0 };
        let detail = json!({ "edition": case.edition.id, "release": release, "people": people });
        actor.record(c, "document.publish", &case.document.id, &detail, now)?;
        Ok(release)
    })
    .await
}

/// 緊急公開: a text that nobody has approved, with a reason; somebody else looks at it afterwards. Whoever publishes still
/// types the number of people where it is large. Returns the number of the release.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn force(ctx: &Context, actor: &Actor, at: At, reason: &str) -> Result<i64> {
    let (own, actor, reason) = (ctx.clone(), actor.clone(), reason.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let reason = typed(&reason, LONGEST)?.ok_or(Refusal::NeedsReason)?;
        let states = [EditionState::Draft, EditionState::InReview];
        let mut case = Case::for_step(c, &at, &actor, Role::Publisher, &states)?;
        case.sound(c, &own, now)?;
        not_over(&case, now)?;
        let need = enforce(c, &own, &actor, &case, true, now)?;
        note_outcome(c, &case, &actor, Outcome::Forced, Some(&reason), now)?;
        case.advance(c, EditionState::Approved, None, now)?;
        let release = start(c, &actor, &case, now)?;
        let people = if need.tells { need.reach.matched } else { 0 };
        let detail = json!({
            "edition": case.edition.id, "release": release, "people": people, "reason": reason,
        });
        actor.record(c, "document.force-publish", &case.document.id, &detail, now)?;
        Ok(release)
    })
    .await
}

fn start(c: &mut AnyConnection, actor: &Actor, case: &Case, now: NaiveDateTime) -> Result<i64> {
    let document = ReleaseDocument {
        document_id: case.document.id.clone(),
        edition_id: Some(case.edition.id),
        action: PUBLISH.to_owned(),
    };
    let (kind, options) = (ReleaseKind::Publish, Options::default());
    create(c, kind, &options, &actor.key(), &[document], now)
}

/// Refuses a text whose end is over.
fn not_over(case: &Case, at: NaiveDateTime) -> Result<()> {
    if case.edition.expires_at.is_some_and(|end| end <= at) {
        Err(Refusal::Ends.into())
    } else {
        Ok(())
    }
}

/// 日時を決めて公開する: an approved text, at `when` (UTC). A text that is scheduled already gets the new time.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn schedule(ctx: &Context, actor: &Actor, at: At, when: NaiveDateTime) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let states = [EditionState::Approved, EditionState::Scheduled];
        let mut case = Case::for_step(c, &at, &actor, Role::Publisher, &states)?;
        if when <= now {
            return Err(Refusal::PastTime.into());
        }
        case.sound(c, &own, now)?;
        not_over(&case, when)?;
        let need = enforce(c, &own, &actor, &case, false, now)?;
        if case.edition.state == EditionState::Scheduled {
            case.advance(c, EditionState::Approved, None, now)?;
        }
        case.advance(c, EditionState::Scheduled, Some(when), now)?;
        let people = if need.tells { need.reach.matched } else { 0 };
        let wall = jst_from_utc(when).format("%Y-%m-%dT%H:%M").to_string();
        let detail = json!({ "edition": case.edition.id, "at": wall, "people": people });
        actor.record(c, "document.schedule", &case.document.id, &detail, now)
    })
    .await
}

/// 予約を取り消す: approved, and waiting for another time.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn unschedule(ctx: &Context, actor: &Actor, at: At) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let mut case = Case::for_step(c, &at, &actor, Role::Publisher, &[EditionState::Scheduled])?;
        case.advance(c, EditionState::Approved, None, now)?;
        let detail = json!({ "edition": case.edition.id });
        actor.record(c, "document.unschedule", &case.document.id, &detail, now)
    })
    .await
}
