//! An installation with members of staff, and its server.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::Utc;
use kairan_db::staff::{self, Grant, NewAccount, Role, Stage};

use super::browser::Browser;
use crate::Common;
use crate::database::Database;
use crate::installation::Installation;
use crate::scratch;
use crate::server::Server;

/// Where one part of the benchmark works. Its folder goes with it.
pub(super) struct Office {
    pub(super) installation: Installation,
    folder: PathBuf,
}

impl Office {
    /// Writes a site of so many articles; nothing is in the database yet.
    pub(super) fn new(
        name: &str,
        articles: u64,
        database: Database,
        common: &Common,
    ) -> Result<Self> {
        let folder = scratch::folder(common.dir.as_deref())?
            .join(format!("admin-{name}-{}", database.name()));
        scratch::clear(&folder)?;
        std::fs::create_dir_all(&folder)?;
        let installation = Installation::new(&folder, articles, database, common)?;
        installation.run(&["migrate"])?;
        Ok(Self {
            installation,
            folder,
        })
    }

    /// Starts the server with all its parts, the worker too.
    pub(super) fn open(&self) -> Result<Server> {
        Server::start(
            self.installation
                .command(&["serve", "--bind", "127.0.0.1:0"]),
        )
    }

    /// So many administrators with a log-in each. The log-in itself, which is slow on purpose, is not measured.
    pub(super) fn staff(&self, number: usize, server: &Server) -> Result<Vec<Browser>> {
        let db = self.installation.db()?;
        let cookies = db.write(|c| {
            let now = Utc::now().naive_utc();
            let hash = staff::hash_password("nobody logs in with this one")?;
            let mut cookies = Vec::with_capacity(number);
            for one in 0..number {
                let new = NewAccount {
                    mail: &format!("editor-{one}@city.example.jp"),
                    name: "職員",
                    lang: "ja",
                    grants: &[Grant::everywhere(Role::Administrator)],
                };
                let Some(account) = staff::create(c, &new, now)? else {
                    continue;
                };
                staff::set_password(c, &account.id, &hash, now)?;
                let session = staff::open_session(
                    c,
                    &account.id,
                    Stage::Full,
                    "127.0.0.1",
                    "kairan-bench",
                    now,
                )?;
                cookies.push(session.as_str().to_owned());
            }
            Ok(cookies)
        })?;
        cookies
            .iter()
            .map(|cookie| Browser::new(&server.url, cookie))
            .collect()
    }

    /// One administrator.
    pub(super) fn someone(&self, server: &Server) -> Result<Browser> {
        self.staff(1, server)?.pop().context("nobody is there")
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // What is left of it is in the way of nobody.
        drop(scratch::clear(&self.folder));
    }
}
