//! What differs inside a line: words and numbers whole, Japanese sign by sign.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_normalization::char::is_combining_mark;

use super::Line;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The text.
    pub text: String,
    /// Whether it differs from the other line.
    pub mark: bool,
}

/// Longer lines are marked as a whole.
const MOST_TOKENS: usize = 4_000;
/// Marks closer than this, in tokens, are read as one.
const NEAR: usize = 1;

/// Both lines with what differs marked; as a whole where little is the same.
pub(super) fn pair(old: &str, new: &str) -> (Vec<Part>, Vec<Part>) {
    let (a, b) = (tokens(old), tokens(new));
    if a.len() > MOST_TOKENS || b.len() > MOST_TOKENS {
        return (whole(old, true), whole(new, true));
    }
    let ops = capture_diff_slices(Algorithm::Myers, &a, &b);
    let same: usize = ops
        .iter()
        .filter(|op| matches!(op, DiffOp::Equal { .. }))
        .map(|op| {
            a.get(op.old_range())
                .map_or(0, |tokens| tokens.concat().len())
        })
        .sum();
    // Two lines that share a few signs by chance are two lines, not one that was changed.
    if same * 3 < old.len().min(new.len()) {
        return (whole(old, true), whole(new, true));
    }
    let (mut before, mut after) = (Marks::default(), Marks::default());
    let last = ops.len();
    for (at, op) in ops.iter().enumerate() {
        let (one, two) = (
            a.get(op.old_range()).unwrap_or_default(),
            b.get(op.new_range()).unwrap_or_default(),
        );
        let between = at > 0 && at + 1 < last && one.len() <= NEAR;
        let equal = matches!(op, DiffOp::Equal { .. }) && !(between && is_weak(one));
        before.push(&one.concat(), !equal);
        after.push(&two.concat(), !equal);
    }
    (before.0, after.0)
}

/// Whether a token between two changes is too little to stand for itself.
fn is_weak(tokens: &[&str]) -> bool {
    tokens.iter().all(|token| {
        token.chars().all(|c| {
            matches!(
                c,
                '\u{3041}'..='\u{3096}' | '、' | ' ' | '\u{3000}' | ',' | '.'
            )
        })
    })
}

#[derive(Default)]
struct Marks(Vec<Part>);

impl Marks {
    fn push(&mut self, text: &str, mark: bool) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.mark == mark => last.text.push_str(text),
            _ => self.0.push(Part {
                text: text.to_owned(),
                mark,
            }),
        }
    }
}

/// A line as one piece.
pub(super) fn whole(text: &str, mark: bool) -> Vec<Part> {
    vec![Part {
        text: text.to_owned(),
        mark,
    }]
}

/// Runs of letters, of digits and of カタカナ; every other sign by itself, with the marks that belong to it.
fn tokens(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        '0'..='9' | '０'..='９' => 1,
        _ if c.is_ascii_alphabetic() => 2,
        'ァ'..='ヺ' | 'ー' => 3,
        _ => 0,
    };
    let joins = |c: char| {
        is_combining_mark(c)
            || matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{ff9e}' | '\u{ff9f}')
    };
    let mut out = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let goes_on = before.is_some_and(|before| {
            joins(c) || before == '\u{200d}' || (class(c) != 0 && class(before) == class(c))
        });
        if !goes_on && at > start {
            out.extend(text.get(start..at));
            start = at;
        }
        before = Some(c);
    }
    out.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    out
}

/// Lines of a value: those that stay are left out, unless nothing else is there to show the change by.
pub(super) fn changed_lines(old: &[String], new: &[String]) -> (Vec<Line>, Vec<Line>) {
    let mut before: Vec<Line> = Vec::new();
    let mut after: Vec<Line> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (one, two) = (
            old.get(op.old_range()).unwrap_or_default(),
            new.get(op.new_range()).unwrap_or_default(),
        );
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        for at in 0..one.len().max(two.len()) {
            match (one.get(at), two.get(at)) {
                (Some(old), Some(new)) => {
                    let (old, new) = pair(old, new);
                    before.push(Line { parts: old });
                    after.push(Line { parts: new });
                }
                (Some(old), None) => before.push(Line {
                    parts: whole(old, true),
                }),
                (None, Some(new)) => after.push(Line {
                    parts: whole(new, true),
                }),
                (None, None) => {}
            }
        }
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(parts: &[Part]) -> String {
        parts
            .iter()
            .map(|part| match part.mark {
                true => format!("[{}]", part.text),
                false => part.text.clone(),
            })
            .collect()
    }

    #[test]
    fn marks_what_a_reader_would() {
        let (old, new) = pair(
            "令和7年12月26日（金曜日）午後5時",
            "令和8年12月25日（金曜日）午後5時",
        );
        assert_eq!(shown(&old), "令和[7]年12月[26]日（金曜日）午後5時");
        assert_eq!(shown(&new), "令和[8]年12月[25]日（金曜日）午後5時");
        let (old, new) = pair("窓口で配ります", "𠮷田の広場");
        assert_eq!(
            (shown(&old), shown(&new)),
            ("[窓口で配ります]".to_owned(), "[𠮷田の広場]".to_owned())
        );
        assert_eq!(
            tokens("か\u{3099}👩🏽‍🚒12abアイ吉"),
            ["か\u{3099}", "👩🏽‍🚒", "12", "ab", "アイ", "吉"]
        );
    }
}
