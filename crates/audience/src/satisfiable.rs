//! Whether anybody can ever match a rule.
//!
//! The rule is spread into alternatives of plain clauses, and each is searched for a contradiction. The search errs on one
//! side only: what it calls impossible is impossible.

use chrono::{Days, NaiveDate};

use crate::age::DateRange;
use crate::areas::Areas;
use crate::range::AsOf;
use crate::rule::{ChildClause, ChildPart, ChildTest, Rule};

/// Above this many alternatives a rule is not searched as a whole (its parts still are).
const MAX_ALTERNATIVES: usize = 256;

/// Clauses that must hold together, and clauses that must not hold.
#[derive(Clone, Default)]
struct Alternative<'a> {
    holds: Vec<&'a Rule>,
    fails: Vec<&'a Rule>,
}

/// False only when no facts on any day make the rule a yes.
pub(crate) fn is_satisfiable(rule: &Rule, areas: &Areas) -> bool {
    alternatives(rule, true).is_none_or(|list| list.iter().any(|a| !a.contradicts(areas)))
}

fn alternatives(rule: &Rule, wanted: bool) -> Option<Vec<Alternative<'_>>> {
    match (rule, wanted) {
        (Rule::Not(inner), _) => alternatives(inner, !wanted),
        (Rule::All(rules), true) | (Rule::Any(rules), false) => {
            let mut product = vec![Alternative::default()];
            for rule in rules {
                let more = alternatives(rule, wanted)?;
                if product.len() * more.len() > MAX_ALTERNATIVES {
                    return None;
                }
                product = product
                    .iter()
                    .flat_map(|a| more.iter().map(|b| a.join(b)))
                    .collect();
            }
            Some(product)
        }
        (Rule::Any(rules), true) | (Rule::All(rules), false) => {
            let mut list = Vec::new();
            for rule in rules {
                list.extend(alternatives(rule, wanted)?);
                if list.len() > MAX_ALTERNATIVES {
                    return None;
                }
            }
            Some(list)
        }
        (clause, true) => Some(vec![Alternative {
            holds: vec![clause],
            fails: Vec::new(),
        }]),
        (clause, false) => Some(vec![Alternative {
            holds: Vec::new(),
            fails: vec![clause],
        }]),
    }
}

impl<'a> Alternative<'a> {
    fn join(&self, other: &Self) -> Self {
        Self {
            holds: self.holds.iter().chain(&other.holds).copied().collect(),
            fails: self.fails.iter().chain(&other.fails).copied().collect(),
        }
    }

    fn contradicts(&self, areas: &Areas) -> bool {
        self.fails.contains(&&Rule::Everyone)
            || self.fails.iter().any(|rule| self.holds.contains(rule))
            || self.areas_contradict(areas)
            || self.household_contradicts()
            || self.dates_contradict()
    }

    fn areas_contradict(&self, areas: &Areas) -> bool {
        let mut lists = self.holds.iter().filter_map(|rule| match rule {
            Rule::Area(keys) => Some(keys.iter().map(String::as_str).collect::<Vec<_>>()),
            _ => None,
        });
        let Some(first) = lists.next() else {
            return false;
        };
        let shared = lists.fold(first, |shared, list| {
            let pairs = shared
                .iter()
                .flat_map(|a| list.iter().map(move |b| (*a, *b)));
            pairs
                .filter_map(|(a, b)| {
                    if areas.is_within(a, b) {
                        Some(a)
                    } else {
                        areas.is_within(b, a).then_some(b)
                    }
                })
                .collect()
        });
        let excluded = |area: &str| {
            self.fails.iter().any(|rule| match rule {
                Rule::Area(keys) => keys.iter().any(|key| areas.is_within(area, key)),
                _ => false,
            })
        };
        shared.into_iter().all(excluded)
    }

    fn household_contradicts(&self) -> bool {
        let excluded = |key: &String| {
            self.fails
                .iter()
                .any(|rule| matches!(rule, Rule::Household(keys) if keys.contains(key)))
        };
        self.holds
            .iter()
            .any(|rule| matches!(rule, Rule::Household(keys) if keys.iter().all(excluded)))
    }

    fn dates_contradict(&self) -> bool {
        // One citizen has one birth date and one due date, so clauses on these hold of the same; children differ.
        let (mut own, mut due, mut people) = (Vec::new(), Vec::new(), Vec::new());
        for rule in &self.holds {
            match rule {
                Rule::SelfAge { .. } => own.extend(own_age(rule)),
                Rule::Child(clause) if clause.is_expecting() => due.extend(clause.parts.clone()),
                Rule::Child(clause) => people.push(clause.clone()),
                _ => {}
            }
        }
        let contradicts = |clause: &ChildClause, refuted: Vec<ChildClause>| {
            !clause.is_possible() || refuted.iter().any(|other| clause.implies(other))
        };
        let refuted = |expecting: bool| {
            let clauses = self.fails.iter().filter_map(move |rule| match rule {
                Rule::Child(clause) if clause.is_expecting() == expecting => Some(clause.clone()),
                _ => None,
            });
            clauses.collect::<Vec<_>>()
        };
        let own_refuted = self
            .fails
            .iter()
            .filter_map(|rule| own_age(rule).map(ChildClause::of));
        (!own.is_empty() && contradicts(&ChildClause { parts: own }, own_refuted.collect()))
            || (!due.is_empty() && contradicts(&ChildClause { parts: due }, refuted(true)))
            || people
                .iter()
                .any(|clause| contradicts(clause, refuted(false)))
    }
}

/// The citizen's own age has the same arithmetic as a child's.
fn own_age(rule: &Rule) -> Option<ChildPart> {
    match rule {
        Rule::SelfAge { age, as_of } => Some(ChildPart {
            age: Some(*age),
            as_of: *as_of,
            ..ChildPart::default()
        }),
        _ => None,
    }
}

impl ChildClause {
    /// Whether some child could fit on some day. True where fixed and moving reference dates mix, because any distance
    /// between them comes up sooner or later.
    pub fn is_possible(&self) -> bool {
        if self.is_expecting() && self.asks_of_born() {
            return false;
        }
        match self.reference_days() {
            None => self
                .parts
                .iter()
                .all(|part| Self::of(part.clone()).is_possible()),
            Some(mut days) => days.any(|day| self.on(day) != ChildTest::Impossible),
        }
    }

    /// Whether whoever fits this clause also fits the other, on every day. May say no where it is true.
    fn implies(&self, other: &Self) -> bool {
        let Some(days) = self.joined(other).reference_days() else {
            return false;
        };
        let traits = self.traits();
        if !other.traits().iter().all(|key| traits.contains(key)) {
            return false;
        }
        let dates = |clause: &Self, day| match clause.on(day) {
            ChildTest::Impossible => None,
            ChildTest::Born { births, .. } => Some(births),
            ChildTest::Expected { due } => Some(due),
        };
        let mut days = days;
        days.all(|day| match (dates(self, day), dates(other, day)) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => DateRange::is_within(mine, theirs),
        })
    }

    fn joined(&self, other: &Self) -> Self {
        Self {
            parts: [self.parts.as_slice(), other.parts.as_slice()].concat(),
        }
    }

    /// Days that stand for all days: any one where every reference date is fixed, a cycle of leap years where all move with
    /// the day of evaluation, `None` where they mix.
    fn reference_days(&self) -> Option<impl Iterator<Item = NaiveDate> + use<>> {
        let fixed = self
            .parts
            .iter()
            .filter(|p| matches!(p.as_of, Some(AsOf::Date(_))))
            .count();
        let count = match fixed {
            0 => 4 * 365 + 1,
            n if n == self.parts.len() => 1,
            _ => return None,
        };
        let first = NaiveDate::from_ymd_opt(2027, 3, 30)?;
        Some((0..count).filter_map(move |n| first.checked_add_days(Days::new(n))))
    }
}
