//! The pointer object: which segments there are.

use serde::{Deserialize, Serialize};

use crate::analyser::ANALYSER_VERSION;
use crate::fetch::{Fetch, fetch_json};
use crate::{IndexError, names};

/// The name of the pointer, relative to `search-index/`.
pub const MANIFEST_NAME: &str = "manifest.json";

const FORMAT_VERSION: u32 = 1;
/// Documents whose records share an object.
pub(crate) const CHUNK: u32 = 8;
const MAX_SEGMENTS: usize = 8;
/// A full merge is due when one document in this many is dead, or stands outside the base.
const FULL_MERGE_PART: u64 = 10;

/// `manifest.json`: everything a reader must know before it looks up a term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    analyser: u32,
    chunk: u32,
    /// The object with the synonyms, relative to `search-index/`.
    pub(crate) synonyms: Option<String>,
    /// The base first, then newer segments, oldest first.
    pub segments: Vec<Segment>,
}

/// A set of documents indexed together; never changed but for its dead documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Hash of its content and the folder of its objects.
    pub id: String,
    /// Whether its statistics count (see `docs/search-index.md`).
    pub base: bool,
    /// Documents in it, dead ones included.
    pub documents: u32,
    /// How many of them are dead: replaced or removed since.
    pub dead_documents: u32,
    /// Which they are, as a set of ordinals.
    pub(crate) dead: String,
    /// Whether it has a `windows.json`.
    pub(crate) windows: bool,
    /// Where each shard of terms begins, parted by spaces; the first begins with the empty term.
    pub(crate) shards: String,
}

/// Which segments to merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// The newer ones into one; cost grows with what changed since the last full merge.
    Newer,
    /// All into a new base; cost grows with the site.
    Full,
}

impl Default for Manifest {
    /// The manifest of an index without documents.
    fn default() -> Self {
        Self {
            format: FORMAT_VERSION,
            analyser: ANALYSER_VERSION,
            chunk: CHUNK,
            synonyms: None,
            segments: Vec::new(),
        }
    }
}

impl Manifest {
    /// Reads the manifest.
    ///
    /// # Errors
    /// If it cannot be read, is malformed, or is of another format.
    pub fn read(fetch: &dyn Fetch) -> Result<Self, IndexError> {
        let manifest: Self = fetch_json(fetch, MANIFEST_NAME)?;
        let name = |format, analyser| format!("{format}/{analyser}");
        if (manifest.format, manifest.analyser) != (FORMAT_VERSION, ANALYSER_VERSION) {
            return Err(IndexError::Format {
                found: name(manifest.format, manifest.analyser),
                expected: name(FORMAT_VERSION, ANALYSER_VERSION),
            });
        }
        if manifest.chunk == 0
            || manifest
                .segments
                .iter()
                .any(|s| s.documents >= crate::code::MAX_DOCUMENTS)
        {
            return Err(IndexError::corrupt(MANIFEST_NAME, "数が範囲を超えています"));
        }
        Ok(manifest)
    }

    /// Documents that can be found.
    #[must_use]
    pub fn live_documents(&self) -> u32 {
        self.segments
            .iter()
            .map(|s| s.documents.saturating_sub(s.dead_documents))
            .sum()
    }

    /// Whether segments should be merged now, by a call of [`merge`](crate::merge()): more than 8
    /// of them, or one document in ten dead or outside the base.
    #[must_use]
    pub fn merge_due(&self) -> Option<Merge> {
        let sum = |count: fn(&Segment) -> u32| -> u64 {
            self.segments.iter().map(|s| u64::from(count(s))).sum()
        };
        let all = sum(|s| s.documents);
        let dead = sum(|s| s.dead_documents);
        let newer = sum(|s| if s.base { 0 } else { s.documents });
        let many = self.segments.len() > MAX_SEGMENTS;
        if dead * FULL_MERGE_PART > all {
            Some(Merge::Full)
        } else if many {
            let full = newer * FULL_MERGE_PART > all;
            Some(if full { Merge::Full } else { Merge::Newer })
        } else {
            None
        }
    }

    pub(crate) fn chunk(&self) -> u32 {
        self.chunk
    }

    /// Documents of the base, by which the rarity of a word is judged.
    pub(crate) fn base_documents(&self) -> u32 {
        self.segments
            .iter()
            .filter(|s| s.base)
            .map(|s| s.documents)
            .sum()
    }

    /// Every object the manifest refers to but itself: what a clean-up must keep.
    #[must_use]
    pub fn object_names(&self) -> Vec<String> {
        let segments = self
            .segments
            .iter()
            .flat_map(|s| s.object_names(self.chunk));
        self.synonyms.iter().cloned().chain(segments).collect()
    }
}

impl Segment {
    pub(crate) fn shard_starts(&self) -> Vec<&str> {
        self.shards.split(' ').collect()
    }

    pub(crate) fn object_names(&self, chunk: u32) -> Vec<String> {
        let shards = self.shards.split(' ').count();
        let mut all: Vec<String> = (0..shards).map(|n| names::terms(&self.id, n)).collect();
        all.extend((0..self.documents.div_ceil(chunk)).map(|n| names::records(&self.id, n)));
        all.push(names::ids(&self.id));
        if self.windows {
            all.push(names::windows(&self.id));
        }
        all
    }

    /// For each document, whether it is alive.
    pub(crate) fn alive(&self) -> Result<Vec<bool>, IndexError> {
        let mut alive = vec![true; self.documents as usize];
        crate::code::decode(&self.dead, self.documents, |document, _| {
            alive[document as usize] = false;
        })
        .ok_or_else(|| IndexError::corrupt(MANIFEST_NAME, "dead"))?;
        Ok(alive)
    }
}
