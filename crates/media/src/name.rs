//! Names for files: readable, and safe in addresses, Markdown and on every disk.

use unicode_normalization::UnicodeNormalization;

use crate::Kind;

/// Characters of a name without its extension. Three bytes each leave room below the 255 bytes of a disk.
const LONGEST: usize = 60;

/// What the sender called the file, made safe, with the extension of what it is.
///
/// Full-width and half-width forms become the usual ones (NFKC); spaces and everything that has a meaning in an
/// address, in Markdown or on a disk become `-`. Kana and kanji stay.
pub(crate) fn safe(name: &str, kind: Kind) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = match last.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_extension(extension) => stem,
        _ => last,
    };
    let mut safe = String::with_capacity(stem.len());
    let mut kept = 0;
    for c in stem.nfkc() {
        if kept == LONGEST {
            break;
        }
        if c.is_alphanumeric() || matches!(c, '_' | '.' | 'ー' | '々' | '〜' | '・') || is_mark(c)
        {
            safe.push(c);
            kept += 1;
        } else if !safe.is_empty() && !safe.ends_with('-') {
            safe.push('-');
            kept += 1;
        }
    }
    let stem = safe.trim_matches(['-', '.']);
    // What NFKC left apart may meet again where something between was dropped.
    let stem: String = stem.nfc().collect();
    let stem = if stem.is_empty() { "file" } else { &stem };
    format!("{stem}.{}", kind.extension())
}

fn is_extension(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Marks that belong to the character before them: voicing, and the selectors of 異体字.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c) || matches!(c, '\u{e0100}'..='\u{e01ef}')
}

/// The same name with a number before its extension, for a name that is taken: `地図-2.png`.
#[must_use]
pub fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{number}.{extension}"),
        None => format!("{name}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_readable_and_become_safe() {
        for (given, expected) in [
            (
                "児童手当 認定請求書（令和8年）.pdf",
                "児童手当-認定請求書-令和8年.pdf",
            ),
            ("C:\\Users\\tanaka\\ﾁﾗｼ①.PDF", "チラシ1.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("photo.jpeg.exe", "photo.jpeg.pdf"),
            ("か\u{3099}くえん.pdf", "がくえん.pdf"),
            ("gpj.\u{202e}cod.pdf", "gpj.-cod.pdf"),
            ("a](x) \"onload=\".pdf", "a-x-onload.pdf"),
            ("?.pdf", "file.pdf"),
            (".htaccess", "htaccess.pdf"),
            ("", "file.pdf"),
            ("𠮷田さん.pdf", "𠮷田さん.pdf"),
            ("R8.4.1", "R8.4.pdf"),
        ] {
            assert_eq!(safe(given, Kind::Pdf), expected, "{given}");
        }
        assert!(safe(&"長".repeat(500), Kind::Pdf).len() < 200);
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(numbered("地図.png", 2), "地図-2.png");
    }
}
