//! A rule on one day as conditions on the matching index: one for *yes*, one for *no*; neither means *unknown*.

use chrono::{Datelike, NaiveDate};
use kairan_audience::{Areas, ChildClause, ChildTest as Child, DateRange, Rule};

use super::dictionary::{Dictionary, Kind, TRAITS_NOT_ANSWERED};
use super::predicate::{ChildTest, Ids, Pred, Source, Test};
use crate::Dialect;

/// The two conditions of a rule as SQL over `match_citizen c`. They exclude each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicates {
    /// The rule holds.
    pub yes: String,
    /// The rule does not hold.
    pub no: String,
}

/// Compiles a rule for a day. The text holds integers alone, none of it comes from a user. Work grows with the rule and
/// the areas it names; the day is a calendar day in Japan.
#[must_use]
pub fn compile(
    rule: &Rule,
    on: NaiveDate,
    areas: &Areas,
    dictionary: &Dictionary,
    dialect: Dialect,
) -> Predicates {
    let compiler = Compiler {
        on,
        areas,
        dictionary,
    };
    Predicates {
        yes: compiler.rule(rule, true).to_sql(dialect),
        no: compiler.rule(rule, false).to_sql(dialect),
    }
}

/// What the conditions are made from.
pub(super) struct Compiler<'a> {
    pub(super) on: NaiveDate,
    pub(super) areas: &'a Areas,
    pub(super) dictionary: &'a Dictionary,
}

impl Compiler<'_> {
    /// The condition under which the rule is yes (`wanted`) or no.
    pub(super) fn rule(&self, rule: &Rule, wanted: bool) -> Pred {
        match (rule, wanted) {
            (Rule::Everyone, true) => Pred::True,
            (Rule::Everyone, false) => Pred::False,
            (Rule::Not(inner), _) => self.rule(inner, !wanted),
            (Rule::All(rules), true) | (Rule::Any(rules), false) => {
                Pred::all(rules.iter().map(|r| self.rule(r, wanted)))
            }
            (Rule::All(rules), false) | (Rule::Any(rules), true) => {
                Pred::any(rules.iter().map(|r| self.rule(r, wanted)))
            }
            (Rule::SelfAge { age, as_of }, _) => {
                let births = Rule::self_births(*age, *as_of, self.on);
                self.day("birth_date", "birth", births, wanted)
            }
            (Rule::Area(keys), _) => self.area(keys, wanted),
            (Rule::Household(keys), _) => {
                let options = self
                    .dictionary
                    .terms(Kind::Household, keys.iter().map(String::as_str));
                self.terms("household", options, wanted)
            }
            (Rule::Flag(key), _) => {
                let flag = self.dictionary.term(Kind::Flag, key).into_iter().collect();
                self.terms(&format!("flags.{key}"), flag, wanted)
            }
            (Rule::Child(clause), _) => self.child(clause, wanted),
        }
    }

    /// Children who fit on this day but did not on `before`: someone may already be a yes through another child. Clauses
    /// under a negation tell of no child.
    pub(super) fn newly_fitting_child(&self, rule: &Rule, before: NaiveDate) -> Pred {
        match rule {
            Rule::All(rules) | Rule::Any(rules) => {
                Pred::any(rules.iter().map(|r| self.newly_fitting_child(r, before)))
            }
            Rule::Child(clause) => match (clause.on(self.on), clause.on(before)) {
                (Child::Born { births, traits }, then) => {
                    let then = if let Child::Born { births, .. } = then {
                        Some(births)
                    } else {
                        None
                    };
                    let traits = self.traits(&traits, false);
                    Pred::any(minus(births, then).into_iter().map(|births| {
                        Pred::some_child(ChildTest {
                            births: days(births),
                            traits: traits.clone(),
                        })
                    }))
                }
                (Child::Expected { due }, then) => {
                    let then = if let Child::Expected { due } = then {
                        Some(due)
                    } else {
                        None
                    };
                    Pred::any(
                        minus(due, then)
                            .into_iter()
                            .map(|due| self.day("due_date", "due", Some(due), true)),
                    )
                }
                (Child::Impossible, _) => Pred::False,
            },
            _ => Pred::False,
        }
    }

    /// A day between two others; no day at all where `range` is `None`.
    fn day(
        &self,
        field: &str,
        column: &'static str,
        range: Option<DateRange>,
        wanted: bool,
    ) -> Pred {
        let source = self.source(field, column);
        let test = match range {
            Some(range) => {
                let (from, to) = days(range);
                Test::Within(from, to)
            }
            None => Test::In(Ids::new()),
        };
        if wanted {
            Pred::passes(source, test)
        } else {
            Pred::all([self.answered(field), Pred::misses(source, test)])
        }
    }

    fn area(&self, keys: &[String], wanted: bool) -> Pred {
        let source = self.source("area", "area");
        let within = keys.iter().flat_map(|key| self.areas.descendants(key));
        let mut ids = self.dictionary.terms(Kind::Area, within);
        if wanted {
            return Pred::passes(source, Test::In(ids));
        }
        // An area above a required one is less exact than the question: unknown, so not a no.
        let above = keys.iter().flat_map(|key| self.areas.ancestors(key));
        ids.extend(self.dictionary.terms(Kind::Area, above));
        Pred::all([self.answered("area"), Pred::misses(source, Test::In(ids))])
    }

    /// At least one of these terms of a field.
    fn terms(&self, field: &str, terms: Ids, wanted: bool) -> Pred {
        let sensitive = self.dictionary.term(Kind::Sensitive, field).is_some();
        let one = || Test::In([1].into());
        match (wanted, sensitive) {
            (true, false) => Pred::has(terms),
            (false, false) => Pred::all([self.answered(field), Pred::lacks(terms)]),
            (true, true) => Pred::any(
                terms
                    .into_iter()
                    .map(|t| Pred::passes(Source::Sensitive(t), one())),
            ),
            (false, true) => {
                let none = terms
                    .into_iter()
                    .map(|t| Pred::misses(Source::Sensitive(t), one()));
                Pred::all(std::iter::once(self.answered(field)).chain(none))
            }
        }
    }

    fn child(&self, clause: &ChildClause, wanted: bool) -> Pred {
        if clause.is_expecting() {
            return match clause.asks_of_born() {
                // An expected child has nothing that is asked of a born one: a no, whatever is answered.
                true if wanted => Pred::False,
                true => Pred::True,
                false => self.day("due_date", "due", clause.due_dates(self.on), wanted),
            };
        }
        let traits = clause.traits();
        let test = clause.births(self.on).map(|births| ChildTest {
            births: days(births),
            // For a no, traits that were not answered must not be able to make a yes.
            traits: self.traits(&traits, !wanted),
        });
        match (wanted, test) {
            (true, Some(test)) => Pred::some_child(test),
            (true, None) => Pred::False,
            (false, Some(test)) => Pred::all([self.answered("children"), Pred::no_child(test)]),
            (false, None) => self.answered("children"),
        }
    }

    /// Sets of traits with all the required ones; `open`: or not answered.
    fn traits(&self, required: &[&str], open: bool) -> Option<Ids> {
        if required.is_empty() {
            return None;
        }
        let mut sets = self.dictionary.with_traits(required);
        if open {
            sets.insert(TRAITS_NOT_ANSWERED);
        }
        Some(sets)
    }

    fn answered(&self, field: &str) -> Pred {
        Pred::answered(self.dictionary.answered(field))
    }

    fn source(&self, field: &str, column: &'static str) -> Source {
        match self.dictionary.term(Kind::Sensitive, field) {
            Some(term) => Source::Sensitive(term),
            None => Source::Column(column),
        }
    }
}

/// A day as the index counts it: days since 1970-01-01.
pub(super) fn day_number(day: NaiveDate) -> i32 {
    const EPOCH: i32 = 719_163;
    day.num_days_from_ce() - EPOCH
}

fn days(range: DateRange) -> (Option<i32>, Option<i32>) {
    (range.from.map(day_number), range.to.map(day_number))
}

/// The days of `a` that are not in `b`: at most two ranges.
fn minus(a: DateRange, b: Option<DateRange>) -> Vec<DateRange> {
    let Some(b) = b else { return vec![a] };
    let before = b.from.and_then(|d| d.pred_opt()).map(|to| DateRange {
        from: None,
        to: Some(to),
    });
    let after = b.to.and_then(|d| d.succ_opt()).map(|from| DateRange {
        from: Some(from),
        to: None,
    });
    [before, after]
        .into_iter()
        .flatten()
        .filter_map(|rest| a.intersect(rest))
        .collect()
}
