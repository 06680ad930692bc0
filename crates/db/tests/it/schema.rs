//! The two migration folders and what diesel is told must say the same.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use kairan_db::testing::TestDb;
use kairan_db::{AnyConnection, Db};

/// What one database has and the other lacks, on purpose: a profile's terms are an indexed array in
/// PostgreSQL and a table in SQLite.
const ONLY_ONE: [(&str, &str); 3] = [
    ("match_citizen", "attrs"),
    ("match_attr", "attr"),
    ("match_attr", "citizen_id"),
];

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

/// Columns by table: name, type, whether it may be null.
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

fn add(tables: &mut Tables, table: &str, name: &str, kind: &'static str, nullable: bool) {
    if !ONLY_ONE.contains(&(table, name)) {
        tables
            .entry(table.to_owned())
            .or_default()
            .insert((name.to_owned(), kind, nullable));
    }
}

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
    for Column {
        of,
        name,
        kind,
        nullable,
    } in columns
    {
        let kind = match kind.to_ascii_lowercase().as_str() {
            "text" => "Text",
            "bigint" => "BigInt",
            "integer" => "Integer",
            "smallint" => "SmallInt",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            "date" => "Date",
            "boolean" => "Bool",
            "blob" | "bytea" => "Binary",
            "double" | "double precision" => "Double",
            other if ONLY_ONE.contains(&(&of, &name)) => {
                assert_eq!(other, "array");
                continue;
            }
            other => panic!("{of}.{name}: a type the databases may not share: {other}"),
        };
        add(&mut tables, &of, &name, kind, nullable);
    }
    tables
}

/// `diesel::table!` as text: what the macros are given is what the columns are.
fn declared() -> Tables {
    const KINDS: [&str; 9] = [
        "Text",
        "BigInt",
        "Integer",
        "SmallInt",
        "Timestamp",
        "Date",
        "Bool",
        "Binary",
        "Double",
    ];
    let mut tables = Tables::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let mut table = String::new();
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.contains("joinable!"))
        {
            if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
                table = name.to_owned();
            } else if let Some((name, kind)) = line.split_once(" -> ") {
                let kind = kind.trim_end_matches(',');
                let inner = kind
                    .strip_prefix("Nullable<")
                    .and_then(|kind| kind.strip_suffix('>'));
                if ONLY_ONE.contains(&(&table, name)) {
                    continue;
                }
                let known = KINDS
                    .into_iter()
                    .find(|known| *known == inner.unwrap_or(kind));
                let known = known.unwrap_or_else(|| panic!("{table}.{name}: {kind}"));
                add(&mut tables, &table, name, known, inner.is_some());
            }
        }
    }
    tables
}

/// SQLite has one whole number, whatever the migration calls it.
fn whole_numbers_alike(tables: &Tables) -> Tables {
    let alike = |(name, kind, nullable): &(String, &'static str, bool)| {
        let kind = if matches!(*kind, "BigInt" | "Integer" | "SmallInt") {
            "number"
        } else {
            *kind
        };
        (name.clone(), kind, *nullable)
    };
    tables
        .iter()
        .map(|(table, columns)| (table.clone(), columns.iter().map(alike).collect()))
        .collect()
}

#[track_caller]
fn assert_same(left: &Tables, right: &Tables, what: &str) {
    for name in left.keys().chain(right.keys()) {
        assert_eq!(left.get(name), right.get(name), "{what}: table {name}");
    }
}

#[test]
fn diesel_is_told_what_sqlite_has() {
    let sqlite = whole_numbers_alike(&tables(&TestDb::sqlite()));
    assert!(sqlite.contains_key("editions"));
    assert_same(
        &sqlite,
        &whole_numbers_alike(&declared()),
        "SQLite and schema.rs",
    );
}

#[test]
fn diesel_is_told_what_postgresql_has() {
    let Some(postgres) = TestDb::postgres() else {
        return;
    };
    assert_same(&tables(&postgres), &declared(), "PostgreSQL and schema.rs");
}
