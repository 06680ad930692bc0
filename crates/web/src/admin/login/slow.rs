//! Hashing of passwords: on threads that may wait, few at a time, so that a flood of log-ins takes neither all cores nor
//! all memory.

use std::sync::LazyLock;

use kairan_db::staff;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Hashes at once; each takes 19 MiB and a core.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    Semaphore::new(cores.clamp(2, 8))
});

/// Whether a password is the one of a hash; as much work where there is none.
pub(crate) async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    work(move || Ok(staff::verify_password(&password, hash.as_deref()))).await
}

/// The hash of a password.
pub(crate) async fn hash(password: String) -> Result<String> {
    work(move || staff::hash_password(&password).map_err(|error| Error::internal(&error))).await
}

async fn work<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = TURNS
        .acquire()
        .await
        .map_err(|error| Error::internal(&error))?;
    tokio::task::spawn_blocking(f)
        .await
        .map_err(|error| Error::internal(&error))?
}
