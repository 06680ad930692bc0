//! The lists of a kind.

use kairan_content::Kind;

use super::Listing;
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::{ListKey, ObjectKey};
use crate::library::public_summary;
use crate::paging;

/// The newest of a kind (`page` = `None`) or a full page of fifty.
pub(super) fn json(
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
    let site = catalogue.site();
    let cards = catalogue.range(&list, first, end)?;
    let items = cards.iter().map(|(_, card)| public_summary(card, site));
    let items = items.collect();
    let next = (older > 0).then(|| ObjectKey::DataPage(kind, older).path());
    Ok(Some(serde_json::to_vec(&Listing { items, next })?))
}
