//! The example city, published into a folder and served on a port of its own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use chrono::NaiveDateTime;
use kairan_content::{MemorySource, SiteData, check_site};
use kairan_db::Db;
use kairan_db::jobs::{self, Claim};
use kairan_db::seal::Keyring;
use kairan_db::testing::TestDb;
use kairan_delivery::Clock;
use kairan_delivery::channel::{Channels, MailChannel};
use kairan_delivery::compose::Sender;
use kairan_pipeline::{Context, NoticeSettings, confirm, letters};
use kairan_site::{MemoryCatalogue, Site, build_all};
use kairan_storage::Folder;
use kairan_theme::Theme;
use kairan_web::{App, Running, Serve, serve};
use reqwest::{Client, Response, header};

/// What all tests share: reading and building the city takes seconds.
struct City {
    site: Arc<SiteData>,
    catalogue: MemoryCatalogue,
    folder: tempfile::TempDir,
    theme: Arc<Theme>,
}

pub(crate) struct House {
    pub(crate) address: String,
    pub(crate) ctx: Context,
    pub(crate) outbox: tempfile::TempDir,
    pub(crate) client: Client,
    running: Running,
    passed: Arc<AtomicI64>,
    db: Option<TestDb>,
    _finder: tempfile::TempDir,
}

/// The secret of the city's LINE channel.
pub(crate) const LINE_SECRET: &str = "a secret of LINE's";

/// 1 December 2026, 10:00 in Japan.
pub(crate) fn now() -> NaiveDateTime {
    "2026-12-01T01:00:00".parse().unwrap()
}

fn read(root: &Path, folder: &Path, source: &mut MemorySource) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            read(root, &path, source);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            source.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

fn city() -> &'static City {
    static CITY: OnceLock<City> = OnceLock::new();
    CITY.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/minori");
        let mut source = MemorySource::new();
        read(&root, &root, &mut source);
        let checked = check_site(&source, "2026-12-01".parse().unwrap());
        let site = Arc::new(checked.site.unwrap());
        let paths: Vec<String> = checked.files.iter().map(|file| file.path.clone()).collect();
        let own = root.clone();
        let wall = kairan_db::time::jst_from_utc(now());
        let documents = checked
            .documents
            .into_iter()
            .map(|checked| checked.document);
        let catalogue = MemoryCatalogue::from_documents(Arc::clone(&site), documents, wall)
            .with_files(
                paths,
                Arc::new(move |path: &str| std::fs::read(own.join(path))),
            )
            .unwrap();
        let theme = Arc::new(Theme::embedded().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_owned();
        let pages = Site::of(Arc::clone(&theme), &catalogue).unwrap();
        build_all(&pages, &catalogue, wall, true, &|name, rendered| {
            let file = out.join(name);
            std::fs::create_dir_all(file.parent().unwrap())?;
            std::fs::write(file, &rendered.bytes)
        })
        .unwrap();
        City {
            site,
            catalogue,
            folder,
            theme,
        }
    })
}

impl House {
    pub(crate) async fn new() -> Self {
        let db = tokio::task::spawn_blocking(TestDb::sqlite).await.unwrap();
        Self::with(db, &|app| app).await
    }

    /// One over each database there is.
    pub(crate) async fn each() -> Vec<Self> {
        Self::each_furnished(&|app| app).await
    }

    /// The same, with more in the application.
    pub(crate) async fn each_furnished(furnish: &dyn Fn(App) -> App) -> Vec<Self> {
        let databases = tokio::task::spawn_blocking(|| (TestDb::sqlite(), TestDb::postgres()));
        let (sqlite, postgres) = databases.await.unwrap();
        let mut houses = vec![Self::with(sqlite, furnish).await];
        if let Some(postgres) = postgres {
            houses.push(Self::with(postgres, furnish).await);
        }
        houses
    }

    async fn with(db: TestDb, furnish: &dyn Fn(App) -> App) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let city = tokio::task::spawn_blocking(city).await.unwrap();
        let passed = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&passed);
        let outbox = tempfile::tempdir().unwrap();
        let folder = city.folder.path();
        let ctx = Context {
            db: Db::clone(&db),
            store: Arc::new(Folder::open(folder, false).unwrap()),
            keys: Keyring::generate(),
            clock: Clock::driven_by(move || {
                now() + chrono::Duration::seconds(clock.load(Ordering::Relaxed))
            }),
            theme: Arc::clone(&city.theme),
            public_url: "https://www.example.jp/".into(),
            app_url: "https://www.example.jp/".into(),
            notices: Arc::new(NoticeSettings::default()),
        };
        let data = serde_json::to_string(&*city.site).unwrap();
        ctx.write(move |c| kairan_db::site::store(c, &data, "test", now()))
            .await
            .unwrap();
        let profile = city.site.profile.clone();
        ctx.write(move |c| kairan_db::citizens::mark_sensitive(c, &profile))
            .await
            .unwrap();
        let what = Serve {
            static_site: Some(folder.to_owned()),
            my: true,
            admin: true,
            api: true,
            dev_outbox: Some(outbox.path().to_owned()),
        };
        let finder = tempfile::tempdir().unwrap();
        let open = Arc::new(move || Ok(Box::new(city.catalogue.clone()) as _));
        let app = App::with_catalogues(ctx.clone(), what, open)
            .unwrap()
            .with_line(LINE_SECRET)
            .with_finder(finder.path().to_owned());
        let running = serve(furnish(app), "127.0.0.1:0".parse().unwrap()).unwrap();
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            address: format!("http://{}", running.address),
            ctx,
            outbox,
            client,
            running,
            passed,
            db: Some(db),
            _finder: finder,
        }
    }

    /// Moves the clock on.
    pub(crate) fn pass(&self, seconds: i64) {
        self.passed.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) async fn close(mut self) {
        let db = self.db.take();
        self.running.stop().await.unwrap();
        drop(self.ctx);
        // A PostgreSQL schema is dropped, which waits.
        tokio::task::spawn_blocking(move || drop(db)).await.unwrap();
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    pub(crate) async fn get_with(&self, path: &str, name: &str, value: &str) -> Response {
        let request = self.client.get(self.url(path)).header(name, value);
        request.send().await.unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    pub(crate) async fn post_json(&self, path: &str, body: &str) -> Response {
        let request = self.client.post(self.url(path)).body(body.to_owned());
        request
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap()
    }

    /// Sends a form as it is, with these headers.
    pub(crate) async fn post(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Response {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let mut request = self
            .client
            .post(self.url(path))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.finish());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    /// Opens the page of a form and sends it as a browser does: with its token and cookie.
    pub(crate) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.send_from(path, fields, "x-nothing", "1").await
    }

    pub(crate) async fn send_from(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        value: &str,
    ) -> Response {
        let page = self.get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        let cookie = page.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let html = page.text().await.unwrap();
        let token = between(&html, "name=\"csrf_token\" value=\"", "\"");
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all, &[("cookie", &cookie), (name, value)])
            .await
    }

    /// Sends a body as it is.
    pub(crate) async fn post_raw(
        &self,
        path: &str,
        body: String,
        headers: &[(&str, &str)],
    ) -> Response {
        let mut request = self.client.post(self.url(path)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    /// Ways out: mails go into the outbox.
    pub(crate) fn channels(&self) -> Channels {
        Channels {
            mail: MailChannel::Folder(self.outbox.path().to_owned()),
            line: None,
            sender: Sender {
                from: "みのり市 <notice@city.example.jp>".parse().unwrap(),
                reply_to: None,
                list_id: "notice.city.example.jp".into(),
                bounce_domain: "bounce.example.jp".into(),
            },
        }
    }

    /// Takes the waiting jobs of these kinds.
    pub(crate) async fn claim(&self, kinds: &'static [&'static str]) -> Vec<jobs::Job> {
        let now = self.ctx.clock.now();
        let claim = move |c: &mut kairan_db::AnyConnection| {
            let claim = Claim {
                owner: "test",
                kinds,
                limit: 100,
                lease: chrono::Duration::minutes(1),
            };
            jobs::claim(c, &claim, now)
        };
        self.ctx.write(claim).await.unwrap()
    }

    /// Does the waiting jobs: mails go into the outbox. Returns how many there were.
    pub(crate) async fn deliver(&self) -> usize {
        let channels = self.channels();
        let claimed = self.claim(&[confirm::KIND, letters::KIND]).await;
        for job in &claimed {
            assert!(
                !job.payload.contains("example.jp\""),
                "an address stands in a job"
            );
            let (ctx, payload) = (&self.ctx, job.payload.as_str());
            match job.kind.as_str() {
                letters::KIND => letters::send(ctx, &channels, payload).await.unwrap(),
                _ => confirm::send_confirmation(ctx, &channels, payload)
                    .await
                    .unwrap(),
            }
        }
        claimed.len()
    }

    /// The text of the only mail in the outbox, which is emptied.
    pub(crate) async fn letter(&self) -> String {
        let files: Vec<PathBuf> = std::fs::read_dir(self.outbox.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1);
        let name = files[0].file_name().unwrap().to_str().unwrap();
        let page = self.text(&format!("/dev/outbox/{name}")).await;
        std::fs::remove_file(&files[0]).unwrap();
        page
    }
}

/// What stands between two texts.
pub(crate) fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} is not in {text}"));
    rest.split_once(after).unwrap().0.to_owned()
}
