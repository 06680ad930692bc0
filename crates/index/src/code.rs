//! Numbers and posting lists as short JSON strings.
//!
//! A number is written in characters of the base64url alphabet, five bits each, low bits first;
//! the sixth bit says that more follow. A posting list is a sequence of groups of documents with
//! one level; a group is a list of gaps or, where that is shorter, a bitmap.

/// The highest level a posting can have.
pub(crate) const MAX_LEVEL: u8 = 15;
const LEVEL_BITS: u32 = 4;
/// Ordinals of documents stay below this.
pub(crate) const MAX_DOCUMENTS: u32 = 1 << (32 - LEVEL_BITS);

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A document and the level of a term in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Posting(u32);

impl Posting {
    /// `document` below [`MAX_DOCUMENTS`], `level` 1 to [`MAX_LEVEL`].
    pub(crate) fn new(document: u32, level: u8) -> Self {
        debug_assert!(document < MAX_DOCUMENTS && (1..=MAX_LEVEL).contains(&level));
        Self(document << LEVEL_BITS | u32::from(level))
    }

    pub(crate) fn document(self) -> u32 {
        self.0 >> LEVEL_BITS
    }

    pub(crate) fn level(self) -> u8 {
        (self.0 & u32::from(MAX_LEVEL)) as u8
    }
}

pub(crate) fn push_number(out: &mut String, mut number: u32) {
    loop {
        let low = number & 31;
        number >>= 5;
        let more = u32::from(number > 0) << 5;
        out.push(digit(low | more));
        if number == 0 {
            return;
        }
    }
}

fn digit(value: u32) -> char {
    char::from(ALPHABET[(value & 63) as usize])
}

fn value(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Reads what [`push_number`] wrote.
pub(crate) struct Numbers<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Numbers<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes().iter(),
        }
    }

    /// The next number; `None` at the end and where the text is malformed.
    pub(crate) fn number(&mut self) -> Option<u32> {
        let mut number = 0u32;
        for shift in (0..32).step_by(5) {
            let value = self.six_bits()?;
            number |= (value & 31).checked_shl(shift)?;
            if value < 32 {
                return Some(number);
            }
        }
        None
    }

    fn six_bits(&mut self) -> Option<u32> {
        value(*self.bytes.next()?)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.as_slice().is_empty()
    }
}

/// Writes posting lists; keeps its buffers between lists.
#[derive(Debug, Default)]
pub(crate) struct PostingEncoder {
    levels: [Vec<u32>; MAX_LEVEL as usize + 1],
    gaps: String,
}

impl PostingEncoder {
    /// Appends the list to `out`. `postings` ascend by document.
    pub(crate) fn encode(&mut self, postings: &[Posting], out: &mut String) {
        for posting in postings {
            self.levels[usize::from(posting.level())].push(posting.document());
        }
        for (level, documents) in (0u32..).zip(&mut self.levels) {
            let Some(&last) = documents.last() else {
                continue;
            };
            self.gaps.clear();
            let mut next = 0;
            for &document in documents.iter() {
                push_number(&mut self.gaps, document - next);
                next = document + 1;
            }
            let bitmap_digits = last / 6 + 1;
            if (bitmap_digits as usize) < self.gaps.len() {
                push_number(out, level << 1 | 1);
                push_number(out, bitmap_digits);
                push_bitmap(documents, out);
            } else {
                push_number(out, level << 1);
                push_number(out, u32::try_from(documents.len()).unwrap_or(u32::MAX));
                out.push_str(&self.gaps);
            }
            documents.clear();
        }
    }
}

fn push_bitmap(documents: &[u32], out: &mut String) {
    let mut position = 0;
    let mut bits = 0;
    for &document in documents {
        while document / 6 > position {
            out.push(digit(bits));
            bits = 0;
            position += 1;
        }
        bits |= 1 << (document % 6);
    }
    out.push(digit(bits));
}

/// Writes a set of documents as a posting list of level 1.
pub(crate) fn encode_set(documents: impl IntoIterator<Item = u32>) -> String {
    let postings: Vec<Posting> = documents.into_iter().map(|d| Posting::new(d, 1)).collect();
    let mut out = String::new();
    PostingEncoder::default().encode(&postings, &mut out);
    out
}

/// Hands every posting of a list to `sink`, by level, ascending within a level. `None` if the
/// text is malformed or names a document at or above `documents`.
pub(crate) fn decode(text: &str, documents: u32, mut sink: impl FnMut(u32, u8)) -> Option<()> {
    let mut numbers = Numbers::new(text);
    while !numbers.is_empty() {
        let header = numbers.number()?;
        let level = u8::try_from(header >> 1)
            .ok()
            .filter(|l| (1..=MAX_LEVEL).contains(l))?;
        let length = numbers.number()?;
        if header & 1 == 1 {
            for position in 0..length {
                let bits = numbers.six_bits()?;
                for bit in (0..6).filter(|bit| bits & (1 << bit) != 0) {
                    let document = position.checked_mul(6)? + bit;
                    (document < documents).then(|| sink(document, level))?;
                }
            }
        } else {
            let mut next = 0u32;
            for _ in 0..length {
                let document = next.checked_add(numbers.number()?)?;
                (document < documents).then(|| sink(document, level))?;
                next = document + 1;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in prop::collection::vec(any::<u32>(), 0..20)) {
            let mut text = String::new();
            numbers.iter().for_each(|n| push_number(&mut text, *n));
            let mut reader = Numbers::new(&text);
            for number in numbers {
                prop_assert_eq!(reader.number(), Some(number));
            }
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn lists_come_back(list in prop::collection::btree_map(0u32..3000, 1u8..=15, 0..2000)) {
            let postings: Vec<_> = list.iter().map(|(d, l)| Posting::new(*d, *l)).collect();
            let mut text = String::new();
            PostingEncoder::default().encode(&postings, &mut text);
            let mut found = std::collections::BTreeMap::new();
            let read = decode(&text, 3000, |d, l| found.extend([(d, l)]));
            prop_assert_eq!(read, Some(()));
            prop_assert_eq!(found, list);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "[A-Za-z0-9_\\-\"!あ]{0,60}") {
            let mut highest = 0;
            let _ = decode(&text, 100, |d, _| highest = highest.max(d));
            prop_assert!(highest < 100);
        }
    }

    #[test]
    fn a_dense_list_is_a_bitmap() {
        assert_eq!(encode_set(0..600).len(), 103); // two header digits for 100, one for the level
        assert_eq!(encode_set([5, 400]), "CCFqM");
    }
}
