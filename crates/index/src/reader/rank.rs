//! From levels to an order.

use std::cmp::Reverse;

use crate::reader::units::{LookedUp, Unit};

/// A document that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) segment: usize,
    pub(super) document: u32,
    pub(super) score: u32,
    matched: u32,
}

/// All documents found, best first, and whether the demand for every word was given up.
pub(super) fn rank(looked_up: &LookedUp, base_documents: u32) -> (Vec<Found>, bool) {
    let words: Vec<&Unit> = looked_up.words.iter().collect();
    let mut found = matching(&words, looked_up, base_documents, words.len());
    let relaxed = found.is_empty() && !words.is_empty();
    if relaxed {
        // Words that stand somewhere count as a whole, others by their terms.
        let parts = looked_up.words.iter().zip(&looked_up.terms);
        let units: Vec<&Unit> = parts
            .flat_map(|(word, terms)| {
                if word.is_nowhere() {
                    terms.iter().collect()
                } else {
                    vec![word]
                }
            })
            .collect();
        found = matching(&units, looked_up, base_documents, 1);
        let best = found.iter().map(|f| f.matched).max().unwrap_or(0);
        found.retain(|f| f.matched * 2 > best);
    }
    found.sort_unstable_by_key(|f| {
        (
            Reverse(f.matched),
            Reverse(f.score),
            Reverse(f.segment),
            f.document,
        )
    });
    (found, relaxed)
}

/// Documents that pass the filters and have at least `least` of the units.
fn matching(
    units: &[&Unit],
    looked_up: &LookedUp,
    base_documents: u32,
    least: usize,
) -> Vec<Found> {
    let rarities: Vec<u32> = units
        .iter()
        .map(|u| rarity(base_documents, u.base_count))
        .collect();
    let mut found = Vec::new();
    for (segment, passing) in looked_up.passing.iter().enumerate() {
        let levels: Vec<&[u8]> = units.iter().map(|u| u.levels[segment].as_slice()).collect();
        for (document, passes) in passing.iter().enumerate() {
            if !passes {
                continue;
            }
            let (mut matched, mut score) = (0u32, 0u32);
            for (levels, rarity) in levels.iter().zip(&rarities) {
                let level = levels[document];
                matched += u32::from(level > 0);
                score += u32::from(level) * rarity;
            }
            if matched as usize >= least {
                let document = document as u32;
                found.push(Found {
                    segment,
                    document,
                    score,
                    matched,
                });
            }
        }
    }
    found
}

/// How much a word tells that stands in `having` of `all` documents: 8 + 8 × log2((all + 1) /
/// (having + 1)), the logarithm linear between powers of two, in integers.
fn rarity(all: u32, having: u32) -> u32 {
    let ratio = (u64::from(all) + 1) * 64 / (u64::from(having) + 1);
    let ratio = ratio.max(64);
    let whole = ratio.ilog2();
    let eighths = (ratio >> (whole - 3)) & 7;
    8 + (whole - 6) * 8 + eighths as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarity_rises_as_words_get_rare() {
        assert_eq!(rarity(0, 0), 8);
        assert_eq!(rarity(10, 20), 8);
        assert_eq!(rarity(9_999, 9_999), 8);
        assert_eq!(rarity(9_999, 4_999), 16);
        assert_eq!(rarity(9_999, 0), 8 + 13 * 8 + 1);
        assert!((0..9_999).all(|n| rarity(9_999, n) >= rarity(9_999, n + 1)));
        assert!(rarity(u32::MAX, 0) < 400);
    }
}
