//! The schema: migrations embedded in the program, one folder per database.

use diesel::connection::SimpleConnection as _;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::on;
use crate::{AnyConnection, Db, Dialect, Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Held while migrating, so that of several programs starting at once one migrates and the others wait.
const ADVISORY_LOCK: i64 = 0x006b_6169_7261_6e00;

/// How the database's schema compares with this program's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaState {
    /// The same.
    Current,
    /// `kairan migrate` has these to apply, in order.
    Behind(Vec<String>),
    /// A newer version of the program was here: its last migration.
    Ahead(String),
}

impl Db {
    /// Applies what is missing, all or nothing; returns the versions applied. Safe to call from several
    /// programs at once.
    ///
    /// # Errors
    /// [`Error::Migration`]; the schema is then as it was.
    pub fn migrate(&self) -> Result<Vec<String>> {
        self.write(|c| {
            if c.dialect() == Dialect::Postgres {
                c.batch_execute(&format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))?;
            }
            let pending = pending(c)?;
            let mut applied = Vec::with_capacity(pending.len());
            for version in pending {
                apply_next(c, &version)?;
                applied.push(version);
            }
            Ok(applied)
        })
    }

    /// The last migration applied; `None` for an empty database.
    ///
    /// # Errors
    /// Those of the database.
    pub fn schema_version(&self) -> Result<Option<String>> {
        self.read(|c| Ok(applied(c)?.pop()))
    }

    /// Whether the schema is this program's.
    ///
    /// # Errors
    /// Those of the database.
    pub fn schema_state(&self) -> Result<SchemaState> {
        self.read(|c| {
            let known = known(c.dialect())?;
            let applied = applied(c)?;
            if let Some(newer) = applied
                .iter()
                .rev()
                .find(|version| !known.contains(version))
            {
                return Ok(SchemaState::Ahead(newer.clone()));
            }
            let missing: Vec<_> = known
                .into_iter()
                .filter(|version| !applied.contains(version))
                .collect();
            Ok(if missing.is_empty() {
                SchemaState::Current
            } else {
                SchemaState::Behind(missing)
            })
        })
    }
}

fn failed(version: &str) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> Error {
    move |error| Error::Migration {
        migration: version.to_owned(),
        reason: error.to_string(),
    }
}

/// Versions this program knows, in order.
fn known(dialect: Dialect) -> Result<Vec<String>> {
    fn versions<DB: diesel::backend::Backend>(
        migrations: Vec<Box<dyn Migration<DB>>>,
    ) -> Vec<String> {
        migrations
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect()
    }
    let mut known = match dialect {
        Dialect::Sqlite => {
            MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE).map(versions)
        }
        Dialect::Postgres => MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES).map(versions),
    }
    .map_err(failed("-"))?;
    known.sort();
    Ok(known)
}

/// Versions the database has, in order; reads only, where diesel's own question makes its table.
fn applied(c: &mut AnyConnection) -> Result<Vec<String>> {
    use diesel::prelude::*;
    diesel::table! {
        __diesel_schema_migrations (version) {
            version -> Text,
        }
    }
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        tables: i64,
    }
    let exists = match c.dialect() {
        Dialect::Sqlite => {
            "SELECT COUNT(*) AS tables FROM sqlite_master WHERE name = '__diesel_schema_migrations'"
        }
        Dialect::Postgres => "SELECT COUNT(to_regclass('__diesel_schema_migrations')) AS tables",
    };
    let count: Count = on!(c, diesel::sql_query(exists).get_result(c))?;
    if count.tables == 0 {
        return Ok(Vec::new());
    }
    Ok(__diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .order(__diesel_schema_migrations::version.asc())
        .load(c)?)
}

fn pending(c: &mut AnyConnection) -> Result<Vec<String>> {
    let applied = applied(c)?;
    Ok(known(c.dialect())?
        .into_iter()
        .filter(|version| !applied.contains(version))
        .collect())
}

fn apply_next(c: &mut AnyConnection, version: &str) -> Result<()> {
    match c {
        AnyConnection::Sqlite(c) => c.run_next_migration(SQLITE).map(drop),
        AnyConnection::Pg(c) => c.run_next_migration(POSTGRES).map(drop),
    }
    .map_err(failed(version))
}
