//! `/api/v1/…`: the published documents for programs, in the same shape as `/data/v1`.

mod answer;
mod changes;
mod documents;
mod eligibility;
mod endpoints;
mod openapi;
mod query;
mod search;
mod taxonomy;
pub(crate) mod views;

pub(crate) use changes::changes;
pub(crate) use documents::{document, list};
pub(crate) use eligibility::{Rules, eligibility};
pub(crate) use openapi::openapi;
pub(crate) use search::search;
pub(crate) use taxonomy::taxonomy;

use kairan_content::Kind;

use crate::error::{Error, Result};

/// The kind whose plural stands in an address.
fn kind_of(plural: &str) -> Result<Kind> {
    let mut kinds = Kind::ALL.into_iter();
    kinds
        .find(|kind| kind.plural() == plural)
        .ok_or(Error::NotFound)
}
