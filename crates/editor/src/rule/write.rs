//! Rows → a rule, and its text.

use serde_json::{Map, Value as Json, json};

use super::{About, Condition, Join, RowGroup, Rows};
use crate::patch::write::flow;

/// The rule of the rows; `None` where there are none.
pub(super) fn json(rows: &Rows) -> Option<Json> {
    let groups = rows
        .groups
        .iter()
        .filter_map(|group| joined(group.join, group.rows.iter().map(condition).collect()));
    joined(rows.join, groups.collect())
}

/// One stands for itself.
fn joined(join: Join, mut rules: Vec<Json>) -> Option<Json> {
    match rules.len() {
        0 | 1 => rules.pop(),
        _ => Some(json!({ join.as_str(): rules })),
    }
}

fn condition(row: &Condition) -> Json {
    let clause = match &row.about {
        About::Everyone => json!({ "everyone": true }),
        About::OwnAge => json!({ "self": ranged("age", row) }),
        About::Area => json!({ "area": row.keys }),
        About::Household => json!({ "household": row.keys }),
        About::Flag(key) => json!({ "flag": key }),
        About::ChildAge => json!({ "child": ranged("age", row) }),
        About::ChildMonths => json!({ "child": ranged("months", row) }),
        About::ChildGrade => json!({ "child": ranged("grade", row) }),
        About::Weeks => json!({ "child": ranged("expecting", row) }),
        About::ChildTrait => json!({ "child": { "trait": row.keys } }),
    };
    match row.not {
        true => json!({ "not": clause }),
        false => clause,
    }
}

fn ranged(key: &str, row: &Condition) -> Json {
    let range = match (row.from.as_str(), row.to.as_str()) {
        (from, to) if from == to => from.to_owned(),
        (from, to) => format!("{from}..{to}"),
    };
    let mut map = Map::new();
    let range = match key {
        "expecting" => json!({ "weeks": range }),
        _ => json!(range),
    };
    map.insert(key.to_owned(), range);
    if !row.keys.is_empty() {
        map.insert("trait".to_owned(), json!(row.keys));
    }
    if row.through {
        map.insert("through".to_owned(), json!("fiscal-year-end"));
    }
    if !row.as_of.is_empty() {
        map.insert("as_of".to_owned(), json!(row.as_of));
    }
    Json::Object(map)
}

/// YAML with one condition or group a line.
pub(super) fn text(rule: &Json) -> String {
    let Some((key, value)) = rule.as_object().and_then(|map| map.iter().next()) else {
        return flow(rule);
    };
    match value {
        Json::Array(items) if items.iter().all(Json::is_object) && !items.is_empty() => {
            let lines = items.iter().map(|item| format!("\n  - {}", line(item)));
            format!("{key}:{}", lines.collect::<String>())
        }
        _ => line(rule),
    }
}

/// One condition or group on its line, without the braces around it.
fn line(rule: &Json) -> String {
    match rule.as_object().and_then(|map| map.iter().next()) {
        Some((key, value)) => format!("{key}: {}", flow(value)),
        None => flow(rule),
    }
}

impl RowGroup {
    /// A group of one condition that is still to be filled in.
    pub(super) fn of(about: About) -> Self {
        Self {
            join: Join::default(),
            rows: vec![Condition::new(about)],
        }
    }
}
