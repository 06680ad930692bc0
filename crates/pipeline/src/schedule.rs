//! 予約: what falls due by time alone: publications, ends of publication, objects that time has changed.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use kairan_db::editions::{self, EditionState, Step};
use kairan_db::jobs;
use kairan_db::releases::{self, ReleaseDocument, ReleaseKind, ReleaseState};
use kairan_db::{AnyConnection, clock, live, objects};

use crate::context::{Context, blocking};
use crate::publish::{Options, PUBLISH, SYSTEM, create, enqueue_release, withdrawal};
use crate::{Result, transaction, workflow};

/// Documents of one release that time started.
const AT_ONCE: i64 = 500;

/// Starts what is due at `now` (UTC): at most one release for each reason, none for what a waiting release does
/// already. Returns how many were started. Costs a few index reads where nothing is due.
///
/// # Errors
/// Those of the database.
pub async fn tick(ctx: &Context, now: NaiveDateTime) -> Result<usize> {
    let ctx = ctx.clone();
    blocking(move || {
        // Most ticks find nothing: reading does not hold up those who write.
        let due = ctx.db.read(|c| any(c, now))?;
        if !due {
            return Ok(0);
        }
        transaction::write(&ctx.db, |c| start(c, &ctx, now))
    })
    .await
}

fn any(c: &mut AnyConnection, now: NaiveDateTime) -> kairan_db::Result<bool> {
    Ok(!clock::due_to_publish(c, now, 1)?.is_empty()
        || !live::expiring(c, now, 1)?.is_empty()
        || !objects::due(c, now, 1)?.is_empty()
        || (stranded(c)? && jobs::open_with_key(c, crate::publish::RELEASE_JOB)?.is_none()))
}

/// Whether a release waits that no job may be working on.
fn stranded(c: &mut AnyConnection) -> kairan_db::Result<bool> {
    let open = releases::unfinished(c)?;
    Ok(open.iter().any(|one| one.state < ReleaseState::Verifying))
}

fn start(c: &mut AnyConnection, ctx: &Context, now: NaiveDateTime) -> Result<usize> {
    let mut waiting: BTreeSet<String> = BTreeSet::new();
    let mut refreshing = false;
    for release in releases::unfinished(c)? {
        if release.state < ReleaseState::Uploading {
            refreshing |= matches!(release.kind, ReleaseKind::Refresh);
            let documents = releases::documents(c, release.id)?;
            waiting.extend(documents.into_iter().map(|one| one.document_id));
        }
    }
    if stranded(c)? {
        enqueue_release(c, now)?;
    }
    let mut started = 0;
    let options = Options::default();
    let mut due = clock::due_to_publish(c, now, AT_ONCE)?;
    due.retain(|edition| !waiting.contains(&edition.document_id));
    let mut documents = Vec::with_capacity(due.len());
    for edition in due {
        if workflow::hold(c, ctx, &edition, now)? {
            continue;
        }
        let step = Step {
            to: EditionState::Approved,
            publish_at: None,
            note: None,
        };
        editions::advance(c, edition.id, edition.revision, &step, now)?;
        documents.push(ReleaseDocument {
            document_id: edition.document_id,
            edition_id: Some(edition.id),
            action: PUBLISH.to_owned(),
        });
    }
    if !documents.is_empty() {
        create(c, ReleaseKind::Publish, &options, SYSTEM, &documents, now)?;
        started += 1;
    }
    let mut over = live::expiring(c, now, AT_ONCE)?;
    over.retain(|row| !waiting.contains(&row.document_id));
    let documents: Vec<_> = over
        .into_iter()
        .map(|row| withdrawal(row.document_id))
        .collect();
    if !documents.is_empty() {
        create(c, ReleaseKind::Expire, &options, SYSTEM, &documents, now)?;
        started += 1;
    }
    if !refreshing && !objects::due(c, now, 1)?.is_empty() {
        create(c, ReleaseKind::Refresh, &options, SYSTEM, &[], now)?;
        started += 1;
    }
    Ok(started)
}
