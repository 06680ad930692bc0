//! A document's text, opened: where its parts stand and what its front matter says.

use kairan_content::Span;
use kairan_content::diagnostic::Report;
use kairan_content::patch::parts;
use kairan_content::yaml::{self, Limits, Node, Value};
use serde_json::{Map, Value as Json};

/// A text split into front matter and body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Split {
    /// The YAML between the fences; `None` where the text has no closed front matter.
    pub(crate) front: Option<Span>,
    /// Everything behind it; the whole text (but for a byte-order mark) where there is none.
    pub(crate) body: Span,
}

impl Split {
    pub(crate) fn of(source: &str) -> Self {
        match parts(source) {
            Some((front, body)) => Self {
                front: Some(front),
                body,
            },
            None => Self {
                front: None,
                body: Span::new(mark(source), source.len()),
            },
        }
    }
}

/// The length of a byte-order mark, if there is one.
pub(crate) fn mark(source: &str) -> usize {
    if source.starts_with('\u{feff}') { 3 } else { 0 }
}

/// The bytes of a span.
pub(crate) fn slice(source: &str, span: Span) -> &str {
    source.get(span.start..span.end).unwrap_or_default()
}

/// The body of a document's text.
pub(crate) fn body_of(source: &str) -> &str {
    slice(source, Split::of(source).body)
}

/// What ends the lines of a text: that of its first line.
pub(crate) fn line_end_of(source: &str) -> &'static str {
    let first = source.find('\n').and_then(|at| source.get(..at));
    match first {
        Some(line) if line.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The mapping of a front matter; `None` where any mistake keeps it from being read in full.
pub(crate) fn mapping(source: &str, front: Span) -> Option<Node<'_>> {
    let mut report = Report::default();
    let root = yaml::read(
        source.get(front.start..front.end)?,
        front.start,
        Limits::DOCUMENT,
        &mut report,
    )?;
    let whole = matches!(root.value, Value::Map(_)) && !report.has_errors();
    whole.then_some(root)
}

/// YAML a person typed, as a value; `None` where it cannot be read or says nothing.
pub(crate) fn typed(text: &str) -> Option<Json> {
    let mut report = Report::default();
    let node = yaml::read(text, 0, Limits::DOCUMENT, &mut report)?;
    let said = !report.has_errors() && !node.is_null() && node.span.start < node.span.end;
    said.then(|| node.to_json())
}

/// A mapping as JSON.
pub(crate) fn json_of(root: &Node<'_>) -> Map<String, Json> {
    match root.to_json() {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

/// The value at a path of keys, such as `notice.survey.closes`.
pub(crate) fn at<'j>(map: &'j Map<String, Json>, path: &str) -> Option<&'j Json> {
    let mut steps = path.split('.');
    let mut value = map.get(steps.next()?)?;
    for step in steps {
        value = value.as_object()?.get(step)?;
    }
    Some(value)
}

/// The node at a path of keys.
pub(crate) fn node_at<'n, 'a>(root: &'n Node<'a>, path: &str) -> Option<&'n Node<'a>> {
    let mut node = root;
    for step in path.split('.') {
        node = &node.get(step)?.node;
    }
    Some(node)
}

/// Equal but for the order of keys.
pub(crate) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => a == b,
    }
}
