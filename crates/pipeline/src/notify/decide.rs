//! Whether a release tells anybody, decided in the transaction that makes it live.

use chrono::NaiveDateTime;
use kairan_content::Document;
use kairan_db::AnyConnection;

use crate::Context;

/// A document that a release has made live and verified.
#[derive(Debug, Clone)]
pub struct Released {
    /// 文書
    pub document_id: String,
    /// 版
    pub edition_id: i64,
    /// What it says.
    pub document: Document,
    /// Its page at its public address.
    pub url: String,
    /// Staff chose to tell nobody this time.
    pub no_notice: bool,
}

/// Decides the notices of a release. Call in the transaction that marks it live, once per release: a notice that exists is not
/// decided again.
///
/// # Errors
/// Those of the database.
pub fn after_release(
    _c: &mut AnyConnection,
    _context: &Context,
    _released: &[Released],
    _now: NaiveDateTime,
) -> kairan_db::Result<()> {
    Ok(())
}
