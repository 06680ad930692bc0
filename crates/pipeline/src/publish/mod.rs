//! 公開: what staff ask for, as a release that a worker carries out.
//!
//! `request` → planned → (apply) → rendering → (render) → uploading → (upload) → verifying → (verify) → live.
//! Each arrow ends with a commit; killed anywhere, the job runs again and goes on from the last one. Releases
//! are applied and uploaded one after the other, in the order they were asked for; verification does not hold
//! up the next.

mod again;
mod apply;
mod choose;
mod coming;
mod emergency;
mod index;
mod make;
mod output;
mod plan;
mod progress;
mod render;
mod run;
mod spool;
mod upload;
mod verify;

use chrono::NaiveDateTime;
use kairan_db::jobs::{self, NewJob};
use kairan_db::releases::{self, NewRelease, ReleaseDocument, ReleaseKind};
use kairan_db::{AnyConnection, live};
use serde::{Deserialize, Serialize};

use crate::context::{Context, blocking};
use crate::{Error, Result, site_data, transaction};

pub use again::{Replaced, replace_file};
pub use emergency::emergency;
pub use plan::Skipped;
pub use progress::{Progress, progress};
pub(crate) use run::release;
pub(crate) use upload::SYSTEM;
pub(crate) use verify::verify;

/// What to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Every document with an unpublished change; and the whole site anew where settings, taxonomy or theme
    /// changed, or nothing was published yet.
    All,
    /// The whole site anew, besides what [`What::All`] publishes.
    Everything,
    /// These: ids, slugs or `kind/slug`.
    Documents(Vec<String>),
}

/// How to publish.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublishOptions {
    /// Tell nobody this time.
    pub no_notice: bool,
    /// Who asks.
    pub by: String,
}

/// What a release remembers of how it was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Options {
    /// Tell nobody.
    #[serde(default)]
    pub(crate) no_notice: bool,
    /// Merge the segments of the search index.
    #[serde(default)]
    pub(crate) merge: bool,
    /// 緊急: tell people before the page is verified.
    #[serde(default)]
    pub(crate) ahead: bool,
}

/// The words for what a release does to a document.
pub(crate) const PUBLISH: &str = "publish";
pub(crate) const WITHDRAW: &str = "withdraw";
/// It is published, and its page was read at its public address.
pub(crate) const VERIFIED: &str = "verified";
/// It was left out, or a newer release took its place.
pub(crate) const SKIPPED: &str = "skipped";

/// The kinds of jobs.
pub(crate) const RELEASE_JOB: &str = "release";
pub(crate) const VERIFY_JOB: &str = "verify";
/// These jobs are repeated until they succeed.
const ALWAYS: i64 = 1_000_000;

/// Asks for a publication: chooses the editions, freezes them (state 承認済み), and commits a release with its
/// job. Documents with errors are left out one by one (see [`Progress::skipped`]); those whose 公開日時 is yet
/// to come are scheduled. Returns the number of the release.
///
/// # Errors
/// [`Error::Refused`] for unknown names, before the first import, or where every document named has errors.
pub async fn request(ctx: &Context, what: What, options: PublishOptions) -> Result<i64> {
    let ctx = ctx.clone();
    blocking(move || {
        let now = ctx.clock.now();
        transaction::write(&ctx.db, |c| {
            let current = site_data::current(c, &ctx.theme)?;
            let chosen = choose::choose(c, &current, &what, now)?;
            let full = what == What::Everything
                || (what == What::All && plan::site_changed(c, &current, &ctx.theme)?);
            let kind = if full {
                ReleaseKind::Full
            } else {
                ReleaseKind::Publish
            };
            let id = create(
                c,
                kind,
                &Options {
                    no_notice: options.no_notice,
                    ..Options::default()
                },
                &options.by,
                &chosen.documents,
                now,
            )?;
            plan::Plan {
                skipped: chosen.skipped,
                ..plan::Plan::default()
            }
            .store(c, id)?;
            Ok(id)
        })
    })
    .await
}

/// Asks for a document to be taken down: by id, slug or `kind/slug`. Returns the number of the release.
///
/// # Errors
/// [`Error::Refused`] where it is unknown or not live.
pub async fn withdraw(ctx: &Context, document: &str, by: &str) -> Result<i64> {
    let ctx = ctx.clone();
    let (word, by) = (document.to_owned(), by.to_owned());
    blocking(move || {
        let now = ctx.clock.now();
        transaction::write(&ctx.db, |c| {
            let id = choose::find(c, &word)?;
            if live::get(c, &id)?.is_none() {
                return Err(Error::Refused(format!("「{word}」は公開されていません")));
            }
            let documents = [withdrawal(id)];
            create(
                c,
                ReleaseKind::Withdraw,
                &Options::default(),
                &by,
                &documents,
                now,
            )
        })
    })
    .await
}

/// Asks for the pages at these addresses of an older site to be made anew, in the transaction that changes where they lead.
pub(crate) fn forward(
    c: &mut AnyConnection,
    paths: Vec<String>,
    by: &str,
    now: NaiveDateTime,
) -> Result<i64> {
    let (kind, options) = (ReleaseKind::Publish, Options::default());
    let id = create(c, kind, &options, by, &[], now)?;
    let plan = plan::Plan {
        forwards: paths,
        ..plan::Plan::default()
    };
    plan.store(c, id)?;
    Ok(id)
}

pub(crate) fn withdrawal(document_id: String) -> ReleaseDocument {
    ReleaseDocument {
        document_id,
        edition_id: None,
        action: WITHDRAW.to_owned(),
    }
}

/// What a release in state `planned` would make, by doing it: the caller undoes it.
pub(crate) fn planned(
    c: &mut AnyConnection,
    ctx: &Context,
    release: &releases::Release,
    now: NaiveDateTime,
) -> Result<Vec<String>> {
    apply::apply(c, ctx, release, now)?;
    Ok(plan::Plan::load(c, release.id)?.names)
}

/// Commits a release and its job.
pub(crate) fn create(
    c: &mut AnyConnection,
    kind: ReleaseKind,
    options: &Options,
    by: &str,
    documents: &[ReleaseDocument],
    now: NaiveDateTime,
) -> Result<i64> {
    let options = serde_json::to_string(options).map_err(kairan_db::Error::abort)?;
    let new = NewRelease {
        kind,
        site_revision: None,
        options: &options,
        created_by: by,
        documents,
    };
    let id = releases::create(c, &new, now)?;
    enqueue_release(c, now)?;
    Ok(id)
}

/// One job carries out all releases that wait, so that they come one after the other.
pub(crate) fn enqueue_release(c: &mut AnyConnection, now: NaiveDateTime) -> kairan_db::Result<()> {
    let job = NewJob {
        dedupe_key: Some(RELEASE_JOB),
        priority: 10,
        max_attempts: ALWAYS,
        ..NewJob::now(RELEASE_JOB, "{}", now)
    };
    jobs::enqueue(c, &job, now)?;
    Ok(())
}

fn enqueue_verify(
    c: &mut AnyConnection,
    release: i64,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    let key = format!("{VERIFY_JOB}:{release}");
    let payload = format!("{{\"release\":{release}}}");
    let job = NewJob {
        dedupe_key: Some(&key),
        priority: 10,
        max_attempts: ALWAYS,
        ..NewJob::now(VERIFY_JOB, &payload, now)
    };
    jobs::enqueue(c, &job, now)?;
    Ok(())
}
