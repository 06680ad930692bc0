//! 承認: asking a named reviewer, and the answer.

use chrono::NaiveDateTime;
use kairan_db::editing::{self, NewComment, Outcome, Reason, Review};
use kairan_db::editions::{self, EditionState};
use kairan_db::staff::{self, Account, Role};
use kairan_db::{AnyConnection, documents};
use serde_json::json;

use super::case::{Case, at_work, site, stale, typed};
use super::words::{News, letter};
use super::{Actor, At, Refusal};
use crate::{Context, Result, letters};

/// The longest word to or from a reviewer, and the longest comment, in characters.
pub(super) const LONGEST: usize = 2_000;

/// What an author hands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// The draft.
    pub at: At,
    /// 承認者: id of a member of staff.
    pub reviewer: String,
    /// A word to the reviewer; may be empty.
    pub note: String,
}

/// Who may approve what this author wrote in a department, by name.
///
/// # Errors
/// Those of the database.
pub fn reviewers(
    c: &mut AnyConnection,
    department: Option<&str>,
    author: &str,
) -> Result<Vec<Account>> {
    let author = author.strip_prefix("staff:").unwrap_or(author);
    let mut all = staff::list(c)?;
    all.retain(|one| {
        one.state == staff::State::Active && one.id != author && one.may(Role::Reviewer, department)
    });
    Ok(all)
}

/// 承認を依頼する. A text with errors stays a draft.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn submit(ctx: &Context, actor: &Actor, submission: Submission) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let note = typed(&submission.note, LONGEST)?;
        let mut case = Case::for_step(
            c,
            &submission.at,
            &actor,
            Role::Author,
            &[EditionState::Draft],
        )?;
        let reviewer = at_work(c, &submission.reviewer)?
            .filter(|one| one.may(Role::Reviewer, case.owner()))
            .ok_or(Refusal::NotAReviewer)?;
        if actor.is(&reviewer.id) || case.edition.author == format!("staff:{}", reviewer.id) {
            return Err(Refusal::OwnText.into());
        }
        case.sound(c, &own, now)?;
        editing::keep(c, case.edition.id, Reason::Submit, None)?;
        ask(c, &case, actor.id(), &reviewer.id, note.as_deref(), now)?;
        case.advance(c, EditionState::InReview, None, now)?;
        tell(
            c,
            &own,
            &reviewer,
            &actor,
            &case,
            &News::Submitted(note.as_deref()),
            now,
        )?;
        let detail = json!({ "edition": case.edition.id, "reviewer": reviewer.id });
        actor.record(c, "document.submit", &case.document.id, &detail, now)
    })
    .await
}

pub(super) fn ask(
    c: &mut AnyConnection,
    case: &Case,
    by: &str,
    reviewer: &str,
    note: Option<&str>,
    now: NaiveDateTime,
) -> Result<i64> {
    let (document, edition) = (&case.document.id, &case.edition);
    let id = editing::submit(
        c,
        document,
        edition.id,
        edition.revision,
        by,
        reviewer,
        note,
        now,
    );
    id.map_err(stale)
}

/// Notes an answer to a text for which no review is open: 緊急公開, sending back what was approved.
pub(super) fn note_outcome(
    c: &mut AnyConnection,
    case: &Case,
    actor: &Actor,
    outcome: Outcome,
    word: Option<&str>,
    now: NaiveDateTime,
) -> Result<()> {
    if editing::open_review(c, case.edition.id)?.is_none() {
        ask(c, case, &author_of(case), actor.id(), None, now)?;
    }
    editing::decide(c, case.edition.id, outcome, actor.id(), word, now).map_err(stale)?;
    Ok(())
}

fn author_of(case: &Case) -> String {
    let author = &case.edition.author;
    author.strip_prefix("staff:").unwrap_or(author).to_owned()
}

/// A letter about a document, as a job of this very transaction.
pub(super) fn tell(
    c: &mut AnyConnection,
    ctx: &Context,
    to: &Account,
    from: &Actor,
    case: &Case,
    news: &News<'_>,
    now: NaiveDateTime,
) -> Result<()> {
    let site = site(c, ctx)?;
    let about = (case.document.id.as_str(), case.edition.title.as_str());
    let letter = letter(ctx, &site, to, &from.who, about, news);
    letters::enqueue(c, &ctx.keys, &letter, now)?;
    Ok(())
}

/// Tells whoever wrote and submitted the text, each once, but not whoever takes the step.
fn tell_authors(
    c: &mut AnyConnection,
    ctx: &Context,
    actor: &Actor,
    case: &Case,
    review: Option<&Review>,
    news: &News<'_>,
    now: NaiveDateTime,
) -> Result<()> {
    let mut keys = vec![author_of(case)];
    keys.extend(review.map(|one| one.submitted_by.clone()));
    keys.sort();
    keys.dedup();
    for key in keys {
        if actor.is(&key) {
            continue;
        }
        if let Some(account) = at_work(c, &key)? {
            tell(c, ctx, &account, actor, case, news, now)?;
        }
    }
    Ok(())
}

/// 引き戻す: the text is a draft again.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn retract(ctx: &Context, actor: &Actor, at: At) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let mut case = Case::for_step(c, &at, &actor, Role::Author, &[EditionState::InReview])?;
        case.advance(c, EditionState::Draft, None, now)?;
        editing::decide(
            c,
            case.edition.id,
            Outcome::Retracted,
            actor.id(),
            None,
            now,
        )
        .map_err(stale)?;
        let detail = json!({ "edition": case.edition.id });
        actor.record(c, "document.retract", &case.document.id, &detail, now)
    })
    .await
}

/// 下書きに戻す: an approved text is to be written in again, and to be approved again.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn reopen(ctx: &Context, actor: &Actor, at: At) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let mut case = Case::for_step(c, &at, &actor, Role::Author, &[EditionState::Approved])?;
        case.advance(c, EditionState::Draft, None, now)?;
        let detail = json!({ "edition": case.edition.id });
        actor.record(c, "document.reopen", &case.document.id, &detail, now)
    })
    .await
}

/// コメント on a field, or on a line of the body; on the whole where `field` is empty. Returns its number.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn comment(
    ctx: &Context,
    actor: &Actor,
    document: &str,
    (field, line): (&str, Option<i64>),
    body: &str,
) -> Result<i64> {
    let (own, actor) = (ctx.clone(), actor.clone());
    let (document, field, body) = (document.to_owned(), field.to_owned(), body.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let body = typed(&body, LONGEST)?.ok_or(Refusal::EmptyComment)?;
        let row = documents::get(c, &document)?;
        // Whoever may read may say something about it.
        actor.must(Role::Author, None)?;
        let edition = match editions::open(c, &row.id)? {
            Some(open) => open,
            None => editions::published(c, &row.id)?.ok_or(Refusal::Stale)?,
        };
        let new = NewComment {
            document_id: &row.id,
            edition_id: edition.id,
            field: &field,
            line,
            body: &body,
            author: actor.id(),
        };
        let id = editing::comment(c, &new, now)?;
        actor.record(
            c,
            "document.comment",
            &row.id,
            &json!({ "comment": id }),
            now,
        )?;
        Ok(id)
    })
    .await
}

/// 差し戻す, with a word or with comments on fields. What was approved already may be sent back too.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn send_back(ctx: &Context, actor: &Actor, at: At, word: &str) -> Result<()> {
    let (own, actor, word) = (ctx.clone(), actor.clone(), word.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let word = typed(&word, LONGEST)?;
        let states = [EditionState::InReview, EditionState::Approved];
        let mut case = Case::for_step(c, &at, &actor, Role::Reviewer, &states)?;
        let review = editing::latest_review(c, case.edition.id)?;
        let since = review.as_ref().map(|one| one.submitted_at);
        let comments = editing::comments(c, &case.document.id, true)?
            .iter()
            .filter(|one| actor.is(&one.author) && since.is_none_or(|at| one.created_at >= at))
            .count();
        if word.is_none() && comments == 0 {
            return Err(Refusal::NeedsWord.into());
        }
        case.advance(c, EditionState::Draft, None, now)?;
        note_outcome(c, &case, &actor, Outcome::Returned, word.as_deref(), now)?;
        let news = News::Returned(word.as_deref(), comments);
        tell_authors(c, &own, &actor, &case, review.as_ref(), &news, now)?;
        let detail = json!({ "edition": case.edition.id, "comments": comments });
        actor.record(c, "document.return", &case.document.id, &detail, now)
    })
    .await
}

/// 承認する: the very text that was submitted, by somebody who neither wrote nor submitted it.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn approve(ctx: &Context, actor: &Actor, at: At, word: &str) -> Result<()> {
    let (own, actor, word) = (ctx.clone(), actor.clone(), word.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let word = typed(&word, LONGEST)?;
        let mut case = Case::for_step(c, &at, &actor, Role::Reviewer, &[EditionState::InReview])?;
        let review = editing::open_review(c, case.edition.id)?.ok_or(Refusal::Stale)?;
        if case.is_of(&actor, Some(&review.submitted_by)) {
            return Err(Refusal::OwnText.into());
        }
        case.sound(c, &own, now)?;
        editing::decide(
            c,
            case.edition.id,
            Outcome::Approved,
            actor.id(),
            word.as_deref(),
            now,
        )
        .map_err(stale)?;
        case.advance(c, EditionState::Approved, None, now)?;
        let news = News::Approved(word.as_deref());
        tell_authors(c, &own, &actor, &case, Some(&review), &news, now)?;
        let detail = json!({ "edition": case.edition.id, "source": case.edition.source_hash });
        actor.record(c, "document.approve", &case.document.id, &detail, now)
    })
    .await
}
