//! Changing front matter without touching the rest: only the bytes of a changed value are replaced, so comments,
//! order, spacing, line ends and the body survive.

use serde_json::Value as Json;

use crate::diagnostic::Report;
use crate::front::{self, Split};
use crate::place::Span;
use crate::yaml::{self, Entry, Limits, Node, Value, flow_text};

/// Why a document could not be patched. The document is left as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The front matter cannot be read; its problems are told by [`parse`](crate::parse).
    #[error("項目（front matter）を読めないので、書き換えられません")]
    Unreadable,
    /// The path leads nowhere, and is not one new key at the outermost level.
    #[error("「{0}」という項目はありません")]
    NoSuchPath(String),
    /// The patched text would not read back as meant.
    #[error("「{0}」を書き換えると、ほかの項目が変わってしまいます。元の文で直してください")]
    WouldChangeOthers(String),
}

/// Where the front matter (the YAML between the two `---` lines) and the body stand, in bytes of the file; `None`
/// where the document does not begin with front matter that is closed.
#[must_use]
pub fn parts(source: &str) -> Option<(Span, Span)> {
    front::find(source).map(|split| (split.front, split.body))
}

/// The document with an `id` line after its `kind`; unchanged where it has an id already.
///
/// # Errors
/// Where the front matter cannot be read.
pub fn with_id(source: &str, id: &str) -> Result<String, PatchError> {
    let (split, root) = open(source)?;
    if root.get("id").is_some() {
        return Ok(source.to_owned());
    }
    let after_kind = root
        .get("kind")
        .map(|entry| line_end(source, entry.node.span.end));
    let at = after_kind
        .filter(|_| is_block(source, &root))
        .unwrap_or(split.front.start);
    let patched = insert_key(source, split, &root, at, "id", id);
    confirmed(source, patched, "id", &Json::String(id.to_owned()))
}

/// The document with another value at a key path (`title`, `deadline[0].closes`, `notice.round`). A key that is
/// not there yet is added as the last line, at the outermost level alone.
///
/// # Errors
/// Where the front matter cannot be read, the path leads nowhere, or the result would not read back as meant.
pub fn set_value(source: &str, path: &str, value: &Json) -> Result<String, PatchError> {
    let (split, root) = open(source)?;
    let text = flow_text(value);
    let patched = match find(&root, path) {
        Some(Place::Value(span)) => replaced(source, span, &text),
        Some(Place::AfterKey(key)) => {
            let colon = source.get(key.end..).and_then(|rest| rest.find(':'));
            let at = colon.map_or(key.end, |colon| key.end + colon + 1);
            replaced(source, Span::new(at, at), &format!(" {text}"))
        }
        None if !path.contains(['.', '[']) => {
            let at = end_of_keys(source, split, &root);
            insert_key(source, split, &root, at, path, &text)
        }
        None => return Err(PatchError::NoSuchPath(path.to_owned())),
    };
    confirmed(source, patched, path, value)
}

/// The document without a key of the outermost level; unchanged where it has none.
///
/// # Errors
/// Where the front matter cannot be read, or is written in one line.
pub fn remove_key(source: &str, key: &str) -> Result<String, PatchError> {
    let (_, root) = open(source)?;
    let Some(entry) = root.get(key) else {
        return Ok(source.to_owned());
    };
    if !is_block(source, &root) {
        return Err(PatchError::WouldChangeOthers(key.to_owned()));
    }
    let start = line_start(source, entry.key_span.start);
    let end = line_end(source, entry.node.span.end.max(entry.key_span.end));
    let patched = replaced(source, Span::new(start, end), "");
    let (_, after) = open(&patched)?;
    let mut expected = json_of(&root);
    expected.remove(key);
    if json_of(&after) == expected {
        Ok(patched)
    } else {
        Err(PatchError::WouldChangeOthers(key.to_owned()))
    }
}

fn open(source: &str) -> Result<(Split, Node<'_>), PatchError> {
    let split = front::find(source).ok_or(PatchError::Unreadable)?;
    let front = source
        .get(split.front.start..split.front.end)
        .ok_or(PatchError::Unreadable)?;
    let mut report = Report::default();
    let root = yaml::read(front, split.front.start, Limits::DOCUMENT, &mut report)
        .filter(|root| matches!(root.value, Value::Map(_)))
        .ok_or(PatchError::Unreadable)?;
    if report.has_errors() {
        Err(PatchError::Unreadable)
    } else {
        Ok((split, root))
    }
}

fn json_of(root: &Node<'_>) -> serde_json::Map<String, Json> {
    match root.to_json() {
        Json::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

/// The patched text, if it reads back as the old values with the one new among them.
fn confirmed(
    source: &str,
    patched: String,
    path: &str,
    value: &Json,
) -> Result<String, PatchError> {
    let wrong = || PatchError::WouldChangeOthers(path.to_owned());
    let (split, before) = open(source)?;
    let (split_after, after) = open(&patched).map_err(|_| wrong())?;
    let mut expected = Json::Object(json_of(&before));
    let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
    match expected.pointer_mut(&pointer) {
        Some(old) => *old = value.clone(),
        None => {
            if let Json::Object(map) = &mut expected {
                map.insert(path.to_owned(), value.clone());
            }
        }
    }
    let body = |text: &str, split: Split| text.get(split.body.start..).map(str::to_owned);
    // Keys may stand in another order: the new one was put where it reads best.
    let same = same_values(&expected, &Json::Object(json_of(&after)));
    if same && body(source, split) == body(&patched, split_after) {
        Ok(patched)
    } else {
        Err(wrong())
    }
}

/// Equal but for the order of keys, and for numbers written as text: front matter knows only words.
fn same_values(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| same_values(value, other)))
        }
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_values(a, b))
        }
        _ => a == b,
    }
}

enum Place {
    Value(Span),
    AfterKey(Span),
}

fn find(root: &Node<'_>, path: &str) -> Option<Place> {
    let mut node = root;
    let mut last: Option<&Entry<'_>> = None;
    for step in path.split(['.', '[']) {
        match step.strip_suffix(']') {
            Some(index) => {
                let Value::List(items) = &node.value else {
                    return None;
                };
                node = items.get(index.parse::<usize>().ok()?)?;
                last = None;
            }
            None => {
                let entry = node.get(step)?;
                node = &entry.node;
                last = Some(entry);
            }
        }
    }
    if node.span.start < node.span.end {
        return Some(Place::Value(node.span));
    }
    last.map(|entry| Place::AfterKey(entry.key_span))
}

fn replaced(source: &str, span: Span, text: &str) -> String {
    let before = source.get(..span.start).unwrap_or_default();
    let after = source.get(span.end..).unwrap_or_default();
    [before, text, after].concat()
}

/// Whether the outermost mapping is written one key a line.
fn is_block(source: &str, root: &Node<'_>) -> bool {
    !source
        .get(root.span.start..)
        .is_some_and(|rest| rest.starts_with('{'))
}

fn insert_key(
    source: &str,
    split: Split,
    root: &Node<'_>,
    at: usize,
    key: &str,
    text: &str,
) -> String {
    if !is_block(source, root) {
        let at = root.span.start + 1;
        return replaced(source, Span::new(at, at), &format!(" {key}: {text},"));
    }
    let crlf = source
        .get(..split.front.start)
        .is_some_and(|fence| fence.ends_with("\r\n"));
    let end = if crlf { "\r\n" } else { "\n" };
    replaced(source, Span::new(at, at), &format!("{key}: {text}{end}"))
}

/// Behind the line of the last key.
fn end_of_keys(source: &str, split: Split, root: &Node<'_>) -> usize {
    match &root.value {
        Value::Map(entries) => entries.last().map_or(split.front.start, |entry| {
            line_end(source, entry.node.span.end.max(entry.key_span.end)).min(split.front.end)
        }),
        _ => split.front.start,
    }
}

fn line_start(source: &str, at: usize) -> usize {
    source
        .get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

/// Behind the end of the line in which a value ends. A block text ends with its own line end.
fn line_end(source: &str, at: usize) -> usize {
    if at > 0 && source.get(at - 1..at) == Some("\n") {
        return at;
    }
    source
        .get(at..)
        .and_then(|rest| rest.find('\n'))
        .map_or(source.len(), |newline| at + newline + 1)
}
