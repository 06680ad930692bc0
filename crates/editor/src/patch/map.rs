//! Mappings: changed entries in place, new ones where they belong, removed ones with their lines.

use kairan_content::Span;
use kairan_content::yaml::{Entry, Node, Value};
use serde_json::{Map, Value as Json};

use super::edits::{Edits, line_end, line_start};
use super::{Coarser, Patch, write};
use crate::opened::same;
use crate::schema::rank;

/// Entries of a mapping in the order in which keys are written.
pub(super) fn in_order<'m, V>(
    path: &str,
    entries: impl Iterator<Item = (&'m String, V)>,
) -> Vec<(&'m String, V)> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|(key, _)| rank(path, key));
    entries
}

/// The path of a key inside a mapping.
pub(super) fn below(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

impl Patch<'_> {
    /// Notes what turns a mapping into another.
    pub(super) fn map(
        &self,
        node: &Node<'_>,
        new: &Map<String, Json>,
        path: &str,
        edits: &mut Edits,
    ) -> Result<(), Coarser> {
        let Value::Map(entries) = &node.value else {
            return Err(Coarser);
        };
        let removed = entries.iter().any(|entry| !new.contains_key(&*entry.key));
        let added: Vec<(&String, &Json)> =
            in_order(path, new.iter().filter(|(key, _)| node.get(key).is_none()));
        let flow = self.is_flow(node);
        if flow && (removed || !added.is_empty()) {
            let text = self.flow_map(node, entries, new, path)?;
            edits.put(node.span, text);
            return Ok(());
        }
        for entry in entries {
            match new.get(&*entry.key) {
                Some(value) if same(&entry.node.to_json(), value) => {}
                Some(value) => {
                    self.value(entry, value, &below(path, &entry.key), flow, edits)?;
                }
                None => {
                    self.indent(entry)
                        .filter(|_| !new.is_empty())
                        .ok_or(Coarser)?;
                    let start = line_start(self.source, entry.key_span.start);
                    edits.put(Span::new(start, self.entry_end(entry)), "");
                }
            }
        }
        for (key, value) in added {
            let (at, indent) = self.place(entries, path, key)?;
            let text = self.entry(key, value, &indent, &below(path, key), path.is_empty());
            edits.put(Span::new(at, at), text + self.end);
        }
        Ok(())
    }

    /// Notes what gives an entry another value.
    pub(super) fn value(
        &self,
        entry: &Entry<'_>,
        value: &Json,
        path: &str,
        flow: bool,
        edits: &mut Edits,
    ) -> Result<(), Coarser> {
        let typed = self.typed.get(path).filter(|_| !flow);
        if typed.is_none() {
            let mut inner = Edits::default();
            let done = match (&entry.node.value, value) {
                (Value::Map(_), Json::Object(map)) => self.map(&entry.node, map, path, &mut inner),
                (Value::List(items), Json::Array(new)) => {
                    self.list(&entry.node, items, new, path, &mut inner)
                }
                _ => Err(Coarser),
            };
            if done.is_ok() {
                edits.append(inner);
                return Ok(());
            }
        }
        let span = entry.node.span;
        let old = self.text(span);
        if typed.is_none()
            && matches!(entry.node.value, Value::Scalar { .. })
            && !value.is_array()
            && !value.is_object()
            && !old.is_empty()
        {
            // A block text ends with the end of its last line, which the new value needs too.
            let end = if old.ends_with('\n') { self.end } else { "" };
            edits.put(span, write::like(old, value) + end);
            return Ok(());
        }
        let from = self.behind_colon(entry).ok_or(Coarser)?;
        let until = self.end_of(&entry.node).max(from);
        let text = if flow {
            format!(" {}", write::flow(value))
        } else {
            let indent = self.indent(entry).ok_or(Coarser)?;
            match typed {
                Some(text) => self.verbatim(text, &indent),
                None => write::behind_key(value, &indent, !path.contains('.'), self.end),
            }
        };
        let ended = self.text(Span::new(from, until)).ends_with('\n');
        let end = if ended { self.end } else { "" };
        edits.put(Span::new(from, until), text + end);
        Ok(())
    }

    fn behind_colon(&self, entry: &Entry<'_>) -> Option<usize> {
        let rest = self.source.get(entry.key_span.end..)?;
        // A quoted key's span ends with its quote.
        let colon = rest.find(':').filter(|at| {
            rest.get(..*at)
                .is_some_and(|between| between.trim().is_empty())
        })?;
        Some(entry.key_span.end + colon + 1)
    }

    pub(super) fn entry_end(&self, entry: &Entry<'_>) -> usize {
        line_end(
            self.source,
            self.end_of(&entry.node).max(entry.key_span.end),
        )
    }

    /// What stands before a key on its line; `None` where that is more than blanks.
    pub(super) fn indent(&self, entry: &Entry<'_>) -> Option<String> {
        let start = line_start(self.source, entry.key_span.start);
        let before = self.source.get(start..entry.key_span.start)?;
        let blank = before.bytes().all(|byte| byte == b' ');
        blank.then(|| before.to_owned())
    }

    /// Where a new key goes in a block mapping: behind the nearest one that comes before it, else at the top.
    fn place(
        &self,
        entries: &[Entry<'_>],
        path: &str,
        key: &str,
    ) -> Result<(usize, String), Coarser> {
        let first = entries.first().ok_or(Coarser)?;
        let column = first.key_span.start - line_start(self.source, first.key_span.start);
        let mine = rank(path, key);
        let before = entries
            .iter()
            .filter(|entry| rank(path, &entry.key) <= mine)
            .max_by_key(|entry| (rank(path, &entry.key), entry.key_span.start));
        match before {
            Some(entry) => Ok((self.entry_end(entry), " ".repeat(column))),
            None => {
                let indent = self.indent(first).ok_or(Coarser)?;
                Ok((line_start(self.source, first.key_span.start), indent))
            }
        }
    }
}
