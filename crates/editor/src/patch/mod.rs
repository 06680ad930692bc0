//! Writing changed values into front matter, and nothing else.
//!
//! Three ways, from fine to coarse: the bytes of the value; the lines of its outermost key; and where even that would
//! change other values, a refusal. Every result is read again and compared before it is handed out.

mod edits;
mod file;
mod flow;
mod list;
mod map;
pub(crate) mod write;

use std::collections::HashMap;

use kairan_content::Span;
use kairan_content::yaml::{Node, Value};
use serde_json::{Map, Value as Json};

use crate::opened::{Split, json_of, line_end_of, mapping, mark, same, slice, typed};
pub(crate) use file::{patch_file, tree};

use edits::{Edits, line_start};

/// What becomes of one value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum New {
    /// The key goes.
    Remove,
    /// Another value.
    Json(Json),
    /// A value as a person typed it, kept as typed where it fits.
    Yaml(String),
}

/// A value to change, by its path of keys (`notice.survey`).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) new: New,
}

/// Why a patch was refused; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The front matter cannot be read.
    Unreadable,
    /// Writing this key would change others.
    Key(String),
}

/// A finer way does not fit; the next coarser one is tried.
#[derive(Debug)]
struct Coarser;

/// The text with the changes written into its front matter. Cost grows with the front matter (times the number of
/// changed keys where the fine way fails) and one copy of the text.
pub(crate) fn patch(source: &str, changes: &[Change]) -> Result<String, Refused> {
    if changes.is_empty() {
        return Ok(source.to_owned());
    }
    let Some(front) = Split::of(source).front else {
        return patch(&with_front(source), changes);
    };
    let root = mapping(source, front).ok_or(Refused::Unreadable)?;
    let (expected, typed) = expect(&json_of(&root), changes);
    let fine = Patch::new(source, &typed).fine(&root, front, &expected);
    if let Ok(text) = fine
        && confirmed(source, &text, &expected)
    {
        return Ok(text);
    }
    one_by_one(source, &expected, &typed)
}

/// The values as they are to be after the changes, and what was typed for which of them.
fn expect(
    old: &Map<String, Json>,
    changes: &[Change],
) -> (Map<String, Json>, HashMap<String, String>) {
    let mut root = old.clone();
    let mut verbatim = HashMap::new();
    for change in changes {
        let value = match &change.new {
            New::Remove => None,
            New::Json(value) => Some(value.clone()),
            New::Yaml(text) => Some(match typed(text) {
                Some(value) => {
                    verbatim.insert(change.path.clone(), text.clone());
                    value
                }
                // What cannot be read is kept as a text, to be mended.
                None => Json::String(text.clone()),
            }),
        };
        set(&mut root, &change.path, value);
    }
    (root, verbatim)
}

/// Sets or removes the value at a path; mappings on the way are made, and removed where nothing is left in them.
fn set(map: &mut Map<String, Json>, path: &str, value: Option<Json>) {
    match (path.split_once('.'), value) {
        (None, Some(value)) => {
            map.insert(path.to_owned(), value);
        }
        (None, None) => {
            map.shift_remove(path);
        }
        (Some((key, rest)), value) => {
            let inner = map.get(key);
            if value.is_none() && !inner.is_some_and(Json::is_object) {
                return;
            }
            let mut inner = match inner {
                Some(Json::Object(inner)) => inner.clone(),
                _ => Map::new(),
            };
            set(&mut inner, rest, value);
            // 「お知らせを送る」 without any setting still says that it is sent.
            if inner.is_empty() && key != "notice" {
                map.shift_remove(key);
            } else {
                map.insert(key.to_owned(), Json::Object(inner));
            }
        }
    }
}

/// The text with an empty front matter before it.
fn with_front(source: &str) -> String {
    let end = line_end_of(source);
    let (before, after) = source
        .split_at_checked(mark(source))
        .unwrap_or(("", source));
    format!("{before}---{end}---{end}{after}")
}

/// Whether a patched text reads as meant and keeps its body.
fn confirmed(source: &str, patched: &str, expected: &Map<String, Json>) -> bool {
    let (before, after) = (Split::of(source), Split::of(patched));
    let same_body = slice(source, before.body) == slice(patched, after.body);
    same_body
        && after
            .front
            .and_then(|front| mapping(patched, front))
            .is_some_and(|root| same(&root.to_json(), &Json::Object(expected.clone())))
}

/// Each outermost key by itself: fine if that works, else its lines anew.
fn one_by_one(
    source: &str,
    expected: &Map<String, Json>,
    typed: &HashMap<String, String>,
) -> Result<String, Refused> {
    let mut text = source.to_owned();
    loop {
        let front = Split::of(&text).front.ok_or(Refused::Unreadable)?;
        let root = mapping(&text, front).ok_or(Refused::Unreadable)?;
        let now = json_of(&root);
        let keys = now.keys().chain(expected.keys());
        let Some(key) = keys
            .filter(|key| match (now.get(*key), expected.get(*key)) {
                (Some(a), Some(b)) => !same(a, b),
                _ => true,
            })
            .min()
            .cloned()
        else {
            return Ok(text);
        };
        let mut step = now.clone();
        match expected.get(&key) {
            Some(value) => step.insert(key.clone(), value.clone()),
            None => step.shift_remove(&key),
        };
        let patch = Patch::new(&text, typed);
        let plain = HashMap::new();
        let tries = [
            patch.fine(&root, front, &step),
            Patch::new(&text, &plain).fine(&root, front, &step),
            Patch::new(&text, &plain).coarse(&root, front, &key, expected.get(&key)),
        ];
        let good = tries
            .into_iter()
            .flatten()
            .find(|next| confirmed(&text, next, &step));
        text = good.ok_or(Refused::Key(key))?;
    }
}

/// One way through a text: what it says, and what was typed for which path.
struct Patch<'a> {
    source: &'a str,
    typed: &'a HashMap<String, String>,
    /// What ends its lines.
    end: &'static str,
}

impl<'a> Patch<'a> {
    fn new(source: &'a str, typed: &'a HashMap<String, String>) -> Self {
        Self {
            source,
            typed,
            end: line_end_of(source),
        }
    }

    /// Changes the bytes of changed values alone.
    fn fine(
        &self,
        root: &Node<'_>,
        front: Span,
        expected: &Map<String, Json>,
    ) -> Result<String, Coarser> {
        let mut edits = Edits::default();
        if root.span.start == root.span.end {
            // A front matter without any key: only new ones.
            for (key, value) in map::in_order("", expected.iter()) {
                let line = self.entry(key, value, "", key, true);
                edits.put(Span::new(front.end, front.end), line + self.end);
            }
        } else {
            self.map(root, expected, "", &mut edits)?;
        }
        edits.apply(self.source, Span::new(0, self.source.len()))
    }

    /// Writes the lines of one outermost key anew.
    fn coarse(
        &self,
        root: &Node<'_>,
        front: Span,
        key: &str,
        value: Option<&Json>,
    ) -> Result<String, Coarser> {
        let mut edits = Edits::default();
        let Value::Map(entries) = &root.value else {
            return Err(Coarser);
        };
        let indent = match entries.first() {
            Some(first) => self.indent(first).ok_or(Coarser)?,
            None => String::new(),
        };
        let new = value
            .map(|value| self.entry(key, value, &indent, key, true) + self.end)
            .unwrap_or_default();
        match root.get(key) {
            Some(entry) => {
                self.indent(entry).ok_or(Coarser)?;
                let start = line_start(self.source, entry.key_span.start);
                let end = self.entry_end(entry).min(front.end);
                edits.put(Span::new(start, end), new);
            }
            None => edits.put(Span::new(front.end, front.end), new),
        }
        edits.apply(self.source, Span::new(0, self.source.len()))
    }

    /// `key: value` without its line end, for a block mapping whose keys stand at `indent`.
    fn entry(&self, key: &str, value: &Json, indent: &str, path: &str, outermost: bool) -> String {
        let value = match self.typed.get(path) {
            Some(text) => self.verbatim(text, indent),
            None => write::behind_key(value, indent, outermost, self.end),
        };
        format!("{indent}{}:{value}", write::scalar(key))
    }

    /// Typed YAML behind a key: on its line where it has one line and needs no other, else on lines of its own.
    fn verbatim(&self, text: &str, indent: &str) -> String {
        let text = text.trim_end();
        let begins_flow = text.starts_with(['{', '[', '"', '\'']);
        if begins_flow && !text.contains('\n') {
            return format!(" {text}");
        }
        let lines = text.lines().map(|line| match line.trim_end() {
            "" => self.end.to_owned(),
            line => format!("{}{indent}  {line}", self.end),
        });
        lines.collect()
    }

    fn text(&self, span: Span) -> &'a str {
        slice(self.source, span)
    }

    /// Where a value really ends: a block list's own span goes on to what follows it.
    fn end_of(&self, node: &Node<'_>) -> usize {
        let inner = match &node.value {
            _ if self.is_flow(node) => None,
            Value::Map(entries) => entries
                .last()
                .map(|entry| self.end_of(&entry.node).max(entry.key_span.end)),
            Value::List(items) => items.last().map(|item| self.end_of(item)),
            Value::Scalar { .. } => None,
        };
        inner.unwrap_or(node.span.end)
    }

    /// Whether a mapping or list is written in brackets.
    fn is_flow(&self, node: &Node<'_>) -> bool {
        match node.value {
            Value::Map(_) => self.text(node.span).starts_with('{'),
            Value::List(_) => self.text(node.span).starts_with('['),
            Value::Scalar { .. } => false,
        }
    }
}
