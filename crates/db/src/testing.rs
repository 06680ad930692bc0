//! Databases for tests: a SQLite file always, a schema of its own on the PostgreSQL server that
//! `KAIRAN_TEST_POSTGRES_URL` names; both are gone when the test ends, however it ends.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "for tests, where a panic is the report"
)]

use std::ops::Deref;

use diesel::connection::SimpleConnection as _;

use crate::{AnyConnection, Db, Options, staff};

/// Where the tests' PostgreSQL is, such as `postgres://postgres@127.0.0.1:5432/postgres`.
pub const POSTGRES_URL: &str = "KAIRAN_TEST_POSTGRES_URL";

/// A migrated database that lives as long as this value.
pub struct TestDb {
    db: Option<Db>,
    url: String,
    server: Option<(String, String)>,
    _folder: Option<tempfile::TempDir>,
}

/// Runs the test on each database there is, a fresh one each time. Without PostgreSQL it says what is
/// left out; with `CI=true` that is a failure.
///
/// # Panics
/// Where a database cannot be made, or PostgreSQL is missing with `CI=true`.
pub fn for_each_db(test: impl Fn(&TestDb)) {
    test(&TestDb::sqlite());
    if let Some(db) = TestDb::postgres() {
        test(&db);
    }
}

impl TestDb {
    /// A fresh SQLite file.
    ///
    /// # Panics
    /// Where it cannot be made.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("kairan.db").display());
        Self::new(url, None, Some(folder))
    }

    /// A fresh schema on the PostgreSQL server; `None`, and a word on stderr, where there is none.
    ///
    /// # Panics
    /// Where the server does not answer, or there is none with `CI=true`.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES_URL) else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "CI=true but {POSTGRES_URL} is not set: the PostgreSQL half of this test cannot run"
            );
            eprintln!("left out: PostgreSQL ({POSTGRES_URL} is not set)");
            return None;
        };
        let schema = format!("test_{}", ulid::Ulid::new().to_string().to_lowercase());
        execute(&server, &format!("CREATE SCHEMA {schema}"));
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options=-csearch_path%3D{schema}");
        Some(Self::new(url, Some((server, schema)), None))
    }

    fn new(
        url: String,
        server: Option<(String, String)>,
        folder: Option<tempfile::TempDir>,
    ) -> Self {
        let mut made = Self {
            db: None,
            url,
            server,
            _folder: folder,
        };
        let db = made.reopen();
        db.migrate().unwrap();
        made.db = Some(db);
        made
    }

    /// Its address, for another process.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A second handle that shares nothing with the first but the database: as another process sees it.
    ///
    /// # Panics
    /// Where it cannot be opened.
    #[must_use]
    pub fn reopen(&self) -> Db {
        Db::open(&self.url, &Options::default()).unwrap()
    }
}

/// A member of staff at work, and the value of the cookie `kairan_staff` of a log-in of theirs. There is no password:
/// setting one is slow on purpose.
///
/// # Panics
/// Where the database refuses.
pub fn staff_at_work(
    c: &mut AnyConnection,
    name: &str,
    grants: &[staff::Grant],
    now: chrono::NaiveDateTime,
) -> (staff::Account, String) {
    let new = staff::NewAccount {
        mail: &format!("{}@example.lg.jp", ulid::Ulid::new()),
        name,
        lang: "ja",
        grants,
    };
    let made = staff::create(c, &new, now).unwrap().unwrap();
    staff::set_password(c, &made.id, "-", now).unwrap();
    let full = staff::Stage::Full;
    let cookie = staff::open_session(c, &made.id, full, "127.0.0.1", "a test", now).unwrap();
    let account = staff::find(c, &made.id).unwrap().unwrap();
    (account, cookie.as_str().to_owned())
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        self.db.as_ref().unwrap()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.db = None;
        if let Some((server, schema)) = &self.server {
            execute(server, &format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

fn execute(server: &str, sql: &str) {
    let options = Options {
        pool_size: 1,
        ..Options::default()
    };
    Db::open(server, &options)
        .unwrap()
        .write(|c| Ok(c.batch_execute(sql)?))
        .unwrap();
}
