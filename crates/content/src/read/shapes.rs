//! Texts of a certain shape: slugs, keys, ids, addresses.

use url::Url;

use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// Whether a text can be the last part of an address: `[a-z0-9-]{1,80}`.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=80).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Whether a text is an id: a ULID as written by us, in capitals.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == 26
        && !text.bytes().any(|byte| byte.is_ascii_lowercase())
        && ulid::Ulid::from_string(text).is_ok()
}

/// Notes a slug that is none.
pub(crate) fn slug(key: &str, text: &str, at: Span, report: &mut Report) {
    if !is_slug(text) {
        report.add(
            codes::BAD_SLUG,
            at,
            format!("「{key}」の「{}」はアドレスに使えません。", shown(text)),
            "半角の英小文字・数字・「-」だけで、1～80文字にしてください（例 jido-teate）。",
        );
    }
}

/// Notes a taxonomy key that is none.
pub(crate) fn term_key(text: &str, at: Span, report: &mut Report) {
    if !is_slug(text) {
        report.add(
            codes::BAD_KEY,
            at,
            format!("キー「{}」に使えない文字があります。", shown(text)),
            "半角の英小文字・数字・「-」だけで、1～80文字にしてください。",
        );
    }
}

/// Notes an address that is not http(s).
pub(crate) fn web_url(key: &str, text: &str, at: Span, report: &mut Report) {
    let good = Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !good {
        report.add(
            codes::BAD_URL,
            at,
            format!("「{key}」の「{}」は URL として使えません。", shown(text)),
            "https:// で始まるアドレスを書いてください。",
        );
    }
}

/// Notes a mail address that is none. Strict enough to find slips, not a full grammar.
pub(crate) fn email(key: &str, text: &str, at: Span, report: &mut Report) {
    let good = text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && text.bytes().all(|byte| {
                byte.is_ascii_graphic() && !b"()<>,;:\"@ ".contains(&byte) || byte == b'@'
            })
            && !domain.contains('@')
    });
    if !good {
        report.add(
            codes::BAD_EMAIL,
            at,
            format!(
                "「{key}」の「{}」はメールアドレスではありません。",
                shown(text)
            ),
            "kodomo@city.example.lg.jp のように、半角で書いてください。",
        );
    }
}

/// Notes a telephone number in full-width digits or without digits.
pub(crate) fn phone(key: &str, text: &str, at: Span, report: &mut Report) {
    let number: String = text
        .chars()
        .take_while(|c| !matches!(c, '（' | '('))
        .collect();
    let number = number.trim();
    let good = number.bytes().filter(u8::is_ascii_digit).count() >= 3
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-+# ".contains(&byte));
    if !good {
        report.add(
            codes::BAD_PHONE,
            at,
            format!("「{key}」の「{}」は電話番号ではありません。", shown(text)),
            "0561-12-3456 のように半角で書き、内線は「0561-12-3456（内線123）」と続けてください。",
        );
    }
}

/// Notes a path that is not inside `files/`; whether it is good.
pub(crate) fn file_path(text: &str, at: Span, report: &mut Report) -> bool {
    let good = is_file_path(text);
    if !good {
        report.add(
            codes::PATH_OUTSIDE,
            at,
            format!("「{}」は files/ の中のファイルではありません。", shown(text)),
            "ファイルを files/ に置き、files/… と書いてください（「../」や「/」で始まる書き方は使えません）。",
        );
    }
    good
}

/// Whether a path names something inside `files/`, without climbing.
#[must_use]
pub fn is_file_path(text: &str) -> bool {
    text.starts_with("files/")
        && !text.contains('\\')
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// A text as shown in a message: cut where it would fill the screen.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().nth(MOST).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(MOST).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_stay_in_their_folder() {
        assert!(is_slug("jido-teate"));
        for bad in ["", "../etc", "Jido", "児童", "a/b", "a.b", &"a".repeat(81)] {
            assert!(!is_slug(bad), "{bad}");
        }
        assert!(is_file_path("files/a/b.pdf"));
        for bad in ["files/../a", "/files/a", "files//a", "a.pdf", "files/a\\b"] {
            assert!(!is_file_path(bad), "{bad}");
        }
    }
}
