//! A document's terms and how much each says about it.
//!
//! A term's level depends on its document alone, never on the rest of the site: a new document
//! needs no statistics, and merging segments gives the very bytes of a full build.

use std::collections::HashMap;

use crate::analyser::{Token, Tokeniser, each_token};
use crate::document::IndexDocument;
use crate::record::Record;
use crate::term::{TermKey, facet_term, with_ancestors};

/// A document analysed: what [`IndexBuilder::add_prepared`](crate::IndexBuilder::add_prepared)
/// takes. Making it is the costly part of a build and needs nothing shared, so threads can.
#[derive(Debug)]
pub struct PreparedDocument {
    pub(crate) record: Record,
    /// Each term once, `key << 4 | level`.
    pub(crate) terms: Vec<u64>,
    /// What the word keys of `terms` stand for.
    pub(crate) words: Vec<Box<str>>,
}

/// Bodies up to this many terms (about 1,000 characters) count as short.
const SHORT_BODY_TERMS: u64 = 800;

const FIELD_BITS: u32 = 2;
const TITLE: u64 = 0;
const EXTRA: u64 = 1;
const BODY: u64 = 2;

/// Analyses a document. Cost grows with the length of its text.
#[must_use]
pub fn prepare(document: &IndexDocument) -> PreparedDocument {
    let mut scan = Scan {
        seen: Vec::with_capacity(document.body_text.len() / 2),
        ..Scan::default()
    };
    let title_terms = scan.field(&document.title, TITLE);
    scan.field(&document.summary, EXTRA);
    scan.field(&document.labels_text, EXTRA);
    let body_terms = scan.field(&document.body_text, BODY);

    scan.seen.sort_unstable();
    let mut terms = Vec::with_capacity(scan.seen.len() / 2);
    for same in scan
        .seen
        .chunk_by(|a, b| a >> FIELD_BITS == b >> FIELD_BITS)
    {
        let mut counts = [0u64; 1 << FIELD_BITS];
        for key_and_field in same {
            counts[(key_and_field & ((1 << FIELD_BITS) - 1)) as usize] += 1;
        }
        let mut level = body_level(counts[BODY as usize], body_terms);
        if counts[TITLE as usize] > 0 {
            level += title_level(title_terms);
        }
        if counts[EXTRA as usize] > 0 {
            level += 2;
        }
        let key = TermKey::from_bits(same[0] >> FIELD_BITS);
        terms.push(pack(key, level));
    }
    let mut facets: Vec<String> = document
        .each_facet()
        .flat_map(|(field, value)| with_ancestors(value).map(move |path| facet_term(field, path)))
        .collect();
    facets.sort_unstable();
    facets.dedup();
    for facet in facets {
        let key = scan.word(&facet);
        terms.push(pack(key, 1));
    }
    PreparedDocument {
        record: Record::of(document),
        terms,
        words: scan.words,
    }
}

fn pack(key: TermKey, level: u8) -> u64 {
    const { assert!(TermKey::BITS + 4 <= u64::BITS) };
    key.bits() << 4 | u64::from(level)
}

/// A term in the title says most; in a short title more.
fn title_level(title_terms: u64) -> u8 {
    match title_terms {
        0..=8 => 8,
        9..=20 => 7,
        _ => 6,
    }
}

/// How often a term stands in the body, flattened, and scaled down where the body is long.
fn body_level(count: u64, body_terms: u64) -> u8 {
    if count == 0 {
        return 0;
    }
    match count * SHORT_BODY_TERMS / body_terms.max(SHORT_BODY_TERMS) {
        0..=1 => 1,
        2 => 2,
        3..=4 => 3,
        _ => 4,
    }
}

#[derive(Default)]
struct Scan {
    tokeniser: Tokeniser,
    seen: Vec<u64>,
    word_numbers: HashMap<Box<str>, u32>,
    words: Vec<Box<str>>,
}

impl Scan {
    /// Notes the terms of one field; gives their number.
    fn field(&mut self, text: &str, field: u64) -> u64 {
        let before = self.seen.len();
        let mut tokeniser = std::mem::take(&mut self.tokeniser);
        each_token(text, &mut tokeniser, &mut |token| {
            let key = match token {
                Token::Pair(a, b) => TermKey::pair(a, b),
                Token::Last { c, .. } => TermKey::single(c),
                Token::Word(word) => self.word(word),
            };
            self.seen.push(key.bits() << FIELD_BITS | field);
        });
        self.tokeniser = tokeniser;
        (self.seen.len() - before) as u64
    }

    fn word(&mut self, word: &str) -> TermKey {
        if let Some(number) = self.word_numbers.get(word) {
            return TermKey::word(*number);
        }
        let number = self.words.len() as u32;
        self.words.push(word.into());
        self.word_numbers.insert(word.into(), number);
        TermKey::word(number)
    }
}
