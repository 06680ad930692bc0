//! A small algebra of conditions on one row of `match_citizen`.
//!
//! A condition is true or not true: `NULL` never stands under a
//! negation.

use std::collections::BTreeSet;

use crate::Dialect;

/// Terms or sets, by number.
pub(super) type Ids = BTreeSet<i32>;

/// Where a single value of a citizen stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A column of `match_citizen`.
    Column(&'static str),
    /// Rows of `match_sensitive` with this term.
    Sensitive(i32),
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// One of these.
    In(Ids),
    /// Within these days, both included; an absent end is open.
    Within(Option<i32>, Option<i32>),
}

/// What is asked of one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChildTest {
    /// First and last birth day.
    pub births: (Option<i32>, Option<i32>),
    /// Sets of traits that will do; `None`: any.
    pub traits: Option<Ids>,
}

/// A condition on `match_citizen c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pred {
    True,
    False,
    All(Vec<Pred>),
    Any(Vec<Pred>),
    /// Has at least one of these terms.
    Has(Ids),
    /// Has none of these terms.
    Lacks(Ids),
    /// Answered one of these sets of questions.
    Answered(Ids),
    /// The value is there and passes.
    Passes(Source, Test),
    /// The value is absent or does not pass.
    Misses(Source, Test),
    /// At least one child passes at least one of the tests.
    SomeChild(Vec<ChildTest>),
    /// No child passes any of the tests.
    NoChild(Vec<ChildTest>),
    /// The facts changed at or after this instant (microseconds since 1970, UTC).
    ChangedSince(i64),
    /// The inner condition is not true.
    Unless(Box<Pred>),
}

impl Pred {
    /// All of these. Conditions that the database answers with one look at an index are joined.
    pub(super) fn all(parts: impl IntoIterator<Item = Pred>) -> Pred {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Pred::False => return Pred::False,
                Pred::True => {}
                Pred::All(inner) => inner.into_iter().for_each(|p| join(&mut flat, p, true)),
                other => join(&mut flat, other, true),
            }
        }
        if flat.contains(&Pred::Answered(Ids::new())) {
            return Pred::False;
        }
        one_or(flat, Pred::True, Pred::All)
    }

    /// At least one of these.
    pub(super) fn any(parts: impl IntoIterator<Item = Pred>) -> Pred {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Pred::True => return Pred::True,
                Pred::False => {}
                Pred::Any(inner) => inner.into_iter().for_each(|p| join(&mut flat, p, false)),
                other => join(&mut flat, other, false),
            }
        }
        one_or(flat, Pred::False, Pred::Any)
    }

    /// [`Pred::Has`], or false for no terms.
    pub(super) fn has(terms: Ids) -> Pred {
        if terms.is_empty() {
            Pred::False
        } else {
            Pred::Has(terms)
        }
    }

    /// [`Pred::Lacks`], or true for no terms.
    pub(super) fn lacks(terms: Ids) -> Pred {
        if terms.is_empty() {
            Pred::True
        } else {
            Pred::Lacks(terms)
        }
    }

    /// [`Pred::Answered`], or false for no sets.
    pub(super) fn answered(sets: Ids) -> Pred {
        if sets.is_empty() {
            Pred::False
        } else {
            Pred::Answered(sets)
        }
    }

    /// [`Pred::Passes`], or false where nothing can pass.
    pub(super) fn passes(source: Source, test: Test) -> Pred {
        if test.is_empty() {
            Pred::False
        } else {
            Pred::Passes(source, test)
        }
    }

    /// [`Pred::Misses`], or true where nothing can pass.
    pub(super) fn misses(source: Source, test: Test) -> Pred {
        if test.is_empty() {
            Pred::True
        } else {
            Pred::Misses(source, test)
        }
    }

    /// [`Pred::SomeChild`], or false where no set of traits will do.
    pub(super) fn some_child(test: ChildTest) -> Pred {
        if test.is_empty() {
            Pred::False
        } else {
            Pred::SomeChild(vec![test])
        }
    }

    /// [`Pred::NoChild`], or true where no set of traits will do.
    pub(super) fn no_child(test: ChildTest) -> Pred {
        if test.is_empty() {
            Pred::True
        } else {
            Pred::NoChild(vec![test])
        }
    }

    /// The condition as SQL for a `WHERE`, with parentheses where they are needed.
    pub(super) fn to_sql(&self, dialect: Dialect) -> String {
        super::render::to_sql(self, dialect)
    }
}

impl Test {
    fn is_empty(&self) -> bool {
        matches!(self, Test::In(ids) if ids.is_empty())
    }
}

impl ChildTest {
    fn is_empty(&self) -> bool {
        self.traits.as_ref().is_some_and(BTreeSet::is_empty)
    }
}

/// Adds a condition to a conjunction or disjunction, into a neighbour of its kind where the two are one look-up.
fn join(parts: &mut Vec<Pred>, new: Pred, conjunction: bool) {
    for part in parts.iter_mut() {
        match (part, &new) {
            (Pred::Lacks(a), Pred::Lacks(b)) if conjunction => return a.extend(b),
            (Pred::Has(a), Pred::Has(b)) if !conjunction => return a.extend(b),
            (Pred::NoChild(a), Pred::NoChild(b)) if conjunction => {
                return a.extend(b.iter().cloned());
            }
            (Pred::SomeChild(a), Pred::SomeChild(b)) if !conjunction => {
                return a.extend(b.iter().cloned());
            }
            (Pred::Answered(a), Pred::Answered(b)) => {
                if conjunction {
                    a.retain(|id| b.contains(id));
                } else {
                    a.extend(b);
                }
                return;
            }
            _ => {}
        }
    }
    parts.push(new);
}

fn one_or(mut parts: Vec<Pred>, none: Pred, many: impl Fn(Vec<Pred>) -> Pred) -> Pred {
    match parts.len() {
        0 => none,
        1 => parts.remove(0),
        _ => many(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_kind_become_one_look_up() {
        let any = Pred::any([Pred::has([1].into()), Pred::False, Pred::has([7].into())]);
        assert_eq!(any.to_sql(Dialect::Postgres), "c.attrs && '{1,7}'::int[]");
        let all = Pred::all([Pred::lacks([1].into()), Pred::True, Pred::lacks([7].into())]);
        assert_eq!(
            all.to_sql(Dialect::Postgres),
            "NOT (c.attrs && '{1,7}'::int[])"
        );
        let asked = Pred::all([Pred::answered([1, 2].into()), Pred::answered([2, 3].into())]);
        assert_eq!(asked.to_sql(Dialect::Sqlite), "c.answered IN (2)");
    }

    #[test]
    fn the_impossible_and_the_certain_disappear() {
        let child = ChildTest {
            births: (None, Some(3)),
            traits: Some([].into()),
        };
        assert_eq!(
            Pred::all([Pred::some_child(child.clone()), Pred::True]),
            Pred::False
        );
        assert_eq!(Pred::any([Pred::no_child(child), Pred::False]), Pred::True);
        assert_eq!(Pred::all([]), Pred::True);
        assert_eq!(Pred::any([]), Pred::False);
    }
}
