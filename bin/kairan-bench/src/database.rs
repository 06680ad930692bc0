//! Which database a benchmark works on.

use std::path::Path;

use anyhow::Result;

use crate::postgres::Postgres;

/// The database; PostgreSQL is started for the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// As a report names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// A file in this folder, or a server.
    pub(crate) fn open(self, folder: &Path) -> Result<Opened> {
        Ok(match self {
            Self::Sqlite => Opened {
                url: format!("sqlite://{}", folder.join("kairan.db").display()),
                _server: None,
            },
            Self::Postgres => {
                let server = Postgres::start()?;
                Opened {
                    url: server.url().to_owned(),
                    _server: Some(server),
                }
            }
        })
    }
}

/// A database of a benchmark's own; a server stops when this is dropped.
pub(crate) struct Opened {
    pub(crate) url: String,
    _server: Option<Postgres>,
}
