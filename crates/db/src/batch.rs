//! Work on many rows, in pieces that both databases accept.

use crate::Result;

/// Bound values a statement: SQLite takes 32,766, PostgreSQL 65,535.
const BOUND: usize = 30_000;

/// Rows of `columns` (at least one) values in one statement, few enough for both databases.
pub(crate) const fn rows(columns: usize) -> usize {
    BOUND / columns
}

/// Runs `read` over pieces of `keys` and joins what it returns.
pub(crate) fn gather<K, T>(
    keys: &[K],
    mut read: impl FnMut(&[K]) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    let mut all = Vec::with_capacity(keys.len());
    for piece in keys.chunks(1_000) {
        all.extend(read(piece)?);
    }
    Ok(all)
}
