//! The change feed: every publication, update and withdrawal, numbered without gaps.

use super::Listing;
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::ObjectKey;
use crate::paging;

/// The newest changes (`page` = `None`) or a full page of fifty.
pub(super) fn json(page: Option<u32>, catalogue: &dyn Catalogue) -> Result<Option<Vec<u8>>> {
    let last = catalogue.last_change()?;
    let full = paging::full_pages(last);
    let ((first, end), older) = match page {
        None => (paging::newest_range(last), full),
        Some(page) if (1..=full).contains(&page) => (paging::page_range(page), page - 1),
        Some(_) => return Ok(None),
    };
    let items = catalogue.changes(first, end)?;
    let next = (older > 0).then(|| ObjectKey::ChangesPage(older).path());
    Ok(Some(serde_json::to_vec(&Listing { items, next })?))
}
