//! A seeded population and 20 rules of many kinds, for matching at scale: areas of uneven size, 60 topics from common to
//! rare, families with up to three children, channels as flags. A citizen takes about 60 bytes here.

use chrono::{Days, NaiveDate};
use kairan_audience::{Answer, Child, Facts};

use crate::rng::Rng;

pub(crate) const AREAS: u8 = 28;
/// Attributes 0 to 59 are topics, from common to rare.
pub(crate) const TOPICS: u8 = 60;
pub(crate) const SINGLE_PARENT: u8 = 60;
pub(crate) const DISABILITY: u8 = 61;
pub(crate) const MULTIPLE_BIRTH: u8 = 62;
pub(crate) const PREGNANT: u8 = 63;
pub(crate) const FOREIGN: u8 = 64;
pub(crate) const NEWCOMER: u8 = 65;
pub(crate) const MAIL: u8 = 66;
pub(crate) const LINE: u8 = 67;
/// Attributes in all.
pub(crate) const ATTRIBUTES: u8 = 68;

/// One inhabitant.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) area: u8,
    /// Bit `n`: attribute `n`.
    pub(crate) attributes: u128,
    pub(crate) birth: NaiveDate,
    pub(crate) due: Option<NaiveDate>,
    pub(crate) children: Vec<NaiveDate>,
}

/// The people of a seed, in order.
pub(crate) struct Population {
    rng: Rng,
    today: NaiveDate,
    /// Cumulated share of each area.
    areas: Vec<f64>,
    topics: Vec<f64>,
}

impl Population {
    pub(crate) fn new(seed: u64, today: NaiveDate) -> Self {
        let weights: Vec<f64> = (0..AREAS)
            .map(|k| 1.0 / f64::from(k + 1).powf(0.4))
            .collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut cumulate = |weight: &f64| {
            sum += weight / total;
            sum
        };
        Self {
            rng: Rng::new(seed),
            today,
            areas: weights.iter().map(&mut cumulate).collect(),
            topics: (0..TOPICS)
                .map(|k| 0.5 / f64::from(k + 1).powf(1.2))
                .collect(),
        }
    }

    fn days_ago(&self, days: u64) -> NaiveDate {
        self.today - Days::new(days)
    }

    fn children(&mut self, number: u64) -> (Vec<NaiveDate>, bool) {
        let mut children: Vec<NaiveDate> = Vec::new();
        let mut twins = false;
        for _ in 0..number {
            match children.last() {
                Some(last) if self.rng.chance(0.02) => {
                    twins = true;
                    children.push(*last);
                }
                _ => {
                    let days = self.rng.below(18 * 365);
                    children.push(self.days_ago(days));
                }
            }
        }
        (children, twins)
    }
}

impl Iterator for Population {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        let share = self.rng.unit();
        let area = self
            .areas
            .iter()
            .position(|sum| share <= *sum)
            .unwrap_or(usize::from(AREAS) - 1) as u8;
        let number = match self.rng.below(100) {
            0..=61 => 0,
            62..=79 => 1,
            80..=94 => 2,
            _ => 3,
        };
        let mut attributes = 0;
        let single = number > 0 && self.rng.chance(0.09);
        let chances = [
            (DISABILITY, 0.05),
            (FOREIGN, 0.04),
            (NEWCOMER, 0.05),
            (MAIL, 0.35),
            (LINE, 0.45),
        ];
        for (attribute, chance) in chances {
            attributes |= u128::from(self.rng.chance(chance)) << attribute;
        }
        let age = if number > 0 {
            self.rng.between(22, 49)
        } else {
            self.rng.between(20, 91)
        };
        let birth = self.rng.below(365);
        let birth = self.days_ago(age * 365 + birth);
        let (children, twins) = self.children(number);
        let couple = !single && (number > 0 || self.rng.chance(0.5));
        let due =
            (couple && self.rng.chance(0.012)).then(|| self.today + Days::new(self.rng.below(280)));
        for (topic, chance) in self.topics.iter().enumerate() {
            attributes |= u128::from(self.rng.chance(*chance)) << topic;
        }
        attributes |= u128::from(single) << SINGLE_PARENT;
        attributes |= u128::from(twins) << MULTIPLE_BIRTH;
        attributes |= u128::from(due.is_some()) << PREGNANT;
        Some(Person {
            area,
            attributes,
            birth,
            due,
            children,
        })
    }
}

pub(crate) fn area_key(area: u8) -> String {
    format!("area-{area}")
}

pub(crate) fn flag_key(attribute: u8) -> String {
    format!("flag-{attribute}")
}

impl Person {
    pub(crate) fn has(&self, attribute: u8) -> bool {
        self.attributes >> attribute & 1 == 1
    }

    /// The same person as a citizen of Kairan; every question is answered.
    pub(crate) fn facts(&self) -> Facts {
        let child = |birth_date: &NaiveDate| Child {
            key: None,
            birth_date: *birth_date,
            traits: None,
        };
        Facts {
            area: Answer::Given(area_key(self.area)),
            birth_date: Answer::Given(self.birth),
            due_date: self.due.map_or(Answer::Nothing, Answer::Given),
            children: Answer::Given(self.children.iter().map(child).collect()),
            flags: Answer::Given(
                (0..ATTRIBUTES)
                    .map(|at| (flag_key(at), Some(self.has(at))))
                    .collect(),
            ),
            ..Facts::default()
        }
    }
}
