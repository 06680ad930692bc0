//! The two migration folders and what diesel is told must say the same.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use kairan_db::testing::TestDb;
use kairan_db::{AnyConnection, Db};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

type Tables = BTreeMap<String, BTreeSet<(String, &'static str, bool)>>;

const SQLITE: &str = "SELECT t.name AS of, c.name AS name, c.type AS kind,
        (c.\"notnull\" = 0 AND c.pk = 0) AS nullable
    FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND t.name NOT LIKE '!_!_%' ESCAPE '!'";
const POSTGRES: &str =
    "SELECT table_name::text AS of, column_name::text AS name, data_type::text AS kind,
        is_nullable = 'YES' AS nullable
    FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name NOT LIKE '!_!_%' ESCAPE '!'";

fn tables(db: &Db) -> Tables {
    let columns: Vec<Column> = db
        .read(|c| {
            Ok(match c {
                AnyConnection::Sqlite(c) => diesel::sql_query(SQLITE).load(c)?,
                AnyConnection::Pg(c) => diesel::sql_query(POSTGRES).load(c)?,
            })
        })
        .unwrap();
    let mut tables = Tables::new();
    for column in columns {
        let kind = match column.kind.to_ascii_lowercase().as_str() {
            "text" => "Text",
            "bigint" | "integer" => "BigInt",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            "date" => "Date",
            "boolean" => "Bool",
            "blob" | "bytea" => "Binary",
            "smallint" => "SmallInt",
            "double" | "double precision" => "Double",
            other => panic!(
                "{}.{}: a type the databases may not share: {other}",
                column.of, column.name
            ),
        };
        tables
            .entry(column.of)
            .or_default()
            .insert((column.name, kind, column.nullable));
    }
    tables
}

/// `diesel::table!` as text: what the macros are given is what the columns are.
fn declared() -> Tables {
    let mut tables = Tables::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let mut table = String::new();
        for line in text.lines().map(str::trim) {
            if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
                table = name.to_owned();
            } else if let Some((name, kind)) = line.split_once(" -> ") {
                let kind = kind.trim_end_matches(',');
                let inner = kind
                    .strip_prefix("Nullable<")
                    .and_then(|kind| kind.strip_suffix('>'));
                let known = [
                    "Text",
                    "BigInt",
                    "Timestamp",
                    "Date",
                    "Bool",
                    "Binary",
                    "SmallInt",
                    "Double",
                ];
                let kind = known
                    .into_iter()
                    .find(|known| *known == inner.unwrap_or(kind))
                    .unwrap();
                tables.entry(table.clone()).or_default().insert((
                    name.to_owned(),
                    kind,
                    inner.is_some(),
                ));
            }
        }
    }
    tables
}

#[track_caller]
fn assert_same(left: &Tables, right: &Tables, what: &str) {
    for name in left.keys().chain(right.keys()) {
        assert_eq!(left.get(name), right.get(name), "{what}: table {name}");
    }
}

#[test]
fn diesel_is_told_what_sqlite_has() {
    let sqlite = tables(&TestDb::sqlite());
    assert!(sqlite.contains_key("editions"));
    assert_same(&sqlite, &declared(), "SQLite and schema.rs");
}

#[test]
fn both_databases_have_the_same_tables() {
    let Some(postgres) = TestDb::postgres() else {
        return;
    };
    assert_same(
        &tables(&TestDb::sqlite()),
        &tables(&postgres),
        "SQLite and PostgreSQL",
    );
}
