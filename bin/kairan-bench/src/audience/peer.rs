//! The peer: tables made for counting alone, and SQL written by hand for them (arrays of small numbers under a GIN
//! index, birth dates under two B-trees). It knows nothing of answers left open, people who left, or new questions.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use kairan_audience::age::{self, Unit};
use kairan_audience::{Bounds, DateRange};
use kairan_db::{AnyConnection, Error, Result as DbResult};

use super::rules::{Spec, Who};
use crate::population::{ATTRIBUTES, Person};

const TABLES: &str = "CREATE UNLOGGED TABLE peer_citizen (id int, area smallint, due date, birth date, attrs smallint[]);
    CREATE UNLOGGED TABLE peer_member (citizen_id int, birth date)";

const INDEXES: [&str; 7] = [
    "ALTER TABLE peer_citizen ADD PRIMARY KEY (id)",
    "CREATE INDEX ON peer_citizen (area)",
    "CREATE INDEX ON peer_citizen (birth)",
    "CREATE INDEX ON peer_citizen (due) WHERE due IS NOT NULL",
    "CREATE INDEX ON peer_citizen USING gin (attrs)",
    "CREATE INDEX ON peer_member (citizen_id, birth)",
    "CREATE INDEX ON peer_member (birth, citizen_id)",
];

fn batch(c: &mut AnyConnection, sql: &str) -> DbResult<()> {
    match c {
        AnyConnection::Pg(c) => Ok(c.batch_execute(sql)?),
        AnyConnection::Sqlite(_) => Err(Error::abort("the peer needs PostgreSQL")),
    }
}

pub(super) fn create(c: &mut AnyConnection) -> DbResult<()> {
    batch(c, TABLES)
}

/// Adds people; `first` is the number of the first of them.
pub(super) fn load(c: &mut AnyConnection, first: usize, people: &[Person]) -> DbResult<()> {
    for (at, people) in people.chunks(2_000).enumerate() {
        let (mut citizens, mut members) = (String::new(), String::new());
        for (id, person) in (first + at * 2_000..).zip(people) {
            let due = person
                .due
                .map_or("NULL".to_owned(), |due| format!("'{due}'"));
            let attributes = list((0..ATTRIBUTES).filter(|at| person.has(*at)));
            let comma = if citizens.is_empty() { "" } else { "," };
            let _ = write!(
                citizens,
                "{comma}({id},{},{due},'{}','{{{attributes}}}')",
                person.area, person.birth
            );
            for birth in &person.children {
                let comma = if members.is_empty() { "" } else { "," };
                let _ = write!(members, "{comma}({id},'{birth}')");
            }
        }
        batch(c, &format!("INSERT INTO peer_citizen VALUES {citizens}"))?;
        if !members.is_empty() {
            batch(c, &format!("INSERT INTO peer_member VALUES {members}"))?;
        }
    }
    Ok(())
}

pub(super) fn index(c: &mut AnyConnection) -> DbResult<()> {
    INDEXES.iter().try_for_each(|sql| batch(c, sql))
}

/// Clears up and gathers statistics, for both sides; not inside a transaction.
pub(super) fn vacuum(c: &mut AnyConnection) -> DbResult<()> {
    batch(c, "VACUUM ANALYZE")
}

fn list(numbers: impl IntoIterator<Item = u8>) -> String {
    numbers
        .into_iter()
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(",")
}

fn between(range: DateRange) -> Result<String> {
    let (from, to) = (
        range.from.context("an open range")?,
        range.to.context("an open range")?,
    );
    Ok(format!("BETWEEN '{from}' AND '{to}'"))
}

/// The count written by hand. Ages are read by Kairan's law of ages, so that both count the same people.
pub(super) fn sql(spec: &Spec, on: NaiveDate) -> Result<String> {
    let mut all = Vec::new();
    if !spec.areas.is_empty() {
        all.push(format!("c.area IN ({})", list(spec.areas.iter().copied())));
    }
    for group in &spec.groups {
        all.push(format!(
            "c.attrs && '{{{}}}'::smallint[]",
            list(group.iter().copied())
        ));
    }
    if !spec.none.is_empty() {
        all.push(format!(
            "NOT c.attrs && '{{{}}}'::smallint[]",
            list(spec.none.iter().copied())
        ));
    }
    if let Some((who, from, to)) = spec.age {
        let births = age::births_for_age(Bounds::closed(from, to), Unit::Years, false, on);
        let births = between(births.context("no such age")?)?;
        all.push(match who {
            Who::Own => format!("c.birth {births}"),
            Who::Child => {
                format!("EXISTS (SELECT 1 FROM peer_member m WHERE m.citizen_id = c.id AND m.birth {births})")
            }
        });
    }
    if let Some((from, to)) = spec.weeks {
        let due =
            age::due_dates_for_weeks(Bounds::closed(from, to), on).context("no such weeks")?;
        all.push(format!("c.due {}", between(due)?));
    }
    Ok(format!(
        "SELECT count(*) AS n FROM peer_citizen c WHERE {}",
        all.join(" AND ")
    ))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

pub(super) fn count(c: &mut AnyConnection, sql: &str) -> DbResult<i64> {
    match c {
        AnyConnection::Pg(c) => Ok(diesel::sql_query(sql).get_result::<Count>(c)?.n),
        AnyConnection::Sqlite(_) => Err(Error::abort("the peer needs PostgreSQL")),
    }
}
