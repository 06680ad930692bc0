//! Terms as keys, as text and in order.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A term as one integer: a pair of characters packed (a single character pairs with NUL), or
/// the number of an interned word. 43 bits are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TermKey(u64);

const CHAR_BITS: u32 = 21;
const WORD: u64 = 1 << (2 * CHAR_BITS);

impl TermKey {
    pub(crate) const BITS: u32 = 2 * CHAR_BITS + 1;

    pub(crate) fn pair(a: char, b: char) -> Self {
        Self(u64::from(u32::from(a)) << CHAR_BITS | u64::from(u32::from(b)))
    }

    pub(crate) fn single(c: char) -> Self {
        Self::pair(c, '\0')
    }

    pub(crate) fn word(number: u32) -> Self {
        Self(WORD | u64::from(number))
    }

    pub(crate) fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// The number of the word, or the characters of the pair.
    pub(crate) fn unpack(self) -> Unpacked {
        if self.0 & WORD != 0 {
            return Unpacked::Word((self.0 & u64::from(u32::MAX)) as u32);
        }
        let char_at = |shift: u32| {
            let bits = (self.0 >> shift) & ((1 << CHAR_BITS) - 1);
            char::from_u32(bits as u32).filter(|c| *c != '\0')
        };
        Unpacked::Chars([char_at(CHAR_BITS), char_at(0)])
    }
}

/// What a [`TermKey`] stands for.
pub(crate) enum Unpacked {
    Word(u32),
    Chars([Option<char>; 2]),
}

/// A hash for integers that are already well spread or nearly so; not for hostile keys, which
/// documents of one's own are not.
#[derive(Debug, Default)]
pub(crate) struct IntegerHasher(u64);

impl Hasher for IntegerHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// A map keyed by [`TermKey`].
pub(crate) type TermMap<V> = HashMap<TermKey, V, BuildHasherDefault<IntegerHasher>>;

/// The term under which documents with this facet value are listed. `#` begins no other term.
/// Characters that would need escaping in JSON or part the list of shards become `_`.
pub(crate) fn facet_term(field: &str, value: &str) -> String {
    let plain = |c: char| {
        if c.is_whitespace() || c.is_control() || "\"\\".contains(c) {
            '_'
        } else {
            c
        }
    };
    std::iter::once('#')
        .chain(field.chars().map(plain))
        .chain(std::iter::once(':'))
        .chain(value.chars().map(plain))
        .collect()
}

/// `value` and its ancestors: `a/b` → `a/b`, `a`.
pub(crate) fn with_ancestors(value: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(value), |path| {
        path.rsplit_once('/').map(|(parent, _)| parent)
    })
    .filter(|path| !path.is_empty())
}

/// The order of terms: by UTF-16 code units, as `<` in JavaScript has it. It differs from the
/// order of `str` only between characters beyond U+FFFF and those from U+E000.
pub(crate) fn term_order(a: &str, b: &str) -> Ordering {
    fn rank(c: char) -> u32 {
        let code = u32::from(c);
        if (0xe000..0x1_0000).contains(&code) {
            code + 0x11_0000
        } else {
            code
        }
    }
    a.chars().map(rank).cmp(b.chars().map(rank))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_is_that_of_utf16(a in "[a-z児\u{f900}\u{20bb7}\u{ffff}]{0,3}", b in "[a-z児\u{f900}\u{20bb7}]{0,3}") {
            prop_assert_eq!(term_order(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
        }

        #[test]
        fn keys_unpack(a in any::<char>().prop_filter("", |c| *c != '\0'), b in any::<char>()) {
            let Unpacked::Chars(chars) = TermKey::pair(a, b).unpack() else { panic!("not a pair") };
            prop_assert_eq!(chars, [Some(a), Some(b).filter(|c| *c != '\0')]);
        }
    }

    #[test]
    fn facets_are_listed_under_ancestors() {
        assert_eq!(
            with_ancestors("a/b/c").collect::<Vec<_>>(),
            ["a/b/c", "a/b", "a"]
        );
        assert_eq!(facet_term("tag", "a \"b\""), "#tag:a__b_");
    }
}
