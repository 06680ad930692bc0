use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::{Connection, PgConnection, SqliteConnection};
use url::Url;

use super::{AnyConnection, Options};
use crate::{Error, Result};

/// Where the database is, read from its address.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A file.
    Sqlite { path: String },
    /// A server: the address with the client's options in it, and the one that may be shown.
    Postgres { url: String, shown: String },
}

impl Target {
    pub(super) fn parse(given: &str, options: &Options) -> Result<Self> {
        if let Some(path) = given.strip_prefix("sqlite://") {
            if path.is_empty() || path.starts_with(":memory:") {
                return Err(Error::Url {
                    given: given.to_owned(),
                    reason: "ファイルのパスがありません".to_owned(),
                });
            }
            return Ok(Self::Sqlite {
                path: path.to_owned(),
            });
        }
        // The address is not repeated in the message: what cannot be parsed may hold a password anywhere.
        let mut url = Url::parse(given).map_err(|error| Error::Url {
            given: "…".to_owned(),
            reason: error.to_string(),
        })?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(Error::Url {
                given: format!("{}://…", url.scheme()),
                reason: "この種類のデータベースには対応していません".to_owned(),
            });
        }
        let seconds = |time: Duration| time.as_secs().max(1).to_string();
        // libpq waits for ever by default: for the connection, and for a server that went away.
        for (key, value) in [
            ("connect_timeout", seconds(options.connect_timeout)),
            (
                "tcp_user_timeout",
                options.dead_server.as_millis().to_string(),
            ),
            ("keepalives_idle", seconds(options.dead_server)),
            ("application_name", "kairan".to_owned()),
        ] {
            if !url.query_pairs().any(|(name, _)| name == key) {
                url.query_pairs_mut().append_pair(key, &value);
            }
        }
        let shown = format!(
            "postgres://{}{}{}",
            url.host_str().unwrap_or("localhost"),
            url.port()
                .map(|port| format!(":{port}"))
                .unwrap_or_default(),
            url.path()
        );
        // A form-encoded space is a plus sign, which libpq would take for a plus sign.
        Ok(Self::Postgres {
            url: url.as_str().replace('+', "%20"),
            shown,
        })
    }

    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Sqlite { path } => path,
            Self::Postgres { shown, .. } => shown,
        }
    }
}

/// Opens and checks the pool's connections.
#[derive(Debug)]
pub(super) struct Manager {
    pub(super) target: Target,
    pub(super) busy_timeout: Duration,
    pub(super) read_only: bool,
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<AnyConnection, Self::Error> {
        use diesel::r2d2::Error::{ConnectionError, QueryError};
        match &self.target {
            Target::Sqlite { path } => {
                let mut connection = SqliteConnection::establish(path).map_err(ConnectionError)?;
                // The time-out first: switching to WAL itself may have to wait.
                let set_up = format!(
                    "PRAGMA busy_timeout = {};
                     PRAGMA journal_mode = WAL;
                     PRAGMA synchronous = FULL;
                     PRAGMA foreign_keys = ON;
                     PRAGMA temp_store = MEMORY;
                     PRAGMA cache_size = -{};
                     PRAGMA journal_size_limit = 67108864;
                     PRAGMA query_only = {};",
                    self.busy_timeout.as_millis(),
                    // KiB. There are several that read, and the pages they want are in the system's memory too.
                    if self.read_only { 4_000 } else { 16_000 },
                    if self.read_only { "ON" } else { "OFF" },
                );
                connection.batch_execute(&set_up).map_err(QueryError)?;
                Ok(AnyConnection::Sqlite(connection))
            }
            Target::Postgres { url, .. } => {
                let mut connection = PgConnection::establish(url).map_err(ConnectionError)?;
                connection
                    .batch_execute("SET client_min_messages TO warning")
                    .map_err(QueryError)?;
                Ok(AnyConnection::Pg(connection))
            }
        }
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> std::result::Result<(), Self::Error> {
        match connection {
            // A file does not hang up.
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Pg(connection) => {
                connection.ping().map_err(diesel::r2d2::Error::QueryError)
            }
        }
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        // A panic inside a transaction leaves it open: such a connection is not used again.
        std::thread::panicking() || R2D2Connection::is_broken(connection)
    }
}
