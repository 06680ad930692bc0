//! The same for a file that is YAML throughout, such as those in `taxonomy/`.

use std::collections::HashMap;

use kairan_content::Span;
use kairan_content::diagnostic::Report;
use kairan_content::yaml::{self, Limits, Node, Value};
use serde_json::Value as Json;

use super::edits::Edits;
use super::{Coarser, Patch, write};
use crate::opened::{line_end_of, same};

/// A YAML file as a tree; `None` where any mistake keeps it from being read in full.
pub(crate) fn tree(source: &str) -> Option<Node<'_>> {
    let mut report = Report::default();
    let root = yaml::read(source, 0, Limits::SITE, &mut report)?;
    (!report.has_errors()).then_some(root)
}

/// The file saying what is expected, with the bytes of whatever it said before; `None` where it cannot be done without
/// changing something else.
pub(crate) fn patch_file(source: &str, expected: &Json) -> Option<String> {
    let root = tree(source)?;
    let typed = HashMap::new();
    let patched = match Patch::new(source, &typed).file(&root, expected) {
        Ok(text) => text,
        Err(Coarser) => anew(source, &root, expected)?,
    };
    tree(&patched)
        .is_some_and(|read| same(&read.to_json(), expected))
        .then_some(patched)
}

/// A list that had nothing, or is to have nothing: comments above stay, the list is written anew.
fn anew(source: &str, root: &Node<'_>, expected: &Json) -> Option<String> {
    let Json::Array(items) = expected else {
        return None;
    };
    let end = line_end_of(source);
    let (before, _) = source.split_at_checked(match root.value {
        Value::List(_) => root.span.start,
        // Nothing but comments.
        _ => source.len(),
    })?;
    let mut text = before.trim_end().to_owned();
    if !text.is_empty() {
        text.push_str(end);
    }
    if items.is_empty() {
        text.push_str("[]");
        text.push_str(end);
    }
    for item in items {
        text.push_str(&format!("- {}{end}", write::flow(item)));
    }
    Some(text)
}

impl Patch<'_> {
    fn file(&self, root: &Node<'_>, expected: &Json) -> Result<String, Coarser> {
        let mut edits = Edits::default();
        match (&root.value, expected) {
            (Value::List(items), Json::Array(new)) => {
                self.list(root, items, new, "", &mut edits)?
            }
            (Value::Map(_), Json::Object(new)) => self.map(root, new, "", &mut edits)?,
            _ => return Err(Coarser),
        }
        edits.apply(self.source, Span::new(0, self.source.len()))
    }
}
