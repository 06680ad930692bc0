//! From a verified page to the people it is for: deciding, writing recipients down, reminders, corrections, and saying why.

mod correct;
mod decide;
mod explain;
mod fan_out;
mod jobs;
mod later;
mod person;
mod plan;
mod reach;
mod reasons;
mod sample;
mod words;

pub use correct::correct;
pub use decide::{Released, after_release};
pub use explain::{Explanation, Step, explain};
pub use fan_out::materialise;
pub use jobs::{Job, MATCH, MATERIALISE, REMIND, handle, resume};
pub use plan::{NoticePlan, plan};
pub use reach::{Reach, reach};
pub(crate) use sample::{reasons, said};

use kairan_content::SiteData;
use kairan_db::{AnyConnection, editions, live, site};

use kairan_content::{Context as Reading, Document};

/// Site data as of now, from inside a transaction.
fn site_data(c: &mut AnyConnection) -> kairan_db::Result<SiteData> {
    let current = site::current(c)?.ok_or_else(|| {
        kairan_db::Error::abort(
            "サイトがまだ取り込まれていません。先に kairan import を実行してください",
        )
    })?;
    serde_json::from_str(&current.data).map_err(kairan_db::Error::abort)
}

/// The published edition of a document, read again from its text: id of the edition and what it says.
fn live_document(
    c: &mut AnyConnection,
    site: &SiteData,
    document_id: &str,
) -> kairan_db::Result<Option<(i64, Document)>> {
    let Some(live) = live::get(c, document_id)? else {
        return Ok(None);
    };
    let source = editions::source(c, live.edition_id)?;
    let file = format!("{}/{}", live.kind, live.slug);
    let parsed = kairan_content::parse(&file, source.as_bytes(), &Reading::new(site, None));
    Ok(parsed.document.map(|document| (live.edition_id, document)))
}
