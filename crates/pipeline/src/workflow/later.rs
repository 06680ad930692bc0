//! What comes after a request: looking at what was forced, passing a request on.

use kairan_db::editing::{self, Outcome};
use kairan_db::staff::Role;
use kairan_db::{documents, editions};
use serde_json::json;

use super::case::{Case, at_work, stale, typed};
use super::review::{LONGEST, ask, tell};
use super::words::News;
use super::{Actor, Refusal};
use crate::{Context, Result};

/// Looks afterwards at what was published without approval (緊急公開), and approves it. Somebody else than who wrote it and
/// who published it.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn approve_afterwards(
    ctx: &Context,
    actor: &Actor,
    document: &str,
    review: i64,
    word: &str,
) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    let (document, word) = (document.to_owned(), word.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let word = typed(&word, LONGEST)?;
        let forced = editing::review(c, &document, review)?;
        let last = editing::latest_review(c, forced.edition_id)?;
        if forced.outcome.as_deref() != Some(Outcome::Forced.as_str())
            || last.map(|one| one.id) != Some(review)
        {
            return Err(Refusal::Stale.into());
        }
        let case = Case {
            document: documents::get(c, &document)?,
            edition: editions::get(c, forced.edition_id)?,
        };
        actor.must(Role::Reviewer, case.owner())?;
        let by = forced.decided_by.as_deref();
        if case.is_of(&actor, Some(&forced.submitted_by)) || by.is_some_and(|one| actor.is(one)) {
            return Err(Refusal::OwnText.into());
        }
        ask(c, &case, &forced.submitted_by, actor.id(), None, now)?;
        editing::decide(
            c,
            case.edition.id,
            Outcome::Approved,
            actor.id(),
            word.as_deref(),
            now,
        )
        .map_err(stale)?;
        let detail = json!({ "edition": case.edition.id, "forced": review });
        actor.record(c, "document.approve-afterwards", &document, &detail, now)
    })
    .await
}

/// Gives an open request to another reviewer: the first has left, is ill, or is somebody else's matter. By a reviewer of the
/// department, or by whoever submitted it.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn reassign(
    ctx: &Context,
    actor: &Actor,
    document: &str,
    review: i64,
    reviewer: &str,
) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    let (document, reviewer) = (document.to_owned(), reviewer.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let open = editing::review(c, &document, review)?;
        if open.outcome.is_some() {
            return Err(Refusal::Stale.into());
        }
        let case = Case {
            document: documents::get(c, &document)?,
            edition: editions::get(c, open.edition_id)?,
        };
        if !actor.is(&open.submitted_by) {
            actor.must(Role::Reviewer, case.owner())?;
        }
        let to = at_work(c, &reviewer)?
            .filter(|one| one.may(Role::Reviewer, case.owner()))
            .ok_or(Refusal::NotAReviewer)?;
        let author = format!("staff:{}", to.id);
        if to.id == open.submitted_by || author == case.edition.author {
            return Err(Refusal::OwnText.into());
        }
        editing::reassign(c, review, &to.id).map_err(stale)?;
        if !actor.is(&to.id) {
            let news = News::Reassigned(open.note.as_deref());
            tell(c, &own, &to, &actor, &case, &news, now)?;
        }
        let detail = json!({ "review": review, "reviewer": to.id, "before": open.reviewer });
        actor.record(c, "document.reassign", &document, &detail, now)
    })
    .await
}
