//! Dates as three lists: no calendar to page back thirty years in, and years said in both ways.

use chrono::{Datelike as _, NaiveDate};
use kairan_content::dates::year_text;
use serde::Serialize;

use super::answers::Answers;
use super::id_of;

/// One entry of a list.
#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) selected: bool,
}

/// Year, month, day.
#[derive(Serialize)]
pub(crate) struct DateView {
    pub(crate) name: String,
    pub(crate) id: String,
    years: Vec<Entry>,
    months: Vec<Entry>,
    days: Vec<Entry>,
}

impl DateView {
    /// `years` is in the order shown.
    pub(crate) fn new(name: &str, answers: &Answers, years: impl Iterator<Item = i32>) -> Self {
        let chosen = |part: &str| answers.one(&format!("{name}.{part}"));
        let entry = |number: i32, label: String, chosen: &str| Entry {
            selected: number.to_string() == chosen,
            value: number.to_string(),
            label,
        };
        let (year, month, day) = (chosen("year"), chosen("month"), chosen("day"));
        Self {
            id: id_of(name),
            name: name.to_owned(),
            years: years
                .map(|y| entry(y, format!("{y}年（{}）", eras(y)), year))
                .collect(),
            months: (1..=12)
                .map(|m| entry(m, format!("{m}月"), month))
                .collect(),
            days: (1..=31).map(|d| entry(d, format!("{d}日"), day)).collect(),
        }
    }
}

/// 令和7年; of a year in which the era changed both: 平成31年・令和元年.
fn eras(year: i32) -> String {
    let on =
        |month, day| NaiveDate::from_ymd_opt(year, month, day).map_or_else(String::new, year_text);
    let (first, last) = (on(1, 1), on(12, 31));
    if first == last {
        first
    } else {
        format!("{first}・{last}")
    }
}

/// The day of three parts; the message says what is wrong with them.
pub(crate) fn read_day(parts: [&str; 3]) -> Result<NaiveDate, &'static str> {
    if parts.iter().any(|part| part.is_empty()) {
        return Err("年・月・日の3つとも選んでください。答えないときは、3つとも空にしてください。");
    }
    let [year, month, day] = parts;
    let day = match (year.parse(), month.parse(), day.parse()) {
        (Ok(year), Ok(month), Ok(day)) => NaiveDate::from_ymd_opt(year, month, day),
        _ => None,
    };
    day.filter(|day| (1868..=2200).contains(&day.year()))
        .ok_or("実際にある日付を選んでください。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_said_in_both_ways() {
        assert_eq!(eras(2025), "令和7年");
        assert_eq!(eras(2019), "平成31年・令和元年");
        assert_eq!(eras(1989), "昭和64年・平成元年");
    }

    #[test]
    fn days_that_are_not_there_are_refused() {
        assert!(read_day(["2025", "2", "29"]).is_err());
        assert!(read_day(["2024", "2", ""]).is_err());
        assert!(read_day(["9999", "1", "1"]).is_err());
        assert_eq!(
            read_day(["2024", "2", "29"]).ok(),
            NaiveDate::from_ymd_opt(2024, 2, 29)
        );
    }
}
