//! What a folded character is to the analyser.

use unicode_normalization::char::is_combining_mark;

/// The part a character plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Written without spaces: becomes overlapping bigrams.
    Japanese,
    /// A letter or digit of another script: becomes words.
    Word,
    /// Left out as if it were not there (combining marks, variation selectors, soft hyphens).
    Skip,
    /// Ends a run.
    Break,
}

pub(super) fn class(c: char) -> Class {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' => Class::Word,
        '\0'..='\x7f' => Class::Break,
        // Explicit ranges, not script properties: JavaScript must agree to the character.
        '\u{3005}'..='\u{3007}' // 々〆〇
        | 'ぁ'..='ゖ' | 'ゝ'..='ゟ'
        | 'ァ'..='ヺ' | 'ー'..='ヿ'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Japanese,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => Class::Skip,
        _ if is_combining_mark(c) => Class::Skip,
        _ if c.is_alphanumeric() => Class::Word,
        _ => Class::Break,
    }
}
