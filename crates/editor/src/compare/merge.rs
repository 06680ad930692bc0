//! Two people changed one text: what each did, and both together.

use std::ops::Range;

use serde::Serialize;
use similar::DiffOp;

use super::body::operations;
use super::{Comparison, compare};
use crate::apply::apply;
use crate::around::Surroundings;
use crate::values::FormValues;

/// What two people made of one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThreeWay {
    /// What mine changed.
    pub mine: Comparison,
    /// What theirs changed.
    pub theirs: Comparison,
    /// The fields that both changed and that cannot be joined, `body` among them.
    pub both: Vec<String>,
}

/// Both texts joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// Every change of either stands in it.
    Clean(String),
    /// The fields that both changed, differently: someone has to choose.
    Conflict {
        /// Their ids, `body` and `front` among them.
        fields: Vec<String>,
    },
}

/// Compares two texts with the one both began with.
#[must_use]
pub fn three_way(base: &str, mine: &str, theirs: &str, around: &Surroundings<'_>) -> ThreeWay {
    let both = match merge(base, mine, theirs) {
        Merged::Clean(_) => Vec::new(),
        Merged::Conflict { fields } => fields,
    };
    ThreeWay {
        mine: compare(base, mine, around),
        theirs: compare(base, theirs, around),
        both,
    }
}

/// Joins two texts that began with one: fields that only one changed, and lines of the body that only one changed.
/// Mine is written into theirs, so comments and the order of keys are theirs.
#[must_use]
pub fn merge(base: &str, mine: &str, theirs: &str) -> Merged {
    if mine == theirs || mine == base {
        return Merged::Clean(theirs.to_owned());
    }
    if theirs == base {
        return Merged::Clean(mine.to_owned());
    }
    let [old, mine, now] = [base, mine, theirs].map(FormValues::read);
    let mut joined = now.clone();
    let mut fields: Vec<String> = Vec::new();
    let theirs_changed = now.changed_from(&old);
    for path in mine.changed_from(&old) {
        let touched = theirs_changed.iter().any(|other| meet(other, &path));
        if path == "body" {
            if !touched {
                joined.set_body(mine.body());
            } else if mine.body() != now.body() {
                match merge_bodies(old.body(), mine.body(), now.body()) {
                    Some(body) => joined.set_body(&body),
                    None => fields.push(path),
                }
            }
        } else if !touched {
            joined.take(&mine, &path);
        } else if !mine.agrees(&now, &path) {
            fields.push(path);
        }
    }
    if !fields.is_empty() {
        return Merged::Conflict { fields };
    }
    match apply(theirs, &now, &joined) {
        Ok(text) => Merged::Clean(text),
        Err(_) => Merged::Conflict {
            fields: mine.changed_from(&old),
        },
    }
}

/// Whether two paths are about the same value, or one about what is inside the other.
fn meet(a: &str, b: &str) -> bool {
    let inside = |a: &str, b: &str| {
        a.strip_prefix(b)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    // 「お知らせを送る」 and its settings are set apart, but a notice that is taken away takes them with it.
    a == b || ((inside(a, b) || inside(b, a)) && ![a, b].contains(&"notice"))
}

/// A change of a list of lines: these are replaced by those.
struct Hunk<'t> {
    old: Range<usize>,
    new: &'t [&'t str],
}

fn hunks<'t>(old: &[&str], new: &'t [&'t str]) -> Vec<Hunk<'t>> {
    let mut out: Vec<Hunk<'t>> = Vec::new();
    for op in operations(old, new) {
        if !matches!(op, DiffOp::Equal { .. }) {
            out.push(Hunk {
                old: op.old_range(),
                new: new.get(op.new_range()).unwrap_or_default(),
            });
        }
    }
    out
}

/// Both changes of a body; `None` where they touch the same lines, or lines side by side.
fn merge_bodies(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let [old, mine, theirs] =
        [base, mine, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let (mut a, mut b) = (hunks(&old, &mine), hunks(&old, &theirs));
    a.retain(|one| {
        !b.iter()
            .any(|other| one.old == other.old && one.new == other.new)
    });
    let apart = |one: &Hunk<'_>, other: &Hunk<'_>| {
        one.old.end < other.old.start || other.old.end < one.old.start
    };
    if !a.iter().all(|one| b.iter().all(|other| apart(one, other))) {
        return None;
    }
    a.append(&mut b);
    a.sort_by_key(|hunk| hunk.old.start);
    let mut out = String::with_capacity(base.len());
    let mut at = 0;
    for hunk in &a {
        out.extend(old.get(at..hunk.old.start)?.iter().copied());
        out.extend(hunk.new.iter().copied());
        at = hunk.old.end;
    }
    out.extend(old.get(at..)?.iter().copied());
    Some(out)
}
