//! 公開済み → 通知済み: when the last notice that a release gave rise to is over.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::{ReleaseState, get, set_state};
use crate::connection::on;
use crate::schema::release_documents;
use crate::{AnyConnection, Result};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Begins with the few notices that are open, so that its cost does not grow with the release.
const OPEN: &str = "SELECT COUNT(*) AS n FROM notices n JOIN release_documents d \
     ON d.release_id = $1 AND d.document_id = n.document_id AND CAST(d.edition_id AS TEXT) = n.edition_id \
     WHERE n.state IN ('materialising', 'sending', 'paused') AND n.kind = 'publish'";

const ANY: &str = "SELECT COUNT(*) AS n FROM release_documents d JOIN notices n \
     ON n.document_id = d.document_id AND n.edition_id = CAST(d.edition_id AS TEXT) \
     WHERE d.release_id = $1 AND n.kind = 'publish'";

/// Marks a release that is live as notified, if it gave rise to notices and all of them are over. One without notices stays live.
///
/// # Errors
/// Those of the database.
pub fn conclude(c: &mut AnyConnection, id: i64, now: NaiveDateTime) -> Result<()> {
    let mut count = |sql: &str| -> Result<i64> {
        let count: Count = on!(c, sql_query(sql).bind::<BigInt, _>(id).get_result(c))?;
        Ok(count.n)
    };
    if count(OPEN)? > 0 || count(ANY)? == 0 || get(c, id)?.state != ReleaseState::Live {
        return Ok(());
    }
    set_state(c, id, ReleaseState::Notified, None, now)
}

/// The same for the releases that published this edition of a document.
///
/// # Errors
/// Those of the database.
pub fn conclude_of(
    c: &mut AnyConnection,
    document_id: &str,
    edition_id: i64,
    now: NaiveDateTime,
) -> Result<()> {
    let releases: Vec<i64> = release_documents::table
        .filter(release_documents::document_id.eq(document_id))
        .filter(release_documents::edition_id.eq(edition_id))
        .select(release_documents::release_id)
        .load(c)?;
    releases
        .into_iter()
        .try_for_each(|release| conclude(c, release, now))
}
