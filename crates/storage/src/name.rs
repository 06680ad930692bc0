use unicode_normalization::is_nfc;

use crate::{Error, Result};

/// Folder inside a folder store where objects are written before they are moved into place.
pub(crate) const TEMPORARY: &str = ".kairan-tmp";

/// S3 allows no longer key; no published address is longer either.
const MAX_NAME: usize = 1024;
/// The usual limit of a file name on Linux.
const MAX_SEGMENT: usize = 255;

/// Checks that a name can stand for an object on every kind of store: a relative path in NFC with `/`
/// between its segments, no segment empty, `.` or `..`, and no control character or backslash.
///
/// # Errors
/// [`Error::BadName`] with the rule that is broken.
pub fn check_name(name: &str) -> Result<()> {
    match problem(name) {
        None => Ok(()),
        Some(problem) => Err(Error::BadName {
            name: name.to_owned(),
            problem,
        }),
    }
}

/// A prefix is the beginning of a name: the same rules, but it may be empty or end with `/`.
pub(crate) fn check_prefix(prefix: &str) -> Result<()> {
    let trimmed = prefix.strip_suffix('/').unwrap_or(prefix);
    if prefix.is_empty() {
        Ok(())
    } else {
        check_name(trimmed)
    }
}

fn problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("空です");
    }
    if name.len() > MAX_NAME {
        return Some("長すぎます（UTF-8 で 1024 バイトまで）");
    }
    if name.starts_with('/') {
        return Some("先頭に / は付けません");
    }
    if name.contains('\\') {
        return Some("\\ は使えません。区切りは / です");
    }
    if name.chars().any(char::is_control) {
        return Some("制御文字は使えません");
    }
    if !is_nfc(name) {
        return Some("濁点などが分かれた文字（NFD）です。NFC にそろえてください");
    }
    name.split('/').find_map(|segment| match segment {
        "" => Some("/ が続くか、末尾にあります"),
        "." | ".." => Some("「.」「..」は使えません"),
        TEMPORARY => Some(".kairan-tmp は書き込みの途中に使う名前です"),
        _ if segment.len() > MAX_SEGMENT => {
            Some("区切りごとの名前が長すぎます（UTF-8 で 255 バイトまで）")
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_climb_or_confuse_are_refused() {
        for bad in [
            "",
            "/a",
            "a//b",
            "a/",
            "../a",
            "a/../b",
            "./a",
            "a\\b",
            "a\0b",
            "a\nb",
            "files/か\u{3099}.pdf",
            ".kairan-tmp/x",
        ] {
            assert!(check_name(bad).is_err(), "{bad:?} was accepted");
        }
        assert!(check_name(&"あ".repeat(86)).is_err());
        assert!(check_name(&"a/".repeat(600)).is_err());
    }

    #[test]
    fn names_of_the_contract_are_accepted() {
        for good in [
            "index.html",
            "articles/jido-teate/index.html",
            "files/0f3a/認定請求書が.pdf",
            ".well-known/security.txt",
            "data/v1/articles/01JD3M9QK5W3T8Z6B1N0R4V7YH.json",
            "a..b/..c",
        ] {
            check_name(good).unwrap();
        }
        check_prefix("").unwrap();
        check_prefix("articles/").unwrap();
        assert!(check_prefix("/").is_err());
        assert!(check_prefix("../").is_err());
    }
}
