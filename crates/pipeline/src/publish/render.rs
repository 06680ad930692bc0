//! rendering → uploading: every planned object is made and compared with what the store has; what differs is
//! written down before the first byte leaves.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use kairan_db::releases::{self, PlannedObject, Release, ReleaseKind, ReleaseState};
use kairan_db::{live, objects, time};
use kairan_site::ObjectKey;

use super::index::{self, FOLDER, IndexChange};
use super::make::{ALONE, Keys, Made, Maker};
use super::output;
use super::plan::Plan;
use super::spool::Spool;
use super::{Options, SKIPPED};
use crate::{Context, Result, object_name, transaction};

/// Documents or objects made between two commits of progress.
const BATCH: usize = 512;

/// Renders what a release planned. Returns the bytes that are to be sent.
pub(super) fn render(ctx: &Context, release: &Release, options: &Options) -> Result<Spool> {
    let mut plan = transaction::read(&ctx.db, |c| Plan::load(c, release.id))?;
    let now = ctx.clock.now();
    let mut found = Found::default();
    let mut keys: Keys<'_> = plan
        .names
        .iter()
        .filter_map(|name| Some((name.as_str(), object_name::parse(name)?)))
        .collect();
    let forwards: Vec<(String, ObjectKey)> =
        plan.forwards.iter().map(|path| forward(path)).collect();
    let unknown = plan
        .names
        .iter()
        .filter(|name| !keys.contains_key(name.as_str()));
    // A name this version has no object for is not looked at again.
    found
        .settled
        .extend(unknown.map(|name| (name.clone(), None)));
    // What the site has of its own under such a name goes before it.
    for (name, key) in &forwards {
        keys.entry(name.as_str()).or_insert_with(|| key.clone());
    }
    let maker = Maker::new(ctx, time::jst_from_utc(now));
    let total = plan.names.len() + forwards.len();
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    let mut rendered = 0;
    let mut next = |made: Made, found: &mut Found| {
        rendered += i64::try_from(made.len()).unwrap_or_default();
        found.compare(ctx, made)?;
        ctx.db
            .write(|c| releases::set_rendered(c, release.id, rendered, total, now))?;
        Ok::<_, crate::Error>(())
    };
    let documents = documents(&keys);
    if documents.len() > ALONE {
        for ids in documents.chunks(BATCH) {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let rows = ctx.db.read(|c| live::by_ids(c, &ids))?;
            next(maker.documents(&rows, &mut keys)?, &mut found)?;
        }
    }
    let keys: Vec<(&str, ObjectKey)> = keys.into_iter().collect();
    for batch in keys.chunks(BATCH) {
        next(maker.objects(batch)?, &mut found)?;
    }
    if release.kind == ReleaseKind::Full {
        found.delete_others(ctx, &plan)?;
    }
    if let Some(index) = index_change(ctx, release, options, now)? {
        let IndexChange {
            objects,
            deletions,
            state,
        } = index;
        let made = objects.into_iter().map(|(name, made)| (name, Some(made)));
        found.compare(ctx, made.collect())?;
        found
            .changes
            .extend(deletions.iter().map(|name| output::delete(name)));
        plan.index = Some(state);
    }
    commit(ctx, release, &plan, &found, total, now)?;
    Ok(found.bytes)
}

fn commit(
    ctx: &Context,
    release: &Release,
    plan: &Plan,
    found: &Found,
    total: i64,
    now: NaiveDateTime,
) -> Result<()> {
    let settled: Vec<(&str, Option<NaiveDateTime>)> = found
        .settled
        .iter()
        .map(|(name, until)| (name.as_str(), *until))
        .collect();
    let names: Vec<&str> = found.changes.iter().map(|one| one.name.as_str()).collect();
    transaction::write(&ctx.db, |c| {
        objects::set_valid_until(c, &settled, now)?;
        // From here until the store has answered nobody knows what stands under these names.
        objects::forget(c, &names)?;
        releases::plan_objects(c, release.id, &found.changes)?;
        plan.store(c, release.id)?;
        releases::set_rendered(c, release.id, total, total, now)?;
        releases::set_state(c, release.id, ReleaseState::Uploading, None, now)?;
        Ok(())
    })
}

/// What the index becomes, from the documents the release did not leave out.
pub(super) fn index_change(
    ctx: &Context,
    release: &Release,
    options: &Options,
    now: NaiveDateTime,
) -> Result<Option<IndexChange>> {
    let documents = ctx.db.read(|c| releases::documents(c, release.id))?;
    let touched: Vec<String> = documents
        .into_iter()
        .filter(|document| document.action != SKIPPED)
        .map(|document| document.document_id)
        .collect();
    index::change(ctx, release, options, &touched, now)
}

/// The documents whose own objects are among these.
fn documents(keys: &Keys<'_>) -> Vec<String> {
    let ids = keys.values().filter_map(|key| match key {
        ObjectKey::Data(_, id) => Some(id.clone()),
        _ => None,
    });
    ids.collect()
}

fn forward(path: &str) -> (String, ObjectKey) {
    let key = ObjectKey::Forward(path.to_owned());
    (key.object_name(), key)
}

#[derive(Default)]
struct Found {
    /// To be sent or deleted.
    changes: Vec<PlannedObject>,
    /// As they were; right until this instant (UTC).
    settled: Vec<(String, Option<NaiveDateTime>)>,
    bytes: Spool,
}

impl Found {
    /// Sorts out what is to be sent, to be deleted, and as it was.
    fn compare(&mut self, ctx: &Context, made: Made) -> Result<()> {
        let names: Vec<&str> = made.iter().map(|(name, _)| name.as_str()).collect();
        let known = ctx.db.read(|c| objects::by_names(c, &names))?;
        for (name, made) in made {
            // What is gone is deleted even if nothing is known of it: a run that failed may have sent it.
            let Some(made) = made else {
                self.changes.push(output::delete(&name));
                continue;
            };
            let planned = output::put(&name, &made);
            let same = known
                .get(&name)
                .filter(|known| output::same(known, &planned));
            match same {
                Some(known) if known.valid_until == planned.valid_until => {}
                Some(_) => self.settled.push((name, planned.valid_until)),
                None => {
                    self.bytes.keep(&name, made.bytes);
                    self.changes.push(planned);
                }
            }
        }
        Ok(())
    }

    /// What a full run did not make is no longer part of the site. The index sees to its own.
    fn delete_others(&mut self, ctx: &Context, plan: &Plan) -> Result<()> {
        let forwards: Vec<(String, ObjectKey)> =
            plan.forwards.iter().map(|path| forward(path)).collect();
        let forwards = forwards.iter().map(|(name, _)| name.as_str());
        let made = plan.names.iter().map(String::as_str);
        let made: BTreeSet<&str> = made.chain(forwards).collect();
        let mut after = String::new();
        loop {
            let page = ctx.db.read(|c| objects::after(c, &after, 1_000))?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after.clone_from(&last.name);
            let others = page
                .iter()
                .filter(|one| !made.contains(one.name.as_str()) && !one.name.starts_with(FOLDER));
            self.changes
                .extend(others.map(|one| output::delete(&one.name)));
        }
    }
}
