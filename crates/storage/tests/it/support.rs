use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use kairan_storage::{Error, Head, Memory, Meta, Object, ObjectStore, Result, open};

/// Address of the S3 server of the tests, as `s3://bucket?endpoint=…`. Without one the S3 tests are left
/// out on a developer's machine and fail where CI is set.
pub(crate) fn s3_url() -> Option<String> {
    match std::env::var("KAIRAN_TEST_S3_URL") {
        Ok(url) if !url.is_empty() => Some(url),
        _ if std::env::var_os("CI").is_some_and(|ci| ci == "true") => {
            panic!("KAIRAN_TEST_S3_URL is not set, and CI=true leaves nothing out; run bin/test")
        }
        _ => {
            eprintln!("left out: KAIRAN_TEST_S3_URL is not set (bin/test sets it)");
            None
        }
    }
}

/// The test server's address with a prefix of its own, so that tests do not meet.
pub(crate) fn s3_url_for(test: &str) -> Option<String> {
    static SERIAL: AtomicU64 = AtomicU64::new(0);
    let url = s3_url()?;
    let (bucket, query) = url.split_once('?').unwrap();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos();
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    Some(format!(
        "{}/{test}-{now}-{serial}?{query}",
        bucket.trim_end_matches('/')
    ))
}

/// One store of each kind; the folder lives as long as the second value.
pub(crate) async fn every_store(test: &str) -> (Vec<Arc<dyn ObjectStore>>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let folder = format!("file:{}", dir.path().join("site").display());
    let mut stores = vec![open("memory:").await.unwrap(), open(&folder).await.unwrap()];
    if let Some(url) = s3_url_for(test) {
        stores.push(open(&url).await.unwrap());
    }
    (stores, dir)
}

/// Memory that fails for chosen names and keeps a journal of what it was asked.
#[derive(Debug, Default)]
pub(crate) struct Faulty {
    pub(crate) inner: Memory,
    pub(crate) journal: Mutex<Vec<String>>,
    pub(crate) failing: Mutex<HashSet<String>>,
    pub(crate) unreachable: Mutex<HashSet<String>>,
    pub(crate) at_once: AtomicUsize,
    pub(crate) most_at_once: AtomicUsize,
}

impl Faulty {
    /// What was asked since the last call; objects of one class that were under way at once stand in the
    /// order of their names.
    pub(crate) fn journal(&self) -> Vec<String> {
        let mut journal = std::mem::take(&mut *self.journal.lock().unwrap());
        journal
            .chunk_by_mut(|a, b| is_page(a) && is_page(b))
            .for_each(<[String]>::sort);
        journal
    }

    fn meet(&self, action: &str, name: &str) -> Result<()> {
        self.journal
            .lock()
            .unwrap()
            .push(format!("{action} {name}"));
        let (name, place, detail) = (name.to_owned(), "faulty".to_owned(), "test".to_owned());
        if self.unreachable.lock().unwrap().contains(&name) {
            return Err(Error::Unreachable {
                name,
                place,
                action: "書き込み",
                detail,
            });
        }
        if self.failing.lock().unwrap().contains(&name) {
            return Err(Error::Failed {
                name,
                place,
                action: "書き込み",
                detail,
            });
        }
        Ok(())
    }
}

fn is_page(line: &str) -> bool {
    line.starts_with("put ") && line.ends_with(".html")
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put(&self, name: &str, bytes: Vec<u8>, meta: &Meta) -> Result<()> {
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        self.meet("put", name)?;
        self.inner.put(name, bytes, meta).await
    }

    async fn get(&self, name: &str) -> Result<Object> {
        self.inner.get(name).await
    }

    async fn head(&self, name: &str) -> Result<Option<Head>> {
        self.inner.head(name).await
    }

    async fn delete(&self, names: &[String]) -> Result<Vec<(String, Error)>> {
        let mut failures = Vec::new();
        for name in names {
            match self.meet("delete", name) {
                Ok(()) => drop(self.inner.delete(std::slice::from_ref(name)).await?),
                Err(error) => failures.push((name.clone(), error)),
            }
        }
        Ok(failures)
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>> {
        self.inner.list(prefix).await
    }

    fn parallel(&self) -> usize {
        3
    }

    fn place(&self) -> &str {
        "faulty"
    }
}
