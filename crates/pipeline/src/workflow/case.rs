//! What a step looks at: the document, its open edition, and the site as it is.

use chrono::NaiveDateTime;
use kairan_content::{Document as Text, SiteData};
use kairan_db::documents::{self, Document};
use kairan_db::editions::{self, Edition, EditionState, Step};
use kairan_db::staff::{self, Role};
use kairan_db::{AnyConnection, Error as DbError};

use super::{Actor, At, Refusal};
use crate::{Context, Error, Result, drafts, site_data};

pub(super) struct Case {
    pub(super) document: Document,
    pub(super) edition: Edition,
}

impl Case {
    /// The open edition of a document, for somebody who holds the role, at the revision that was looked at, in one of these
    /// states.
    pub(super) fn for_step(
        c: &mut AnyConnection,
        at: &At,
        actor: &Actor,
        role: Role,
        states: &[EditionState],
    ) -> Result<Self> {
        let document = documents::get(c, &at.document)?;
        actor.must(role, document.owner.as_deref())?;
        let Some(edition) = editions::open(c, &at.document)? else {
            return Err(Refusal::Stale.into());
        };
        if edition.revision != at.revision {
            return Err(Refusal::Stale.into());
        }
        if !states.contains(&edition.state) {
            return Err(Refusal::State(edition.state.label()).into());
        }
        Ok(Self { document, edition })
    }

    pub(super) fn owner(&self) -> Option<&str> {
        self.document.owner.as_deref()
    }

    /// Moves the edition one step; what was read of it is read again.
    pub(super) fn advance(
        &mut self,
        c: &mut AnyConnection,
        to: EditionState,
        publish_at: Option<NaiveDateTime>,
        now: NaiveDateTime,
    ) -> Result<()> {
        let step = Step {
            to,
            publish_at,
            note: None,
        };
        let (id, revision) = (self.edition.id, self.edition.revision);
        self.edition = editions::advance(c, id, revision, &step, now).map_err(stale)?;
        Ok(())
    }

    /// Refuses a text that may not be published.
    pub(super) fn sound(
        &self,
        c: &mut AnyConnection,
        ctx: &Context,
        now: NaiveDateTime,
    ) -> Result<()> {
        let site = site(c, ctx)?;
        let source = editions::source(c, self.edition.id)?;
        let problems = drafts::problems(c, &site, &self.document.id, &source, now)?;
        match problems.iter().filter(|one| one.is_error()).count() {
            0 => Ok(()),
            errors => Err(Refusal::HasErrors(errors).into()),
        }
    }

    /// What the text says.
    pub(super) fn text(&self, c: &mut AnyConnection, site: &SiteData) -> Result<Option<Text>> {
        read(c, site, &self.document, self.edition.id)
    }

    /// Whether somebody wrote the text last, or asked for its approval.
    pub(super) fn is_of(&self, actor: &Actor, submitted_by: Option<&str>) -> bool {
        actor.is(&self.edition.author) || submitted_by.is_some_and(|one| actor.is(one))
    }
}

/// What the text of an edition says; `None` where it cannot be read.
pub(super) fn read(
    c: &mut AnyConnection,
    site: &SiteData,
    document: &Document,
    edition: i64,
) -> Result<Option<Text>> {
    let source = editions::source(c, edition)?;
    let path = format!(
        "content/{}/{}.md",
        document.kind,
        document.id.to_ascii_lowercase()
    );
    let cx = kairan_content::Context::new(site, None);
    Ok(kairan_content::parse(&path, source.as_bytes(), &cx).document)
}

pub(super) fn site(c: &mut AnyConnection, ctx: &Context) -> Result<std::sync::Arc<SiteData>> {
    Ok(site_data::current(c, &ctx.theme)?.data)
}

/// A member of staff who is at work.
pub(super) fn at_work(c: &mut AnyConnection, key: &str) -> Result<Option<staff::Account>> {
    let id = key.strip_prefix("staff:").unwrap_or(key);
    let account = staff::find(c, id)?;
    Ok(account.filter(|one| one.state == staff::State::Active))
}

/// Somebody was faster: the database says it, staff are told so.
pub(super) fn stale(error: DbError) -> Error {
    match error {
        DbError::Conflict { .. } => Refusal::Stale.into(),
        other => other.into(),
    }
}

/// A text somebody typed: without space around it, at most so long.
pub(super) fn typed(text: &str, longest: usize) -> Result<Option<String>> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > longest {
        return Err(Refusal::TooLong(longest).into());
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}
