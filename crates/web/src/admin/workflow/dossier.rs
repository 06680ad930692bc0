//! What every screen about one document on its way shows: who, what, where it stands, what is wrong with it.

use actix_web::http::StatusCode;
use chrono::NaiveDateTime;
use kairan_content::{Document, SiteData};
use kairan_db::editing::{self, Comment, Outcome, Review};
use kairan_db::{AnyConnection, editions, live};
use kairan_editor::{Problems, Surroundings};
use kairan_pipeline::workflow::{self, Need};
use kairan_pipeline::{Result, drafts};
use serde::Serialize;

use super::Problem;
use crate::admin::documents::head::{Badge, Next, Seal, Standing, Telling, next, seals};
use crate::admin::documents::known::InDatabase;
use crate::admin::documents::opened::Opened;
use crate::admin::documents::page::{path_of, read};
use crate::admin::documents::people::People;
use crate::admin::words::Language;
use crate::app::App;

/// A document as the workflow shows it.
pub(super) struct Dossier {
    pub(super) opened: Opened,
    /// What the text says, as far as it can be read.
    pub(super) text: Option<Document>,
    pub(super) people: People,
    /// The last review of the edition.
    pub(super) review: Option<Review>,
    pub(super) comments: Vec<Comment>,
    pub(super) problems: Problems,
    /// Whom publishing it tells.
    pub(super) need: Need,
    /// What readers see now.
    pub(super) published: Option<String>,
    /// Where readers see it, below the site.
    pub(super) path: Option<String>,
    pub(super) site: std::sync::Arc<SiteData>,
    pub(super) now: NaiveDateTime,
}

/// The head of a screen.
#[derive(Serialize)]
pub(super) struct Head {
    id: String,
    title: String,
    badge: Badge,
    seals: Vec<Seal>,
    next: Next,
    edition: i64,
    revision: i64,
    stage: &'static str,
    problem: Option<String>,
}

impl Dossier {
    pub(super) fn load(
        c: &mut AnyConnection,
        app: &App,
        site: std::sync::Arc<SiteData>,
        id: &str,
    ) -> Result<Self> {
        let (now, today) = (app.ctx.clock.now(), app.today());
        let opened = Opened::load(c, id)?;
        let text = read(&opened, &opened.source, &site, today);
        let of = (&opened.document, &opened.edition);
        let need = workflow::need_of(c, &app.ctx, of, &site, text.as_ref(), now)?;
        let diagnostics = drafts::references(c, &site, id, &opened.source, now)?;
        let problems = {
            let known = InDatabase::new(c);
            let around = Surroundings {
                site: &site,
                known: &known,
                today,
            };
            Problems::of(&opened.source, &path_of(&opened), &around, &diagnostics)
        };
        let row = live::get(c, id)?;
        let published = match &row {
            Some(row) => Some(editions::source(c, row.edition_id)?),
            None => None,
        };
        let path = row.and_then(|row| {
            let card: serde_json::Value = serde_json::from_str(&row.card).ok()?;
            card.get("path")?.as_str().map(str::to_owned)
        });
        Ok(Self {
            review: editing::latest_review(c, opened.edition.id)?,
            comments: editing::comments(c, id, true)?,
            people: People::load(c)?,
            opened,
            text,
            problems,
            need,
            published,
            path,
            site,
            now,
        })
    }

    /// The review that was forced and that nobody has looked at yet.
    pub(super) fn forced(&self) -> Option<&Review> {
        let forced = Some(Outcome::Forced.as_str());
        self.review
            .as_ref()
            .filter(|one| one.outcome.as_deref() == forced)
    }

    /// The review that is open.
    pub(super) fn asked(&self) -> Option<&Review> {
        self.review.as_ref().filter(|one| one.outcome.is_none())
    }

    pub(super) fn owner(&self) -> Option<&str> {
        self.opened.document.owner.as_deref()
    }

    pub(super) fn department(&self) -> Option<String> {
        let key = self.owner()?;
        let known = self.site.department(key);
        Some(known.map_or_else(|| key.to_owned(), |one| one.name.clone()))
    }

    pub(super) fn head(&self, words: &Language, problem: Option<&Problem>) -> Head {
        let standing = Standing {
            id: &self.opened.document.id,
            stage: self.opened.stage,
            live: self.opened.live,
            publish_at: self.opened.edition.publish_at,
            review: self.review.as_ref(),
            errors: self.problems.errors,
            first: None,
            comments: self.comments.len(),
            telling: Telling::of(&self.need),
            now: self.now,
        };
        Head {
            id: self.opened.document.id.clone(),
            title: self.opened.edition.title.clone(),
            badge: Badge::of(words, self.opened.stage),
            seals: seals(words, &self.people, &standing),
            next: next(words, &self.people, &standing),
            edition: self.opened.edition.id,
            revision: self.opened.edition.revision,
            stage: self.opened.stage.as_str(),
            problem: problem.map(|one| one.text.clone()),
        }
    }
}

/// The status of a screen that says why something was not done.
pub(super) fn status(problem: Option<&Problem>) -> StatusCode {
    problem.map_or(StatusCode::OK, |one| one.status)
}
