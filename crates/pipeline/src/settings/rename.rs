//! キーを変える: the term is copied under its new key, so that published pages and new drafts are both right; once every draft is
//! published, the old one can be taken off the list.

use kairan_content::terms_patch::with_copy;
use kairan_db::audit::By;

use super::{Outcome, Part, Terms, read, save};
use crate::Result;
use crate::context::Context;

/// The path or key of a term under another last key: `money/teate` and `allowance` give `money/allowance`.
#[must_use]
pub fn beside(term: &str, key: &str) -> String {
    match term.rsplit_once('/') {
        Some((outer, _)) => format!("{outer}/{key}"),
        None => key.to_owned(),
    }
}

/// Adds the term `terms.into` as a copy of `terms.from`, by [`save`]. `None` where there is nothing to copy, or the part has no terms that
/// documents name by one key each. Keys of 地区 stand in what citizens told of themselves, so that they stay.
///
/// # Errors
/// Those of the database.
pub async fn copy(ctx: &Context, terms: &Terms, by: By) -> Result<Option<Outcome>> {
    let part = terms.part;
    if !matches!(part, Part::Categories | Part::Tags | Part::LifeEvents) {
        return Ok(None);
    }
    let now = ctx.ask(move |c| read(c, part)).await?;
    let key = terms.into.rsplit('/').next().unwrap_or(&terms.into);
    match with_copy(&now.text, &terms.from, key) {
        Some(text) => save(ctx, part, now.hash, text, by).await.map(Some),
        None => Ok(None),
    }
}
