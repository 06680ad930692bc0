//! A segment's objects, from terms in order and records.

use std::cmp::Ordering;

use crate::IndexError;
use crate::code::{Posting, PostingEncoder};
use crate::manifest::{CHUNK, Segment};
use crate::output::{CacheClass, IndexObject};
use crate::record::Record;
use crate::synonyms::content_hash;
use crate::term::term_order;
use crate::window::WindowColumn;

/// Bytes of a shard: small enough that a query costs little, large enough that the list of
/// shards in the manifest stays short.
const SHARD_BYTES: usize = 6 * 1024;
const MAX_SHARDS: usize = 1500;

/// Collects the terms of a segment. They come in [`term_order`], each once.
#[derive(Debug, Default)]
pub(crate) struct SegmentWriter {
    encoder: PostingEncoder,
    /// `"term","postings",` one after another.
    text: String,
    entries: Vec<Entry>,
}

/// Where an entry begins in the text, and how long its term is, in bytes.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: usize,
    term: usize,
}

impl SegmentWriter {
    /// Adds a term. It holds nothing that JSON would escape: terms are letters and digits, and
    /// facet terms are made plain by [`facet_term`](crate::term::facet_term).
    pub(crate) fn term(&mut self, term: &str, postings: &[Posting]) {
        if postings.is_empty() {
            return;
        }
        self.entries.push(Entry {
            start: self.text.len(),
            term: term.len(),
        });
        self.text.push('"');
        self.text.push_str(term);
        self.text.push_str("\",\"");
        self.encoder.encode(postings, &mut self.text);
        self.text.push_str("\",");
    }

    /// The segment and its objects; `records` in the order of the ordinals.
    pub(crate) fn finish(
        self,
        records: &[Record],
        base: bool,
    ) -> Result<(Segment, Vec<IndexObject>), IndexError> {
        let (shards, starts) = self.shards();
        let mut chunks = Vec::with_capacity(records.len() / CHUNK as usize + 1);
        for chunk in records.chunks(CHUNK as usize) {
            chunks.push(serde_json::to_vec(chunk)?);
        }
        let ids: Vec<&str> = records.iter().map(|r| r.id.as_str()).collect();
        let ids = serde_json::to_vec(&ids)?;
        let windows = WindowColumn::of(records.iter().map(|r| r.windows.as_slice()));
        let windows = windows
            .map(|column| serde_json::to_vec(&column))
            .transpose()?;

        let parts = shards.iter().chain(&chunks).chain([&ids]).chain(&windows);
        let id = content_hash(parts.map(Vec::as_slice));
        let segment = Segment {
            base,
            documents: u32::try_from(records.len()).unwrap_or(u32::MAX),
            dead_documents: 0,
            dead: String::new(),
            windows: windows.is_some(),
            shards: starts,
            id,
        };
        // The same order as above: shards, chunks, ids, windows.
        let bytes = shards.into_iter().chain(chunks).chain([ids]).chain(windows);
        let objects = segment.object_names(CHUNK).into_iter().zip(bytes);
        let objects = objects
            .map(|(name, bytes)| IndexObject {
                name,
                bytes,
                cache: CacheClass::Immutable,
            })
            .collect();
        Ok((segment, objects))
    }

    /// The shards as JSON arrays, and where each begins, parted by spaces.
    fn shards(self) -> (Vec<Vec<u8>>, String) {
        let target = SHARD_BYTES.max(self.text.len() / MAX_SHARDS);
        let mut shards = Vec::new();
        let mut starts = String::new();
        let mut from = 0;
        let mut last: Option<Entry> = None;
        let ends = self.entries.iter().skip(1).map(|next| next.start);
        for (&entry, end) in self.entries.iter().zip(ends.chain([self.text.len()])) {
            if let Some(last) = last.filter(|_| end - from > target && entry.start > from) {
                shards.push(self.shard(from, entry.start));
                from = entry.start;
                starts.push(' ');
                starts.push_str(separator(self.text_of(last), self.text_of(entry)));
            }
            last = Some(entry);
        }
        shards.push(self.shard(from, self.text.len()));
        (shards, starts)
    }

    fn text_of(&self, entry: Entry) -> &str {
        let start = entry.start + 1;
        self.text.get(start..start + entry.term).unwrap_or_default()
    }

    fn shard(&self, from: usize, to: usize) -> Vec<u8> {
        let text = self.text.get(from..to).unwrap_or_default();
        let text = text.strip_suffix(',').unwrap_or(text);
        [b"[", text.as_bytes(), b"]"].concat()
    }
}

/// The shortest beginning of `next` that comes after `last`.
fn separator<'a>(last: &str, next: &'a str) -> &'a str {
    let ends = next.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.filter_map(|end| next.get(..end))
        .find(|start| term_order(start, last) == Ordering::Greater)
        .unwrap_or(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_short() {
        assert_eq!(separator("児童", "入学"), "入");
        assert_eq!(separator("児童", "児顔"), "児顔");
        assert_eq!(separator("a", "ab"), "ab");
    }
}
