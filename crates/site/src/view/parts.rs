//! The parts of a document's page, and what they read of other documents.

use chrono::NaiveDateTime;
use kairan_content::markdown::FileInfo as FileNote;
use kairan_content::{Apply, ApplyVia, Deadline, Department, Kind};
use serde::Serialize;

use super::when::{Left, StateView, When, state};
use crate::catalogue::{Catalogue, resolve};
use crate::error::Result;
use crate::library;
use crate::live::Live;
use crate::rendered::Until;

#[derive(Serialize)]
pub(super) struct DeadlineView<'a> {
    pub(super) label: Option<&'a str>,
    pub(super) note: Option<&'a str>,
    pub(super) opens: Option<When>,
    pub(super) closes: When,
    pub(super) state: StateView,
    pub(super) left: Option<Left>,
}

#[derive(Serialize)]
pub(super) struct Way<'a> {
    pub(super) heading: &'static str,
    pub(super) label: &'a str,
    pub(super) url: Option<&'a str>,
    pub(super) place: Option<&'a str>,
    pub(super) address: Option<&'a str>,
    pub(super) phone: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) hours: Option<&'a str>,
    pub(super) note: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Contact<'a> {
    pub(super) name: &'a str,
    pub(super) phone: Option<&'a str>,
    pub(super) fax: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) address: Option<&'a str>,
    pub(super) hours: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct SessionView<'a> {
    pub(super) starts: When,
    pub(super) ends: Option<When>,
    pub(super) place: Option<&'a str>,
    pub(super) capacity: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct AttachmentView<'a> {
    pub(super) path: String,
    pub(super) label: &'a str,
    pub(super) detail: Option<String>,
}

#[derive(Serialize)]
pub(super) struct FaqView {
    pub(super) title: String,
    pub(super) path: String,
    pub(super) answer: String,
}

#[derive(Serialize)]
pub(super) struct RelatedView {
    pub(super) title: String,
    pub(super) path: String,
    pub(super) summary: String,
}

#[derive(Serialize)]
pub(super) struct HistoryView<'a> {
    pub(super) at: When,
    pub(super) note: Option<&'a str>,
}

impl<'a> DeadlineView<'a> {
    pub(super) fn new(deadline: &'a Deadline, now: NaiveDateTime, until: &mut Until) -> Self {
        let (state, left) = state(deadline, now, until);
        Self {
            label: deadline.label.as_deref(),
            note: deadline.note.as_deref(),
            opens: deadline.opens.as_ref().map(When::full),
            closes: When::end(&deadline.closes),
            state,
            left,
        }
    }
}

impl<'a> Way<'a> {
    pub(super) fn new(apply: &'a Apply) -> Self {
        let heading = apply.via.label();
        let online = matches!(apply.via, ApplyVia::Online | ApplyVia::Form);
        let words = if online {
            "電子申請をはじめる"
        } else {
            ""
        };
        let link = if apply.url.is_some() && words.is_empty() {
            "くわしく見る"
        } else {
            words
        };
        Self {
            heading,
            label: apply.label.as_deref().unwrap_or(link),
            url: apply.url.as_deref(),
            place: apply.place.as_deref(),
            address: apply.address.as_deref(),
            phone: apply.phone.as_deref(),
            email: apply.email.as_deref(),
            hours: apply.hours.as_deref(),
            note: apply.note.as_deref(),
        }
    }

    /// Whether it is a button that leads to a form.
    pub(super) fn leads(&self) -> bool {
        self.url.is_some()
            && [ApplyVia::Online.label(), ApplyVia::Form.label()].contains(&self.heading)
    }
}

impl<'a> Contact<'a> {
    pub(super) fn new(department: &'a Department) -> Self {
        Self {
            name: &department.name,
            phone: department.phone.as_deref(),
            fax: department.fax.as_deref(),
            email: department.email.as_deref(),
            address: department.address.as_deref(),
            hours: department.hours.as_deref(),
        }
    }
}

impl<'a> SessionView<'a> {
    pub(super) fn new(session: &'a kairan_content::Session) -> Self {
        let ends = session.ends.as_ref().map(|ends| match ends.time {
            Some(time) if ends.date == session.starts.date => When {
                datetime: kairan_content::dates::machine_text(*ends),
                text: kairan_content::dates::time_text(time),
            },
            _ => When::end(ends),
        });
        Self {
            starts: When::full(&session.starts),
            ends,
            place: session.place.as_deref(),
            capacity: session.capacity,
        }
    }
}

pub(super) fn attachments<'a>(
    live: &'a Live,
    catalogue: &dyn Catalogue,
) -> Result<Vec<AttachmentView<'a>>> {
    let mut views = Vec::new();
    for attachment in &live.document.attachments {
        // A missing file is an error of the document and never gets here by publishing.
        if let Some(file) = catalogue.file(&attachment.file)? {
            views.push(AttachmentView {
                path: file.path(),
                label: &attachment.label,
                detail: Some(FileNote::of(&file.name, file.size).to_string()),
            });
        }
    }
    Ok(views)
}

pub(super) fn faqs(live: &Live, catalogue: &dyn Catalogue) -> Result<Vec<FaqView>> {
    let mut views = Vec::new();
    for reference in &live.document.faqs {
        let card = resolve(catalogue, reference, &[Kind::Faq], &live.document.lang)?;
        let Some(card) = card else { continue };
        let Some(faq) = catalogue.document(&card.id)? else {
            continue;
        };
        let mut answer = library::body(&faq.document, catalogue)?.html;
        if answer.contains(" id=\"") {
            // Several answers stand on one page: their headings and notes need names of their own.
            let name = format!("faq-{}-", views.len() + 1);
            answer = answer
                .replace(" id=\"", &format!(" id=\"{name}"))
                .replace(" href=\"#", &format!(" href=\"#{name}"));
        }
        views.push(FaqView {
            title: card.title.clone(),
            path: card.path.clone(),
            answer,
        });
    }
    Ok(views)
}

pub(super) fn related(live: &Live, catalogue: &dyn Catalogue) -> Result<Vec<RelatedView>> {
    let mut views = Vec::new();
    for reference in &live.document.related {
        let card = resolve(catalogue, reference, &Kind::ALL, &live.document.lang)?;
        views.extend(card.as_deref().map(RelatedView::new));
    }
    Ok(views)
}

/// Who names this question.
pub(super) fn referrers(live: &Live, catalogue: &dyn Catalogue) -> Result<Vec<RelatedView>> {
    if live.document.kind != Kind::Faq {
        return Ok(Vec::new());
    }
    let cards = catalogue.referrers(&live.names())?;
    let same = cards.iter().filter(|card| card.lang == live.document.lang);
    Ok(same.map(|card| RelatedView::new(card)).collect())
}

impl RelatedView {
    pub(super) fn new(card: &crate::live::Card) -> Self {
        Self {
            title: card.title.clone(),
            path: card.path.clone(),
            summary: card.summary.clone(),
        }
    }
}
