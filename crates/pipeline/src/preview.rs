//! The page of a text that is not published, made by the very renderer of the site.

use std::sync::Arc;

use chrono::NaiveDateTime;
use kairan_content::{Session, SiteData};
use kairan_site::{
    Address, Card, Catalogue, Change, FileInfo, Found, ListKey, Live, Month, ObjectKey, Result,
};

use crate::Context;
use crate::catalogue::{self, DbCatalogue};

/// The page of a document as readers would see it with this text; `None` where the text cannot be read yet. Blocks.
///
/// # Errors
/// Where the document is unknown; those of the database and of rendering.
pub fn page(ctx: &Context, document_id: &str, source: &str) -> crate::Result<Option<String>> {
    let published = DbCatalogue::open(ctx)?;
    let row = ctx.db.read(|c| kairan_db::documents::get(c, document_id))?;
    let site = published.site();
    let cx = kairan_content::Context::new(site, None);
    let Ok(document) = catalogue::parse(&row.kind, &row.id, source, &cx) else {
        return Ok(None);
    };
    let first = published
        .document(document_id)?
        .and_then(|live| live.card.published);
    let draft = Arc::new(Live::new(document, first, &site.settings.lang));
    let address = draft.card.address(&site.settings.lang);
    let renderer = Arc::clone(&published.current().site);
    let with_draft = WithDraft {
        published,
        draft,
        address: address.clone(),
    };
    let key = ObjectKey::Document(address);
    let page = renderer.render(&key, &with_draft, ctx.clock.now_jst())?;
    Ok(page.and_then(|page| String::from_utf8(page.bytes).ok()))
}

/// The published documents, with one text in its place.
struct WithDraft {
    published: DbCatalogue<'static>,
    draft: Arc<Live>,
    address: Address,
}

impl WithDraft {
    /// The cards of published documents, with the draft's own where its older one stands.
    fn mended(&self, mut cards: Vec<Arc<Card>>) -> Vec<Arc<Card>> {
        for card in &mut cards {
            if card.id == self.draft.id() {
                *card = Arc::clone(&self.draft.card);
            }
        }
        cards
    }
}

impl Catalogue for WithDraft {
    fn site(&self) -> &SiteData {
        self.published.site()
    }

    fn document(&self, id: &str) -> Result<Option<Arc<Live>>> {
        if id == self.draft.id() {
            return Ok(Some(Arc::clone(&self.draft)));
        }
        self.published.document(id)
    }

    fn at(&self, address: &Address) -> Result<Option<Found>> {
        if *address == self.address {
            return Ok(Some(Found::Live(Arc::clone(&self.draft))));
        }
        self.published.at(address)
    }

    fn named(&self, name: &str) -> Result<Vec<Arc<Card>>> {
        Ok(self.mended(self.published.named(name)?))
    }

    fn last_ordinal(&self, list: &ListKey) -> Result<u32> {
        self.published.last_ordinal(list)
    }

    fn ordinal(&self, list: &ListKey, id: &str) -> Result<Option<u32>> {
        self.published.ordinal(list, id)
    }

    fn range(&self, list: &ListKey, first: u32, last: u32) -> Result<Vec<(u32, Arc<Card>)>> {
        self.published.range(list, first, last)
    }

    fn newest(&self, list: &ListKey, limit: usize) -> Result<Vec<Arc<Card>>> {
        self.published.newest(list, limit)
    }

    fn languages(&self) -> Result<Vec<String>> {
        self.published.languages()
    }

    fn closing(&self, after: NaiveDateTime, until: NaiveDateTime) -> Result<Vec<Arc<Card>>> {
        self.published.closing(after, until)
    }

    fn next_closing(&self, after: NaiveDateTime) -> Result<Option<NaiveDateTime>> {
        self.published.next_closing(after)
    }

    fn sessions(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        limit: usize,
    ) -> Result<Vec<(Session, Arc<Card>)>> {
        self.published.sessions(from, to, limit)
    }

    fn month_before(&self, month: Month) -> Result<Option<Month>> {
        self.published.month_before(month)
    }

    fn month_after(&self, month: Month) -> Result<Option<Month>> {
        self.published.month_after(month)
    }

    fn referrers(&self, names: &[String]) -> Result<Vec<Arc<Card>>> {
        Ok(self.mended(self.published.referrers(names)?))
    }

    fn variants(&self, group: &str) -> Result<Vec<Arc<Card>>> {
        Ok(self.mended(self.published.variants(group)?))
    }

    fn emergencies(&self) -> Result<Vec<Arc<Card>>> {
        self.published.emergencies()
    }

    fn file(&self, path: &str) -> Result<Option<FileInfo>> {
        self.published.file(path)
    }

    fn file_bytes(&self, hash: &str, name: &str) -> Result<Option<Vec<u8>>> {
        self.published.file_bytes(hash, name)
    }

    fn last_change(&self) -> Result<u32> {
        self.published.last_change()
    }

    fn changes(&self, first: u32, last: u32) -> Result<Vec<Change>> {
        self.published.changes(first, last)
    }
}
