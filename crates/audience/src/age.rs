//! Japanese legal ages and school years, and the birth dates that belong to them.
//!
//! 年齢計算ニ関する法律 counts the day of birth as the first day; 民法143条 ends a period of years or months with the
//! day before the corresponding day, or, where the month has no such day, with the last day of the month. So somebody
//! attains age n when R(n), the day before the n-th birthday, ends. All dates are calendar days in Japan.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::range::{Bounds, Grade, GradeRange};

/// What an age is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Years (歳).
    Years,
    /// Months (か月).
    Months,
}

impl Unit {
    fn months(self, n: u32) -> Option<u32> {
        match self {
            Self::Years => n.checked_mul(12),
            Self::Months => Some(n),
        }
    }
}

/// An inclusive range of calendar days; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DateRange {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl DateRange {
    /// Every day.
    pub const ALL: Self = Self {
        from: None,
        to: None,
    };

    /// Whether the day lies within.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// What lies in both; `None` when that is no day at all.
    pub fn intersect(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { from, to }.non_empty()
    }

    /// Whether every day of this range lies in the other.
    pub fn is_within(self, other: Self) -> bool {
        other.from.is_none_or(|o| self.from.is_some_and(|s| o <= s))
            && other.to.is_none_or(|o| self.to.is_some_and(|s| s <= o))
    }

    fn non_empty(self) -> Option<Self> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => None,
            _ => Some(self),
        }
    }
}

/// R(n): the day at whose end somebody born on `birth` attains n years or months. `None`: beyond the calendar.
pub fn attained(birth: NaiveDate, n: u32, unit: Unit) -> Option<NaiveDate> {
    let months =
        i64::from(birth.year()) * 12 + i64::from(birth.month0()) + i64::from(unit.months(n)?);
    let year = i32::try_from(months.div_euclid(12)).ok()?;
    let month = u32::try_from(months.rem_euclid(12)).ok()? + 1;
    match NaiveDate::from_ymd_opt(year, month, birth.day()) {
        Some(anniversary) => anniversary.pred_opt(),
        // Only the 29th to 31st can be absent: the month ends before the anniversary.
        None => NaiveDate::from_ymd_opt(year, month, 28)
            .and_then(|d| d.checked_add_months(Months::new(1)))
            .and_then(|d| d.with_day(1))
            .and_then(|d| d.pred_opt()),
    }
}

/// R(n) in years: the day before the n-th birthday, or 28 February where 29 February does not exist.
#[expect(
    non_snake_case,
    reason = "the name that the contract and the documentation use"
)]
pub fn R(birth: NaiveDate, n: u32) -> Option<NaiveDate> {
    attained(birth, n, Unit::Years)
}

/// Age in years on a day; `None` before birth.
pub fn age_in_years(birth: NaiveDate, on: NaiveDate) -> Option<u32> {
    count(
        birth,
        on,
        Unit::Years,
        i64::from(on.year()) - i64::from(birth.year()),
    )
}

/// Age in months on a day; `None` before birth.
pub fn age_in_months(birth: NaiveDate, on: NaiveDate) -> Option<u32> {
    let month = |d: NaiveDate| i64::from(d.year()) * 12 + i64::from(d.month0());
    count(birth, on, Unit::Months, month(on) - month(birth))
}

/// The greatest n with R(n) < on, which is the difference of the calendar numbers or one less.
fn count(birth: NaiveDate, on: NaiveDate, unit: Unit, difference: i64) -> Option<u32> {
    if on < birth {
        return None;
    }
    let n = u32::try_from(difference).ok()?;
    let reached = attained(birth, n, unit).is_some_and(|r| r < on);
    if reached { Some(n) } else { n.checked_sub(1) }
}

/// 1 April of the fiscal year (年度) in which the day lies.
pub fn fiscal_year_start(day: NaiveDate) -> NaiveDate {
    april_first(fiscal_year(day)).unwrap_or(day)
}

/// The fiscal year (年度) of a day: the calendar year of its 1 April.
pub fn fiscal_year(day: NaiveDate) -> i32 {
    if day.month() >= 4 {
        day.year()
    } else {
        day.year() - 1
    }
}

/// The first 31 March on or after a day (その日以後の最初の3月31日).
pub fn fiscal_year_end(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(fiscal_year(day) + 1, 3, 31).unwrap_or(NaiveDate::MAX)
}

fn april_first(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 4, 1)
}

/// Whether somebody born on `birth` is within the ages on the day.
///
/// With `through`, the upper bound n holds until the first 31 March on or after R(n), the wording of 児童手当法 and its kin.
pub fn is_of_age(birth: NaiveDate, ages: Bounds, unit: Unit, through: bool, on: NaiveDate) -> bool {
    let before = |n: u32| attained(birth, n, unit).is_some_and(|r| r < on);
    before(ages.lower())
        && match ages.to {
            None => true,
            Some(to) if through => {
                attained(birth, to, unit).is_none_or(|r| on <= fiscal_year_end(r))
            }
            Some(to) => !to.checked_add(1).is_some_and(before),
        }
}

/// The birth dates of those within the ages on the day: the exact inverse of [`is_of_age`], for birth dates from year 1.
///
/// R(n) never decreases as the birth date grows, so the set is one interval; `None` when it is empty.
pub fn births_for_age(ages: Bounds, unit: Unit, through: bool, on: NaiveDate) -> Option<DateRange> {
    let to = latest_birth(ages.lower(), unit, on)?;
    let too_old = match ages.to {
        None => None,
        // on ≤ the first 31 March ≥ R(n)  ⇔  R(n) is not before the 1 April that opens the fiscal year of `on`.
        Some(n) if through => latest_birth(n, unit, fiscal_year_start(on)),
        Some(n) => n.checked_add(1).and_then(|n| latest_birth(n, unit, on)),
    };
    DateRange {
        from: too_old.and_then(|d| d.succ_opt()),
        to: Some(to),
    }
    .non_empty()
}

/// The latest birth date with R(n) < on; `None` when it lies before year 1.
fn latest_birth(n: u32, unit: Unit, on: NaiveDate) -> Option<NaiveDate> {
    // Subtracting months lands within three days of the answer; the end of February and of months decide the rest.
    let near = on.checked_sub_months(Months::new(unit.months(n)?))?;
    let mut birth = near.checked_add_days(Days::new(4))?;
    while attained(birth, n, unit).is_none_or(|r| r >= on) {
        birth = birth.pred_opt()?;
    }
    (birth.year() >= 1).then_some(birth)
}

/// The school year on a day; `None` before birth and after high school.
///
/// 小1 begins on the first 1 April after R(6) (学校教育法17条), so somebody born on 1 April is the youngest of a year. The
/// classes of nursery schools count back from there; who is born during a fiscal year is in the class of 0-year-olds at once.
pub fn grade_of(birth: NaiveDate, on: NaiveDate) -> Option<Grade> {
    if on < birth {
        return None;
    }
    let first_year = fiscal_year_end(R(birth, 6)?).year();
    let index = fiscal_year(on) - first_year + 6;
    Grade::from_index(index.max(0))
}

/// The birth dates of those in the school years on the day: the exact inverse of [`grade_of`].
pub fn births_for_grade(grades: GradeRange, on: NaiveDate) -> Option<DateRange> {
    let year = fiscal_year(on);
    let from = NaiveDate::from_ymd_opt(year - 1 - grades.last.index(), 4, 2)?;
    let to = if grades.first == Grade::FIRST {
        on
    } else {
        april_first(year - grades.first.index())?
    };
    DateRange {
        from: Some(from),
        to: Some(to),
    }
    .non_empty()
}

/// Completed weeks of pregnancy (妊娠週数) on a day, 40 at the due date; `None` before week 0.
pub fn weeks_expecting(due: NaiveDate, on: NaiveDate) -> Option<u32> {
    let days = 280 - (due - on).num_days();
    u32::try_from(days.div_euclid(7)).ok()
}

/// The due dates of those within the weeks of pregnancy on the day: the exact inverse of [`weeks_expecting`].
pub fn due_dates_for_weeks(weeks: Bounds, on: NaiveDate) -> Option<DateRange> {
    let shifted =
        |days: i64| chrono::TimeDelta::try_days(days).and_then(|d| on.checked_add_signed(d));
    let to = shifted(280 - 7 * i64::from(weeks.lower()))?;
    let from = weeks.to.and_then(|w| shifted(280 - 7 * i64::from(w) - 6));
    DateRange { from, to: Some(to) }.non_empty()
}
