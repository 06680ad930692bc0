//! Three values, and the verdict on one citizen without reasons.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::age::Unit;
use crate::age::is_of_age;
use crate::areas::Areas;
use crate::facts::{Answer, Child, Facts};
use crate::range::AsOf;
use crate::rule::{ChildClause, Rule};

/// Yes, no, or not known from what was answered (strong Kleene logic).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The rule holds whatever else is answered.
    Yes,
    /// The rule does not hold whatever else is answered.
    No,
    /// Answers that are still open could decide.
    Unknown,
}

impl Verdict {
    /// `no` wins, then `unknown`.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// `yes` wins, then `unknown`.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }

    /// The word used in JSON: `yes`, `no`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// `and` over many; yes when there are none. Stops at the first no.
    pub fn all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Yes;
        for verdict in verdicts {
            all = all.and(verdict);
            if all == Self::No {
                break;
            }
        }
        all
    }

    /// `or` over many; no when there are none. Stops at the first yes.
    pub fn any(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::No;
        for verdict in verdicts {
            any = any.or(verdict);
            if any == Self::Yes {
                break;
            }
        }
        any
    }
}

/// `unknown` stays unknown.
impl std::ops::Not for Verdict {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Verdict {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// The verdict of a rule on one citizen on a day, without reasons and without allocation.
///
/// For one citizen against thousands of rules see [`crate::RuleSet`].
pub fn verdict(rule: &Rule, facts: &Facts, on: NaiveDate, areas: &Areas) -> Verdict {
    match rule {
        Rule::Everyone => Verdict::Yes,
        Rule::Child(clause) => child_clause(clause, facts, on),
        Rule::SelfAge { age, as_of } => {
            let on = AsOf::resolve(*as_of, on);
            answered(&facts.birth_date, |birth| {
                is_of_age(*birth, *age, Unit::Years, false, on)
            })
        }
        Rule::Area(keys) => area(keys, &facts.area, areas),
        Rule::Household(keys) => match facts.household.list() {
            None => Verdict::Unknown,
            Some(ticked) => ticked.iter().any(|key| keys.contains(key)).into(),
        },
        Rule::Flag(key) => facts.flag(key).map_or(Verdict::Unknown, Verdict::from),
        Rule::All(rules) => Verdict::all(rules.iter().map(|r| verdict(r, facts, on, areas))),
        Rule::Any(rules) => Verdict::any(rules.iter().map(|r| verdict(r, facts, on, areas))),
        Rule::Not(rule) => !verdict(rule, facts, on, areas),
    }
}

fn answered<T>(answer: &Answer<T>, holds: impl FnOnce(&T) -> bool) -> Verdict {
    match answer {
        Answer::NotAnswered => Verdict::Unknown,
        Answer::Nothing => Verdict::No,
        Answer::Given(value) => holds(value).into(),
    }
}

fn child_clause(clause: &ChildClause, facts: &Facts, on: NaiveDate) -> Verdict {
    match (clause.is_expecting(), clause.asks_of_born()) {
        (true, true) => Verdict::No,
        (true, false) => answered(&facts.due_date, |due| clause.fits_due(*due, on)),
        (false, _) => match facts.children.list() {
            None => Verdict::Unknown,
            Some(children) => Verdict::any(children.iter().map(|c| one_child(clause, c, on))),
        },
    }
}

/// Whether one child fits; unknown only where its birth date fits and its traits were not answered.
pub(crate) fn one_child(clause: &ChildClause, child: &Child, on: NaiveDate) -> Verdict {
    if !clause.fits_birth(child.birth_date, on) {
        return Verdict::No;
    }
    let mut required = clause.parts.iter().flat_map(|p| &p.traits);
    match &child.traits {
        None if required.next().is_some() => Verdict::Unknown,
        None => Verdict::Yes,
        Some(traits) => required.all(|key| traits.contains(key)).into(),
    }
}

fn area(required: &[String], answer: &Answer<String>, areas: &Areas) -> Verdict {
    let Answer::Given(lives) = answer else {
        return answered(answer, |_| false);
    };
    Verdict::any(required.iter().map(|key| area_within(lives, key, areas)))
}

/// Yes within the required area; unknown where the answer is an area above it, which is less exact than the question.
pub(crate) fn area_within(lives: &str, required: &str, areas: &Areas) -> Verdict {
    if areas.is_within(lives, required) {
        Verdict::Yes
    } else if areas.is_within(required, lives) {
        Verdict::Unknown
    } else {
        Verdict::No
    }
}
