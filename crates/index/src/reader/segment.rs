//! Looking up terms in one segment.

use std::collections::btree_map::{BTreeMap, Entry};

use crate::analyser::QueryToken;
use crate::code::decode;
use crate::fetch::{Fetch, fetch_json};
use crate::manifest::Segment;
use crate::reader::{FacetFilter, Filters};
use crate::term::{facet_term, term_order};
use crate::window::WindowColumn;
use crate::{IndexError, names};

/// The level of something in each document of a segment; 0: not there.
pub(super) type Levels = Vec<u8>;

pub(super) struct SegmentReader<'a> {
    segment: &'a Segment,
    fetch: &'a dyn Fetch,
    starts: Vec<&'a str>,
}

/// Shards already read in this search.
pub(super) type Shards = BTreeMap<usize, Vec<String>>;

impl<'a> SegmentReader<'a> {
    pub(super) fn new(segment: &'a Segment, fetch: &'a dyn Fetch) -> Self {
        Self {
            segment,
            fetch,
            starts: segment.shard_starts(),
        }
    }

    pub(super) fn is_base(&self) -> bool {
        self.segment.base
    }

    pub(super) fn no_levels(&self) -> Levels {
        vec![0; self.segment.documents as usize]
    }

    /// The level of a term in each document. Of several terms with a prefix the highest level
    /// counts.
    pub(super) fn levels(
        &self,
        token: &QueryToken,
        shards: &mut Shards,
    ) -> Result<Levels, IndexError> {
        let mut levels = self.no_levels();
        for number in self.shards_of(token) {
            let name = names::terms(&self.segment.id, number);
            let shard = match shards.entry(number) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(fetch_json(self.fetch, &name)?),
            };
            for entry in shard.chunks_exact(2) {
                let exact = entry[0] == token.term;
                if exact || token.prefix && entry[0].starts_with(&token.term) {
                    decode(&entry[1], self.segment.documents, |document, level| {
                        let known = &mut levels[document as usize];
                        *known = level.max(*known);
                    })
                    .ok_or_else(|| IndexError::corrupt(&name, &entry[0]))?;
                }
            }
        }
        Ok(levels)
    }

    /// The shards a term, or the terms with a prefix, can be in: the last that begins at or
    /// before the term, and for a prefix those after it that begin with it.
    fn shards_of(&self, token: &QueryToken) -> std::ops::Range<usize> {
        let after = self
            .starts
            .partition_point(|s| term_order(s, &token.term).is_le());
        let more = self.starts[after..]
            .iter()
            .take_while(|s| s.starts_with(&token.term))
            .count();
        after.saturating_sub(1)..after + if token.prefix { more } else { 0 }
    }

    /// Which documents are alive and pass the filters.
    pub(super) fn passing(
        &self,
        filters: &Filters,
        shards: &mut Shards,
    ) -> Result<Vec<bool>, IndexError> {
        let mut passing = self.segment.alive()?;
        for facet in &filters.facets {
            let having = self.having(facet, shards)?;
            passing
                .iter_mut()
                .zip(having)
                .for_each(|(passes, has)| *passes &= has > 0);
        }
        if let Some(now) = filters.open_at {
            let open = self.open_at(now)?;
            passing
                .iter_mut()
                .zip(open)
                .for_each(|(passes, open)| *passes &= open);
        }
        Ok(passing)
    }

    fn having(&self, facet: &FacetFilter, shards: &mut Shards) -> Result<Levels, IndexError> {
        let mut having = self.no_levels();
        for value in &facet.any_of {
            let token = QueryToken {
                term: facet_term(&facet.field, value),
                prefix: false,
            };
            let levels = self.levels(&token, shards)?;
            having
                .iter_mut()
                .zip(levels)
                .for_each(|(has, level)| *has |= level);
        }
        Ok(having)
    }

    fn open_at(&self, now: chrono::NaiveDateTime) -> Result<Vec<bool>, IndexError> {
        if !self.segment.windows {
            return Ok(vec![false; self.segment.documents as usize]);
        }
        let name = names::windows(&self.segment.id);
        let column: WindowColumn = fetch_json(self.fetch, &name)?;
        column
            .open_at(now, self.segment.documents)
            .ok_or_else(|| IndexError::corrupt(&name, "形式が違います"))
    }
}
