//! Which characters of Japanese are which.

/// 機種依存文字: characters that older systems show differently or not at all, and private ones.
pub(super) const fn is_platform(c: char) -> bool {
    matches!(c,
        '\u{2460}'..='\u{24FF}'   // ①⑴ⓐ
        | '\u{2776}'..='\u{2793}' // ❶
        | '\u{2160}'..='\u{2188}' // Ⅲⅲ
        | '\u{2100}'..='\u{2102}' | '\u{2105}' | '\u{2106}' | '\u{2109}' | '\u{2113}' | '\u{2116}' | '\u{2121}' | '\u{213B}' // ℓ№℡
        | '\u{3200}'..='\u{33FF}' // ㈱㊤㎡㍿
        | '\u{E000}'..='\u{F8FF}' // 外字
        | '\u{FFFD}'
        | '\u{1F100}'..='\u{1F2FF}' // 🄰🈁
    )
}

/// 半角カナ and their punctuation.
pub(super) const fn is_half_width_kana(c: char) -> bool {
    matches!(c, '\u{FF61}'..='\u{FF9F}')
}

/// 全角の英数字
pub(super) const fn is_full_width_alphanumeric(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

/// 漢字
pub(super) const fn is_kanji(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '々')
}

/// A character a Japanese word is made of.
pub(super) const fn is_japanese(c: char) -> bool {
    is_kanji(c) || matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー')
}
