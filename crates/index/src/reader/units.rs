//! Words of a query looked up in every segment.

use crate::IndexError;
use crate::analyser::QueryWord;
use crate::reader::Filters;
use crate::reader::segment::{Levels, SegmentReader, Shards};

/// A word of the query and what means the same.
pub(super) struct Word {
    pub(super) word: QueryWord,
    pub(super) alternatives: Vec<QueryWord>,
}

/// What the query came to.
pub(super) struct LookedUp {
    /// The words; a document must have all.
    pub(super) words: Vec<Unit>,
    /// The terms of each word, for when a word is nowhere whole.
    pub(super) terms: Vec<Vec<Unit>>,
    /// Per segment, which documents may be found.
    pub(super) passing: Vec<Vec<bool>>,
}

/// Something to be found, with its level in every document.
pub(super) struct Unit {
    /// Per segment.
    pub(super) levels: Vec<Levels>,
    /// Documents of the base that have it, dead ones included.
    pub(super) base_count: u32,
}

impl Unit {
    fn of(levels: Vec<Levels>, segments: &[SegmentReader<'_>]) -> Self {
        let having = |levels: &Levels| levels.iter().filter(|level| **level > 0).count();
        let base = segments
            .iter()
            .zip(&levels)
            .filter(|(segment, _)| segment.is_base());
        let count: usize = base.map(|(_, levels)| having(levels)).sum();
        Self {
            base_count: u32::try_from(count).unwrap_or(u32::MAX),
            levels,
        }
    }

    pub(super) fn is_nowhere(&self) -> bool {
        self.levels.iter().flatten().all(|level| *level == 0)
    }
}

pub(super) fn look_up(
    segments: &[SegmentReader<'_>],
    words: &[Word],
    filters: &Filters,
) -> Result<LookedUp, IndexError> {
    // Per word and term, the levels per segment.
    let mut of_words: Vec<Vec<Levels>> = words.iter().map(|_| Vec::new()).collect();
    let mut of_terms: Vec<Vec<Vec<Levels>>> = words
        .iter()
        .map(|w| w.word.tokens.iter().map(|_| Vec::new()).collect())
        .collect();
    let mut passing = Vec::with_capacity(segments.len());
    for segment in segments {
        let mut shards = Shards::new();
        passing.push(segment.passing(filters, &mut shards)?);
        for ((word, whole), of_terms) in words.iter().zip(&mut of_words).zip(&mut of_terms) {
            let mut terms = Vec::with_capacity(word.word.tokens.len());
            for token in &word.word.tokens {
                terms.push(segment.levels(token, &mut shards)?);
            }
            let mut levels = all_of(&terms);
            for other in &word.alternatives {
                let mut terms = Vec::with_capacity(other.tokens.len());
                for token in &other.tokens {
                    terms.push(segment.levels(token, &mut shards)?);
                }
                for (level, other) in levels.iter_mut().zip(all_of(&terms)) {
                    *level = (*level).max(of_synonym(other));
                }
            }
            whole.push(levels);
            of_terms
                .iter_mut()
                .zip(terms)
                .for_each(|(all, levels)| all.push(levels));
        }
    }
    let unit = |levels| Unit::of(levels, segments);
    Ok(LookedUp {
        words: of_words.into_iter().map(unit).collect(),
        terms: of_terms
            .into_iter()
            .map(|terms| terms.into_iter().map(unit).collect())
            .collect(),
        passing,
    })
}

/// A word stands where all its terms do, and at the level of the least: only a document with the
/// whole word in its title has all its terms there.
fn all_of(terms: &[Levels]) -> Levels {
    let Some((first, rest)) = terms.split_first() else {
        return Levels::new();
    };
    let mut least = first.clone();
    for levels in rest {
        least
            .iter_mut()
            .zip(levels)
            .for_each(|(least, level)| *least = (*level).min(*least));
    }
    least
}

/// What was typed goes before what means the same: three quarters of the level, rounded up.
fn of_synonym(level: u8) -> u8 {
    (3 * level).div_ceil(4)
}
