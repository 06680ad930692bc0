use std::path::Path;

use crate::{Change, Manifest, ObjectStore, Outcome, Plan, Progress, Result};

/// Brings changes onto a store with the manifest kept in a file. Killed at any instant, a second call
/// with the same changes ends in the same state. The outcome may be incomplete: see
/// [`Outcome::complete`].
///
/// # Errors
/// Where the manifest file or a change is bad; then nothing was sent.
pub async fn publish(
    store: &dyn ObjectStore,
    manifest_file: &Path,
    changes: impl IntoIterator<Item = Change>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Outcome> {
    let mut manifest = Manifest::load(manifest_file)?;
    let plan = Plan::new(&manifest, changes)?;
    let mut keep = |manifest: &Manifest| manifest.save(manifest_file);
    publish_with(store, &mut manifest, plan, &mut keep, progress).await
}

/// The same for a manifest kept elsewhere: `keep` is called with what must be saved before the first
/// request, and again when the store has answered.
///
/// # Errors
/// Those of `keep`. If its first call fails, nothing was sent; if its second does, the next run sends
/// the same objects again.
pub async fn publish_with<E>(
    store: &dyn ObjectStore,
    manifest: &mut Manifest,
    plan: Plan,
    keep: &mut (dyn FnMut(&Manifest) -> Result<(), E> + Send),
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Outcome, E> {
    if plan.is_empty() {
        return Ok(plan.send(store, progress).await);
    }
    manifest.begin(&plan);
    keep(manifest)?;
    let outcome = plan.send(store, progress).await;
    manifest.finish(&outcome);
    keep(manifest)?;
    Ok(outcome)
}
