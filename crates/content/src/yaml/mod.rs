//! The one YAML reader for staff's files: a tree in which every key and value knows its place.
//!
//! It stands on the events of the parser below `serde_yaml`, so there is no second reading of a file with
//! other rules. Anchors and aliases are refused (and so cannot multiply), nesting and nodes are limited,
//! nothing recurses on input. `yes`, `no`, `on` and `off` are words; only `true` and `false` are booleans.

mod edit;
mod fault;
mod tree;

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::place::Span;

pub(crate) use edit::flow_text;
pub use tree::{Limits, read};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Its bytes in the file; empty where the value is left out.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A text, number or other word, as written (after escapes).
    Scalar {
        /// The text.
        text: Cow<'a, str>,
        /// Without quotes; only such words can be `true`, `null` or a number.
        plain: bool,
    },
    /// A list.
    List(Vec<Node<'a>>),
    /// Keys and values, in order, each key once.
    Map(Vec<Entry<'a>>),
}

/// One key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub node: Node<'a>,
}

impl Entry<'_> {
    /// The place to point at: the value, or the key where the value is left out.
    #[must_use]
    pub fn place(&self) -> Span {
        if self.node.span.start == self.node.span.end {
            self.key_span
        } else {
            self.node.span
        }
    }
}

impl<'a> Node<'a> {
    /// The value at a key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry<'a>> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The text of a scalar that says something; `None` for lists, mappings, `null`, `~` and nothing.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, plain } if !(*plain && is_null(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether the value is left out, or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if is_null(text))
    }

    /// The same as JSON. Depth is bounded by [`Limits::depth`].
    #[must_use]
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Scalar { text, plain } => scalar_json(text, *plain),
            Value::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(entries) => Json::Object(
                entries
                    .iter()
                    .map(|e| (e.key.to_string(), e.node.to_json()))
                    .collect(),
            ),
        }
    }

    /// The place a JSON pointer leads to, or of the nearest value on the way there. Where the last step is
    /// a key, the place is the value's; use [`Node::key_at`] for the key itself.
    #[must_use]
    pub fn place_at(&self, pointer: &str) -> Span {
        let mut node = self;
        let mut place = self.span;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            match &node.value {
                Value::Map(_) => match node.get(&step) {
                    Some(entry) => {
                        node = &entry.node;
                        place = entry.place();
                    }
                    None => return place,
                },
                Value::List(items) => {
                    match step.parse::<usize>().ok().and_then(|at| items.get(at)) {
                        Some(item) => {
                            node = item;
                            place = item.span;
                        }
                        None => return place,
                    }
                }
                Value::Scalar { .. } => return place,
            }
        }
        place
    }

    /// The place of the key a JSON pointer ends with, if it is one.
    #[must_use]
    pub fn key_at(&self, pointer: &str) -> Option<Span> {
        let (parent, key) = pointer.rsplit_once('/')?;
        let mut node = self;
        for step in parent.split('/').skip(1) {
            node = match &node.value {
                Value::List(items) => items.get(step.parse::<usize>().ok()?)?,
                _ => &node.get(&step.replace("~1", "/").replace("~0", "~"))?.node,
            };
        }
        node.get(&key.replace("~1", "/").replace("~0", "~"))
            .map(|entry| entry.key_span)
    }

    /// Calls `visit` with the key path (`deadline[0].closes`) and place of every value below this one.
    pub fn walk(&self, path: &mut String, visit: &mut impl FnMut(&str, Span)) {
        let length = path.len();
        match &self.value {
            Value::Scalar { .. } => {}
            Value::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push_str(&format!("[{at}]"));
                    visit(path, item.span);
                    item.walk(path, visit);
                    path.truncate(length);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(&entry.key);
                    visit(
                        path,
                        Span::new(
                            entry.key_span.start,
                            entry.node.span.end.max(entry.key_span.end),
                        ),
                    );
                    entry.node.walk(path, visit);
                    path.truncate(length);
                }
            }
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn scalar_json(text: &str, plain: bool) -> Json {
    if !plain {
        return Json::String(text.to_owned());
    }
    match text {
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        _ if is_null(text) => Json::Null,
        // Only the canonical form is a number: 0120 is a text.
        _ => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Json::from(number),
            _ => Json::String(text.to_owned()),
        },
    }
}
