//! The rule language: who is meant.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use crate::age::{self, DateRange, Unit, births_for_age, births_for_grade, due_dates_for_weeks};
use crate::problem::joined;
use crate::range::{AsOf, Bounds, GradeRange};

/// Who an article is for. Read with [`Rule::from_json`]; nesting is at most [`Rule::MAX_DEPTH`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Everybody.
    Everyone,
    /// Some child, or the expected child, fits.
    Child(ChildClause),
    /// The citizen's own age.
    SelfAge {
        /// Ages in years.
        age: Bounds,
        /// The date that replaces the day of evaluation.
        as_of: Option<AsOf>,
    },
    /// Lives in one of these areas or below.
    Area(Vec<String>),
    /// At least one of these household options is ticked.
    Household(Vec<String>),
    /// This flag is answered with yes.
    Flag(String),
    /// All of these.
    All(Vec<Rule>),
    /// At least one of these.
    Any(Vec<Rule>),
    /// Not this.
    Not(Box<Rule>),
}

/// Conditions on one and the same child: the child must fit every part. At least one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildClause {
    /// The parts. Staff write one; deriving an audience from tags can join several that differ in `as_of` or `through`.
    pub parts: Vec<ChildPart>,
}

/// What a child clause asks; absent keys ask nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChildPart {
    /// Age in years.
    pub age: Option<Bounds>,
    /// Age in months.
    pub months: Option<Bounds>,
    /// School year.
    pub grade: Option<GradeRange>,
    /// Traits that the child must have, all of them.
    pub traits: Vec<String>,
    /// Completed weeks of pregnancy: the clause is about the expected child.
    pub expecting: Option<Bounds>,
    /// `through: fiscal-year-end`: upper bounds of ages hold until the first 31 March on or after they are attained.
    pub through_fiscal_year_end: bool,
    /// The date that replaces the day of evaluation.
    pub as_of: Option<AsOf>,
}

/// A child clause on one day, as plain intervals: all that a database or an index needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChildTest<'a> {
    /// No child can fit on this day, whatever is answered.
    Impossible,
    /// A child born within `births` that has every trait of `traits`.
    Born {
        /// Birth dates that fit.
        births: DateRange,
        /// Traits, all required, without repetition.
        traits: Vec<&'a str>,
    },
    /// An expected child with a due date within the range.
    Expected {
        /// Due dates that fit.
        due: DateRange,
    },
}

impl ChildClause {
    /// A clause of one part.
    pub fn of(part: ChildPart) -> Self {
        Self { parts: vec![part] }
    }

    /// Whether the clause is about the expected child and so reads the due date.
    pub fn is_expecting(&self) -> bool {
        self.parts.iter().any(|p| p.expecting.is_some())
    }

    /// Whether the clause asks something that only a born child has.
    pub fn asks_of_born(&self) -> bool {
        self.parts.iter().any(ChildPart::asks_of_born)
    }

    /// The traits it requires, without repetition.
    pub fn traits(&self) -> Vec<&str> {
        let mut traits: Vec<&str> = Vec::new();
        for key in self.parts.iter().flat_map(|p| &p.traits) {
            if !traits.contains(&key.as_str()) {
                traits.push(key);
            }
        }
        traits
    }

    /// The birth dates that fit on a day, ignoring traits; `None` when there are none.
    pub fn births(&self, on: NaiveDate) -> Option<DateRange> {
        self.parts
            .iter()
            .try_fold(DateRange::ALL, |all, part| all.intersect(part.births(on)?))
    }

    /// The due dates that fit on a day; `None` when there are none or the clause is not about expecting.
    pub fn due_dates(&self, on: NaiveDate) -> Option<DateRange> {
        let mut weeks = self
            .parts
            .iter()
            .filter_map(|p| Some((p.expecting?, p.as_of)))
            .peekable();
        weeks.peek()?;
        weeks.try_fold(DateRange::ALL, |all, (weeks, as_of)| {
            all.intersect(due_dates_for_weeks(weeks, AsOf::resolve(as_of, on))?)
        })
    }

    /// The clause on one day, with its dates worked out.
    pub fn on(&self, on: NaiveDate) -> ChildTest<'_> {
        let test = match (self.is_expecting(), self.asks_of_born()) {
            // An expected child has no age, school year or trait yet.
            (true, true) => None,
            (true, false) => self.due_dates(on).map(|due| ChildTest::Expected { due }),
            (false, _) => self.births(on).map(|births| ChildTest::Born {
                births,
                traits: self.traits(),
            }),
        };
        test.unwrap_or(ChildTest::Impossible)
    }

    /// Whether a child with this birth date fits on the day, ignoring traits. Agrees with [`ChildClause::births`].
    pub fn fits_birth(&self, birth: NaiveDate, on: NaiveDate) -> bool {
        self.parts
            .iter()
            .all(|p| p.fits_birth(birth, AsOf::resolve(p.as_of, on)))
    }

    /// Whether an expected child with this due date fits on the day. Agrees with [`ChildClause::due_dates`].
    pub fn fits_due(&self, due: NaiveDate, on: NaiveDate) -> bool {
        self.is_expecting()
            && self.parts.iter().all(|p| {
                let on = AsOf::resolve(p.as_of, on);
                p.expecting
                    .is_none_or(|w| age::weeks_expecting(due, on).is_some_and(|n| w.contains(n)))
            })
    }
}

impl ChildPart {
    /// Whether it asks something that only a born child has.
    pub fn asks_of_born(&self) -> bool {
        self.age.is_some()
            || self.months.is_some()
            || self.grade.is_some()
            || !self.traits.is_empty()
    }

    fn births(&self, on: NaiveDate) -> Option<DateRange> {
        let on = AsOf::resolve(self.as_of, on);
        let mut births = DateRange::ALL;
        for (bounds, unit) in [(self.age, Unit::Years), (self.months, Unit::Months)] {
            if let Some(bounds) = bounds {
                let range = births_for_age(bounds, unit, self.through_fiscal_year_end, on)?;
                births = births.intersect(range)?;
            }
        }
        match self.grade {
            Some(grade) => births.intersect(births_for_grade(grade, on)?),
            None => Some(births),
        }
    }

    fn fits_birth(&self, birth: NaiveDate, on: NaiveDate) -> bool {
        let through = self.through_fiscal_year_end;
        let of_age = |bounds: Option<Bounds>, unit| {
            bounds.is_none_or(|b| age::is_of_age(birth, b, unit, through, on))
        };
        of_age(self.age, Unit::Years)
            && of_age(self.months, Unit::Months)
            && self
                .grade
                .is_none_or(|g| age::grade_of(birth, on).is_some_and(|n| g.contains(n)))
    }

    fn to_json(&self) -> Value {
        let mut map = serde_json::Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                map.insert(key.to_owned(), value);
            }
        };
        let text = |t: &dyn ToString| Some(Value::String(t.to_string()));
        put("age", self.age.and_then(|a| text(&a)));
        put("months", self.months.and_then(|m| text(&m)));
        put("grade", self.grade.and_then(|g| text(&g)));
        put(
            "trait",
            match self.traits.as_slice() {
                [] => None,
                [one] => Some(json!(one)),
                many => Some(json!(many)),
            },
        );
        put(
            "expecting",
            self.expecting.map(|w| json!({ "weeks": w.to_string() })),
        );
        put(
            "through",
            self.through_fiscal_year_end
                .then(|| json!("fiscal-year-end")),
        );
        put("as_of", self.as_of.and_then(|a| text(&a)));
        Value::Object(map)
    }
}

impl Rule {
    /// How deep a rule may nest.
    pub const MAX_DEPTH: usize = 64;

    /// The canonical JSON. [`Rule::from_json`] reads it back to the same rule.
    pub fn to_json(&self) -> Value {
        let list = |rules: &[Self]| Value::Array(rules.iter().map(Self::to_json).collect());
        match self {
            Self::Everyone => json!({ "everyone": true }),
            Self::Child(clause) => match clause.parts.as_slice() {
                [one] => json!({ "child": one.to_json() }),
                many => {
                    let parts: Vec<_> = many.iter().map(ChildPart::to_json).collect();
                    json!({ "child": { "all": parts } })
                }
            },
            Self::SelfAge { age, as_of: None } => json!({ "self": { "age": age.to_string() } }),
            Self::SelfAge {
                age,
                as_of: Some(as_of),
            } => {
                json!({ "self": { "age": age.to_string(), "as_of": as_of.to_string() } })
            }
            Self::Area(keys) => json!({ "area": keys }),
            Self::Household(keys) => json!({ "household": keys }),
            Self::Flag(key) => json!({ "flag": key }),
            Self::All(rules) => json!({ "all": list(rules) }),
            Self::Any(rules) => json!({ "any": list(rules) }),
            Self::Not(rule) => json!({ "not": rule.to_json() }),
        }
    }

    /// Own birth dates that fit a `self` clause on a day; `None` when there are none.
    pub fn self_births(age: Bounds, as_of: Option<AsOf>, on: NaiveDate) -> Option<DateRange> {
        births_for_age(age, Unit::Years, false, AsOf::resolve(as_of, on))
    }

    /// The rules directly inside.
    pub fn inner(&self) -> &[Self] {
        match self {
            Self::All(rules) | Self::Any(rules) => rules,
            Self::Not(rule) => std::slice::from_ref(rule),
            _ => &[],
        }
    }

    /// Calls `visit` for this rule and every rule inside it, outer first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for rule in self.inner() {
            rule.walk(visit);
        }
    }

    /// The facts it reads: `children`, `due_date`, `birth_date`, `area`, `household`, `flags.x`; sorted.
    pub fn fields(&self) -> Vec<String> {
        let mut fields = BTreeSet::new();
        self.walk(&mut |rule| {
            match rule {
                Self::Child(clause) => {
                    if clause.is_expecting() {
                        fields.insert("due_date".to_owned());
                    }
                    if clause.asks_of_born() {
                        fields.insert("children".to_owned());
                    }
                }
                Self::SelfAge { .. } => drop(fields.insert("birth_date".to_owned())),
                Self::Area(_) => drop(fields.insert("area".to_owned())),
                Self::Household(_) => drop(fields.insert("household".to_owned())),
                Self::Flag(key) => drop(fields.insert(format!("flags.{key}"))),
                Self::Everyone | Self::All(_) | Self::Any(_) | Self::Not(_) => {}
            };
        });
        fields.into_iter().collect()
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).map_err(|problems| serde::de::Error::custom(joined(&problems)))
    }
}
