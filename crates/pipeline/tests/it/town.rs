//! An installation: a database, a store that can be made to fail, a public server, a clock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{Duration, NaiveDateTime};
use kairan_content::Source;
use kairan_db::Db;
use kairan_db::seal::Keyring;
use kairan_db::testing::TestDb;
use kairan_delivery::Clock;
use kairan_pipeline::import::{ImportReport, Screens, import};
use kairan_pipeline::publish::{Progress, PublishOptions, What, progress, request};
use kairan_pipeline::worker::Worker;
use kairan_pipeline::{Context, NoticeSettings};
use kairan_storage::{Error, Head, Memory, Meta, Object, ObjectStore, Result};
use kairan_theme::Theme;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A store that counts, and fails when it is told to.
#[derive(Debug)]
pub(crate) struct Shaky {
    pub(crate) inner: Memory,
    pub(crate) puts: AtomicUsize,
    /// Puts until the store goes away; negative: it stays.
    pub(crate) left: AtomicI64,
}

#[async_trait::async_trait]
impl ObjectStore for Shaky {
    async fn put(&self, name: &str, bytes: Vec<u8>, meta: &Meta) -> Result<()> {
        let left = self.left.load(Ordering::SeqCst);
        if left == 0 {
            return Err(Error::Unreachable {
                name: name.to_owned(),
                place: "memory:".to_owned(),
                action: "書き込み",
                detail: "test".to_owned(),
            });
        }
        self.left.store((left - 1).max(-1), Ordering::SeqCst);
        self.puts.fetch_add(1, Ordering::SeqCst);
        self.inner.put(name, bytes, meta).await
    }

    async fn get(&self, name: &str) -> Result<Object> {
        self.inner.get(name).await
    }

    async fn head(&self, name: &str) -> Result<Option<Head>> {
        self.inner.head(name).await
    }

    async fn delete(&self, names: &[String]) -> Result<Vec<(String, Error)>> {
        self.inner.delete(names).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>> {
        self.inner.list(prefix).await
    }

    fn parallel(&self) -> usize {
        1
    }

    fn place(&self) -> &'static str {
        "memory:"
    }
}

pub(crate) struct Town {
    pub(crate) ctx: Context,
    pub(crate) store: Arc<Shaky>,
    /// Whether the public server answers.
    pub(crate) open: Arc<AtomicBool>,
    now: Arc<Mutex<NaiveDateTime>>,
}

/// UTC for a Japanese wall-clock time.
pub(crate) fn jst(text: &str) -> NaiveDateTime {
    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    kairan_db::time::utc_from_jst(wall)
}

/// Runs an asynchronous test on each database.
pub(crate) fn each_town<F: Future<Output = ()>>(test: impl Fn(Town) -> F) {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    kairan_db::testing::for_each_db(|db| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            test(Town::new(db).await).await;
        });
    });
}

impl Town {
    async fn new(db: &TestDb) -> Self {
        let now = Arc::new(Mutex::new(jst("2026-12-18 06:10")));
        let told = Arc::clone(&now);
        let store = Arc::new(Shaky {
            inner: Memory::new(),
            puts: AtomicUsize::new(0),
            left: AtomicI64::new(-1),
        });
        let open = Arc::new(AtomicBool::new(true));
        let url = serve(Arc::clone(&store), Arc::clone(&open)).await;
        let ctx = Context {
            db: Db::clone(db),
            store: store.clone(),
            keys: Keyring::generate(),
            clock: Clock::driven_by(move || *told.lock().unwrap()),
            theme: Arc::new(Theme::embedded().unwrap()),
            public_url: url,
            app_url: "https://my.example.jp/".to_owned(),
            notices: Arc::new(NoticeSettings::default()),
        };
        Self {
            ctx,
            store,
            open,
            now,
        }
    }

    pub(crate) fn wait(&self, minutes: i64) {
        *self.now.lock().unwrap() += Duration::minutes(minutes);
    }

    pub(crate) fn set(&self, at: &str) {
        *self.now.lock().unwrap() = jst(at);
    }

    pub(crate) async fn import(&self, source: &dyn Source) -> ImportReport {
        import(&self.ctx, source, "cli", Screens::Keep)
            .await
            .unwrap()
    }

    pub(crate) async fn ask(&self, what: What) -> i64 {
        request(&self.ctx, what, PublishOptions::default())
            .await
            .unwrap()
    }

    pub(crate) async fn drain(&self) {
        Worker::new(self.ctx.clone()).drain().await.unwrap();
    }

    /// Publishes and waits until nothing is due any more.
    pub(crate) async fn publish(&self, what: What) -> Progress {
        let id = self.ask(what).await;
        self.drain().await;
        progress(&self.ctx, id).await.unwrap()
    }

    /// Everything readers can get, but the search index.
    pub(crate) async fn pages(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = self.objects().await;
        all.retain(|name, _| !name.starts_with("search-index/"));
        all
    }

    /// Everything readers can get.
    pub(crate) async fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let mut all = BTreeMap::new();
        for name in self.store.list("").await.unwrap() {
            let object = self.store.get(&name).await.unwrap();
            all.insert(name, object.bytes);
        }
        all
    }

    pub(crate) async fn page(&self, name: &str) -> Option<String> {
        let object = self.store.get(name).await.ok()?;
        String::from_utf8(object.bytes).ok()
    }
}

/// Fails with the names of objects that differ, not with their bytes.
pub(crate) fn same(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) {
    let only = |a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>| {
        let other = a
            .iter()
            .filter(|(name, bytes)| b.get(*name) != Some(*bytes));
        other.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let (left, right) = (only(left, right), only(right, left));
    assert!(
        left.is_empty() && right.is_empty(),
        "left: {left:?}\nright: {right:?}"
    );
}

/// Serves the store as the public sees it.
async fn serve(store: Arc<Shaky>, open: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (store, open) = (Arc::clone(&store), Arc::clone(&open));
            tokio::spawn(async move {
                let mut request = vec![0; 8192];
                let read = socket.read(&mut request).await.unwrap_or(0);
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = text
                    .split(' ')
                    .nth(1)
                    .unwrap_or("/")
                    .trim_start_matches('/');
                let name = format!("{path}index.html");
                let found = store
                    .get(&name)
                    .await
                    .ok()
                    .filter(|_| open.load(Ordering::SeqCst));
                let (status, body) = found.map_or(("404 Not Found", Vec::new()), |object| {
                    ("200 OK", object.bytes)
                });
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _sent = socket.write_all(&[head.into_bytes(), body].concat()).await;
            });
        }
    });
    url
}
