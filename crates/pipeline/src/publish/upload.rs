//! uploading → verifying: what was written down is sent, class by class, deletions last.

use std::collections::HashMap;

use futures::StreamExt;
use kairan_db::releases::{self, ObjectAction, PlannedObject, Release, ReleaseKind, ReleaseState};
use kairan_db::time;
use kairan_delivery::crash;
use kairan_storage::Meta;

use super::index::FOLDER;
use super::make::Maker;
use super::output;
use super::plan::{Plan, site_made};
use super::spool::Spool;
use super::{Options, create, enqueue_verify, render};
use crate::context::{Context, blocking};
use crate::{Error, Result, object_name, transaction};

/// Objects between two commits.
const BATCH: i64 = 128;

/// Sends what is pending; returns when all of it is in the store and committed so.
pub(super) async fn upload(
    ctx: &Context,
    release: &Release,
    options: Options,
    mut bytes: Spool,
) -> Result<()> {
    loop {
        let id = release.id;
        let mut pending = ctx
            .read(move |c| releases::pending_objects(c, id, BATCH))
            .await?;
        let Some(first) = pending.first() else {
            return finish(ctx, release).await;
        };
        // A class begins when the one before it is whole.
        let phase = first.phase;
        pending.retain(|object| object.phase == phase);
        let (puts, deletions): (Vec<_>, Vec<_>) = pending
            .into_iter()
            .partition(|object| object.action == ObjectAction::Put);
        let (left, puts) = with_bytes(ctx, release, options, puts, bytes).await?;
        bytes = left;
        let mut done = Vec::new();
        let mut failure = send(ctx, puts, &mut done).await.err();
        if failure.is_none() && !deletions.is_empty() {
            let names: Vec<String> = deletions.into_iter().map(|object| object.name).collect();
            let failed = ctx.store.delete(&names).await?;
            failure = failed.first().map(|(_, error)| error.clone().into());
            let gone = |name: &String| failed.iter().all(|(failed, _)| failed != name);
            done.extend(names.into_iter().filter(gone));
        }
        complete(ctx, id, done).await?;
        if let Some(error) = failure {
            return Err(error);
        }
    }
}

async fn send(
    ctx: &Context,
    puts: Vec<(PlannedObject, Vec<u8>)>,
    done: &mut Vec<String>,
) -> Result<()> {
    let store = &ctx.store;
    let requests = puts.into_iter().map(|(object, bytes)| async move {
        let meta = Meta {
            content_type: object.content_type.into(),
            cache_control: object.cache_control.into(),
        };
        let stored = store.put(&object.name, bytes, &meta).await;
        crash::point("uploading");
        stored.map(|()| object.name)
    });
    let mut answers = futures::stream::iter(requests).buffer_unordered(store.parallel().max(1));
    let mut failure = None;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(name) => done.push(name),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(()), |error| Err(error.into()))
}

async fn complete(ctx: &Context, id: i64, done: Vec<String>) -> Result<()> {
    let now = ctx.clock.now();
    ctx.write(move |c| {
        let names: Vec<&str> = done.iter().map(String::as_str).collect();
        releases::complete_objects(c, id, &names, now)
    })
    .await
}

/// The bytes of each object: kept from rendering, or rendered again after a break. One that comes out
/// otherwise now is written down anew before it is sent.
async fn with_bytes(
    ctx: &Context,
    release: &Release,
    options: Options,
    puts: Vec<PlannedObject>,
    mut bytes: Spool,
) -> Result<(Spool, Vec<(PlannedObject, Vec<u8>)>)> {
    let (ctx, release) = (ctx.clone(), release.clone());
    blocking(move || {
        let mut ready = Vec::with_capacity(puts.len());
        let mut missing = Vec::new();
        for object in puts {
            match bytes.take(&object.name) {
                Some(bytes) => ready.push((object, bytes)),
                None => missing.push(object),
            }
        }
        if !missing.is_empty() {
            let again = render_again(&ctx, &release, options, missing)?;
            // The whole index was made: what else of it is pending is not made again.
            for (name, made) in again.spare {
                bytes.hold(&name, made);
            }
            ready.extend(again.ready);
        }
        Ok((bytes, ready))
    })
    .await
}

struct Again {
    ready: Vec<(PlannedObject, Vec<u8>)>,
    spare: Vec<(String, Vec<u8>)>,
}

fn render_again(
    ctx: &Context,
    release: &Release,
    options: Options,
    missing: Vec<PlannedObject>,
) -> Result<Again> {
    let now = ctx.clock.now();
    let (of_index, pages): (Vec<_>, Vec<_>) = missing
        .into_iter()
        .partition(|object| object.name.starts_with(FOLDER));
    let mut again = Again {
        ready: Vec::new(),
        spare: Vec::new(),
    };
    let mut changed = Vec::new();
    let keys: Vec<_> = pages
        .iter()
        .filter_map(|object| Some((object.name.as_str(), object_name::parse(&object.name)?)))
        .collect();
    let made = Maker::new(ctx, time::jst_from_utc(now)).objects(&keys)?;
    let mut planned: HashMap<String, PlannedObject> = pages
        .iter()
        .map(|object| (object.name.clone(), object.clone()))
        .collect();
    for (name, made) in made {
        let Some(before) = planned.remove(&name) else {
            continue;
        };
        match made {
            Some(made) => {
                let object = output::put(&name, &made);
                if object.sha256 != before.sha256 || object.valid_until != before.valid_until {
                    changed.push(object.clone());
                }
                again.ready.push((object, made.bytes));
            }
            None => changed.push(output::delete(&name)),
        }
    }
    changed.extend(planned.into_keys().map(|name| output::delete(&name)));
    if !of_index.is_empty() {
        let index = render::index_change(ctx, release, &options, now)?;
        let mut made: HashMap<String, _> = index
            .map(|index| index.objects.into_iter().collect())
            .unwrap_or_default();
        for object in of_index {
            let made = made
                .remove(&object.name)
                .ok_or_else(|| Error::Broken(format!("{} を作り直せませんでした", object.name)))?;
            again.ready.push((object, made.bytes));
        }
        let spare = made.into_iter().map(|(name, made)| (name, made.bytes));
        again.spare = spare.collect();
    }
    if !changed.is_empty() {
        ctx.db
            .write(|c| releases::plan_objects(c, release.id, &changed))?;
    }
    Ok(again)
}

/// All is in the store: what follows from that, in one transaction.
async fn finish(ctx: &Context, release: &Release) -> Result<()> {
    let (ctx, release) = (ctx.clone(), release.clone());
    blocking(move || {
        let now = ctx.clock.now();
        transaction::write(&ctx.db, |c| {
            let plan = Plan::load(c, release.id)?;
            if let Some(index) = &plan.index {
                index.store(c, now)?;
                if index.manifest.merge_due().is_some() {
                    let options = Options {
                        merge: true,
                        ..Options::default()
                    };
                    create(c, ReleaseKind::Refresh, &options, SYSTEM, &[], now)?;
                }
            }
            if release.kind == ReleaseKind::Full {
                site_made(c, &plan.made_with, now)?;
            }
            releases::set_state(c, release.id, ReleaseState::Verifying, None, now)?;
            enqueue_verify(c, release.id, now)?;
            Ok(())
        })
    })
    .await
}

/// Who asks for what nobody asked for.
pub(crate) const SYSTEM: &str = "system";
