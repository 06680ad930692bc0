//! A small algebra of conditions on one row of `match_citizen`, written out for either database.
//!
//! Nothing but integers is ever written into the text. A condition is true or not true: `NULL` never stands under a
//! negation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

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
        let mut sql = String::new();
        Writer {
            sql: &mut sql,
            dialect,
        }
        .pred(self);
        sql
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

struct Writer<'a> {
    sql: &'a mut String,
    dialect: Dialect,
}

impl Writer<'_> {
    fn pred(&mut self, pred: &Pred) {
        match pred {
            Pred::True => self.text("1 = 1"),
            Pred::False => self.text("1 = 0"),
            Pred::All(parts) => self.list(parts, " AND "),
            Pred::Any(parts) => self.list(parts, " OR "),
            Pred::Has(terms) => self.has(terms),
            Pred::Lacks(terms) => {
                self.text("NOT (");
                self.has(terms);
                self.text(")");
            }
            Pred::Answered(sets) => self.one_of("c.answered", sets),
            Pred::Passes(Source::Column(column), test) => self.value(&format!("c.{column}"), test),
            Pred::Misses(Source::Column(column), test) => {
                self.text(&format!("(c.{column} IS NULL OR NOT ("));
                self.value(&format!("c.{column}"), test);
                self.text("))");
            }
            Pred::Passes(Source::Sensitive(term), test) => self.sensitive(*term, test),
            Pred::Misses(Source::Sensitive(term), test) => {
                self.text("NOT ");
                self.sensitive(*term, test);
            }
            Pred::SomeChild(tests) => self.child(tests),
            Pred::NoChild(tests) => {
                self.text("NOT ");
                self.child(tests);
            }
            Pred::ChangedSince(micros) => {
                let _ = write!(self.sql, "c.changed_at >= {micros}");
            }
            Pred::Unless(inner) => {
                self.text("(");
                self.pred(inner);
                self.text(") IS NOT TRUE");
            }
        }
    }

    fn list(&mut self, parts: &[Pred], word: &str) {
        self.text("(");
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.text(word);
            }
            self.pred(part);
        }
        self.text(")");
    }

    fn has(&mut self, terms: &Ids) {
        match self.dialect {
            Dialect::Postgres => {
                self.text("c.attrs && '{");
                self.numbers(terms);
                self.text("}'::int[]");
            }
            Dialect::Sqlite => {
                self.text("c.citizen_id IN (SELECT citizen_id FROM match_attr WHERE ");
                self.one_of("attr", terms);
                self.text(")");
            }
        }
    }

    /// A subquery over a table with `citizen_id`: PostgreSQL plans `EXISTS` as a semi-join, SQLite drives its loop from
    /// `IN`.
    fn related(&mut self, table: &str, condition: impl FnOnce(&mut Self)) {
        match self.dialect {
            Dialect::Postgres => {
                self.text("EXISTS (SELECT 1 FROM ");
                self.text(table);
                self.text(" k WHERE k.citizen_id = c.citizen_id AND ");
            }
            Dialect::Sqlite => {
                self.text("c.citizen_id IN (SELECT k.citizen_id FROM ");
                self.text(table);
                self.text(" k WHERE ");
            }
        }
        condition(self);
        self.text(")");
    }

    fn sensitive(&mut self, term: i32, test: &Test) {
        self.related("match_sensitive", |w| {
            let _ = write!(w.sql, "k.term = {term} AND ");
            w.value("k.value", test);
        });
    }

    fn child(&mut self, tests: &[ChildTest]) {
        self.related("match_child", |w| {
            w.text("(");
            for (i, test) in tests.iter().enumerate() {
                if i > 0 {
                    w.text(" OR ");
                }
                w.value("k.birth", &Test::Within(test.births.0, test.births.1));
                if let Some(traits) = &test.traits {
                    w.text(" AND ");
                    w.one_of("k.traits", traits);
                }
            }
            w.text(")");
        });
    }

    fn value(&mut self, name: &str, test: &Test) {
        let _ = match test {
            Test::In(ids) => return self.one_of(name, ids),
            Test::Within(Some(from), Some(to)) => {
                write!(self.sql, "{name} BETWEEN {from} AND {to}")
            }
            Test::Within(Some(from), None) => write!(self.sql, "{name} >= {from}"),
            Test::Within(None, Some(to)) => write!(self.sql, "{name} <= {to}"),
            Test::Within(None, None) => write!(self.sql, "{name} IS NOT NULL"),
        };
    }

    fn one_of(&mut self, name: &str, ids: &Ids) {
        if let (Some(first), Some(last)) = (ids.first(), ids.last())
            && ids.len() > 2
            && i64::from(*last) - i64::from(*first) + 1 == ids.len() as i64
        {
            // Numbers without a gap: the usual case for "everybody was asked this".
            let _ = write!(self.sql, "{name} BETWEEN {first} AND {last}");
            return;
        }
        self.text(name);
        self.text(" IN (");
        self.numbers(ids);
        self.text(")");
    }

    fn numbers(&mut self, ids: &Ids) {
        for (i, id) in ids.iter().enumerate() {
            let _ = write!(self.sql, "{}{id}", if i > 0 { "," } else { "" });
        }
    }

    fn text(&mut self, text: &str) {
        self.sql.push_str(text);
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
