//! A PostgreSQL of our own for the length of one benchmark.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use diesel::connection::SimpleConnection;
use kairan_db::{AnyConnection, Db};
use tempfile::TempDir;

/// The scripts that tests start servers with.
const SCRIPTS: [(&str, &str); 2] = [
    ("postgres", include_str!("../../../tests/servers/postgres")),
    (
        "common.sh",
        include_str!("../../../tests/servers/common.sh"),
    ),
];

/// What a machine with some memory would be set to; both sides of a comparison have the same.
const SETTINGS: [&str; 5] = [
    "ALTER SYSTEM SET work_mem = '256MB'",
    "ALTER SYSTEM SET maintenance_work_mem = '1GB'",
    "ALTER SYSTEM SET effective_cache_size = '8GB'",
    "ALTER SYSTEM SET random_page_cost = 1.1",
    "SELECT pg_reload_conf()",
];

/// A server; one that was started here stops and is removed when dropped.
pub(crate) struct Postgres {
    url: String,
    folder: Option<TempDir>,
}

impl Postgres {
    /// A server that somebody else runs, with an empty database.
    pub(crate) fn given(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            folder: None,
        }
    }

    /// Starts one on a free loopback port.
    pub(crate) fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // Run by root the server runs as another user, who must reach its folder.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711))?;
        for (name, text) in SCRIPTS {
            fs::write(folder.path().join(name), text)?;
        }
        let started = script(folder.path(), "start")?;
        if !started.status.success() {
            let said = String::from_utf8_lossy(&started.stderr);
            bail!(
                "PostgreSQL 15 does not start (Debian: postgresql-15), or give one by --postgres: {}",
                said.trim()
            );
        }
        let url = String::from_utf8(started.stdout)?.trim().to_owned();
        let server = Self {
            url,
            folder: Some(folder),
        };
        let db = Db::open(server.url(), &kairan_db::Options::default())?;
        db.read(|c| match c {
            AnyConnection::Pg(c) => Ok(SETTINGS.iter().try_for_each(|sql| c.batch_execute(sql))?),
            AnyConnection::Sqlite(_) => Ok(()),
        })?;
        Ok(server)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // Nothing is left to do where it does not stop: the folder goes, and the server with it.
            let _ = script(folder.path(), "stop");
        }
    }
}

fn script(folder: &Path, action: &str) -> Result<Output> {
    let mut command = Command::new("bash");
    command
        .arg(folder.join("postgres"))
        .arg(action)
        .arg(folder.join("data"));
    command.output().context("bash does not start")
}
