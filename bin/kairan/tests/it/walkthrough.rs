//! The main job as separate processes, killed at each step and started again: on the embedded default, and on PostgreSQL, S3, a relay
//! and LINE. Whatever is killed, it ends as if nothing had happened.

use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    sync::{Arc, mpsc},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use kairan_db::{seal::Keyring, testing::TestDb};
use kairan_storage::ObjectStore;
use kairan_test_support::{
    line_fake::{Behaviour, LineFake},
    smtp_sink::SmtpSink,
};

use crate::support::{Said, SiteFolder, finish, program};

/// Each place where the program can be killed, and how often it is passed before.
const KILLS: [&str; 9] = [
    "planned",
    "rendered",
    "uploading:2",
    "uploaded",
    "verified",
    "live",
    "materialising",
    "sending",
    "sent",
];

/// People for whom the article is: with mail, with LINE, with both.
const FITS: [(&str, bool, bool); 4] = [
    ("a", true, true),
    ("b", true, false),
    ("c", false, true),
    ("d", true, false),
];

/// Readers' side: serves what is in the object store, as a web server before it does.
struct Readers {
    url: String,
    handle: ServerHandle,
}

impl Readers {
    fn start(store_url: &str) -> Self {
        // A second installation is an error that changes nothing.
        drop(rustls::crypto::ring::default_provider().install_default());
        let url = store_url.to_owned();
        let (report, started) = mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let store = kairan_storage::open(&url).await.unwrap();
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(web::Data::new(Arc::clone(&store)))
                        .default_service(web::to(object))
                })
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
                let port = server.addrs()[0].port();
                let running = server.run();
                report.send((port, running.handle())).unwrap();
                drop(running.await);
            });
        });
        let (port, handle) = started.recv().unwrap();
        Self {
            url: format!("http://127.0.0.1:{port}/"),
            handle,
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn object(request: HttpRequest, store: web::Data<Arc<dyn ObjectStore>>) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    let name = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    match store.get(&name).await {
        Ok(object) => HttpResponse::Ok()
            .content_type(object.meta.content_type.as_ref())
            .body(object.bytes),
        Err(_) => HttpResponse::NotFound().finish(),
    }
}

/// An installation: a site folder, and the servers it works with.
struct Installation {
    site: SiteFolder,
    store_url: String,
    environment: Vec<(&'static str, String)>,
    readers: Readers,
    servers: Option<(SmtpSink, LineFake)>,
    _database: Option<TestDb>,
}

impl Installation {
    /// SQLite, a folder, an outbox folder.
    fn embedded() -> Self {
        let site = folder();
        let store = site.root.join("var/site");
        fs::create_dir_all(&store).unwrap();
        let store_url = format!("file:{}", store.display());
        let environment = vec![("KAIRAN_LINE_API_URL", "file:var/outbox".to_owned())];
        let readers = Readers::start(&store_url);
        Self {
            site,
            store_url,
            environment,
            readers,
            servers: None,
            _database: None,
        }
    }

    /// PostgreSQL, S3, Postfix's sink and LINE; `None` where one of them is not provided.
    fn servers() -> Option<Self> {
        let base = kairan_test_support::provided("KAIRAN_TEST_S3_URL")?;
        let database = TestDb::postgres()?;
        let sink = SmtpSink::start(&[])?;
        let line = LineFake::start(Behaviour::default());
        let prefix = format!("walk-{}", ulid::Ulid::new());
        let (place, options) = base.split_once('?').unwrap_or((&base, ""));
        let store_url = format!("{}/{prefix}?{options}", place.trim_end_matches('/'));
        let environment = vec![
            ("KAIRAN_DATABASE_URL", database.url().to_owned()),
            ("KAIRAN_STORAGE_URL", store_url.clone()),
            ("KAIRAN_MAIL_URL", sink.url.clone()),
            ("KAIRAN_MAIL_FROM", "oshirase@city.example.jp".to_owned()),
            ("KAIRAN_MAIL_LOG", sink.ledger().display().to_string()),
            ("KAIRAN_LINE_API_URL", line.url.clone()),
            ("KAIRAN_LINE_TOKEN", "token".to_owned()),
        ];
        let readers = Readers::start(&store_url);
        Some(Self {
            site: folder(),
            store_url,
            environment,
            readers,
            servers: Some((sink, line)),
            _database: Some(database),
        })
    }

    fn command(&self, arguments: &[&str], minutes: u32) -> Command {
        let config = self.site.config();
        let mut command = program(&[&["--config", config.as_str()], arguments].concat());
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        let time = format!("2026-12-01T{:02}:{:02}", 9 + minutes / 60, minutes % 60);
        command
            .env("KAIRAN_SITE_URL", &self.readers.url)
            .env("KAIRAN_NOW", time);
        command
    }

    fn run(&self, arguments: &[&str], minutes: u32) -> Said {
        finish(self.command(arguments, minutes))
    }

    /// Everybody registers, the folder is imported, and publication is asked for.
    fn prepare(&self) {
        let mut people = String::new();
        for (name, mail, line) in FITS {
            people.push_str(&person(name, "2024-05-01", mail, line));
        }
        people.push_str(&person("e", "2001-05-01", true, true));
        self.site.write("people.jsonl", people);
        self.run(&["migrate"], 0).ended(0);
        self.run(&["import", self.site.path()], 0).ended(0);
        let file = self.site.root.join("people.jsonl");
        self.run(&["citizen", "import", file.to_str().unwrap()], 0)
            .ended(0);
        self.run(&["publish", "--all"], 0).ended(0);
    }

    /// Works until nothing is due, each time some minutes later, so that leases of the dead run out.
    fn finish_work(&self) {
        for minutes in [10, 25, 40] {
            self.run(&["work", "--drain"], minutes).ended(0);
        }
    }

    /// What left the house: how often each address and each LINE user was written to.
    fn told(&self) -> BTreeMap<String, u32> {
        let mut told = BTreeMap::new();
        let mut note = |name: String| *told.entry(name).or_default() += 1;
        if let Some((sink, line)) = &self.servers {
            for mail in sink.mails() {
                mail.recipients.into_iter().for_each(&mut note);
            }
            assert_eq!(line.problems(), Vec::<String>::new());
            for (user, count) in line.delivered() {
                (0..count).for_each(|_| note(user.clone()));
            }
            return told;
        }
        let outbox = self.site.root.join("var/outbox");
        for entry in fs::read_dir(outbox).into_iter().flatten() {
            let path = entry.unwrap().path();
            let ending = path.extension().unwrap_or_default().to_owned();
            // A mail that was being written when the program was killed has not left.
            if ending == "tmp" {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            if ending == "eml" {
                let to = text
                    .lines()
                    .find_map(|line| line.strip_prefix("To: "))
                    .unwrap();
                note(to.to_owned());
                continue;
            }
            for line in text.lines() {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                for user in value["body"]["to"].as_array().unwrap() {
                    note(user.as_str().unwrap().to_owned());
                }
            }
        }
        told
    }

    /// Everything published, by name.
    fn objects(&self) -> BTreeMap<String, String> {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = kairan_storage::open(&self.store_url).await.unwrap();
            let mut all = BTreeMap::new();
            for name in store.list("").await.unwrap() {
                let bytes = store.get(&name).await.unwrap().bytes;
                // Addresses differ between two installations by their port alone.
                let text = String::from_utf8_lossy(&bytes).replace(&self.readers.url, "/");
                all.insert(name, text);
            }
            all
        })
    }
}

fn line_id(name: &str) -> String {
    format!("U{:0>32}", format!("{:x}", name.as_bytes()[0]))
}

fn person(name: &str, birth: &str, mail: bool, line: bool) -> String {
    let key = name.repeat(32);
    let facts = serde_json::json!({ "children": [{ "key": "c1", "birth_date": birth }] });
    let mut person = serde_json::json!({ "key": key, "facts": facts, "consent": ["mail", "line"] });
    if mail {
        person["mail"] = serde_json::json!([format!("{name}@example.jp")]);
    }
    if line {
        person["line"] = serde_json::json!(line_id(name));
    }
    format!("{person}\n")
}

/// A small site whose article tells people.
fn folder() -> SiteFolder {
    let site = SiteFolder::new();
    let settings = site.read("kairan.toml");
    site.write("kairan.toml", format!("dev = true\n{settings}"));
    let article = site.read("content/articles/jido-teate.md").replace(
        "contact: kodomo\n",
        "contact: kodomo\nnotice: { channels: [mail, line], on: publish }\n",
    );
    assert!(article.contains("notice:"), "{article}");
    site.write("content/articles/jido-teate.md", article);
    // With ids of their own, so that two installations publish the same names.
    for (number, file) in ["articles/jido-teate", "faqs/jido-teate-itsu"]
        .iter()
        .enumerate()
    {
        let path = format!("content/{file}.md");
        let id = format!("01JD3M9QK5W3T8Z6B1N0R4V7Y{number}");
        let text = site
            .read(&path)
            .replacen("---\n", &format!("---\nid: {id}\n"), 1);
        site.write(&path, text);
    }
    // The schema for tests is there already; the first `kairan migrate` would have made the keys.
    site.write("var/keys.json", Keyring::generate().to_key_file());
    site
}

/// What everybody has at the end: each way once, and nobody else.
fn expected() -> BTreeMap<String, u32> {
    let mut told = BTreeMap::new();
    for (name, mail, line) in FITS {
        if mail {
            told.insert(format!("{name}@example.jp"), 1);
        }
        if line {
            told.insert(line_id(name), 1);
        }
    }
    told
}

fn check(city: &Installation, objects: &BTreeMap<String, String>, kill: &str) {
    assert_eq!(city.told(), expected(), "killed at {kill}");
    let said = city
        .run(&["notice", "status", "jido-teate", "--format", "json"], 50)
        .ended(0);
    let status = said.json();
    assert_eq!(status["balanced"], true, "killed at {kill}: {}", said.out);
    assert_eq!(
        status["people"]["matched"], 4,
        "killed at {kill}: {}",
        said.out
    );
    assert_eq!(
        status["people"]["pushed"], 4,
        "killed at {kill}: {}",
        said.out
    );
    let now = city.objects();
    let names = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&now), names(objects), "killed at {kill}");
    for (name, text) in objects {
        assert!(now[name] == *text, "killed at {kill}: {name} differs");
    }
}

#[expect(clippy::print_stderr, reason = "a test says what it leaves out")]
fn walk(make: impl Fn() -> Option<Installation>) {
    let Some(whole) = make() else {
        eprintln!("left out: PostgreSQL, S3 or smtp-sink is not provided (bin/test provides them)");
        return;
    };
    whole.prepare();
    whole.run(&["work", "--drain"], 1).ended(0);
    let objects = whole.objects();
    check(&whole, &objects, "nothing");
    for kill in KILLS {
        let city = make().unwrap();
        city.prepare();
        let mut work = city.command(&["work", "--drain"], 1);
        work.env("KAIRAN_CRASH_AT", kill);
        let said = finish(work);
        assert_eq!(
            said.code, -1,
            "not killed at {kill}: {}{}",
            said.out, said.err
        );
        city.finish_work();
        check(&city, &objects, kill);
    }
}

#[test]
fn killed_at_each_step_the_embedded_city_ends_as_if_nothing_had_happened() {
    walk(|| Some(Installation::embedded()));
}

#[test]
fn killed_at_each_step_the_city_on_servers_ends_as_if_nothing_had_happened() {
    walk(Installation::servers);
}
