//! Facts at rest: one JSON text for what is open, another, in a table of its own, for what the profile marks sensitive.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kairan_audience::{Facts, FieldKind, ProfileSchema};
use serde_json::{Map, Value};

use super::State;
use crate::audience::{self, CHUNK, Entry, Interner};
use crate::connection::on;
use crate::schema::{citizens, sensitive_facts};
use crate::{AnyConnection, Error, Result};

/// The facts of these citizens, in no particular order; keys that name nobody are absent.
///
/// # Errors
/// Those of the database, and of a value that cannot be read.
pub fn facts(c: &mut AnyConnection, keys: &[String]) -> Result<Vec<(String, Facts)>> {
    let mut found = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        let rows: Vec<(String, String, Option<String>)> = on!(
            c,
            citizens::table
                .left_join(sensitive_facts::table)
                .filter(citizens::citizen_key.eq_any(chunk))
                .select((
                    citizens::citizen_key,
                    citizens::facts,
                    sensitive_facts::facts.nullable(),
                ))
                .load(c)
        )?;
        for (key, open, sensitive) in rows {
            let facts = merge(&key, &open, sensitive.as_deref())?;
            found.push((key, facts));
        }
    }
    Ok(found)
}

/// Tells the database which fields the profile marks as sensitive, and moves what is stored accordingly. Call it
/// whenever a site folder is imported; it costs one small query where nothing changed, and a rewrite of all facts where
/// something did. Returns whether it did. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn mark_sensitive(c: &mut AnyConnection, profile: &ProfileSchema) -> Result<bool> {
    let wanted: BTreeSet<String> = profile
        .fields
        .iter()
        .filter(|field| field.sensitive)
        .map(|field| match field.kind {
            FieldKind::Flag => format!("flags.{}", field.key),
            kind => kind
                .facts_key()
                .map_or_else(|| field.key.clone(), str::to_owned),
        })
        .collect();
    let current: BTreeSet<String> = audience::sensitive_fields(c)?.into_keys().collect();
    if current == wanted {
        return Ok(false);
    }
    audience::set_sensitive_fields(c, &wanted)?;
    reindex(c)?;
    Ok(true)
}

/// Writes the facts of every citizen anew, split as the profile asks now, and the matching index from them. Work grows
/// with all citizens.
///
/// # Errors
/// Those of the database.
pub fn reindex(c: &mut AnyConnection) -> Result<()> {
    let mut interner = Interner::default();
    let sensitive_now = audience::sensitive_fields(c)?;
    let mut after = 0;
    loop {
        let rows: Vec<(i32, String, String, String, NaiveDateTime, Option<String>)> =
            citizens::table
                .left_join(sensitive_facts::table)
                .filter(citizens::id.gt(after))
                .filter(citizens::state.ne(State::Left.as_str()))
                .order(citizens::id)
                .limit(CHUNK as i64)
                .select((
                    citizens::id,
                    citizens::citizen_key,
                    citizens::state,
                    citizens::facts,
                    citizens::changed_at,
                    sensitive_facts::facts.nullable(),
                ))
                .load(c)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.0;
        let mut batch = Vec::with_capacity(rows.len());
        for (id, key, state, open, changed_at, sensitive) in rows {
            let facts = merge(&key, &open, sensitive.as_deref())?;
            store(c, id, &facts, &sensitive_now)?;
            if state == State::Active.as_str() {
                batch.push((id, facts, changed_at));
            }
        }
        let entries: Vec<Entry<'_>> = batch
            .iter()
            .map(|(citizen_id, facts, changed_at)| Entry {
                citizen_id: *citizen_id,
                facts,
                changed_at: *changed_at,
            })
            .collect();
        audience::replace(c, &mut interner, &entries)?;
    }
}

/// Replaces the stored facts of one citizen; the matching index is the caller's.
pub(super) fn store(
    c: &mut AnyConnection,
    id: i32,
    facts: &Facts,
    sensitive: &HashMap<String, i32>,
) -> Result<()> {
    let (open, sensitive) = split(facts, sensitive);
    diesel::update(citizens::table.find(id))
        .set(citizens::facts.eq(open))
        .execute(c)?;
    diesel::delete(sensitive_facts::table.find(id)).execute(c)?;
    if let Some(sensitive) = sensitive {
        let row = (
            sensitive_facts::citizen_id.eq(id),
            sensitive_facts::facts.eq(sensitive),
        );
        on!(
            c,
            diesel::insert_into(sensitive_facts::table)
                .values(row)
                .execute(c)
        )?;
    }
    Ok(())
}

/// The two texts: open, and sensitive if there is any.
pub(super) fn split(facts: &Facts, sensitive: &HashMap<String, i32>) -> (String, Option<String>) {
    let mut open = match serde_json::to_value(facts) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    let mut apart = Map::new();
    for field in sensitive.keys() {
        match field.strip_prefix("flags.") {
            None => {
                if let Some(value) = open.shift_remove(field) {
                    apart.insert(field.clone(), value);
                }
            }
            Some(flag) => match open.get_mut("flags") {
                Some(Value::Object(flags)) => {
                    if let Some(answer) = flags.shift_remove(flag) {
                        let flags = apart
                            .entry("flags")
                            .or_insert_with(|| Value::Object(Map::new()));
                        if let Value::Object(flags) = flags {
                            flags.insert(flag.to_owned(), answer);
                        }
                    }
                }
                // `"flags": null` answers the sensitive ones too.
                Some(Value::Null) => {
                    open.shift_remove("flags");
                    apart.insert("flags".to_owned(), Value::Null);
                }
                _ => {}
            },
        }
    }
    let sensitive = (!apart.is_empty()).then(|| Value::Object(apart).to_string());
    (Value::Object(open).to_string(), sensitive)
}

/// The inverse of [`split`].
pub(super) fn merge(key: &str, open: &str, sensitive: Option<&str>) -> Result<Facts> {
    // The text itself is personal: it stays out of the error.
    let damaged = || Error::stored("facts", key, "…");
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).map_err(|_| damaged());
    let mut all = read(open)?;
    for (field, value) in sensitive.map(read).transpose()?.unwrap_or_default() {
        match (all.get_mut(&field), value) {
            (Some(Value::Object(here)), Value::Object(apart)) => here.extend(apart),
            (_, value) => drop(all.insert(field, value)),
        }
    }
    Facts::from_json(&Value::Object(all)).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_split_comes_together_again() {
        let sensitive: HashMap<String, i32> = ["flags.ill", "household", "due_date"]
            .into_iter()
            .map(|f| (f.to_owned(), 1))
            .collect();
        for text in [
            r#"{"birth_date":"1990-05-01","due_date":null,"household":["single"],"flags":{"ill":true,"new":false}}"#,
            r#"{"flags":{"ill":true}}"#,
            r#"{"flags":null}"#,
            r#"{"flags":{}}"#,
            r#"{"household":[],"children":[{"key":"c1","birth_date":"2025-11-01","traits":[]}]}"#,
            "{}",
        ] {
            let facts: Facts = serde_json::from_str(text).unwrap();
            let (open, apart) = split(&facts, &sensitive);
            assert!(
                !open.contains("ill") && !open.contains("single") && !open.contains("due"),
                "{open}"
            );
            assert_eq!(
                merge("k", &open, apart.as_deref()).unwrap(),
                facts,
                "{text}"
            );
        }
    }
}
