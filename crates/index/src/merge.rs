//! Several segments become one.

use crate::code::{Posting, decode};
use crate::fetch::{Fetch, fetch_json};
use crate::manifest::{Manifest, Merge, Segment};
use crate::output::IndexOutput;
use crate::record::Record;
use crate::term::term_order;
use crate::writer::SegmentWriter;
use crate::{IndexError, names, update};

/// Merges segments, leaving out dead documents. A full merge gives the very bytes that a full
/// build of the same documents gives. Memory holds the merged segment and one shard of each old.
///
/// # Errors
/// If an object cannot be read.
pub fn merge(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    which: Merge,
) -> Result<IndexOutput, IndexError> {
    let merged = |segment: &&Segment| which == Merge::Full || !segment.base;
    let old: Vec<&Segment> = manifest.segments.iter().filter(merged).collect();
    let mut next = manifest.clone();
    next.segments.retain(|segment| !merged(&segment));

    let (records, ordinals) = live_records(&old, manifest.chunk(), fetch)?;
    let mut objects = Vec::new();
    if !records.is_empty() {
        let mut sources = Vec::with_capacity(old.len());
        for (segment, ordinals) in old.iter().zip(&ordinals) {
            sources.push(Source::open(segment, ordinals, fetch)?);
        }
        let writer = merge_terms(sources)?;
        let (segment, of_segment) = writer.finish(&records, which == Merge::Full)?;
        next.segments.push(segment);
        objects = of_segment;
    }
    update::finish(manifest, next, objects)
}

/// The ordinal each document of a segment gets; `None` for the dead.
type Ordinals = Vec<Option<u32>>;

/// The live records in their new order, and for each segment the new ordinals.
fn live_records(
    segments: &[&Segment],
    chunk: u32,
    fetch: &dyn Fetch,
) -> Result<(Vec<Record>, Vec<Ordinals>), IndexError> {
    let mut live = Vec::new();
    let mut ordinals = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        let alive = segment.alive()?;
        let mut at = 0;
        for chunk_number in 0..segment.documents.div_ceil(chunk) {
            let name = names::records(&segment.id, chunk_number);
            for record in fetch_json::<Vec<Record>>(fetch, &name)? {
                match alive.get(at) {
                    Some(true) => live.push((record, number, at)),
                    Some(false) => {}
                    None => return Err(IndexError::corrupt(&name, "文書が多すぎます")),
                }
                at += 1;
            }
        }
        ordinals.push(vec![None; alive.len()]);
    }
    live.sort_by(|a, b| a.0.order(&b.0));
    let mut records = Vec::with_capacity(live.len());
    for (ordinal, (record, segment, at)) in (0u32..).zip(live) {
        ordinals[segment][at] = Some(ordinal);
        records.push(record);
    }
    Ok((records, ordinals))
}

fn merge_terms(mut sources: Vec<Source<'_>>) -> Result<SegmentWriter, IndexError> {
    let mut writer = SegmentWriter::default();
    let mut postings = Vec::new();
    loop {
        let heads = sources.iter().filter_map(|source| source.head.as_ref());
        let first = heads.min_by(|a, b| term_order(&a.term, &b.term));
        let Some(term) = first.map(|entry| entry.term.clone()) else {
            return Ok(writer);
        };
        postings.clear();
        for source in &mut sources {
            if source.head.as_ref().is_some_and(|entry| entry.term == term) {
                source.take_into(&mut postings)?;
            }
        }
        postings.sort_unstable();
        writer.term(&term, &postings);
    }
}

struct Entry {
    term: String,
    postings: String,
}

/// The terms of a segment in order, a shard at a time.
struct Source<'a> {
    segment: &'a Segment,
    fetch: &'a dyn Fetch,
    ordinals: &'a Ordinals,
    shards: std::ops::Range<usize>,
    shard_name: String,
    loaded: std::vec::IntoIter<String>,
    /// The next entry; `None` at the end.
    head: Option<Entry>,
}

impl<'a> Source<'a> {
    fn open(
        segment: &'a Segment,
        ordinals: &'a Ordinals,
        fetch: &'a dyn Fetch,
    ) -> Result<Self, IndexError> {
        let mut source = Self {
            segment,
            fetch,
            ordinals,
            shards: 0..segment.shard_starts().len(),
            shard_name: String::new(),
            loaded: Vec::new().into_iter(),
            head: None,
        };
        source.advance()?;
        Ok(source)
    }

    fn advance(&mut self) -> Result<(), IndexError> {
        loop {
            if let (Some(term), Some(postings)) = (self.loaded.next(), self.loaded.next()) {
                self.head = Some(Entry { term, postings });
                return Ok(());
            }
            let Some(shard) = self.shards.next() else {
                self.head = None;
                return Ok(());
            };
            self.shard_name = names::terms(&self.segment.id, shard);
            self.loaded = fetch_json::<Vec<String>>(self.fetch, &self.shard_name)?.into_iter();
        }
    }

    /// Adds the live postings of the head, renumbered, and goes on to the next entry.
    fn take_into(&mut self, postings: &mut Vec<Posting>) -> Result<(), IndexError> {
        let Some(entry) = self.head.take() else {
            return Ok(());
        };
        let documents = u32::try_from(self.ordinals.len()).unwrap_or(u32::MAX);
        decode(&entry.postings, documents, |document, level| {
            if let Some(ordinal) = self.ordinals[document as usize] {
                postings.push(Posting::new(ordinal, level));
            }
        })
        .ok_or_else(|| IndexError::corrupt(&self.shard_name, &entry.term))?;
        self.advance()
    }
}
