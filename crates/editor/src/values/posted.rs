//! Names and values a browser posted → values. What came back as it went out keeps the exact value it had.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::read::nothing;
use super::{FormValues, Row, Value};
use crate::body::with_ends_of;
use crate::dates::{read_date, read_time};
use crate::rule::Rows;
use crate::schema::{Shape, Spec, specs};

impl FormValues {
    /// The form after a post. A field none of whose names was posted keeps its value, so that nothing is lost by a
    /// form that shows a part. Names: `title`, `tags` (several), `deadline.0.closes.date`, `apply.1.via`,
    /// `faqs.new` (one more item), `{path}.yaml`, `body`.
    #[must_use]
    pub fn posted(base: &Self, pairs: &[(String, String)]) -> Self {
        let mut names: HashMap<&str, Vec<&str>> = HashMap::with_capacity(pairs.len());
        for (name, value) in pairs {
            names.entry(name).or_default().push(value);
        }
        let posted = Posted { names };
        let mut values = base.clone();
        if let (Some(front), Some(old)) = (posted.one("front.yaml"), &base.front) {
            values.front = Some(with_ends_of(old, &front));
        }
        for (path, old) in &base.fields {
            let spec = specs(base.kind).iter().find(|spec| spec.path == *path);
            let new = match (old, spec) {
                (Value::Raw(_), _) => posted.one(&format!("{path}.yaml")).map(Value::Raw),
                (_, Some(spec)) if changeable(base, spec) => posted.value(spec, path, old),
                _ => None,
            };
            if let Some(new) = new.filter(|new| !same(spec, old, new)) {
                values.fields.insert(path.clone(), new);
            }
        }
        if let Some(body) = posted.one("body") {
            values.body = with_ends_of(&base.body, &body);
        }
        values
    }
}

/// The id and what ties documents together are not the form's to change; a kind only where none is known.
fn changeable(base: &FormValues, spec: &Spec) -> bool {
    match spec.path.as_str() {
        "kind" => base.text("kind") != base.kind.as_str(),
        _ => spec.shape != Shape::Fixed,
    }
}

/// What was posted, by name.
pub(crate) struct Posted<'p> {
    names: HashMap<&'p str, Vec<&'p str>>,
}

impl Posted<'_> {
    pub(crate) fn all(&self, name: &str) -> Option<&[&str]> {
        self.names.get(name).map(Vec::as_slice)
    }

    /// The last value of a name, with plain line ends.
    pub(crate) fn one(&self, name: &str) -> Option<String> {
        let last = self.all(name)?.last()?;
        Some(plain_ends(last).into_owned())
    }

    /// What was posted for a field; `None` where it was not shown.
    fn value(&self, spec: &Spec, name: &str, old: &Value) -> Option<Value> {
        match &spec.shape {
            Shape::Moment => {
                let date = self.one(&format!("{name}.date"));
                let time = self.one(&format!("{name}.time"));
                (date.is_some() || time.is_some()).then(|| moment(date, time, old))
            }
            Shape::Flag | Shape::Presence => {
                let all = self.all(name)?;
                Some(Value::Flag(all.iter().any(|value| !value.is_empty())))
            }
            Shape::Lines => {
                let all = self.all(name)?;
                let lines = all.iter().flat_map(|text| text.lines());
                Some(Value::List(texts(lines)))
            }
            Shape::Tags | Shape::LifeEvents | Shape::Chips(_) => {
                let ticked = texts(self.all(name)?.iter().copied());
                Some(Value::List(in_old_order(old, ticked)))
            }
            Shape::References(_) => {
                let added = format!("{name}.new");
                let mut items = texts(self.all(name)?.iter().copied());
                for one in self.all(&added).unwrap_or_default() {
                    for reference in texts(one.split([' ', '\u{3000}', ',', '、', '\n'])) {
                        if !items.contains(&reference) {
                            items.push(reference);
                        }
                    }
                }
                Some(Value::List(items))
            }
            Shape::Rows(columns) => self.rows(columns, name, old),
            Shape::Rule => self.rule(name, old),
            Shape::Number { .. } => {
                let text: String = self.one(name)?.trim().nfkc().collect();
                Some(Value::Text(text))
            }
            Shape::Text { .. } | Shape::Choice(_) => {
                let text = self.one(name)?;
                // These are lines wherever they are shown; a return typed by mistake is none.
                let text = match name {
                    "title" | "summary" => text.replace('\n', ""),
                    _ => text,
                };
                Some(Value::Text(text.trim().to_owned()))
            }
            _ => Some(Value::Text(self.one(name)?.trim_end().to_owned())),
        }
    }

    /// The numbers of the rows posted below a name, in order.
    pub(crate) fn numbers(&self, name: &str) -> Vec<usize> {
        let below = |key: &str| -> Option<usize> {
            let rest = key.strip_prefix(name)?.strip_prefix('.')?;
            rest.split('.').next()?.parse().ok()
        };
        let mut numbers: Vec<usize> = self.names.keys().filter_map(|key| below(key)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// A rule by its rows, or as a text. Rows that came back as they went out leave the text as it is written.
    fn rule(&self, name: &str, old: &Value) -> Option<Value> {
        let Some(rows) = Rows::posted(self, name) else {
            return Some(Value::Text(self.one(name)?.trim_end().to_owned()));
        };
        let before = match old {
            Value::Text(text) => Rows::of_text(text),
            _ => None,
        };
        match before {
            Some(before) if before.agrees(&rows) => Some(old.clone()),
            _ => Some(Value::Text(rows.text())),
        }
    }

    fn rows(&self, columns: &[Spec], name: &str, old: &Value) -> Option<Value> {
        let prefix = format!("{name}.");
        let numbers = self.numbers(name);
        if numbers.is_empty() && self.all(name).is_none() {
            return None;
        }
        let old = match old {
            Value::Rows(rows) => rows.as_slice(),
            _ => &[],
        };
        let row = |number: usize| {
            let cells = columns.iter().map(|column| {
                let before = old.get(number).and_then(|row| row.0.get(&column.path));
                let empty = nothing(&column.shape);
                let before = before.unwrap_or(&empty);
                let cell = self.value(column, &format!("{prefix}{number}.{}", column.path), before);
                let cell = match cell {
                    Some(cell) if !same(Some(column), before, &cell) => cell,
                    _ => before.clone(),
                };
                (column.path.clone(), cell)
            });
            Row(cells.collect::<BTreeMap<_, _>>())
        };
        Some(Value::Rows(numbers.into_iter().map(row).collect()))
    }
}

/// Date and time as a browser sends them, or as a person wrote them where it shows plain text fields.
fn moment(date: Option<String>, time: Option<String>, old: &Value) -> Value {
    let (old_date, old_time) = match old {
        Value::Moment { date, time } => (date.as_str(), time.as_str()),
        _ => ("", ""),
    };
    let date = date.unwrap_or_else(|| old_date.to_owned());
    let time = time.unwrap_or_else(|| old_time.to_owned());
    let date = match read_date(&date) {
        Some(day) if date != old_date => day.format("%Y-%m-%d").to_string(),
        _ => date.trim().to_owned(),
    };
    // A browser sends 17:00 for 17:00:00.
    let time = match read_time(&time) {
        Some(clock) if read_time(old_time) == Some(clock) => old_time.to_owned(),
        Some(clock) => clock.format("%H:%M").to_string(),
        None => time.trim().to_owned(),
    };
    Value::Moment { date, time }
}

/// Ticked boxes in the order the document had them, new ones behind.
fn in_old_order(old: &Value, ticked: Vec<String>) -> Vec<String> {
    let Value::List(before) = old else {
        return ticked;
    };
    let mut items: Vec<String> = before
        .iter()
        .filter(|item| ticked.contains(item))
        .cloned()
        .collect();
    for one in ticked {
        if !items.contains(&one) {
            items.push(one);
        }
    }
    items
}

/// Items without blanks around them, and none that is empty.
fn texts<'t>(items: impl Iterator<Item = &'t str>) -> Vec<String> {
    items
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a value came back as it went out, but for what browsers do to texts.
fn same(spec: Option<&Spec>, old: &Value, new: &Value) -> bool {
    let trimmed = |text: &str| plain_ends(text).trim().to_owned();
    match (old, new) {
        (Value::Text(old), Value::Text(new)) => {
            let joined = |text: &str| trimmed(text).replace('\n', "");
            let line = spec.is_some_and(|spec| matches!(spec.path.as_str(), "title" | "summary"));
            trimmed(old) == trimmed(new) || (line && joined(old) == joined(new))
        }
        (Value::Raw(old), Value::Raw(new)) => trimmed(old) == trimmed(new),
        (Value::List(old), Value::List(new)) => {
            let mut old = texts(old.iter().map(String::as_str));
            let mut new = new.clone();
            let boxes = matches!(
                spec.map(|spec| &spec.shape),
                Some(Shape::Tags | Shape::LifeEvents | Shape::Chips(_))
            );
            if boxes {
                // Boxes come back in the order of the form, each once.
                for list in [&mut old, &mut new] {
                    list.sort_unstable();
                    list.dedup();
                }
            }
            old == new
        }
        _ => old == new,
    }
}

/// A text with `\n` alone at the end of its lines, as it stands in a browser's text area.
pub(crate) fn plain_ends(text: &str) -> Cow<'_, str> {
    if text.contains(['\r', '\0']) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
