//! Collecting the problems of one file.

use super::{Code, Diagnostic, codes};
use crate::place::{Lines, Span};

/// More problems than this in one file help nobody; the rest is counted, not shown.
const MOST: usize = 500;

/// The problems found so far in one file. Positions are worked out at the end, so a file without
/// problems costs nothing.
#[derive(Debug, Default)]
pub struct Report {
    found: Vec<Found>,
    dropped: usize,
}

#[derive(Debug)]
struct Found {
    code: Code,
    at: usize,
    message: String,
    fix: String,
}

impl Report {
    /// Notes one problem at a span.
    pub fn add(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        if self.found.len() >= MOST {
            self.dropped += 1;
            return;
        }
        self.found.push(Found {
            code,
            at: span.start,
            message: message.into(),
            fix: fix.into(),
        });
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether an error was found.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found
            .iter()
            .any(|found| found.code.entry().severity == super::Severity::Error)
    }

    /// The problems with line and column, in order of place; `field` names the key path at a byte.
    #[must_use]
    pub fn finish(
        self,
        file: &str,
        source: &[u8],
        field: impl Fn(usize) -> Option<String>,
    ) -> Vec<Diagnostic> {
        if self.found.is_empty() {
            return Vec::new();
        }
        let lines = Lines::new(source);
        let mut all: Vec<Diagnostic> = self
            .found
            .into_iter()
            .map(|found| {
                let place = lines.position(found.at);
                Diagnostic {
                    code: found.code,
                    severity: found.code.entry().severity,
                    file: file.to_owned(),
                    line: place.line,
                    column: place.column,
                    field: field(found.at),
                    message: found.message,
                    fix: found.fix,
                }
            })
            .collect();
        all.sort_by(Diagnostic::order);
        all.dedup();
        if self.dropped > 0 {
            all.push(Diagnostic::of_file(
                codes::TOO_MANY_PROBLEMS,
                file,
                format!(
                    "このファイルには、ほかにも{}件の問題があります。",
                    self.dropped
                ),
                "表示された問題を直してから、もう一度確認してください。".to_owned(),
            ));
        }
        all
    }
}
