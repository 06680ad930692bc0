//! 緊急の例外: people are told before the page is verified, as soon as it is live in the database. Their links lead to the copy on my page, which needs no
//! object store. The one way past 「公開が確かめられてから知らせる」; who, why and what stand in the audit log.

use kairan_content::Urgency;
use kairan_db::audit;
use kairan_db::releases::ReleaseKind;
use serde_json::json;

use super::{Options, What, choose, create, plan};
use crate::context::{Context, blocking};
use crate::{Error, Result, catalogue, site_data, transaction};

/// Longest reason, in characters.
const REASON: usize = 500;

/// Asks for the publication of documents with `urgency: emergency` whose notices do not wait for verification; uploading and verifying follow as ever.
/// Returns the number of the release.
///
/// # Errors
/// [`Error::Refused`] without a reason, for a document that is no emergency, and as [`super::request`].
pub async fn emergency(
    ctx: &Context,
    documents: Vec<String>,
    reason: &str,
    by: &str,
) -> Result<i64> {
    let (reason, by) = (reason.trim().to_owned(), by.to_owned());
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(Error::Refused(format!(
            "確かめる前に知らせる理由を 1〜{REASON} 文字で書いてください。記録に残ります"
        )));
    }
    let ctx = ctx.clone();
    blocking(move || {
        let now = ctx.clock.now();
        transaction::write(&ctx.db, |c| {
            let current = site_data::current(c, &ctx.theme)?;
            let what = What::Documents(documents.clone());
            let chosen = choose::choose(c, &current, &what, now)?;
            for one in &chosen.documents {
                let source = kairan_db::editions::source(c, one.edition_id.unwrap_or_default())?;
                let kind = kairan_db::documents::get(c, &one.document_id)?.kind;
                let reading = kairan_content::Context::new(&current.data, None);
                let read = catalogue::parse(&kind, &one.document_id, &source, &reading)?;
                let urgent = read
                    .notice
                    .as_ref()
                    .is_some_and(|notice| notice.urgency == Urgency::Emergency);
                if !urgent {
                    return Err(Error::Refused(format!(
                        "「{}」は緊急のお知らせではありません。確かめる前に知らせるには、notice の urgency を emergency にしてください",
                        read.title
                    )));
                }
            }
            let options = Options {
                ahead: true,
                ..Options::default()
            };
            let id = create(c, ReleaseKind::Publish, &options, &by, &chosen.documents, now)?;
            plan::Plan {
                skipped: chosen.skipped,
                ..plan::Plan::default()
            }
            .store(c, id)?;
            let about: Vec<&str> = chosen
                .documents
                .iter()
                .map(|one| one.document_id.as_str())
                .collect();
            let detail = json!({ "reason": reason, "documents": about });
            let subject = format!("release:{id}");
            audit::record(c, by.as_str(), "release.emergency", &subject, &detail, now)?;
            Ok(id)
        })
    })
    .await
}
