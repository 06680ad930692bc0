//! How far a release is, for staff and for the command line.

use kairan_db::releases::{self, ReleaseState};
use kairan_db::{jobs, notices};

use super::plan::{Plan, Skipped};
use super::{PUBLISH, VERIFIED, VERIFY_JOB};
use crate::context::{Context, blocking};
use crate::{Result, transaction};

/// queued → rendered n/m → uploaded n/m → verified n/m → notified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The release.
    pub release: i64,
    /// How far.
    pub state: ReleaseState,
    /// Objects rendered.
    pub rendered: i64,
    /// Objects to render.
    pub to_render: i64,
    /// Objects put or deleted.
    pub uploaded: i64,
    /// Objects that change.
    pub to_upload: i64,
    /// Documents whose page was read at its public address.
    pub verified: i64,
    /// Documents whose page is to be read.
    pub to_verify: i64,
    /// Notices that the release gave rise to.
    pub notices: i64,
    /// Documents left out, with the reason.
    pub skipped: Vec<Skipped>,
    /// What went wrong last; the step is repeated by itself unless the state is 失敗.
    pub error: Option<String>,
}

/// Notices are counted for releases of at most so many documents.
const COUNTED: usize = 200;

/// How far a release is. Cost grows with its documents.
///
/// # Errors
/// Those of the database; an unknown number is one.
pub async fn progress(ctx: &Context, release: i64) -> Result<Progress> {
    let ctx = ctx.clone();
    blocking(move || {
        transaction::read(&ctx.db, |c| {
            let row = releases::get(c, release)?;
            let documents = releases::documents(c, release)?;
            let plan = Plan::load(c, release)?;
            let with = |action: &str| {
                let with = documents.iter().filter(|one| one.action == action);
                i64::try_from(with.count()).unwrap_or(i64::MAX)
            };
            let verified = with(VERIFIED);
            let mut told = 0;
            if documents.len() <= COUNTED {
                for document in documents.iter().filter(|one| one.action == VERIFIED) {
                    let edition = document.edition_id.unwrap_or_default().to_string();
                    let of_document = notices::of_document(c, &document.document_id)?;
                    let of_edition = of_document.iter().filter(|one| one.edition_id == edition);
                    told += i64::try_from(of_edition.count()).unwrap_or(i64::MAX);
                }
            }
            let key = format!("{VERIFY_JOB}:{release}");
            let job = if row.state == ReleaseState::Verifying {
                jobs::open_with_key(c, &key)?
            } else if row.state.is_finished() {
                None
            } else {
                jobs::open_with_key(c, super::RELEASE_JOB)?
            };
            Ok(Progress {
                release,
                state: row.state,
                rendered: row.rendered,
                to_render: row.to_render,
                uploaded: row.uploaded,
                to_upload: row.to_upload,
                verified,
                to_verify: verified + with(PUBLISH),
                notices: told,
                skipped: plan.skipped,
                error: row.error.or(job.and_then(|job| job.last_error)),
            })
        })
    })
    .await
}
