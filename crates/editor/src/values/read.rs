//! A document's text → values. Never fails: what fits no control is kept as it is written.

use std::collections::BTreeMap;

use kairan_content::yaml::{Node, Value as Yaml};
use kairan_content::{Kind, Moment};

use super::{FormValues, Row, Value};
use crate::opened::{Split, mapping, node_at, slice};
use crate::schema::{Shape, Spec, specs};

impl FormValues {
    /// The values of a document. Cost grows with its front matter, and one copy of the body.
    #[must_use]
    pub fn read(source: &str) -> Self {
        let split = Split::of(source);
        let body = slice(source, split.body).to_owned();
        let Some(front) = split.front else {
            return Self::empty(Kind::Article, body);
        };
        let Some(root) = mapping(source, front) else {
            let text = slice(source, front);
            let mut values = Self::empty(kind_in(text), body);
            values.fields.clear();
            values.front = Some(text.to_owned());
            return values;
        };
        let kind = root
            .get("kind")
            .and_then(|entry| entry.node.text())
            .and_then(kind_word)
            .unwrap_or(Kind::Article);
        let mut reader = Reader {
            source,
            kind,
            fields: BTreeMap::new(),
        };
        reader.map(&root, "");
        for spec in specs(kind).iter().filter(|spec| spec.shape != Shape::Body) {
            let hidden = reader.is_raw_above(&spec.path);
            if !hidden && !reader.fields.contains_key(&spec.path) {
                let value = reader.value(spec, node_at(&root, &spec.path));
                reader.fields.insert(spec.path.clone(), value);
            }
        }
        Self {
            kind,
            fields: reader.fields,
            body,
            front: None,
        }
    }

    fn empty(kind: Kind, body: String) -> Self {
        let fields = specs(kind)
            .iter()
            .filter(|spec| spec.shape != Shape::Body)
            .map(|spec| (spec.path.clone(), nothing(&spec.shape)))
            .collect();
        Self {
            kind,
            fields,
            body,
            front: None,
        }
    }
}

fn kind_word(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

/// The kind that a front matter with mistakes seems to mean.
fn kind_in(front: &str) -> Kind {
    front
        .lines()
        .filter_map(|line| line.strip_prefix("kind:"))
        .find_map(|word| kind_word(word.split('#').next().unwrap_or(word).trim()))
        .unwrap_or(Kind::Article)
}

/// What a field holds that says nothing.
pub(super) fn nothing(shape: &Shape) -> Value {
    match shape {
        Shape::Moment => Value::Moment {
            date: String::new(),
            time: String::new(),
        },
        Shape::Flag | Shape::Presence => Value::Flag(false),
        Shape::Tags | Shape::LifeEvents | Shape::Chips(_) | Shape::Lines | Shape::References(_) => {
            Value::List(Vec::new())
        }
        Shape::Rows(_) => Value::Rows(Vec::new()),
        _ => Value::Text(String::new()),
    }
}

struct Reader<'a> {
    source: &'a str,
    kind: Kind,
    fields: BTreeMap<String, Value>,
}

impl Reader<'_> {
    /// Keeps as YAML what no field has a place for: unknown keys, and texts where a mapping is meant.
    fn map(&mut self, node: &Node<'_>, path: &str) {
        let Yaml::Map(entries) = &node.value else {
            if !node.is_null() {
                let raw = Value::Raw(raw_of(self.source, node));
                self.fields.insert(path.to_owned(), raw);
            }
            return;
        };
        for entry in entries {
            let below = if path.is_empty() {
                entry.key.to_string()
            } else {
                format!("{path}.{}", entry.key)
            };
            let prefix = format!("{below}.");
            if specs(self.kind)
                .iter()
                .any(|spec| spec.path.starts_with(&prefix))
            {
                self.map(&entry.node, &below);
            } else if below == "body" || !specs(self.kind).iter().any(|spec| spec.path == below) {
                let raw = Value::Raw(raw_of(self.source, &entry.node));
                self.fields.insert(below, raw);
            }
        }
    }

    /// Whether a mapping around a path could not be read as one.
    fn is_raw_above(&self, path: &str) -> bool {
        path.match_indices('.')
            .filter_map(|(at, _)| path.get(..at))
            .any(|above| matches!(self.fields.get(above), Some(Value::Raw(_))))
    }

    fn value(&self, spec: &Spec, node: Option<&Node<'_>>) -> Value {
        let Some(node) = node.filter(|node| !node.is_null()) else {
            return nothing(&spec.shape);
        };
        self.fitting(&spec.shape, node)
            .unwrap_or_else(|| Value::Raw(raw_of(self.source, node)))
    }

    /// The value where the control can show it in full.
    fn fitting(&self, shape: &Shape, node: &Node<'_>) -> Option<Value> {
        match shape {
            Shape::Presence => Some(Value::Flag(matches!(node.value, Yaml::Map(_)))),
            Shape::Rule | Shape::Raw => Some(Value::Text(raw_of(self.source, node))),
            Shape::Moment => node.text().map(shown_date),
            Shape::Flag => match &node.value {
                Yaml::Scalar { text, plain: true } => match &**text {
                    "true" => Some(Value::Flag(true)),
                    "false" => Some(Value::Flag(false)),
                    _ => None,
                },
                _ => None,
            },
            Shape::Tags
            | Shape::LifeEvents
            | Shape::Chips(_)
            | Shape::Lines
            | Shape::References(_) => list(node),
            Shape::Rows(columns) => self.rows(columns, node),
            _ => Some(Value::Text(node.text()?.to_owned())),
        }
    }

    fn rows(&self, columns: &[Spec], node: &Node<'_>) -> Option<Value> {
        let items = match &node.value {
            Yaml::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let row = |item: &Node<'_>| {
            let Yaml::Map(entries) = &item.value else {
                return None;
            };
            let known = |key: &str| columns.iter().any(|column| column.path == key);
            if !entries.iter().all(|entry| known(&entry.key)) {
                return None;
            }
            let cells = columns.iter().map(|column| {
                let cell = item.get(&column.path).filter(|entry| !entry.node.is_null());
                let value = match cell {
                    None => nothing(&column.shape),
                    Some(entry) => self.fitting(&column.shape, &entry.node)?,
                };
                Some((column.path.clone(), value))
            });
            cells.collect::<Option<_>>().map(Row)
        };
        items
            .iter()
            .map(row)
            .collect::<Option<_>>()
            .map(Value::Rows)
    }
}

/// Texts that survive as lines or as boxes; a single text stands for a list of one.
fn list(node: &Node<'_>) -> Option<Value> {
    let items = match &node.value {
        Yaml::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    items
        .iter()
        .map(|item| {
            let text = item.text()?;
            (!text.is_empty() && !text.contains(['\n', '\r'])).then(|| text.to_owned())
        })
        .collect::<Option<_>>()
        .map(Value::List)
}

/// A moment as date and time; anything else stays whole in the place of the date.
fn shown_date(text: &str) -> Value {
    let (date, time) = match (Moment::parse(text), text.split_once(['T', ' '])) {
        (Some(_), Some((date, time))) => (date, time),
        _ => (text, ""),
    };
    Value::Moment {
        date: date.to_owned(),
        time: time.to_owned(),
    }
}

/// A value as it is written, without the indent its lines share.
fn raw_of(source: &str, node: &Node<'_>) -> String {
    let text = slice(source, node.span).trim_end();
    let start = node.span.start;
    let line = source
        .get(..start)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1);
    let column = start - line;
    let mut lines = text.lines();
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        out.push('\n');
        out.push_str(line.get(blanks.min(column)..).unwrap_or(line));
    }
    out
}
