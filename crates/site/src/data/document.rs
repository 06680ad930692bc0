//! A document as JSON, and the lists of a kind.

use kairan_content::markdown::Rendered as Body;
use kairan_content::{Deadline, Kind, Session};
use serde::Serialize;

use super::Listing;
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::{ListKey, ObjectKey};
use crate::live::{Card, Live};
use crate::paging;
use crate::view::Site;

/// A document in a list: enough to choose, with the address of the whole.
#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    kind: Kind,
    slug: &'a str,
    lang: &'a str,
    path: &'a str,
    url: String,
    data: String,
    title: &'a str,
    summary: &'a str,
    category: &'a str,
    target: Option<&'a str>,
    deadlines: &'a [Deadline],
    anytime: bool,
    sessions: &'a [Session],
    published: Option<String>,
    updated: Option<String>,
    edition: &'a str,
}

impl Site {
    /// The whole document.
    pub(crate) fn document_json(
        &self,
        live: &Live,
        body: Body,
        catalogue: &dyn Catalogue,
    ) -> Result<Vec<u8>> {
        let _ = (body, catalogue);
        Ok(serde_json::to_vec(&self.item(&live.card))?)
    }

    fn item<'a>(&self, card: &'a Card) -> Item<'a> {
        Item {
            id: &card.id,
            kind: card.kind,
            slug: &card.slug,
            lang: &card.lang,
            path: &card.path,
            url: self.absolute(&card.path),
            data: ObjectKey::Data(card.kind, card.id.clone()).path(),
            title: &card.title,
            summary: &card.summary,
            category: &card.category,
            target: card.target.as_deref(),
            deadlines: &card.deadlines,
            anytime: card.anytime,
            sessions: &card.sessions,
            published: card.published.map(|at| at.to_string()),
            updated: card.updated.as_ref().map(|updated| updated.at.to_string()),
            edition: &card.edition,
        }
    }

    /// The newest of a kind (`page` = `None`) or a full page of fifty.
    pub(crate) fn kind_json(
        &self,
        kind: Kind,
        page: Option<u32>,
        catalogue: &dyn Catalogue,
    ) -> Result<Option<Vec<u8>>> {
        let list = ListKey::Data(kind);
        let last = catalogue.last_ordinal(&list)?;
        let full = paging::full_pages(last);
        let ((first, end), older) = match page {
            None => (paging::newest_range(last), full),
            Some(page) if (1..=full).contains(&page) => (paging::page_range(page), page - 1),
            Some(_) => return Ok(None),
        };
        let cards = catalogue.range(&list, first, end)?;
        let items = cards.iter().map(|(_, card)| self.item(card)).collect();
        let next = (older > 0).then(|| ObjectKey::DataPage(kind, older).path());
        Ok(Some(serde_json::to_vec(&Listing { items, next })?))
    }
}
