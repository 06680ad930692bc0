use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::restage;
use crate::schema::reviews;
use crate::words::words;
use crate::{AnyConnection, Error, Result};

words! {
    /// What became of a request for review.
    Outcome {
        /// 承認
        Approved = "approved",
        /// 差し戻し
        Returned = "returned",
        /// 引き戻し: the author took it back.
        Retracted = "retracted",
        /// 緊急公開: published without it, with a reason, to be looked at afterwards.
        Forced = "forced",
    }
}

/// 承認の依頼
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = reviews)]
pub struct Review {
    /// Grows.
    pub id: i64,
    /// The document.
    pub document_id: String,
    /// The edition.
    pub edition_id: i64,
    /// The revision that was submitted.
    pub revision: i64,
    /// Who asked.
    pub submitted_by: String,
    /// 承認者: who was asked.
    pub reviewer: String,
    /// A word to the reviewer.
    pub note: Option<String>,
    /// UTC
    pub submitted_at: NaiveDateTime,
    /// Still waiting where `None`; one of [`Outcome`].
    pub outcome: Option<String>,
    /// Who decided: the reviewer, or somebody else who may.
    pub decided_by: Option<String>,
    /// UTC
    pub decided_at: Option<NaiveDateTime>,
    /// A word back; the reason where it was forced.
    pub answer: Option<String>,
}

/// Asks a named reviewer; the step of the edition to `in_review` is the caller's, in the same transaction.
///
/// # Errors
/// [`Error::Conflict`] where a review of the edition is open.
#[expect(
    clippy::too_many_arguments,
    reason = "one row, told apart by name at the one caller"
)]
pub fn submit(
    c: &mut AnyConnection,
    document_id: &str,
    edition_id: i64,
    revision: i64,
    submitted_by: &str,
    reviewer: &str,
    note: Option<&str>,
    now: NaiveDateTime,
) -> Result<i64> {
    if open_review(c, edition_id)?.is_some() {
        return Err(Error::conflict("承認の依頼", edition_id));
    }
    let id = diesel::insert_into(reviews::table)
        .values((
            reviews::document_id.eq(document_id),
            reviews::edition_id.eq(edition_id),
            reviews::revision.eq(revision),
            reviews::submitted_by.eq(submitted_by),
            reviews::reviewer.eq(reviewer),
            reviews::note.eq(note),
            reviews::submitted_at.eq(now),
        ))
        .returning(reviews::id)
        .get_result(c)?;
    restage(c, document_id)?;
    Ok(id)
}

/// Closes the open review of an edition. The step of the edition is the caller's, in the same transaction, before it.
///
/// # Errors
/// [`Error::NotFound`] where none is open.
pub fn decide(
    c: &mut AnyConnection,
    edition_id: i64,
    outcome: Outcome,
    decided_by: &str,
    answer: Option<&str>,
    now: NaiveDateTime,
) -> Result<Review> {
    let review =
        open_review(c, edition_id)?.ok_or_else(|| Error::not_found("承認の依頼", edition_id))?;
    let written = diesel::update(
        reviews::table
            .find(review.id)
            .filter(reviews::outcome.is_null()),
    )
    .set((
        reviews::outcome.eq(outcome.as_str()),
        reviews::decided_by.eq(decided_by),
        reviews::decided_at.eq(now),
        reviews::answer.eq(answer),
    ))
    .execute(c)?;
    if written != 1 {
        return Err(Error::conflict("承認の依頼", edition_id));
    }
    restage(c, &review.document_id)?;
    Ok(review)
}

/// The review of an edition that waits for an answer.
///
/// # Errors
/// Those of the database.
pub fn open_review(c: &mut AnyConnection, edition_id: i64) -> Result<Option<Review>> {
    Ok(reviews::table
        .filter(reviews::edition_id.eq(edition_id))
        .filter(reviews::outcome.is_null())
        .select(Review::as_select())
        .first(c)
        .optional()?)
}

/// The last review of an edition, answered or not.
///
/// # Errors
/// Those of the database.
pub fn latest_review(c: &mut AnyConnection, edition_id: i64) -> Result<Option<Review>> {
    Ok(reviews::table
        .filter(reviews::edition_id.eq(edition_id))
        .order(reviews::id.desc())
        .select(Review::as_select())
        .first(c)
        .optional()?)
}

/// The reviews of a document, newest first.
///
/// # Errors
/// Those of the database.
pub fn reviews(c: &mut AnyConnection, document_id: &str, limit: i64) -> Result<Vec<Review>> {
    Ok(reviews::table
        .filter(reviews::document_id.eq(document_id))
        .order(reviews::id.desc())
        .limit(limit)
        .select(Review::as_select())
        .load(c)?)
}

/// あなたの承認を待っているもの, longest waiting first.
///
/// # Errors
/// Those of the database.
pub fn reviews_for(c: &mut AnyConnection, reviewer: &str, limit: i64) -> Result<Vec<Review>> {
    Ok(reviews::table
        .filter(reviews::reviewer.eq(reviewer))
        .filter(reviews::outcome.is_null())
        .order(reviews::submitted_at.asc())
        .limit(limit)
        .select(Review::as_select())
        .load(c)?)
}

/// One review of a document.
///
/// # Errors
/// [`Error::NotFound`], also where the review is another document's.
pub fn review(c: &mut AnyConnection, document_id: &str, id: i64) -> Result<Review> {
    reviews::table
        .find(id)
        .filter(reviews::document_id.eq(document_id))
        .select(Review::as_select())
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("承認の依頼", id))
}

/// Everything that waits for a reviewer, whoever it is, longest waiting first.
///
/// # Errors
/// Those of the database.
pub fn reviews_waiting(c: &mut AnyConnection, limit: i64) -> Result<Vec<Review>> {
    Ok(reviews::table
        .filter(reviews::outcome.is_null())
        .order(reviews::submitted_at.asc())
        .limit(limit)
        .select(Review::as_select())
        .load(c)?)
}

/// Gives a review that is open to another reviewer.
///
/// # Errors
/// [`Error::Conflict`] where it was answered in between.
pub fn reassign(c: &mut AnyConnection, id: i64, reviewer: &str) -> Result<()> {
    let written = diesel::update(reviews::table.find(id).filter(reviews::outcome.is_null()))
        .set(reviews::reviewer.eq(reviewer))
        .execute(c)?;
    if written == 1 {
        Ok(())
    } else {
        Err(Error::conflict("承認の依頼", id))
    }
}

/// 緊急公開 that nobody has looked at afterwards, oldest first.
///
/// # Errors
/// Those of the database.
pub fn forced(c: &mut AnyConnection, limit: i64) -> Result<Vec<Review>> {
    let later = diesel::alias!(reviews as later);
    let answered = later
        .filter(later.field(reviews::edition_id).eq(reviews::edition_id))
        .filter(later.field(reviews::id).gt(reviews::id));
    Ok(reviews::table
        .filter(reviews::outcome.eq(Outcome::Forced.as_str()))
        .filter(diesel::dsl::not(diesel::dsl::exists(answered)))
        .order(reviews::id.asc())
        .limit(limit)
        .select(Review::as_select())
        .load(c)?)
}
