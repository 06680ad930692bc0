//! The lists of a kind.

use kairan_content::public::{PublicPeriod, PublicSummary, instant};
use kairan_content::{ApplyVia, Kind};

use super::Listing;
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::{ListKey, ObjectKey};
use crate::live::Card;
use crate::paging;
use crate::view::Site;

impl Site {
    /// What lists of content JSON show of a document: the same as its own JSON says.
    pub(crate) fn summary(&self, card: &Card) -> PublicSummary {
        let published = card.published.map(|at| at.start());
        let updated = card.updated.as_ref().map(|updated| updated.at.start());
        // 募集期間 is no 申込期日: the document has it under a key of its own.
        let deadlines = if card.kind == Kind::Comment {
            &[][..]
        } else {
            &card.deadlines
        };
        PublicSummary {
            id: card.id.clone(),
            kind: card.kind,
            slug: card.slug.clone(),
            lang: card.lang.clone(),
            url: self.absolute(&card.path),
            title: card.title.clone(),
            summary: card.summary.clone(),
            category: card.category.clone(),
            tags: card.tags.clone(),
            anytime: card.anytime,
            deadlines: deadlines.iter().map(PublicPeriod::of).collect(),
            online: card.vias.contains(&ApplyVia::Online),
            published: published.map(instant),
            updated: updated.or(published).map(instant),
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
        let items = cards.iter().map(|(_, card)| self.summary(card)).collect();
        let next = (older > 0).then(|| ObjectKey::DataPage(kind, older).path());
        Ok(Some(serde_json::to_vec(&Listing { items, next })?))
    }
}
