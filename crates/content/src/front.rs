//! Splitting a document into front matter and body, by lines.

use memchr::memchr;

use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// The largest document, in bytes. A larger one is reported and never read.
pub const MAX_DOCUMENT_BYTES: u64 = 1 << 20;

/// The largest file of the site beside its documents (taxonomy, profile, settings), in bytes.
pub const MAX_SITE_FILE_BYTES: u64 = 8 << 20;

/// Where the parts of a document stand, in bytes of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Split {
    /// The YAML between the two `---` lines.
    pub(crate) front: Span,
    /// Everything after the closing line.
    pub(crate) body: Span,
}

/// Finds front matter and body. A byte-order mark and CRLF are left where they are.
#[must_use]
pub(crate) fn split(source: &str, report: &mut Report) -> Option<Split> {
    let Some(split) = find(source) else {
        let start = if source.starts_with('\u{feff}') { 3 } else { 0 };
        let place = Span::new(start, start);
        if first_line_is_fence(source) {
            report.add(
                codes::FRONT_MATTER_NOT_CLOSED,
                place,
                "項目の終わりを示す「---」の行がありません。",
                "項目の最後の次の行に「---」だけを書いてください。",
            );
        } else {
            report.add(
                codes::NO_FRONT_MATTER,
                place,
                "1行目に「---」がなく、項目（title など）がありません。",
                "1行目に「---」、続けて項目、その次の行に「---」を書き、本文はその後に書いてください。",
            );
        }
        return None;
    };
    Some(split)
}

/// As [`split()`], without a report.
#[must_use]
pub(crate) fn find(source: &str) -> Option<Split> {
    let start = if source.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines = LineSpans { source, at: start };
    let first = lines.next()?;
    if !is_fence(source, first) {
        return None;
    }
    let front = first.end;
    lines
        .find(|line| is_fence(source, *line))
        .map(|line| Split {
            front: Span::new(front, line.start),
            body: Span::new(line.end, source.len()),
        })
}

fn first_line_is_fence(source: &str) -> bool {
    let start = if source.starts_with('\u{feff}') { 3 } else { 0 };
    LineSpans { source, at: start }
        .next()
        .is_some_and(|line| is_fence(source, line))
}

fn is_fence(source: &str, line: Span) -> bool {
    source
        .get(line.start..line.end)
        .is_some_and(|line| line.trim_end() == "---")
}

/// Lines with their ends, as spans.
struct LineSpans<'a> {
    source: &'a str,
    at: usize,
}

impl Iterator for LineSpans<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let rest = self
            .source
            .as_bytes()
            .get(self.at..)
            .filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = Span::new(self.at, self.at + length);
        self.at += length;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_mark_and_line_ends() {
        let source = "\u{feff}---\r\ntitle: a\r\n--- \r\n本文";
        let split = find(source).expect("front matter");
        assert_eq!(
            source.get(split.front.start..split.front.end),
            Some("title: a\r\n")
        );
        assert_eq!(source.get(split.body.start..), Some("本文"));
    }

    #[test]
    fn a_rule_in_the_body_is_not_an_end() {
        assert_eq!(find("---\ntitle: a\n----\n"), None);
        assert_eq!(find("title: a\n---\n"), None);
        assert!(find("---\n---").is_some());
    }
}
