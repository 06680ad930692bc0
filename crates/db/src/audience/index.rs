//! Writing the matching index: what the facts of active citizens look like to a rule.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kairan_audience::{Answer, Facts};

use super::CHUNK;
use super::compile::day_number;
use super::dictionary::{ALL_FLAGS, Interner, Kind, SetKind, TRAITS_NOT_ANSWERED};
use crate::schema::{match_attr, match_child, match_citizen, match_sensitive, postgres};
use crate::{AnyConnection, Result};

/// One citizen to be found by rules.
pub(crate) struct Entry<'a> {
    pub(crate) citizen_id: i32,
    pub(crate) facts: &'a Facts,
    /// When the facts last changed (UTC).
    pub(crate) changed_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = match_citizen, treat_none_as_default_value = false)]
struct CitizenRow {
    citizen_id: i32,
    area: Option<i32>,
    birth: Option<i32>,
    due: Option<i32>,
    answered: i32,
    changed_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = postgres::match_citizen, treat_none_as_default_value = false)]
struct PostgresRow {
    citizen_id: i32,
    area: Option<i32>,
    birth: Option<i32>,
    due: Option<i32>,
    answered: i32,
    changed_at: i64,
    attrs: Vec<i32>,
}

#[derive(Insertable)]
#[diesel(table_name = match_attr, treat_none_as_default_value = false)]
struct AttrRow {
    attr: i32,
    citizen_id: i32,
}

#[derive(Insertable)]
#[diesel(table_name = match_child, treat_none_as_default_value = false)]
struct ChildRow {
    citizen_id: i32,
    birth: i32,
    ordinal: i16,
    traits: i32,
}

#[derive(Insertable)]
#[diesel(table_name = match_sensitive, treat_none_as_default_value = false)]
struct SensitiveRow {
    term: i32,
    value: i32,
    citizen_id: i32,
}

#[derive(Default)]
struct Rows {
    citizens: Vec<CitizenRow>,
    attrs: Vec<AttrRow>,
    children: Vec<ChildRow>,
    sensitive: Vec<SensitiveRow>,
}

/// Adds citizens that the index does not hold. Call inside `Db::write`; a batch costs a handful of statements.
pub(crate) fn insert(
    c: &mut AnyConnection,
    interner: &mut Interner,
    entries: &[Entry<'_>],
) -> Result<()> {
    let mut rows = Rows::default();
    for entry in entries {
        rows.add(c, interner, entry)?;
    }
    rows.write(c)
}

/// Takes citizens out of the index.
pub(crate) fn remove(c: &mut AnyConnection, citizen_ids: &[i32]) -> Result<()> {
    diesel::delete(match_citizen::table.filter(match_citizen::citizen_id.eq_any(citizen_ids)))
        .execute(c)?;
    if let AnyConnection::Sqlite(c) = c {
        diesel::delete(match_attr::table.filter(match_attr::citizen_id.eq_any(citizen_ids)))
            .execute(c)?;
    }
    diesel::delete(match_child::table.filter(match_child::citizen_id.eq_any(citizen_ids)))
        .execute(c)?;
    diesel::delete(match_sensitive::table.filter(match_sensitive::citizen_id.eq_any(citizen_ids)))
        .execute(c)?;
    Ok(())
}

/// Replaces what the index says about these citizens.
pub(crate) fn replace(
    c: &mut AnyConnection,
    interner: &mut Interner,
    entries: &[Entry<'_>],
) -> Result<()> {
    let ids: Vec<i32> = entries.iter().map(|e| e.citizen_id).collect();
    remove(c, &ids)?;
    insert(c, interner, entries)
}

/// Inserts rows: by `COPY` on PostgreSQL, in statements of bounded size on SQLite.
macro_rules! insert_rows {
    ($c:expr, $table:expr, $rows:expr) => {
        match $c {
            $crate::AnyConnection::Sqlite(c) => {
                for chunk in $rows.chunks($crate::audience::CHUNK) {
                    diesel::insert_into($table).values(chunk).execute(c)?;
                }
            }
            $crate::AnyConnection::Pg(c) => {
                if !$rows.is_empty() {
                    diesel::copy_from($table)
                        .from_insertable(&$rows[..])
                        .execute(c)?;
                }
            }
        }
    };
}
pub(crate) use insert_rows;

impl Rows {
    fn add(
        &mut self,
        c: &mut AnyConnection,
        interner: &mut Interner,
        entry: &Entry<'_>,
    ) -> Result<()> {
        let (citizen_id, facts) = (entry.citizen_id, entry.facts);
        let answered = interner.set(c, SetKind::Answered, answered(facts))?;
        let area = match &facts.area {
            Answer::Given(key) => Some(interner.term(c, Kind::Area, key)?),
            _ => None,
        };
        let mut row = CitizenRow {
            citizen_id,
            area: None,
            birth: None,
            due: None,
            answered,
            changed_at: entry.changed_at.and_utc().timestamp_micros(),
        };
        for (field, column, value) in [
            ("area", &mut row.area, area),
            (
                "birth_date",
                &mut row.birth,
                facts.birth_date.given().copied().map(day_number),
            ),
            (
                "due_date",
                &mut row.due,
                facts.due_date.given().copied().map(day_number),
            ),
        ] {
            match (interner.sensitive(c, field)?, value) {
                (Some(term), Some(value)) => {
                    self.sensitive.push(SensitiveRow {
                        term,
                        value,
                        citizen_id,
                    });
                }
                (_, value) => *column = value,
            }
        }
        self.citizens.push(row);
        self.add_terms(c, interner, entry)?;
        for (ordinal, child) in (0_i16..).zip(facts.children.list().unwrap_or_default()) {
            let traits = match &child.traits {
                None => TRAITS_NOT_ANSWERED,
                Some(traits) => {
                    interner.set(c, SetKind::Traits, traits.iter().cloned().collect())?
                }
            };
            let birth = day_number(child.birth_date);
            self.children.push(ChildRow {
                citizen_id,
                birth,
                ordinal,
                traits,
            });
        }
        Ok(())
    }

    fn add_terms(
        &mut self,
        c: &mut AnyConnection,
        interner: &mut Interner,
        entry: &Entry<'_>,
    ) -> Result<()> {
        let mut seen = BTreeSet::new();
        let household = entry.facts.household.list().unwrap_or_default();
        let ticked = household
            .iter()
            .map(|key| (Kind::Household, key.as_str(), "household".to_owned()));
        let flags = entry.facts.flags.given().into_iter().flatten();
        let flags = flags
            .filter(|(_, answer)| **answer == Some(true))
            .map(|(key, _)| (Kind::Flag, key.as_str(), format!("flags.{key}")));
        for (kind, name, field) in ticked.chain(flags) {
            let term = interner.term(c, kind, name)?;
            if !seen.insert(term) {
                continue;
            }
            let citizen_id = entry.citizen_id;
            if interner.sensitive(c, &field)?.is_some() {
                self.sensitive.push(SensitiveRow {
                    term,
                    value: 1,
                    citizen_id,
                });
            } else {
                self.attrs.push(AttrRow {
                    attr: term,
                    citizen_id,
                });
            }
        }
        Ok(())
    }

    fn write(self, c: &mut AnyConnection) -> Result<()> {
        let Rows {
            citizens,
            attrs,
            children,
            sensitive,
        } = self;
        match c {
            AnyConnection::Sqlite(c) => {
                for chunk in citizens.chunks(CHUNK) {
                    diesel::insert_into(match_citizen::table)
                        .values(chunk)
                        .execute(c)?;
                }
                for chunk in attrs.chunks(CHUNK) {
                    diesel::insert_into(match_attr::table)
                        .values(chunk)
                        .execute(c)?;
                }
            }
            AnyConnection::Pg(c) => {
                let mut attrs = attrs.into_iter().peekable();
                let rows: Vec<PostgresRow> = citizens
                    .into_iter()
                    .map(|row| PostgresRow {
                        citizen_id: row.citizen_id,
                        area: row.area,
                        birth: row.birth,
                        due: row.due,
                        answered: row.answered,
                        changed_at: row.changed_at,
                        // Terms were pushed citizen by citizen, in the same order.
                        attrs: std::iter::from_fn(|| {
                            attrs
                                .next_if(|a| a.citizen_id == row.citizen_id)
                                .map(|a| a.attr)
                        })
                        .collect(),
                    })
                    .collect();
                if !rows.is_empty() {
                    diesel::copy_from(postgres::match_citizen::table)
                        .from_insertable(&rows[..])
                        .execute(c)?;
                }
            }
        }
        insert_rows!(c, match_child::table, children);
        insert_rows!(c, match_sensitive::table, sensitive);
        Ok(())
    }
}

/// The questions that were answered, in the names that rules use for fields.
fn answered(facts: &Facts) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let plain = [
        ("birth_date", facts.birth_date.is_not_answered()),
        ("area", facts.area.is_not_answered()),
        ("children", facts.children.is_not_answered()),
        ("due_date", facts.due_date.is_not_answered()),
        ("household", facts.household.is_not_answered()),
    ];
    fields.extend(
        plain
            .iter()
            .filter(|(_, open)| !open)
            .map(|(field, _)| (*field).to_owned()),
    );
    match &facts.flags {
        Answer::NotAnswered => {}
        Answer::Nothing => drop(fields.insert(ALL_FLAGS.to_owned())),
        Answer::Given(flags) => fields.extend(flags.keys().map(|key| format!("flags.{key}"))),
    }
    fields
}
