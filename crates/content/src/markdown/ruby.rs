//! ふりがな: `{漢字|かんじ}`.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// Stands for the `|` of a ruby while Markdown is parsed, so that a table does not split there. One byte
/// like the bar itself: places stay what they are.
const BAR: char = '\u{1f}';

/// A stretch of text, or a word with its reading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Ruby { base: &'a str, reading: &'a str },
}

/// The body with the bars of rubies replaced; the length in bytes is the same.
pub(crate) fn hide_bars(body: &str) -> Cow<'_, str> {
    let bytes = body.as_bytes();
    let mut bars = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr(b'{', bytes.get(at..).unwrap_or_default()).map(|found| at + found)
    {
        at = open + 1;
        let inside = bytes.get(at..).unwrap_or_default();
        let Some(end) = inside
            .iter()
            .position(|byte| matches!(byte, b'}' | b'{' | b'\n'))
        else {
            break;
        };
        let inside = inside.get(..end).unwrap_or_default();
        let mut found = memchr::memchr_iter(b'|', inside);
        if let (Some(bar), None) = (found.next(), found.next())
            && bar > 0
            && !inside.get(..bar).unwrap_or_default().is_ascii()
        {
            bars.push(at + bar);
        }
        at += end;
    }
    if bars.is_empty() {
        return Cow::Borrowed(body);
    }
    let mut out = String::with_capacity(body.len());
    let mut from = 0;
    for bar in bars {
        out.push_str(body.get(from..bar).unwrap_or_default());
        out.push(BAR);
        from = bar + 1;
    }
    out.push_str(body.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// The text as it was written, where it is not prose: code, addresses.
pub(crate) fn show_bars(text: &str) -> Cow<'_, str> {
    if memchr(BAR as u8, text.as_bytes()).is_some() {
        Cow::Owned(text.replace(BAR, "|"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The pieces of a stretch of prose, each with its first byte.
pub(crate) fn pieces(text: &str) -> Vec<(usize, Piece<'_>)> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(open) = memchr(b'{', bytes.get(at..).unwrap_or_default()).map(|found| at + found)
    {
        at = open + 1;
        let Some(close) = memchr2(b'}', b'{', bytes.get(at..).unwrap_or_default()) else {
            break;
        };
        let inside = text.get(at..at + close).unwrap_or_default();
        let Some((base, reading)) = inside.split_once([BAR, '｜']) else {
            continue;
        };
        if base.is_empty() || reading.trim().is_empty() || bytes.get(at + close) != Some(&b'}') {
            continue;
        }
        if from < open {
            out.push((from, Piece::Text(text.get(from..open).unwrap_or_default())));
        }
        out.push((open, Piece::Ruby { base, reading }));
        from = at + close + 1;
        at = from;
    }
    if from < text.len() {
        out.push((from, Piece::Text(text.get(from..).unwrap_or_default())));
    }
    out
}

/// Whether a stretch of prose may hold a ruby at all.
pub(crate) fn may_have(text: &str) -> bool {
    memchr(b'{', text.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_readings() {
        let hidden = hide_bars("今日は{市役所|しやくしょ}へ。{a|b}");
        assert_eq!(hidden.len(), "今日は{市役所|しやくしょ}へ。{a|b}".len());
        let found: Vec<Piece<'_>> = pieces(&hidden)
            .into_iter()
            .map(|(_, piece)| piece)
            .collect();
        assert_eq!(
            found,
            [
                Piece::Text("今日は"),
                Piece::Ruby {
                    base: "市役所",
                    reading: "しやくしょ"
                },
                Piece::Text("へ。{a|b}"),
            ]
        );
        assert_eq!(show_bars(&hidden), "今日は{市役所|しやくしょ}へ。{a|b}");
    }
}
