//! Mappings and lists in brackets, put together anew from the pieces that stay.

use kairan_content::Span;
use kairan_content::yaml::{Entry, Node};
use serde_json::{Map, Value as Json};

use super::edits::Edits;
use super::map::below;
use super::{Coarser, Patch, write};
use crate::opened::same;
use crate::schema::rank;

impl Patch<'_> {
    pub(super) fn flow_map(
        &self,
        node: &Node<'_>,
        entries: &[Entry<'_>],
        new: &Map<String, Json>,
        path: &str,
    ) -> Result<String, Coarser> {
        let whole = |entry: &Entry<'_>| {
            Span::new(
                entry.key_span.start,
                entry.node.span.end.max(entry.key_span.end),
            )
        };
        let mut pieces: Vec<(String, String)> = Vec::with_capacity(new.len());
        for entry in entries {
            let Some(value) = new.get(&*entry.key) else {
                continue;
            };
            let mut edits = Edits::default();
            if !same(&entry.node.to_json(), value) {
                self.value(entry, value, &below(path, &entry.key), true, &mut edits)?;
            }
            let span = whole(entry);
            // A key without a value keeps its colon.
            let end = if entry.node.span.start == entry.node.span.end {
                let rest = self.source.get(span.end..node.span.end).ok_or(Coarser)?;
                span.end + rest.find(':').ok_or(Coarser)? + 1
            } else {
                span.end
            };
            let text = edits.apply(self.source, Span::new(span.start, end))?;
            pieces.push((entry.key.to_string(), text));
        }
        for (key, value) in super::map::in_order(path, new.iter()) {
            if entries.iter().any(|entry| entry.key == *key) {
                continue;
            }
            let mine = rank(path, key);
            let at = pieces
                .iter()
                .rposition(|(other, _)| rank(path, other) <= mine)
                .map_or(0, |at| at + 1);
            let text = format!("{}: {}", write::scalar(key), write::flow(value));
            pieces.insert(at, (key.clone(), text));
        }
        let spans: Vec<Span> = entries.iter().map(whole).collect();
        let pieces: Vec<String> = pieces.into_iter().map(|(_, text)| text).collect();
        self.bracketed(node, &spans, &pieces, " ")
    }

    /// Pieces between the brackets, blanks and separators of the old ones.
    pub(super) fn bracketed(
        &self,
        node: &Node<'_>,
        old: &[Span],
        pieces: &[String],
        gap: &str,
    ) -> Result<String, Coarser> {
        let text = self.text(node.span);
        let (open, close) = (
            text.get(..1).ok_or(Coarser)?,
            text.get(text.len() - 1..).ok_or(Coarser)?,
        );
        let between = |from: usize, until: usize| {
            self.source
                .get(from..until)
                .filter(|gap| gap.chars().all(|c| c.is_whitespace() || c == ','))
        };
        let (mut before, mut after, mut separator) = (gap, gap, ", ");
        if let (Some(first), Some(last)) = (old.first(), old.last()) {
            before = between(node.span.start + 1, first.start).unwrap_or(gap);
            after = between(last.end, node.span.end - 1).unwrap_or(gap);
            if let Some([one, two]) = old.first_chunk::<2>() {
                separator = between(one.end, two.start).unwrap_or(separator);
            }
        }
        if pieces.is_empty() {
            return Ok(format!("{open}{close}"));
        }
        Ok([open, before, &pieces.join(separator), after, close].concat())
    }
}
