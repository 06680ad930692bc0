//! NFKC, lower case, katakana to hiragana.

use unicode_normalization::UnicodeNormalization;

/// The folded form of `text`: NFKC, then each character in lower case by itself, then katakana
/// as hiragana. Separators stay as they are.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_each(text, |c| out.push(c));
    out
}

/// Hands each character of the folded form of `text` to `sink`, without building a string.
pub fn fold_each(text: &str, mut sink: impl FnMut(char)) {
    // NFKC never joins across a line end or an ideographic full stop, so each piece can be
    // normalised alone; most pieces of Japanese prose need no normalisation at all.
    for piece in text.split_inclusive(['\n', '。']) {
        if piece.chars().all(is_plain) {
            for c in piece.chars() {
                sink(fold_plain(c));
            }
        } else {
            for c in piece.nfkc() {
                if c.is_ascii() {
                    sink(c.to_ascii_lowercase());
                } else {
                    for lower in c.to_lowercase() {
                        sink(hiragana(lower));
                    }
                }
            }
        }
    }
}

/// Whether NFKC maps `c` to itself or, for full-width ASCII and the ideographic space, to one
/// character known here, and `c` never combines with the character before it.
fn is_plain(c: char) -> bool {
    matches!(c,
        '\0'..='\x7f'
        | '\u{3000}'..='\u{3029}' // 、。「」〜々, without the combining tone marks
        | 'ぁ'..='ゖ' | 'ゝ' | 'ゞ'
        | 'ァ'..='ヾ'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ff01}'..='\u{ff5e}')
}

/// Folds a character for which [`is_plain`] holds.
fn fold_plain(c: char) -> char {
    match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => shifted(c, -0xfee0).to_ascii_lowercase(),
        other => hiragana(other),
    }
}

/// Katakana as hiragana; everything else unchanged. `ー`, `・` and `ヷ`–`ヺ` have no hiragana.
fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => shifted(c, -0x60),
        other => other,
    }
}

fn shifted(c: char, by: i32) -> char {
    u32::from(c)
        .checked_add_signed(by)
        .and_then(char::from_u32)
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_agrees_with_nfkc_for_every_plain_character() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            let slow: String = c
                .nfkc()
                .flat_map(char::to_lowercase)
                .map(hiragana)
                .collect();
            assert_eq!(fold_plain(c).to_string(), slow, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn pieces_fold_as_the_whole_does() {
        let text = "か\u{3099}ｶﾞ。\u{3099}ハ\u{309a}\nＡ\u{301}①㎡。ﾎﾟ";
        let whole: String = text
            .nfkc()
            .flat_map(char::to_lowercase)
            .map(hiragana)
            .collect();
        assert_eq!(fold(text), whole);
    }
}
