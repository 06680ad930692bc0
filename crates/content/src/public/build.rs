//! Document → public view.

use chrono::{Days, NaiveDateTime};

use super::library::{Library, LibraryResolver};
use super::{
    PublicApply, PublicCategory, PublicChange, PublicDocument, PublicFile, PublicPeriod,
    PublicSession, PublicSummary, PublicTag, PublicTarget, Publication, Term,
};
use crate::audience::audience;
use crate::dates;
use crate::markdown::{self, file_kind};
use crate::model::{ApplyVia, Deadline, Document, Kind, Session};
use crate::site::SiteData;

impl PublicDocument {
    /// The public view of a document.
    #[must_use]
    pub fn of(
        document: &Document,
        site: &SiteData,
        library: &dyn Library,
        publication: &Publication,
    ) -> Self {
        let body = markdown::render(&document.body, &mut LibraryResolver(library));
        let lang = &document.lang;
        let find = |references: &[String], kind: Option<Kind>| {
            references
                .iter()
                .filter_map(|one| library.document(one, kind, lang))
                .collect()
        };
        let published = publication
            .published
            .or(document.publish_at.map(|at| at.start()));
        let updated = publication
            .updated
            .or(document.updated.as_ref().map(|updated| updated.at.start()))
            .or(published);
        Self {
            id: publication.id.clone(),
            kind: document.kind,
            slug: document.slug.clone(),
            lang: lang.clone(),
            url: absolute(site, &document.path(&site.settings.lang)),
            title: document.title.clone(),
            summary: document.summary.clone(),
            category: category(site, &document.category),
            tags: document
                .tags
                .iter()
                .filter_map(|key| tag(site, key))
                .collect(),
            life_events: document
                .life_events
                .iter()
                .filter_map(|key| site.life_event(key))
                .map(|event| Term {
                    key: event.key.clone(),
                    label: event.label.clone(),
                })
                .collect(),
            target: PublicTarget {
                text: document
                    .target
                    .as_ref()
                    .map(|t| t.text.clone())
                    .unwrap_or_default(),
                rule: audience(document, site),
            },
            anytime: document.anytime,
            deadlines: document.deadlines.iter().map(period).collect(),
            online: document
                .apply
                .iter()
                .any(|apply| apply.via == ApplyVia::Online),
            apply: document
                .apply
                .iter()
                .map(|apply| PublicApply {
                    via_label: apply.via.label().to_owned(),
                    apply: apply.clone(),
                })
                .collect(),
            documents: document.documents.clone(),
            attachments: document
                .attachments
                .iter()
                .map(|attachment| {
                    let file = library.file(&attachment.file);
                    PublicFile {
                        label: attachment.label.clone(),
                        kind: file_kind(&attachment.file).to_owned(),
                        bytes: file.as_ref().map(|file| file.bytes),
                        url: file.map_or_else(|| format!("/{}", attachment.file), |file| file.url),
                    }
                })
                .collect(),
            legal_basis: document.legal_basis.clone(),
            contact: site.department(&document.contact).cloned(),
            faqs: find(&document.faqs, Some(Kind::Faq)),
            related: find(&document.related, None),
            sessions: document.sessions.iter().map(session).collect(),
            fee: document.fee.clone(),
            organiser: document.organiser.clone(),
            address: document.address.clone(),
            hours: document.hours.clone(),
            place: document.place.clone(),
            period: document.period.as_ref().map(period),
            result: document.result.clone(),
            html: body.html,
            text: body.text,
            headings: body.headings,
            published: published.map(instant),
            updated: updated.map(instant),
            change: document.updated.as_ref().map(|updated| PublicChange {
                at: updated.at.to_string(),
                note: updated.note.clone(),
                major: updated.major,
            }),
            variants: library.variants(document),
        }
    }

    /// What lists show of it.
    #[must_use]
    pub fn summary(&self) -> PublicSummary {
        PublicSummary {
            id: self.id.clone(),
            kind: self.kind,
            slug: self.slug.clone(),
            lang: self.lang.clone(),
            url: self.url.clone(),
            title: self.title.clone(),
            summary: self.summary.clone(),
            category: self.category.key.clone(),
            tags: self.tags.iter().map(|tag| tag.key.clone()).collect(),
            anytime: self.anytime,
            deadlines: self.deadlines.clone(),
            online: self.online,
            published: self.published.clone(),
            updated: self.updated.clone(),
        }
    }
}

/// An instant of Japan Standard Time with its offset.
#[must_use]
pub fn instant(at: NaiveDateTime) -> String {
    format!("{}+09:00", at.format("%Y-%m-%dT%H:%M:%S"))
}

fn absolute(site: &SiteData, path: &str) -> String {
    format!("{}{path}", site.settings.url.trim_end_matches('/'))
}

fn category(site: &SiteData, key: &str) -> PublicCategory {
    let path: Vec<Term> = site
        .category_path(key)
        .into_iter()
        .map(|category| Term {
            key: category.key.clone(),
            label: category.label.clone(),
        })
        .collect();
    let label = path
        .last()
        .map(|term| term.label.clone())
        .unwrap_or_default();
    PublicCategory {
        key: key.to_owned(),
        label,
        path,
    }
}

fn tag(site: &SiteData, key: &str) -> Option<PublicTag> {
    let (facet, tag) = site.tag(key)?;
    Some(PublicTag {
        key: tag.key.clone(),
        label: tag.label.clone(),
        facet: Term {
            key: facet.key.clone(),
            label: facet.label.clone(),
        },
    })
}

impl PublicPeriod {
    /// A deadline as readers see it.
    #[must_use]
    pub fn of(deadline: &Deadline) -> Self {
        period(deadline)
    }
}

fn period(deadline: &Deadline) -> PublicPeriod {
    PublicPeriod {
        label: deadline.label.clone(),
        opens: deadline.opens.map(|opens| opens.to_string()),
        closes: deadline.closes.to_string(),
        note: deadline.note.clone(),
        opens_at: deadline.opens.map(|opens| instant(opens.start())),
        closes_at: instant(deadline.closes.end()),
        text: dates::period_text(deadline),
    }
}

fn session(session: &Session) -> PublicSession {
    let ends_at = session.ends.map_or_else(
        || {
            let day = session.starts.date;
            day.checked_add_days(Days::new(1))
                .unwrap_or(day)
                .and_time(chrono::NaiveTime::MIN)
        },
        |ends| ends.end(),
    );
    PublicSession {
        starts: session.starts.to_string(),
        ends: session.ends.map(|ends| ends.to_string()),
        place: session.place.clone(),
        capacity: session.capacity,
        starts_at: instant(session.starts.start()),
        ends_at: instant(ends_at),
        text: dates::session_text(session),
    }
}
