//! A document as somebody has it open: the text to work on, and the texts it was before.

use kairan_db::documents::{self, Document};
use kairan_db::editing::{self, Autosave, Outcome, Stage};
use kairan_db::editions::{self, Edition, EditionState};
use kairan_db::{AnyConnection, Result};

/// The document with the text its form shows: that of the open edition, else what readers see, else the last there was.
pub(crate) struct Opened {
    pub(crate) document: Document,
    pub(crate) edition: Edition,
    pub(crate) source: String,
    pub(crate) stage: Stage,
    /// Readers see an edition of it.
    pub(crate) live: bool,
}

impl Opened {
    /// # Errors
    /// `NotFound`; those of the database.
    pub(crate) fn load(c: &mut AnyConnection, id: &str) -> Result<Self> {
        let document = documents::get(c, id)?;
        let published = editions::published(c, id)?;
        let live = published.is_some();
        let edition = match editions::open(c, id)?.or(published) {
            Some(edition) => edition,
            None => editions::history(c, id, None, 1)?
                .into_iter()
                .next()
                .ok_or_else(|| kairan_db::Error::NotFound {
                    what: "版",
                    id: id.to_owned(),
                })?,
        };
        let source = editions::source(c, edition.id)?;
        let stage = stage_of(c, &edition)?;
        Ok(Self {
            document,
            edition,
            source,
            stage,
            live,
        })
    }

    /// The same with what somebody's form saved by itself, where that says something else.
    ///
    /// # Errors
    /// As [`Opened::load`].
    pub(crate) fn with_autosave(
        c: &mut AnyConnection,
        id: &str,
        key: &str,
    ) -> Result<(Self, Option<Autosave>)> {
        let opened = Self::load(c, id)?;
        let waiting = editing::autosave(c, opened.edition.id, key)?;
        let waiting = waiting.filter(|waiting| waiting.source != opened.source);
        Ok((opened, waiting))
    }

    /// Whether a text may be written as it stands: into the draft, or into a new one where nothing is under way.
    pub(crate) fn is_writable(&self) -> bool {
        self.edition.state == EditionState::Draft || !self.edition.state.is_open()
    }
}

fn stage_of(c: &mut AnyConnection, edition: &Edition) -> Result<Stage> {
    Ok(match edition.state {
        EditionState::Draft => {
            let last = editing::latest_review(c, edition.id)?;
            let returned = last
                .is_some_and(|last| last.outcome.as_deref() == Some(Outcome::Returned.as_str()));
            if returned {
                Stage::Returned
            } else {
                Stage::Draft
            }
        }
        EditionState::InReview => Stage::InReview,
        EditionState::Approved => Stage::Approved,
        EditionState::Scheduled => Stage::Scheduled,
        EditionState::Published => Stage::Published,
        EditionState::Superseded | EditionState::Withdrawn => Stage::Withdrawn,
        EditionState::Archived => Stage::Archived,
    })
}

/// The most kept texts that are looked through for the one a form was made over.
const LOOKED_THROUGH: i64 = 2_000;

/// The text a form was made over: what this edition was at this revision. `None` where it is not known (any more), or
/// is another document's.
pub(crate) fn text_at(
    c: &mut AnyConnection,
    document_id: &str,
    edition_id: i64,
    revision: i64,
) -> Result<Option<String>> {
    let edition = match editions::get(c, edition_id) {
        Ok(edition) if edition.document_id == document_id => edition,
        Ok(_) | Err(kairan_db::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    if edition.revision == revision {
        return editions::source(c, edition_id).map(Some);
    }
    // Steps of the workflow raise the revision and keep the text.
    let kept = editing::revisions(c, document_id, None, LOOKED_THROUGH)?;
    let found = kept
        .iter()
        .find(|one| one.edition_id == edition_id && one.revision <= revision);
    match found {
        Some(found) => Ok(Some(editing::revision_source(c, document_id, found.id)?.1)),
        None => Ok(None),
    }
}
