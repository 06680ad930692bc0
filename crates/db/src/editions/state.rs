use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Edition, get};
use crate::editing;
use crate::schema::editions;
use crate::words::words;
use crate::{AnyConnection, Error, Result};

words! {
    /// Where an edition is on its way.
    EditionState {
        /// 下書き
        Draft = "draft",
        /// 承認待ち
        InReview = "in_review",
        /// 承認済み
        Approved = "approved",
        /// 公開予定
        Scheduled = "scheduled",
        /// 公開中
        Published = "published",
        /// 差し替え済み: another edition took its place.
        Superseded = "superseded",
        /// 取り下げ: taken down, or expired.
        Withdrawn = "withdrawn",
        /// 保管: set aside without having been published, or for good.
        Archived = "archived",
    }
}

impl EditionState {
    /// The states before publication; a document has at most one edition in them.
    pub const OPEN: &'static [Self] =
        &[Self::Draft, Self::InReview, Self::Approved, Self::Scheduled];

    /// Whether it has not been published yet and still may be.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// What staff call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "下書き",
            Self::InReview => "承認待ち",
            Self::Approved => "承認済み",
            Self::Scheduled => "公開予定",
            Self::Published => "公開中",
            Self::Superseded => "差し替え済み",
            Self::Withdrawn => "取り下げ",
            Self::Archived => "保管",
        }
    }

    /// Whether an edition may go from here to there. Who may do it is not decided here.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Draft => matches!(self, Self::InReview | Self::Approved | Self::Scheduled),
            Self::InReview => self == Self::Draft,
            Self::Approved => matches!(self, Self::Draft | Self::InReview | Self::Scheduled),
            Self::Scheduled | Self::Published => self.is_open() && self != next,
            Self::Superseded | Self::Withdrawn => self == Self::Published,
            Self::Archived => self != Self::Published && self != Self::Archived,
        }
    }
}

/// A step of an open edition: to review, approved, scheduled, or back to draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    /// Where to.
    pub to: EditionState,
    /// For `Scheduled`: when it goes live, UTC. Left as it was where `None`.
    pub publish_at: Option<NaiveDateTime>,
    /// A word to whoever comes next; left as it was where `None`.
    pub note: Option<&'a str>,
}

/// Moves an open edition one step. Publishing and withdrawing are [`crate::live`]'s.
///
/// # Errors
/// [`Error::Conflict`] where `revision` is not the current one, [`Error::State`] where the state does not
/// allow the step, or where `Scheduled` is asked for without a time.
pub fn advance(
    c: &mut AnyConnection,
    id: i64,
    revision: i64,
    step: &Step<'_>,
    now: NaiveDateTime,
) -> Result<Edition> {
    let edition = at_revision(c, id, revision)?;
    let publish_at = step.publish_at.or(edition.publish_at);
    let timeless = step.to == EditionState::Scheduled && publish_at.is_none();
    if !step.to.is_open() || !edition.state.may_become(step.to) || timeless {
        return Err(Error::state("版", id, edition.state.label()));
    }
    let note = step.note.or(edition.note.as_deref());
    diesel::update(editions::table.find(id))
        .set((editions::publish_at.eq(publish_at), editions::note.eq(note)))
        .execute(c)?;
    set_state(c, &edition, step.to, now)?;
    get(c, id)
}

/// The edition, if `revision` is its current one.
pub(super) fn at_revision(c: &mut AnyConnection, id: i64, revision: i64) -> Result<Edition> {
    let edition = get(c, id)?;
    if edition.revision == revision {
        Ok(edition)
    } else {
        Err(Error::conflict("版", id))
    }
}

/// Writes the new state under the condition that nobody was faster: every write raises the revision, so that one tells of the
/// state too. (Asked for by state, PostgreSQL would read through all that left it in the same transaction.)
pub(crate) fn set_state(
    c: &mut AnyConnection,
    edition: &Edition,
    to: EditionState,
    now: NaiveDateTime,
) -> Result<()> {
    if !edition.state.may_become(to) {
        return Err(Error::state("版", edition.id, edition.state.label()));
    }
    let published_at = (to == EditionState::Published)
        .then_some(now)
        .or(edition.published_at);
    let ended = !to.is_open() && to != EditionState::Published;
    let written = diesel::update(
        editions::table
            .find(edition.id)
            .filter(editions::revision.eq(edition.revision)),
    )
    .set((
        editions::state.eq(to.as_str()),
        editions::revision.eq(edition.revision + 1),
        editions::updated_at.eq(now),
        editions::published_at.eq(published_at),
        editions::ended_at.eq(ended.then_some(now)),
    ))
    .execute(c)?;
    if written != 1 {
        return Err(Error::conflict("版", edition.id));
    }
    editing::restage(c, &edition.document_id)
}
