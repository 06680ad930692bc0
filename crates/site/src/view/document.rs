//! The page of a document, of whatever kind: 要点, body, attachments, questions, contact.

use chrono::NaiveDateTime;
use kairan_content::Kind;
use kairan_theme::Part;
use serde::Serialize;

use super::list::kind_heading;
use super::map::{Link, html_lang, language_name};
use super::parts::{
    AttachmentView, Contact, DeadlineView, FaqView, HistoryView, RelatedView, SessionView, Way,
    attachments, faqs, referrers, related,
};
use super::when::When;
use super::{Page, Section, Site};
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::{ListKey, ObjectKey};
use crate::live::Live;
use crate::rendered::Until;

#[derive(Serialize)]
struct DocumentView<'a> {
    crumbs: Vec<Link>,
    lang: Option<&'a str>,
    title: &'a str,
    summary: &'a str,
    id: &'a str,
    url: &'a str,
    variants: &'a [Link],
    published: Option<When>,
    updated: Option<When>,
    ruby: bool,
    key: bool,
    target: Option<&'a str>,
    deadline_heading: &'static str,
    deadlines: Vec<DeadlineView<'a>>,
    anytime: bool,
    apply: bool,
    online: Vec<Way<'a>>,
    ways: Vec<Way<'a>>,
    documents: &'a [String],
    contact: Option<Contact<'a>>,
    sessions: Vec<SessionView<'a>>,
    place: Option<&'a str>,
    address: Option<&'a str>,
    hours: Option<&'a str>,
    fee: Option<&'a str>,
    organiser: Option<&'a str>,
    ics: Option<String>,
    body: Part,
    result: Option<&'a str>,
    attachments: Vec<AttachmentView<'a>>,
    faqs: Vec<FaqView>,
    related: Vec<RelatedView>,
    referrers: Vec<RelatedView>,
    categories: Vec<Link>,
    tags: Vec<Link>,
    life_events: Vec<Link>,
    legal_basis: Option<&'a str>,
    history: Vec<HistoryView<'a>>,
}

impl Site {
    /// The page of a live document whose body is `html`.
    pub(crate) fn document(
        &self,
        live: &Live,
        html: &str,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<String> {
        let path = &live.card.path;
        let url = self.absolute(path);
        let variants = self.variant_links(live, catalogue)?;
        let view = self.document_view(live, html, &url, &variants, catalogue, now, until)?;
        let name = live.document.kind.as_str();
        let template = if self.theme.has(name) {
            name
        } else {
            "document"
        };
        let lang = &live.document.lang;
        let main = self.theme.render_parts_in(lang, template, &view, &[html])?;
        self.page(&Page {
            section: if live.document.kind == Kind::Faq {
                Section::Faqs
            } else {
                Section::Other
            },
            title: Some(&live.document.title),
            description: &live.document.summary,
            path: Some(path),
            edition: Some(&live.card.edition),
            alternates: variants,
            banner: None,
            main: &main,
        })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one caller; the parts are made once and shared with the frame"
    )]
    fn document_view<'a>(
        &self,
        live: &'a Live,
        html: &'a str,
        url: &'a str,
        variants: &'a [Link],
        catalogue: &'a dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<DocumentView<'a>> {
        let document = &live.document;
        let contact = catalogue
            .site()
            .department(&document.contact)
            .map(Contact::new);
        let deadlines = live
            .card
            .deadlines
            .iter()
            .map(|each| DeadlineView::new(each, now, until));
        let mut deadlines: Vec<_> = deadlines.collect();
        // What is over stays readable, after what is not.
        deadlines.sort_by_key(|deadline| deadline.state.class == "closed");
        let (online, ways) = document
            .apply
            .iter()
            .map(Way::new)
            .partition::<Vec<_>, _>(Way::leads);
        let ics = (!deadlines.is_empty() || !document.sessions.is_empty())
            .then(|| ObjectKey::DocumentCalendar(live.address(&self.view.lang)).path());
        let key = document.kind != Kind::Page && document.kind != Kind::Faq
            || document.target.is_some()
            || !deadlines.is_empty();
        Ok(DocumentView {
            crumbs: self.crumbs(live),
            lang: (document.lang != self.view.lang).then(|| html_lang(&document.lang)),
            title: &document.title,
            summary: &document.summary,
            id: &live.card.id,
            url,
            variants,
            published: live.card.published.as_ref().map(When::day),
            updated: live.history.first().map(|update| When::day(&update.at)),
            ruby: html.contains("<ruby>"),
            key,
            target: document.target.as_ref().map(|target| target.text.as_str()),
            deadline_heading: if document.period.is_some() {
                "募集期間"
            } else {
                "申込期日"
            },
            deadlines,
            anytime: document.anytime,
            apply: !document.apply.is_empty(),
            online,
            ways,
            documents: &document.documents,
            contact,
            sessions: document.sessions.iter().map(SessionView::new).collect(),
            place: document.place.as_deref(),
            address: document.address.as_deref(),
            hours: document.hours.as_deref(),
            fee: document.fee.as_deref(),
            organiser: document.organiser.as_deref(),
            ics,
            body: Part(0),
            result: document.result.as_deref(),
            attachments: attachments(live, catalogue)?,
            faqs: faqs(live, catalogue)?,
            related: related(live, catalogue)?,
            referrers: referrers(live, catalogue)?,
            categories: self.taxonomy.category_links(&document.category),
            tags: self.links(document.tags.iter().cloned().map(ListKey::Tag)),
            life_events: self.links(document.life_events.iter().cloned().map(ListKey::LifeEvent)),
            legal_basis: document.legal_basis.as_deref(),
            history: live
                .history
                .iter()
                .map(|update| HistoryView {
                    at: When::day(&update.at),
                    note: update.note.as_deref(),
                })
                .collect(),
        })
    }

    fn crumbs(&self, live: &Live) -> Vec<Link> {
        let document = &live.document;
        if document.lang != self.view.lang {
            return vec![Link::new(
                format!("/{}/", document.lang),
                language_name(&document.lang),
            )];
        }
        match document.kind {
            Kind::Article => self.taxonomy.category_links(&document.category),
            Kind::News => vec![Link::new("/news/", "新着情報")],
            kind => vec![Link::new(
                format!("/{}/", kind.plural()),
                kind_heading(kind),
            )],
        }
    }

    fn links(&self, keys: impl Iterator<Item = ListKey>) -> Vec<Link> {
        keys.filter_map(|key| self.taxonomy.link(&key)).collect()
    }

    /// The same document in other languages.
    fn variant_links(&self, live: &Live, catalogue: &dyn Catalogue) -> Result<Vec<Link>> {
        let group = catalogue.variants(live.variant_group())?;
        let others = group.iter().filter(|card| card.id != live.card.id);
        Ok(others
            .map(|card| Link {
                hreflang: Some(html_lang(&card.lang).to_owned()),
                url: Some(self.absolute(&card.path)),
                ..Link::new(&card.path, language_name(&card.lang))
            })
            .collect())
    }
}
