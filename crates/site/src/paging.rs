//! Fixed pages of fifty: a page holds ordinals, not positions, so it never changes because something newer came.

/// Entries of a full page.
pub(crate) const PAGE: u32 = 50;

/// The ordinals on the newest page of a list whose last ordinal is `last`: between 50 and 99 once there are as many.
pub(crate) const fn newest_range(last: u32) -> (u32, u32) {
    let full = last / PAGE;
    if full <= 1 {
        (1, last)
    } else {
        ((full - 1) * PAGE + 1, last)
    }
}

/// The number of full pages older than the newest page; they are numbered from 1, the oldest.
pub(crate) const fn full_pages(last: u32) -> u32 {
    (last / PAGE).saturating_sub(1)
}

/// The ordinals on full page `page`.
pub(crate) const fn page_range(page: u32) -> (u32, u32) {
    ((page - 1) * PAGE + 1, page * PAGE)
}

/// What showing or hiding the entry `ordinal` changes: whether the newest page, and which full page.
pub(crate) const fn touched(ordinal: u32, last: u32) -> (bool, Option<u32>) {
    let page = ordinal.div_ceil(PAGE);
    let newest = ordinal >= newest_range(last).0;
    (
        newest,
        if page >= 1 && page <= full_pages(last) {
            Some(page)
        } else {
            None
        },
    )
}

/// The full page that comes into being when a list's last ordinal becomes `ordinal`.
pub(crate) const fn completed(ordinal: u32) -> Option<u32> {
    if ordinal.is_multiple_of(PAGE) && ordinal >= 2 * PAGE {
        Some(ordinal / PAGE - 1)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ordinal_is_on_exactly_one_page() {
        for last in 0..1000 {
            let (first, end) = newest_range(last);
            assert_eq!(end, last);
            assert!(
                last < 50 || (50..=99).contains(&(end - first + 1)),
                "{last}"
            );
            let mut next = 1;
            for page in 1..=full_pages(last) {
                assert_eq!(page_range(page).0, next);
                next = page_range(page).1 + 1;
            }
            assert_eq!(next, first, "{last}");
        }
    }

    #[test]
    fn a_new_entry_changes_at_most_two_pages() {
        for last in 1..1000u32 {
            let appears = (full_pages(last) > full_pages(last - 1)).then(|| full_pages(last));
            assert_eq!(completed(last), appears, "{last}");
            assert_eq!(touched(last, last), (true, None));
        }
    }
}
