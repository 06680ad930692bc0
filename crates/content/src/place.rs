//! Places in a source text: byte spans, and the line and column an editor shows for them.

use memchr::memchr_iter;

/// A range of bytes in a file, counted from its first byte (a byte-order mark included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
}

impl Span {
    /// From `start` up to but without `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same span in a text that begins `by` bytes earlier.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }

    /// Whether `offset` lies in it.
    #[must_use]
    pub const fn contains(&self, offset: usize) -> bool {
        self.start <= offset && offset < self.end
    }
}

/// Line and column, both from 1; the column counts characters (Unicode scalar values), not bytes and
/// not display cells, as editors do. A byte-order mark at the start of the file does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// Where the lines of a text start. Building it costs one pass; a look-up a binary search and a count
/// of the characters of one line.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    bytes: &'a [u8],
    starts: Vec<usize>,
}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl<'a> Lines<'a> {
    /// Finds the lines of a text, which need not be UTF-8.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let first = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
        let starts = std::iter::once(first).chain(memchr_iter(b'\n', bytes).map(|at| at + 1));
        Self {
            bytes,
            starts: starts.collect(),
        }
    }

    /// The place of a byte; the end of the text for anything past it.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.bytes.get(start..offset).unwrap_or_default();
        // A byte that continues a character does not start one.
        let column = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() + 1;
        Position {
            line: narrow(line),
            column: narrow(column),
        }
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let lines = Lines::new("\u{feff}件名: 児童\r\n次".as_bytes());
        assert_eq!(lines.position(3), Position { line: 1, column: 1 });
        assert_eq!(lines.position(3 + 8), Position { line: 1, column: 5 });
        assert_eq!(lines.position(3 + 16), Position { line: 2, column: 1 });
        assert_eq!(lines.position(usize::MAX), Position { line: 2, column: 2 });
    }
}
