//! Bodies line by line.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::inline::{Part, pair, whole};

/// What a line of the comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// Lines that are the same, counted and not shown.
    Same,
    /// A line that is the same, beside a change.
    Context,
    /// Only in the old body.
    Old,
    /// Only in the new body.
    New,
}

/// A line of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BodyLine {
    /// What it is.
    pub kind: LineKind,
    /// How many lines it stands for.
    pub count: usize,
    /// Its number in the body it is from, from 1.
    pub number: usize,
    /// Its text.
    pub parts: Vec<Part>,
}

/// What differs between two bodies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BodyChange {
    /// 1行足した、1行変えた
    pub words: String,
    /// The lines.
    pub lines: Vec<BodyLine>,
}

/// Lines shown beside a change.
const CONTEXT: usize = 1;
/// Where more lines differ than this, they are not searched for what is the same among them.
const MOST: usize = 10_000;

/// What turns a list of lines into another, by line numbers from 0: what is the same at both ends is set apart first.
pub(super) fn operations(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (
        old.get(head..).unwrap_or_default(),
        new.get(head..).unwrap_or_default(),
    );
    let ends = old_rest.iter().rev().zip(new_rest.iter().rev());
    let tail = ends.take_while(|(a, b)| a == b).count();
    let (a, b) = (
        old_rest.get(..old_rest.len() - tail).unwrap_or_default(),
        new_rest.get(..new_rest.len() - tail).unwrap_or_default(),
    );
    let equal = |old_index: usize, new_index: usize, len: usize| DiffOp::Equal {
        old_index,
        new_index,
        len,
    };
    let mut out = vec![equal(0, 0, head)];
    if a.len() + b.len() > MOST {
        out.push(DiffOp::Replace {
            old_index: head,
            old_len: a.len(),
            new_index: head,
            new_len: b.len(),
        });
    } else {
        out.extend(
            capture_diff_slices(Algorithm::Patience, a, b)
                .into_iter()
                .map(|op| shifted(op, head)),
        );
    }
    out.push(equal(head + a.len(), head + b.len(), tail));
    out.retain(|op| op.old_range().len() + op.new_range().len() > 0);
    out
}

fn shifted(mut op: DiffOp, by: usize) -> DiffOp {
    match &mut op {
        DiffOp::Equal {
            old_index,
            new_index,
            ..
        }
        | DiffOp::Delete {
            old_index,
            new_index,
            ..
        }
        | DiffOp::Insert {
            old_index,
            new_index,
            ..
        }
        | DiffOp::Replace {
            old_index,
            new_index,
            ..
        } => {
            *old_index += by;
            *new_index += by;
        }
    }
    op
}

/// What differs; `None` where no line does (line ends do not count).
pub(super) fn change(old: &str, new: &str) -> Option<BodyChange> {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if a == b {
        return None;
    }
    let operations = operations(&a, &b);
    let mut shown = Shown::default();
    let last = operations.len();
    for (at, op) in operations.iter().enumerate() {
        let (old_from, new_from) = (op.old_range().start, op.new_range().start);
        let one = a.get(op.old_range()).unwrap_or_default();
        let two = b.get(op.new_range()).unwrap_or_default();
        if matches!(op, DiffOp::Equal { .. }) {
            shown.same(two, new_from, at > 0, at + 1 < last);
        } else {
            shown.changed(one, two, old_from, new_from);
        }
    }
    Some(BodyChange {
        words: shown.words(),
        lines: shown.lines,
    })
}

#[derive(Default)]
struct Shown {
    lines: Vec<BodyLine>,
    added: usize,
    changed: usize,
    removed: usize,
}

impl Shown {
    fn line(&mut self, kind: LineKind, number: usize, parts: Vec<Part>) {
        self.lines.push(BodyLine {
            kind,
            count: 1,
            number: number + 1,
            parts,
        });
    }

    fn same(&mut self, lines: &[&str], from: usize, after: bool, before: bool) {
        let head = if after { CONTEXT.min(lines.len()) } else { 0 };
        let tail = if before {
            CONTEXT.min(lines.len() - head)
        } else {
            0
        };
        let hidden = lines.len() - head - tail;
        for (at, line) in lines.iter().enumerate() {
            if at == head && hidden > 1 {
                self.lines.push(BodyLine {
                    kind: LineKind::Same,
                    count: hidden,
                    number: from + at + 1,
                    parts: Vec::new(),
                });
            }
            if at < head || at >= head + hidden || hidden == 1 {
                self.line(LineKind::Context, from + at, whole(line, false));
            }
        }
    }

    fn changed(&mut self, old: &[&str], new: &[&str], old_from: usize, new_from: usize) {
        let both = old.len().min(new.len());
        self.changed += both;
        self.removed += old.len() - both;
        self.added += new.len() - both;
        for at in 0..old.len().max(new.len()) {
            let (before, after) = match (old.get(at), new.get(at)) {
                (Some(old), Some(new)) => {
                    let (before, after) = pair(old, new);
                    (Some(before), Some(after))
                }
                (old, new) => (
                    old.map(|old| whole(old, true)),
                    new.map(|new| whole(new, true)),
                ),
            };
            if let Some(parts) = before {
                self.line(LineKind::Old, old_from + at, parts);
            }
            if let Some(parts) = after {
                self.line(LineKind::New, new_from + at, parts);
            }
        }
    }

    fn words(&self) -> String {
        let counts = [
            (self.added, "足した"),
            (self.changed, "変えた"),
            (self.removed, "消した"),
        ];
        let words: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count}行{word}"))
            .collect();
        words.join("、")
    }
}
