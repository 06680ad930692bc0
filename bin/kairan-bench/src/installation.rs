//! A whole Kairan in a scratch folder, worked by its commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use kairan_db::{Db, Options};

use crate::Common;
use crate::corpus::{Corpus, Dialect};
use crate::database::{Database, Opened};
use crate::measure::{self, Cost};
use crate::pages::Pages;

/// Site folder, database, store and outbox side by side; published pages are served on loopback.
pub(crate) struct Installation {
    /// The site folder: a generated corpus.
    pub(crate) site: PathBuf,
    /// What is published.
    pub(crate) store: PathBuf,
    /// One file a mail.
    pub(crate) outbox: PathBuf,
    folder: PathBuf,
    database: Opened,
    kairan: PathBuf,
    pages: Pages,
}

impl Installation {
    /// Writes the site and nothing else.
    pub(crate) fn new(
        folder: &Path,
        articles: u64,
        database: Database,
        common: &Common,
    ) -> Result<Self> {
        let site = folder.join("site");
        Corpus::new(common.seed).write(articles, &site, Dialect::Kairan)?;
        let (store, outbox) = (folder.join("store"), folder.join("outbox"));
        fs::create_dir_all(&store)?;
        fs::create_dir_all(&outbox)?;
        let pages = Pages::serve(&store)?;
        Ok(Self {
            site,
            store,
            outbox,
            folder: folder.to_path_buf(),
            database: database.open(folder)?,
            kairan: common.kairan()?,
            pages,
        })
    }

    /// Runs one command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Cost> {
        measure::run(&mut self.command(arguments)).with_context(|| arguments.join(" "))
    }

    /// A command with everything it must know.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.kairan);
        command
            .arg("--config")
            .arg(self.site.join("kairan.toml"))
            .args(arguments)
            .env("KAIRAN_DATABASE_URL", &self.database.url)
            .env(
                "KAIRAN_STORAGE_URL",
                format!("file:{}", self.store.display()),
            )
            .env("KAIRAN_STORAGE_PUBLIC_URL", self.pages.url())
            .env("KAIRAN_MAIL_URL", format!("file:{}", self.outbox.display()))
            .env("KAIRAN_MAIL_FROM", "notices@city.example.jp")
            .env("KAIRAN_KEYS_FILE", self.folder.join("keys.json"));
        command
    }

    /// The database, to look into and to prepare.
    pub(crate) fn db(&self) -> Result<Db> {
        Ok(Db::open(&self.database.url, &Options::default())?)
    }

    /// Takes the site in.
    pub(crate) fn import(&self) -> Result<Cost> {
        self.run(&["import", &self.site.to_string_lossy()])
    }

    /// Asks for a publication and carries it out, its notices too.
    pub(crate) fn publish(&self, what: &[&str]) -> Result<Cost> {
        let asked = self.run(&[&["publish"], what].concat())?;
        Ok(asked.then(self.run(&["work", "--drain"])?))
    }
}
