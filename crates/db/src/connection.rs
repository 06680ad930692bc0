//! Connections: one type over both databases, a pool, and the two ways in, `read` and `write`.

mod gate;
mod target;

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{HandleError, ManageConnection as _, Pool, PooledConnection};
use diesel::{PgConnection, SqliteConnection};

use crate::{Error, Result};
use gate::{Gate, Turn};
use target::{Manager, Target};

/// A connection to either database. Queries in diesel's language run on it directly; what the databases
/// do not share (upserts, inserts of many rows, locks) goes through `on!`.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// SQLite
    Sqlite(SqliteConnection),
    /// PostgreSQL
    Pg(PgConnection),
}

/// Which database is behind a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite
    Sqlite,
    /// PostgreSQL
    Postgres,
}

impl AnyConnection {
    /// Which database this is, for the few statements they do not share.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Pg(_) => Dialect::Postgres,
        }
    }
}

/// Runs one expression on whichever connection is inside: `on!(c, diesel::insert_into(…).execute(c)?)`.
/// Inside the expression `c` has the database's own type, so that everything diesel knows compiles.
macro_rules! on {
    ($c:ident, $body:expr) => {
        match $c {
            $crate::AnyConnection::Sqlite($c) => $body,
            $crate::AnyConnection::Pg($c) => $body,
        }
    };
}
pub(crate) use on;

/// How many connections, and how long to wait for what.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections kept at most (SQLite: readers; there is one writer beside them).
    pub pool_size: u32,
    /// How long a server may take to accept a connection.
    pub connect_timeout: Duration,
    /// How long to wait for a free connection or for the turn to write.
    pub wait_timeout: Duration,
    /// After how long without an answer a server counts as gone (PostgreSQL).
    pub dead_server: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 8,
            connect_timeout: Duration::from_secs(5),
            wait_timeout: Duration::from_secs(30),
            dead_server: Duration::from_secs(30),
        }
    }
}

/// How often a transaction is run again after the database undid it because of others at work.
const RETRIES: u32 = 5;

/// The database. Cheap to clone. Every call blocks its thread: call from `web::block` or `spawn_blocking`.
#[derive(Clone)]
pub struct Db {
    readers: Pool<Manager>,
    /// SQLite: the one connection that may write, and the queue before it.
    writer: Option<(Pool<Manager>, Arc<Gate>)>,
    options: Arc<Options>,
    target: Arc<Target>,
}

impl Db {
    /// Opens `sqlite://path` (made if absent, with its folder) or `postgres://…`.
    ///
    /// # Errors
    /// [`Error::Url`] for an address it does not understand, [`Error::Unreachable`] where no connection
    /// could be made within [`Options::connect_timeout`] (libpq counts whole seconds, for each address
    /// a host name has).
    pub fn open(url: &str, options: &Options) -> Result<Self> {
        let target = Target::parse(url, options)?;
        let unreachable = |reason: String| Error::Unreachable {
            address: target.shown().to_owned(),
            reason,
        };
        if let Target::Sqlite { path } = &target
            && let Some(folder) = std::path::Path::new(path).parent()
        {
            std::fs::create_dir_all(folder).map_err(|error| unreachable(error.to_string()))?;
        }
        let sqlite = matches!(target, Target::Sqlite { .. });
        let manager = |read_only| Manager {
            target: target.clone(),
            busy_timeout: options.wait_timeout,
            read_only,
        };
        // One connection by hand first: the pool would only say that it had waited long enough.
        manager(false)
            .connect()
            .map_err(|error| unreachable(error.to_string()))?;
        let pool = |manager, size| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(0))
                .connection_timeout(options.wait_timeout)
                .error_handler(Box::new(Logged))
                .build_unchecked(manager)
        };
        let writer = sqlite.then(|| (pool(manager(false), 1), Arc::default()));
        Ok(Self {
            readers: pool(manager(sqlite), options.pool_size.max(1)),
            writer,
            options: Arc::new(options.clone()),
            target: Arc::new(target),
        })
    }

    /// Which database this is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match *self.target {
            Target::Sqlite { .. } => Dialect::Sqlite,
            Target::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Reads. Each statement sees what is committed when it begins; where several must agree, use
    /// [`Db::snapshot`]. On SQLite a write in here is refused.
    ///
    /// # Errors
    /// Those of `f`, and [`Error::Busy`] or [`Error::Unreachable`] when no connection is to be had.
    pub fn read<T>(&self, f: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
        let mut connection = self.connect(&self.readers)?;
        f(&mut connection)
    }

    /// Reads several things as they were at one instant.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn snapshot<T>(&self, f: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
        let mut connection = self.connect(&self.readers)?;
        let c = &mut *connection;
        match c {
            AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
            AnyConnection::Pg(c) => AnsiTransactionManager::begin_transaction_sql(
                c,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
        }?;
        let result = f(c);
        finish(c, result.is_ok())?;
        result
    }

    /// Writes, in one transaction: committed if `f` returns `Ok`, undone otherwise. On SQLite one writer
    /// at a time, in the order they came. On PostgreSQL `f` is run again where the database undid it
    /// because of a deadlock or a serialization failure: it must do nothing but talk to the connection.
    ///
    /// # Errors
    /// As [`Db::read`], and [`Error::NestedWrite`].
    pub fn write<T>(&self, mut f: impl FnMut(&mut AnyConnection) -> Result<T>) -> Result<T> {
        let (_turn, mut connection) = self.writer()?;
        let c = &mut *connection;
        let mut attempt = 0;
        loop {
            match transaction(c, &mut f) {
                Err(error) if error.is_transient() && attempt < RETRIES => {
                    attempt += 1;
                    tracing::debug!(attempt, %error, "transaction undone by the database, run again");
                    // Long enough for the other side to finish, and never the same for two threads.
                    let spread = rand::random_range(5..20);
                    std::thread::sleep(Duration::from_millis(spread << attempt));
                }
                result => return result,
            }
        }
    }

    fn writer(&self) -> Result<(Option<Turn<'_>>, PooledConnection<Manager>)> {
        match &self.writer {
            // The turn first: who waits must not hold a connection.
            Some((pool, gate)) => {
                let turn = gate.enter(self.options.wait_timeout)?;
                Ok((Some(turn), self.connect(pool)?))
            }
            None => Ok((None, self.connect(&self.readers)?)),
        }
    }

    fn connect(&self, pool: &Pool<Manager>) -> Result<PooledConnection<Manager>> {
        let started = Instant::now();
        pool.get().map_err(|error| {
            let state = pool.state();
            if state.connections > 0 && state.idle_connections == 0 {
                Error::Busy {
                    waited_ms: started.elapsed().as_millis(),
                }
            } else {
                Error::Unreachable {
                    address: self.target.shown().to_owned(),
                    reason: error.to_string(),
                }
            }
        })
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Db").field(&self.target.shown()).finish()
    }
}

/// Runs `f` in a transaction that holds the right to write from the start: on SQLite one that begins by
/// reading and writes later fails at once when another wrote in between.
fn transaction<T>(
    c: &mut AnyConnection,
    f: &mut impl FnMut(&mut AnyConnection) -> Result<T>,
) -> Result<T> {
    match c {
        AnyConnection::Sqlite(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")
        }
        AnyConnection::Pg(c) => AnsiTransactionManager::begin_transaction(c),
    }?;
    let result = f(c);
    finish(c, result.is_ok())?;
    result
}

fn finish(c: &mut AnyConnection, commit: bool) -> Result<()> {
    if commit {
        on!(c, AnsiTransactionManager::commit_transaction(c))?;
    } else if let Err(error) = on!(c, AnsiTransactionManager::rollback_transaction(c)) {
        // The first error is the one that matters; a connection that cannot roll back is dropped by the pool.
        tracing::warn!(%error, "rollback failed");
    }
    Ok(())
}

#[derive(Debug)]
struct Logged;

impl HandleError<diesel::r2d2::Error> for Logged {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::warn!(%error, "database connection failed");
    }
}
