//! 公開処理: one run from plan to notice. What it will put and delete is committed before the first byte
//! leaves, so that a run that was cut off goes on where it was.

mod conclude;
mod objects;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::{release_documents, releases};
use crate::words::words;
use crate::{AnyConnection, Error, Result, batch};

pub use conclude::{conclude, conclude_of};
pub use objects::{
    ObjectAction, PlannedObject, Progress, complete_objects, pending_objects, plan_objects,
    progress,
};

words! {
    /// Why a run was started.
    ReleaseKind {
        /// 公開
        Publish = "publish",
        /// 取り下げ
        Withdraw = "withdraw",
        /// 公開終了
        Expire = "expire",
        /// 全体の再作成
        Full = "full",
        /// 時刻による更新
        Refresh = "refresh",
    }
}

words! {
    /// How far a run is.
    ReleaseState {
        /// 待機中
        Planned = "planned",
        /// 作成中
        Rendering = "rendering",
        /// 送信中
        Uploading = "uploading",
        /// 確認中
        Verifying = "verifying",
        /// 公開済み
        Live = "live",
        /// 通知済み
        Notified = "notified",
        /// 失敗
        Failed = "failed",
    }
}

impl ReleaseState {
    /// Whether a run may go from here to there: forward, to failed while it is not live, and from failed
    /// back to any step that can be repeated.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Notified, _) => false,
            (Self::Live, next) => next == Self::Notified,
            (_, Self::Failed) => true,
            (Self::Failed, next) => next < Self::Live,
            (now, next) => now < next,
        }
    }

    /// Whether nothing more is uploaded: it is live, or was given up.
    #[must_use]
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Live | Self::Notified | Self::Failed)
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = releases)]
pub struct Release {
    /// Its number; grows.
    pub id: i64,
    /// Why.
    #[diesel(deserialize_as = String)]
    pub kind: ReleaseKind,
    /// How far.
    #[diesel(deserialize_as = String)]
    pub state: ReleaseState,
    /// The site data it was planned with.
    pub site_revision: Option<i64>,
    /// Pages to render.
    pub to_render: i64,
    /// Pages rendered.
    pub rendered: i64,
    /// Objects to put or delete.
    pub to_upload: i64,
    /// Objects put or deleted.
    pub uploaded: i64,
    /// Why it failed, for staff.
    pub error: Option<String>,
    /// The caller's own, as JSON (such as: no notice).
    pub options: String,
    /// Who started it.
    pub created_by: String,
    /// UTC
    pub created_at: NaiveDateTime,
    /// UTC
    pub updated_at: NaiveDateTime,
    /// When it went live or failed, UTC.
    pub finished_at: Option<NaiveDateTime>,
}

/// A run to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelease<'a> {
    /// Why.
    pub kind: ReleaseKind,
    /// The site data it is planned with.
    pub site_revision: Option<i64>,
    /// The caller's own, as JSON.
    pub options: &'a str,
    /// Who starts it.
    pub created_by: &'a str,
    /// What happens to which documents.
    pub documents: &'a [ReleaseDocument],
}

/// What a run does to one document.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = release_documents)]
pub struct ReleaseDocument {
    /// The document.
    pub document_id: String,
    /// The edition that goes live; `None` for a withdrawal.
    pub edition_id: Option<i64>,
    /// The caller's word: `publish`, `withdraw`, `refresh`.
    pub action: String,
}

/// Starts a run in state `planned`; its number.
///
/// # Errors
/// Those of the database; a document named twice is one.
pub fn create(c: &mut AnyConnection, new: &NewRelease<'_>, now: NaiveDateTime) -> Result<i64> {
    let id: i64 = diesel::insert_into(releases::table)
        .values((
            releases::kind.eq(new.kind.as_str()),
            releases::state.eq(ReleaseState::Planned.as_str()),
            releases::site_revision.eq(new.site_revision),
            releases::to_render.eq(0_i64),
            releases::rendered.eq(0_i64),
            releases::to_upload.eq(0_i64),
            releases::uploaded.eq(0_i64),
            releases::options.eq(new.options),
            releases::created_by.eq(new.created_by),
            releases::created_at.eq(now),
            releases::updated_at.eq(now),
        ))
        .returning(releases::id)
        .get_result(c)?;
    add_documents(c, id, new.documents)?;
    Ok(id)
}

/// Adds documents to a run that is still being planned.
///
/// # Errors
/// Those of the database; a document named twice is one.
pub fn add_documents(c: &mut AnyConnection, id: i64, documents: &[ReleaseDocument]) -> Result<()> {
    for documents in documents.chunks(batch::rows(4)) {
        let rows: Vec<_> = documents
            .iter()
            .map(|document| {
                (
                    release_documents::release_id.eq(id),
                    release_documents::document_id.eq(&document.document_id),
                    release_documents::edition_id.eq(document.edition_id),
                    release_documents::action.eq(&document.action),
                )
            })
            .collect();
        on!(
            c,
            diesel::insert_into(release_documents::table)
                .values(&rows)
                .execute(c)?
        );
    }
    Ok(())
}

/// The run of this number.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(c: &mut AnyConnection, id: i64) -> Result<Release> {
    releases::table
        .find(id)
        .select(Release::as_select())
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("公開処理", id))
}

/// What a run does to which documents, by document.
///
/// # Errors
/// Those of the database.
pub fn documents(c: &mut AnyConnection, id: i64) -> Result<Vec<ReleaseDocument>> {
    Ok(release_documents::table
        .filter(release_documents::release_id.eq(id))
        .order(release_documents::document_id.asc())
        .select(ReleaseDocument::as_select())
        .load(c)?)
}

/// The documents of a run with this word, by document, at most `limit` after `after` (`""` = from the beginning).
///
/// # Errors
/// Those of the database.
pub fn documents_with(
    c: &mut AnyConnection,
    id: i64,
    action: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<ReleaseDocument>> {
    Ok(release_documents::table
        .filter(release_documents::release_id.eq(id))
        .filter(release_documents::document_id.gt(after))
        .filter(release_documents::action.eq(action))
        .order(release_documents::document_id.asc())
        .limit(limit)
        .select(ReleaseDocument::as_select())
        .load(c)?)
}

/// What a run does to these documents, in no order; those it does nothing to are left out.
///
/// # Errors
/// Those of the database.
pub fn documents_of(
    c: &mut AnyConnection,
    id: i64,
    document_ids: &[&str],
) -> Result<Vec<ReleaseDocument>> {
    batch::gather(document_ids, |ids| {
        Ok(release_documents::table
            .filter(release_documents::release_id.eq(id))
            .filter(release_documents::document_id.eq_any(ids.to_vec()))
            .select(ReleaseDocument::as_select())
            .load(c)?)
    })
}

/// Keeps what a run will make, the caller's own, as JSON.
///
/// # Errors
/// Those of the database.
pub fn set_plan(c: &mut AnyConnection, id: i64, plan: &str) -> Result<()> {
    diesel::update(releases::table.find(id))
        .set(releases::plan.eq(plan))
        .execute(c)?;
    Ok(())
}

/// What a run will make, as [`set_plan`] was given it.
///
/// # Errors
/// Those of the database.
pub fn plan(c: &mut AnyConnection, id: i64) -> Result<Option<String>> {
    let plan: Option<Option<String>> = releases::table
        .find(id)
        .select(releases::plan)
        .first(c)
        .optional()?;
    Ok(plan.flatten())
}

/// Sets the caller's word for what a run does, or has done, to these documents.
///
/// # Errors
/// Those of the database.
pub fn mark_documents(
    c: &mut AnyConnection,
    id: i64,
    document_ids: &[&str],
    action: &str,
) -> Result<()> {
    for ids in document_ids.chunks(batch::rows(1) - 2) {
        let these = release_documents::table
            .filter(release_documents::release_id.eq(id))
            .filter(release_documents::document_id.eq_any(ids.to_vec()));
        diesel::update(these)
            .set(release_documents::action.eq(action))
            .execute(c)?;
    }
    Ok(())
}

/// Runs, newest first, at most `limit` with a number below `before`.
///
/// # Errors
/// Those of the database.
pub fn list(c: &mut AnyConnection, before: Option<i64>, limit: i64) -> Result<Vec<Release>> {
    Ok(releases::table
        .filter(releases::id.lt(before.unwrap_or(i64::MAX)))
        .order(releases::id.desc())
        .limit(limit)
        .select(Release::as_select())
        .load(c)?)
}

/// Runs that are under way, oldest first.
///
/// # Errors
/// Those of the database.
pub fn unfinished(c: &mut AnyConnection) -> Result<Vec<Release>> {
    Ok(releases::table
        .filter(releases::finished_at.is_null())
        .order(releases::id.asc())
        .select(Release::as_select())
        .load(c)?)
}

/// The last runs that touched a document, newest first.
///
/// # Errors
/// Those of the database.
pub fn of_document(c: &mut AnyConnection, document_id: &str, limit: i64) -> Result<Vec<Release>> {
    Ok(release_documents::table
        .inner_join(releases::table.on(releases::id.eq(release_documents::release_id)))
        .filter(release_documents::document_id.eq(document_id))
        .order(release_documents::release_id.desc())
        .limit(limit)
        .select(Release::as_select())
        .load(c)?)
}

/// Moves a run on; asking for the state it is in does nothing, so that a resumed job may ask again.
///
/// # Errors
/// [`Error::State`] where the step is not allowed, [`Error::Conflict`] where another moved it meanwhile.
pub fn set_state(
    c: &mut AnyConnection,
    id: i64,
    to: ReleaseState,
    error: Option<&str>,
    now: NaiveDateTime,
) -> Result<()> {
    let release = get(c, id)?;
    if release.state == to {
        return Ok(());
    }
    if !release.state.may_become(to) {
        return Err(Error::state("公開処理", id, release.state));
    }
    let finished_at = to
        .is_finished()
        .then_some(release.finished_at.unwrap_or(now));
    let moved = diesel::update(
        releases::table
            .find(id)
            .filter(releases::state.eq(release.state.as_str())),
    )
    .set((
        releases::state.eq(to.as_str()),
        releases::error.eq(error),
        releases::updated_at.eq(now),
        releases::finished_at.eq(finished_at),
    ))
    .execute(c)?;
    if moved == 1 {
        Ok(())
    } else {
        Err(Error::conflict("公開処理", id))
    }
}

/// Sets how many pages there are to render and how many are.
///
/// # Errors
/// Those of the database.
pub fn set_rendered(
    c: &mut AnyConnection,
    id: i64,
    rendered: i64,
    to_render: i64,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(releases::table.find(id))
        .set((
            releases::rendered.eq(rendered),
            releases::to_render.eq(to_render),
            releases::updated_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}
