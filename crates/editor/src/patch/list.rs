//! Lists: items that stay keep their bytes, also where they move.

use kairan_content::Span;
use kairan_content::yaml::{Node, Value};
use serde_json::Value as Json;

use super::edits::{Edits, line_end, line_start};
use super::{Coarser, Patch, write};
use crate::opened::same;

/// Where an item of a new list comes from.
enum From {
    /// The old item, as it is.
    Kept(usize),
    /// The old item, changed inside.
    Changed(usize),
    /// Nowhere.
    New,
}

fn origins(items: &[Node<'_>], new: &[Json]) -> Vec<From> {
    let old: Vec<Json> = items.iter().map(Node::to_json).collect();
    let mut used = vec![false; items.len()];
    let mut kept: Vec<Option<usize>> = Vec::with_capacity(new.len());
    for (index, value) in new.iter().enumerate() {
        // The item at the same place first, so that a list with repeats is not stirred.
        let places = std::iter::once(index).chain(0..old.len());
        let found = places
            .filter(|at| *at < old.len())
            .find(|at| !used[*at] && same(&old[*at], value));
        if let Some(at) = found {
            used[at] = true;
        }
        kept.push(found);
    }
    let free: Vec<bool> = used.iter().map(|used| !used).collect();
    kept.into_iter()
        .enumerate()
        .map(|(index, kept)| match kept {
            Some(at) => From::Kept(at),
            None if free.get(index).copied().unwrap_or(false) => From::Changed(index),
            None => From::New,
        })
        .collect()
}

impl Patch<'_> {
    /// Notes what turns a list into another.
    pub(super) fn list(
        &self,
        node: &Node<'_>,
        items: &[Node<'_>],
        new: &[Json],
        path: &str,
        edits: &mut Edits,
    ) -> Result<(), Coarser> {
        if items.is_empty() || new.is_empty() {
            return Err(Coarser);
        }
        let origins = origins(items, new);
        let flow = self.is_flow(node);
        let in_place = items.len() == new.len()
            && origins.iter().enumerate().all(
                |(index, from)| matches!(from, From::Kept(at) | From::Changed(at) if *at == index),
            );
        if in_place {
            for ((item, value), from) in items.iter().zip(new).zip(&origins) {
                if matches!(from, From::Changed(_)) {
                    self.item(item, value, path, flow, edits)?;
                }
            }
            return Ok(());
        }
        if flow {
            let mut pieces = Vec::with_capacity(new.len());
            for (value, from) in new.iter().zip(&origins) {
                pieces.push(match from {
                    From::Kept(at) => self.text(items.get(*at).ok_or(Coarser)?.span).to_owned(),
                    From::Changed(at) => {
                        let item = items.get(*at).ok_or(Coarser)?;
                        let mut inner = Edits::default();
                        self.item(item, value, path, true, &mut inner)?;
                        inner.apply(self.source, item.span)?
                    }
                    From::New => write::flow(value),
                });
            }
            let spans: Vec<Span> = items.iter().map(|item| item.span).collect();
            edits.put(node.span, self.bracketed(node, &spans, &pieces, "")?);
            return Ok(());
        }
        self.block_list(items, new, &origins, path, edits)
    }

    fn block_list(
        &self,
        items: &[Node<'_>],
        new: &[Json],
        origins: &[From],
        path: &str,
        edits: &mut Edits,
    ) -> Result<(), Coarser> {
        let lines: Vec<Span> = items
            .iter()
            .map(|item| self.lines_of(item))
            .collect::<Option<_>>()
            .ok_or(Coarser)?;
        let (first, last) = (lines.first().ok_or(Coarser)?, lines.last().ok_or(Coarser)?);
        let line = self.text(*first);
        let indent = " ".repeat(line.len() - line.trim_start_matches(' ').len());
        // A comment above an item goes where the item goes.
        let from = |at: usize| match at {
            0 => first.start,
            _ => lines.get(at - 1).map_or(first.start, |before| before.end),
        };
        let mut out = String::new();
        for (value, origin) in new.iter().zip(origins) {
            let (From::Kept(at) | From::Changed(at)) = origin else {
                out.push_str(&format!("{indent}- {}{}", write::flow(value), self.end));
                continue;
            };
            let end = lines.get(*at).ok_or(Coarser)?.end;
            let mut inner = Edits::default();
            if matches!(origin, From::Changed(_)) {
                self.item(
                    items.get(*at).ok_or(Coarser)?,
                    value,
                    path,
                    false,
                    &mut inner,
                )?;
            }
            out.push_str(&inner.apply(self.source, Span::new(from(*at), end))?);
        }
        edits.put(Span::new(first.start, last.end), out);
        Ok(())
    }

    /// Notes what turns one item into another.
    fn item(
        &self,
        item: &Node<'_>,
        value: &Json,
        path: &str,
        flow: bool,
        edits: &mut Edits,
    ) -> Result<(), Coarser> {
        let inner = format!("{path}[]");
        match (&item.value, value) {
            (Value::Map(_), Json::Object(map)) => {
                let mut own = Edits::default();
                if self.map(item, map, &inner, &mut own).is_ok() {
                    edits.append(own);
                    return Ok(());
                }
            }
            (Value::List(items), Json::Array(new)) => {
                return self.list(item, items, new, &inner, edits);
            }
            _ => {}
        }
        let span = Span::new(item.span.start, self.end_of(item));
        let old = self.text(span);
        if old.is_empty() {
            return Err(Coarser);
        }
        let text = match item.value {
            Value::Scalar { .. } => write::like(old, value),
            _ => write::flow(value),
        };
        let end = if old.ends_with('\n') && !flow {
            self.end
        } else {
            ""
        };
        edits.put(span, text + end);
        Ok(())
    }

    /// The lines of an item of a block list, from its dash.
    fn lines_of(&self, item: &Node<'_>) -> Option<Span> {
        if item.span.start == item.span.end {
            return None;
        }
        let start = line_start(self.source, item.span.start);
        let before = self.source.get(start..item.span.start)?;
        let dash = before.trim_start_matches(' ').strip_prefix('-')?;
        dash.trim_start_matches(' ')
            .is_empty()
            .then(|| Span::new(start, line_end(self.source, self.end_of(item))))
    }
}
