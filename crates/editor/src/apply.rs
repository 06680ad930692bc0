//! Values that changed → the document's text.

use serde_json::{Map, Value as Json};

use crate::dates::written;
use crate::opened::{Split, at, json_of, mapping, mark, slice};
use crate::patch::{Change, New, Refused, patch};
use crate::schema::{Shape, Spec, spec};
use crate::values::{FormValues, Row, Value};

/// Why values could not be written. The document is left as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// Another mistake in the front matter keeps its values from being changed one by one.
    #[error(
        "項目（front matter）に読めないところがあります。先に「そのままの項目」の欄で直してください"
    )]
    Unreadable,
    /// The value cannot be written without changing others.
    #[error(
        "「{0}」を書き換えると、ほかの項目が変わってしまいます。「そのままの項目」の欄で直してください"
    )]
    WouldChangeOthers(String),
    /// The front matter typed as it is holds the line that ends it.
    #[error(
        "「---」だけの行は、項目の終わりの印なので、途中には書けません。その行を消してください"
    )]
    FenceInFront,
}

impl From<Refused> for ApplyError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unreadable => Self::Unreadable,
            Refused::Key(key) => Self::WouldChangeOthers(key),
        }
    }
}

/// The document with the values that differ between `base` (what was shown) and `posted`; everything else stays as it
/// is in `source`, byte for byte. `source` is what `base` was read from, or a later text of the same document: then
/// only what was changed here is changed there.
///
/// # Errors
/// Where a mistake in the front matter keeps a value from being written; a draft with any *value* can be saved.
pub fn apply(source: &str, base: &FormValues, posted: &FormValues) -> Result<String, ApplyError> {
    let changed = posted.changed_from(base);
    if changed.is_empty() {
        return Ok(source.to_owned());
    }
    let mut text = source.to_owned();
    if let Some(front) = posted.unreadable_front()
        && posted.unreadable_front() != base.unreadable_front()
    {
        text = with_front(&text, front)?;
    }
    let split = Split::of(&text);
    let root = split.front.and_then(|front| mapping(&text, front));
    let old = root.as_ref().map(json_of).unwrap_or_default();
    let sent = !matches!(posted.get("notice"), Some(Value::Flag(false)));
    let mut changes = Vec::new();
    for path in &changed {
        // The settings of a notice that is not sent are nobody's.
        if path.starts_with("notice.") && !sent {
            continue;
        }
        let Some(value) = posted.get(path) else {
            continue;
        };
        let spec = spec(base.kind(), path);
        let new = new_value(spec, value, base.get(path), at(&old, path));
        changes.push(Change {
            path: path.clone(),
            new,
        });
    }
    // Mappings first: a key inside one is written behind it.
    changes.sort_by_key(|change| change.path.matches('.').count());
    drop(root);
    let mut text = patch(&text, &changes)?;
    if changed.iter().any(|path| path == "body") {
        let body = Split::of(&text).body;
        text.replace_range(body.start.max(mark(&text))..body.end, posted.body());
    }
    Ok(text)
}

/// The text with another front matter, typed as it is.
fn with_front(source: &str, front: &str) -> Result<String, ApplyError> {
    if front.lines().any(|line| line.trim_end() == "---") {
        return Err(ApplyError::FenceInFront);
    }
    let span = Split::of(source).front.ok_or(ApplyError::Unreadable)?;
    let end = crate::opened::line_end_of(source);
    let missing = if front.is_empty() || front.ends_with('\n') {
        ""
    } else {
        end
    };
    let before = slice(source, kairan_content::Span::new(0, span.start));
    let after = source.get(span.end..).unwrap_or_default();
    Ok([before, front, missing, after].concat())
}

fn new_value(spec: Option<&Spec>, value: &Value, base: Option<&Value>, old: Option<&Json>) -> New {
    let said = |value: Option<Json>| value.map_or(New::Remove, New::Json);
    match (value, spec.map(|spec| &spec.shape)) {
        (Value::Raw(text), _) | (Value::Text(text), Some(Shape::Rule | Shape::Raw)) => {
            if text.trim().is_empty() {
                New::Remove
            } else {
                New::Yaml(text.clone())
            }
        }
        (Value::Flag(true), Some(Shape::Presence)) => match old {
            Some(Json::Object(map)) => New::Json(Json::Object(map.clone())),
            _ => New::Json(Json::Object(Map::from_iter([(
                "channels".to_owned(),
                Json::Array(Vec::new()),
            )]))),
        },
        (Value::Rows(rows), Some(Shape::Rows(columns))) => {
            said(self::rows(rows, columns, base, old))
        }
        (value, Some(shape)) => said(json(shape, value, old)),
        (value, None) => said(json(&Shape::Raw, value, old)),
    }
}

/// One value as JSON; `None` where it says nothing. What the old one already says stays as it was said.
fn json(shape: &Shape, value: &Value, old: Option<&Json>) -> Option<Json> {
    match value {
        Value::Moment { date, time } if value.is_empty() => {
            let _both = (date, time);
            None
        }
        Value::Moment { date, time } => Some(Json::String(written(date, time))),
        Value::Flag(flag) => flag.then_some(Json::Bool(true)),
        Value::Text(text) if text.is_empty() => None,
        Value::Text(text) => {
            let number = matches!(shape, Shape::Number { .. })
                .then(|| text.parse::<i64>().ok())
                .flatten()
                .filter(|number| number.to_string() == *text);
            Some(number.map_or_else(|| text_json(text, old), Json::from))
        }
        Value::List(items) => match (items.as_slice(), old) {
            ([], _) => None,
            // One value may stand for a list of one, and goes on to.
            ([one], Some(old)) if !old.is_array() && !old.is_null() => {
                Some(text_json(one, Some(old)))
            }
            (items, Some(Json::Array(old))) => Some(Json::Array(
                items
                    .iter()
                    .map(|item| {
                        let before = old
                            .iter()
                            .find(|old| scalar_text(old).as_deref() == Some(item));
                        text_json(item, before)
                    })
                    .collect(),
            )),
            (items, _) => Some(Json::from(items.to_vec())),
        },
        Value::Rows(_) | Value::Raw(_) => None,
    }
}

/// A text, or the word or number it was before.
fn text_json(text: &str, old: Option<&Json>) -> Json {
    match old {
        Some(old) if scalar_text(old).as_deref() == Some(text) => old.clone(),
        _ => Json::String(text.to_owned()),
    }
}

fn scalar_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(truth) => Some(truth.to_string()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Rows that say something; a row that was not changed is what it was.
fn rows(rows: &[Row], columns: &[Spec], base: Option<&Value>, old: Option<&Json>) -> Option<Json> {
    let olds: Vec<&Json> = match old {
        Some(Json::Array(items)) => items.iter().collect(),
        Some(one @ Json::Object(_)) => vec![one],
        _ => Vec::new(),
    };
    let bases: &[Row] = match base {
        Some(Value::Rows(bases)) if bases.len() == olds.len() => bases,
        _ => &[],
    };
    let mut items: Vec<Json> = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        if row.is_empty() {
            continue;
        }
        let same = std::iter::once(index)
            .chain(0..bases.len())
            .find(|at| bases.get(*at) == Some(row));
        let item = match same.and_then(|at| olds.get(at)) {
            Some(old) => (*old).clone(),
            None => changed_row(row, columns, bases.get(index), olds.get(index).copied()),
        };
        items.push(item);
    }
    match (items.len(), old) {
        (0, _) => None,
        (1, Some(Json::Object(_))) => items.pop(),
        _ => Some(Json::Array(items)),
    }
}

fn changed_row(row: &Row, columns: &[Spec], base: Option<&Row>, old: Option<&Json>) -> Json {
    let mut out = Map::new();
    for column in columns {
        let Some(value) = row.0.get(&column.path) else {
            continue;
        };
        let before = old.and_then(|old| old.get(&column.path));
        let kept = base.and_then(|base| base.0.get(&column.path)) == Some(value);
        let new = match before {
            Some(before) if kept => Some(before.clone()),
            _ => json(&column.shape, value, before),
        };
        if let Some(new) = new {
            out.insert(column.path.clone(), new);
        }
    }
    Json::Object(out)
}
