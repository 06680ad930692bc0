//! Intervals of birth dates hold exactly those whom direct evaluation means.

use chrono::{Datelike, Days, NaiveDate};
use kairan_audience::age::{
    Unit, age_in_months, age_in_years, attained, births_for_age, births_for_grade,
    due_dates_for_weeks, grade_of, is_of_age, weeks_expecting,
};
use kairan_audience::{Bounds, ChildTest, DateRange, Grade, GradeRange, Rule};
use proptest::prelude::*;
use serde_json::json;

use crate::arbitrary::{any_day, born_part, bounds};
use crate::{day, rule};

fn holds(range: Option<DateRange>, date: NaiveDate) -> bool {
    range.is_some_and(|r| r.contains(date))
}

/// The definition of the law, spelled out by counting: the greatest n with R(n) < on.
fn age_by_counting(birth: NaiveDate, on: NaiveDate, unit: Unit) -> Option<u32> {
    (0..2000)
        .take_while(|n| attained(birth, *n, unit).unwrap() < on)
        .last()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn ages_count_as_the_law_says(birth in any_day(), on in any_day()) {
        prop_assert_eq!(age_in_years(birth, on), age_by_counting(birth, on, Unit::Years));
        prop_assert_eq!(age_in_months(birth, on), age_by_counting(birth, on, Unit::Months));
    }

    #[test]
    fn ranges_of_ages_are_ages_within_the_range(birth in any_day(), on in any_day(), text in bounds(25)) {
        let ages = Bounds::parse(&text).unwrap();
        let direct = age_in_years(birth, on).is_some_and(|n| ages.contains(n));
        prop_assert_eq!(is_of_age(birth, ages, Unit::Years, false, on), direct);
    }

    #[test]
    fn birth_intervals_are_exact(
        birth in any_day(), on in any_day(), text in bounds(25), months in any::<bool>(), through in any::<bool>(),
    ) {
        let unit = if months { Unit::Months } else { Unit::Years };
        let ages = Bounds::parse(&text).unwrap();
        let range = births_for_age(ages, unit, through, on);
        prop_assert_eq!(holds(range, birth), is_of_age(birth, ages, unit, through, on));
        // The ends themselves, where an error of one day would show.
        for end in range.into_iter().flat_map(|r| [r.from, r.to]).flatten() {
            for near in [end - Days::new(1), end, end + Days::new(1)] {
                prop_assert_eq!(holds(range, near), is_of_age(near, ages, unit, through, on), "{}", near);
            }
        }
    }

    #[test]
    fn grade_intervals_are_exact(birth in any_day(), on in any_day(), a in 0..18_i32, b in 0..18_i32) {
        let grade = |n| Grade::from_index(n).unwrap();
        let grades = GradeRange { first: grade(a.min(b)), last: grade(a.max(b)) };
        let direct = |birth| grade_of(birth, on).is_some_and(|g| grades.contains(g));
        let range = births_for_grade(grades, on);
        prop_assert_eq!(holds(range, birth), direct(birth));
        for end in range.into_iter().flat_map(|r| [r.from, r.to]).flatten() {
            for near in [end - Days::new(1), end, end + Days::new(1)] {
                prop_assert_eq!(holds(range, near), direct(near), "{}", near);
            }
        }
    }

    #[test]
    fn due_date_intervals_are_exact(on in any_day(), shift in -320_i64..60, text in bounds(44)) {
        let weeks = Bounds::parse(&text).unwrap();
        let due = on + chrono::TimeDelta::days(-shift);
        let direct = weeks_expecting(due, on).is_some_and(|n| weeks.contains(n));
        prop_assert_eq!(holds(due_dates_for_weeks(weeks, on), due), direct);
    }

    #[test]
    fn child_clauses_are_exact(
        parts in prop::collection::vec(born_part(), 1..3), births in prop::collection::vec(any_day(), 8), on in any_day(),
    ) {
        let Rule::Child(clause) = rule(json!({ "child": { "all": parts } })) else { unreachable!() };
        let range = match clause.on(on) {
            ChildTest::Born { births, .. } => Some(births),
            _ => None,
        };
        for birth in births {
            prop_assert_eq!(holds(range, birth), clause.fits_birth(birth, on), "{}", birth);
        }
    }
}

/// Every birth date of a leap cycle on every day around the awkward ones: nothing left to chance.
#[test]
fn every_day_around_the_awkward_ones() {
    let leap = day("2024-02-29");
    let days = [
        leap,
        day("2025-02-28"),
        day("2025-04-01"),
        day("2025-12-31"),
        day("2028-02-29"),
    ];
    let ons = days
        .iter()
        .flat_map(|d| (0..5).map(|n| *d + Days::new(n) - Days::new(2)));
    for on in ons {
        for n in 0..=2 {
            for (unit, through) in [
                (Unit::Years, false),
                (Unit::Years, true),
                (Unit::Months, false),
            ] {
                let ages = Bounds::closed(0, n);
                let range = births_for_age(ages, unit, through, on);
                for back in 0..1600 {
                    let birth = on - Days::new(back);
                    let direct = is_of_age(birth, ages, unit, through, on);
                    assert_eq!(
                        holds(range, birth),
                        direct,
                        "{birth} {on} ..{n} {unit:?} {through}"
                    );
                }
            }
        }
    }
}

/// A school year is twelve months of births from 2 April to 1 April.
#[test]
fn a_school_year_runs_from_2_april_to_1_april() {
    let first = Grade::from_key("elem-1").unwrap();
    let range = births_for_grade(GradeRange { first, last: first }, day("2026-11-20")).unwrap();
    assert_eq!(range.from, Some(day("2019-04-02")));
    assert_eq!(range.to, Some(day("2020-04-01")));
}

#[test]
fn huge_bounds_neither_panic_nor_exclude() {
    let on = day("2026-04-01");
    for (text, expected) in [
        ("0..4294967295", true),
        ("4294967295..", false),
        ("5000", false),
        ("0..5000", true),
    ] {
        for unit in [Unit::Years, Unit::Months] {
            let ages = Bounds::parse(text).unwrap();
            let birth = day("2000-01-01");
            assert_eq!(is_of_age(birth, ages, unit, true, on), expected, "{text}");
            let range = births_for_age(ages, unit, true, on);
            assert_eq!(holds(range, birth), expected, "{text}");
            assert!(range.and_then(|r| r.from).is_none_or(|d| d.year() >= 1));
        }
    }
}
