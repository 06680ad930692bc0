//! The small values inside clauses: number ranges, school years, reference dates.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::age::fiscal_year_start;

/// An inclusive range of whole numbers (years, months or weeks). At least one end is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The lower end; absent means 0.
    pub from: Option<u32>,
    /// The upper end; absent means no limit.
    pub to: Option<u32>,
}

impl Bounds {
    /// Both ends given.
    pub fn closed(from: u32, to: u32) -> Self {
        Self {
            from: Some(from),
            to: Some(to),
        }
    }

    /// Reads `0..2`, `65..`, `..5` or `3`. Nothing else: no sign, no space.
    pub fn parse(text: &str) -> Option<Self> {
        let bounds = match text.split_once("..") {
            None => {
                let n = whole(text)?;
                Self::closed(n, n)
            }
            Some(("", "")) => return None,
            Some(("", to)) => Self {
                from: None,
                to: Some(whole(to)?),
            },
            Some((from, "")) => Self {
                from: Some(whole(from)?),
                to: None,
            },
            Some((from, to)) => Self::closed(whole(from)?, whole(to)?),
        };
        (bounds.lower() <= bounds.to.unwrap_or(u32::MAX)).then_some(bounds)
    }

    /// The lower end as a number.
    pub fn lower(self) -> u32 {
        self.from.unwrap_or(0)
    }

    /// Whether `n` lies within.
    pub fn contains(self, n: u32) -> bool {
        self.lower() <= n && self.to.is_none_or(|to| n <= to)
    }

    /// What lies in both, if anything.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let both = Self { from, to };
        (both.lower() <= to.unwrap_or(u32::MAX)).then_some(both)
    }

    /// One range that covers exactly the two, if they overlap or touch.
    pub fn union(self, other: Self) -> Option<Self> {
        let (low, high) = if self.lower() <= other.lower() {
            (self, other)
        } else {
            (other, self)
        };
        let touches = low.to.is_none_or(|to| high.lower() <= to.saturating_add(1));
        let to = match (low.to, high.to) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
        let from = if low.lower() == high.lower() {
            low.from.max(high.from)
        } else {
            low.from
        };
        // `..` says nothing, so a union without any end keeps its lower end in writing.
        let from = if to.is_none() {
            Some(from.unwrap_or(0))
        } else {
            from
        };
        touches.then_some(Self { from, to })
    }
}

fn whole(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = self.from {
            write!(f, "{from}")?;
        }
        if self.from.is_some() && self.from == self.to {
            return Ok(());
        }
        f.write_str("..")?;
        match self.to {
            Some(to) => write!(f, "{to}"),
            None => Ok(()),
        }
    }
}

/// Keys and labels of the school years, in order.
const GRADES: [(&str, &str); 18] = [
    ("nursery-0", "0歳児クラス"),
    ("nursery-1", "1歳児クラス"),
    ("nursery-2", "2歳児クラス"),
    ("nursery-3", "3歳児クラス"),
    ("nursery-4", "4歳児クラス"),
    ("nursery-5", "5歳児クラス"),
    ("elem-1", "小1"),
    ("elem-2", "小2"),
    ("elem-3", "小3"),
    ("elem-4", "小4"),
    ("elem-5", "小5"),
    ("elem-6", "小6"),
    ("junior-1", "中1"),
    ("junior-2", "中2"),
    ("junior-3", "中3"),
    ("high-1", "高1"),
    ("high-2", "高2"),
    ("high-3", "高3"),
];

/// A school year (学年), from the class of 0-year-olds to the third year of high school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grade(u8);

impl Grade {
    /// The class of 0-year-olds (0歳児クラス).
    pub const FIRST: Self = Self(0);
    /// The third year of high school (高3).
    pub const LAST: Self = Self(17);

    /// All grades in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=Self::LAST.0).map(Self)
    }

    /// The n-th school year, counted from `nursery-0` = 0.
    pub fn from_index(index: i32) -> Option<Self> {
        u8::try_from(index)
            .ok()
            .map(Self)
            .filter(|g| *g <= Self::LAST)
    }

    /// Reads a key such as `elem-1`.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::all().find(|g| g.key() == key)
    }

    /// Position, counted from `nursery-0` = 0.
    pub fn index(self) -> i32 {
        i32::from(self.0)
    }

    /// The key written in rules.
    pub fn key(self) -> &'static str {
        GRADES[usize::from(self.0)].0
    }

    /// The Japanese label.
    pub fn label(self) -> &'static str {
        GRADES[usize::from(self.0)].1
    }
}

/// An inclusive range of school years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GradeRange {
    /// The youngest grade.
    pub first: Grade,
    /// The oldest grade.
    pub last: Grade,
}

impl GradeRange {
    /// Reads `elem-1`, `elem-1..high-3`, `junior-1..` or `..nursery-2`.
    pub fn parse(text: &str) -> Option<Self> {
        let range = match text.split_once("..") {
            None => {
                let grade = Grade::from_key(text)?;
                Self {
                    first: grade,
                    last: grade,
                }
            }
            Some(("", "")) => return None,
            Some((first, last)) => Self {
                first: if first.is_empty() {
                    Grade::FIRST
                } else {
                    Grade::from_key(first)?
                },
                last: if last.is_empty() {
                    Grade::LAST
                } else {
                    Grade::from_key(last)?
                },
            },
        };
        (range.first <= range.last).then_some(range)
    }

    /// Whether the grade lies within.
    pub fn contains(self, grade: Grade) -> bool {
        self.first <= grade && grade <= self.last
    }

    /// What lies in both, if anything.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let both = Self {
            first: self.first.max(other.first),
            last: self.last.min(other.last),
        };
        (both.first <= both.last).then_some(both)
    }

    /// One range that covers exactly the two, if they overlap or touch.
    pub fn union(self, other: Self) -> Option<Self> {
        let touches = self.first.index() <= other.last.index() + 1
            && other.first.index() <= self.last.index() + 1;
        touches.then(|| Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        })
    }
}

impl fmt::Display for GradeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.first.key())?;
        if self.first == self.last {
            Ok(())
        } else {
            write!(f, "..{}", self.last.key())
        }
    }
}

/// The date that replaces the day of evaluation (基準日).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AsOf {
    /// 1 April of the fiscal year of the day of evaluation (年度初日).
    FiscalYearStart,
    /// A fixed date.
    Date(NaiveDate),
}

impl AsOf {
    /// Reads `fiscal-year-start` or a date such as `2026-04-01`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "fiscal-year-start" => Some(Self::FiscalYearStart),
            _ => parse_date(text).map(Self::Date),
        }
    }

    /// The day that counts when a rule is evaluated on `on`.
    pub fn resolve(as_of: Option<Self>, on: NaiveDate) -> NaiveDate {
        match as_of {
            None => on,
            Some(Self::FiscalYearStart) => fiscal_year_start(on),
            Some(Self::Date(date)) => date,
        }
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FiscalYearStart => f.write_str("fiscal-year-start"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

/// Reads a date written as `2026-04-01` and in no other way; years 1 to 9999.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    shape
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
        .filter(|date| date.year() >= 1)
}
