//! A rule as written → rows. What has no place in a row makes the whole a text.

use serde_json::{Map, Value as Json};

use super::{About, Condition, Join, RowGroup, Rows};

/// The rows of a rule; `None` where they cannot show all of it.
pub(super) fn rows(rule: &Json) -> Option<Rows> {
    let Some((join, items)) = joined(rule) else {
        let group = single(condition(rule)?);
        return Some(Rows {
            join: Join::default(),
            groups: vec![group],
        });
    };
    // Conditions alone are one group: the form need not show how groups of one are joined.
    if let Some(rows) = conditions(items) {
        return Some(Rows {
            join: Join::default(),
            groups: vec![RowGroup { join, rows }],
        });
    }
    let groups = items.iter().map(|item| match joined(item) {
        Some((join, items)) => conditions(items).map(|rows| RowGroup { join, rows }),
        None => condition(item).map(single),
    });
    Some(Rows {
        join,
        groups: groups.collect::<Option<_>>()?,
    })
}

fn single(row: Condition) -> RowGroup {
    RowGroup {
        join: Join::default(),
        rows: vec![row],
    }
}

/// `all` or `any` of at least two: one alone would not be written again.
fn joined(rule: &Json) -> Option<(Join, &[Json])> {
    let (key, value) = only(rule)?;
    let items = value.as_array().filter(|items| items.len() > 1)?;
    Some((Join::parse(key)?, items))
}

fn only(value: &Json) -> Option<(&str, &Json)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(key, value)| (key.as_str(), value))
}

fn conditions(items: &[Json]) -> Option<Vec<Condition>> {
    items.iter().map(condition).collect()
}

fn condition(rule: &Json) -> Option<Condition> {
    match only(rule)? {
        ("not", inner) => {
            let row = clause(inner)?;
            (row.about != About::Everyone).then_some(Condition { not: true, ..row })
        }
        _ => clause(rule),
    }
}

fn clause(rule: &Json) -> Option<Condition> {
    let (key, value) = only(rule)?;
    let with = |about, keys| Condition {
        keys,
        ..Condition::new(about)
    };
    match key {
        "everyone" => (value == &Json::Bool(true)).then(|| Condition::new(About::Everyone)),
        "self" => ranged(About::OwnAge, "age", value.as_object()?),
        "area" => Some(with(About::Area, keys(value)?)),
        "household" => Some(with(About::Household, keys(value)?)),
        "flag" => match value.as_str()? {
            "" => None,
            key => Some(Condition::new(About::Flag(key.to_owned()))),
        },
        "child" => child(value.as_object()?),
        _ => None,
    }
}

fn keys(value: &Json) -> Option<Vec<String>> {
    value
        .as_array()?
        .iter()
        .map(|key| key.as_str().map(str::to_owned))
        .collect()
}

/// A child is asked for one thing, and for traits beside.
fn child(part: &Map<String, Json>) -> Option<Condition> {
    let measures = [
        ("age", About::ChildAge),
        ("months", About::ChildMonths),
        ("grade", About::ChildGrade),
        ("expecting", About::Weeks),
    ];
    let mut asked = measures
        .into_iter()
        .filter(|(key, _)| part.contains_key(*key));
    match (asked.next(), asked.next()) {
        (Some((key, about)), None) => ranged(about, key, part),
        (None, None) => part
            .keys()
            .all(|key| key == "trait")
            .then(|| {
                let keys = part.get("trait").map_or(Some(Vec::new()), traits)?;
                Some(Condition {
                    keys,
                    ..Condition::new(About::ChildTrait)
                })
            })
            .flatten(),
        _ => None,
    }
}

fn traits(value: &Json) -> Option<Vec<String>> {
    match value {
        Json::String(one) => Some(vec![one.clone()]),
        _ => keys(value),
    }
}

/// A condition with a range under `key`, and what may stand beside it.
fn ranged(about: About, key: &str, map: &Map<String, Json>) -> Option<Condition> {
    let mut row = Condition::new(about);
    for (name, value) in map {
        match name.as_str() {
            "expecting" if name == key => {
                let (inner, weeks) = only(value)?;
                (inner == "weeks").then_some(())?;
                (row.from, row.to) = ends(weeks)?;
            }
            name if name == key => (row.from, row.to) = ends(value)?,
            "trait" if row.about.of_child() => row.keys = traits(value)?,
            "through" if row.about.may_go_through() => {
                row.through = (value.as_str()? == "fiscal-year-end").then_some(true)?;
            }
            "as_of" => value.as_str()?.clone_into(&mut row.as_of),
            _ => return None,
        }
    }
    Some(row)
}

/// `0..2`, `65..`, `..5`, `3` and `elem-1..high-3`, or whatever else is typed there.
fn ends(value: &Json) -> Option<(String, String)> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    Some(match text.split_once("..") {
        Some((from, to)) => (from.to_owned(), to.to_owned()),
        None => (text.clone(), text),
    })
}
