//! Replacements of spans, put together and done at once.

use kairan_content::Span;

use super::Coarser;

/// What is to be put where.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Span, String)>);

impl Edits {
    pub(super) fn put(&mut self, at: Span, text: impl Into<String>) {
        self.0.push((at, text.into()));
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// The bytes of `within` with every edit done; those at one place in the order they were put.
    pub(super) fn apply(mut self, source: &str, within: Span) -> Result<String, Coarser> {
        self.0.sort_by_key(|(span, _)| span.start);
        let added: usize = self.0.iter().map(|(_, text)| text.len()).sum();
        let mut out = String::with_capacity(within.end.saturating_sub(within.start) + added);
        let mut at = within.start;
        for (span, text) in &self.0 {
            out.push_str(source.get(at..span.start).ok_or(Coarser)?);
            out.push_str(text);
            at = span.end;
        }
        out.push_str(source.get(at..within.end).ok_or(Coarser)?);
        Ok(out)
    }
}

/// The first byte of the line a byte stands in.
pub(super) fn line_start(source: &str, at: usize) -> usize {
    source
        .get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

/// Behind the end of the line in which a value ends. A block text ends with its own line end.
pub(super) fn line_end(source: &str, at: usize) -> usize {
    if at > 0 && source.get(at - 1..at) == Some("\n") {
        return at;
    }
    source
        .get(at..)
        .and_then(|rest| rest.find('\n'))
        .map_or(source.len(), |newline| at + newline + 1)
}
