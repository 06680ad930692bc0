//! Instants and days as staff read them in lists.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};
use kairan_db::time::jst_from_utc;

use crate::admin::words::Language;

/// `11月18日（水）`; with the year where it is another.
pub(super) fn day(words: &Language, today: NaiveDate, day: NaiveDate) -> String {
    if words.key == "en" {
        let form = if day.year() == today.year() {
            "%a, %-d %b"
        } else {
            "%-d %b %Y"
        };
        return day.format(form).to_string();
    }
    let short = format!("{}月{}日（{}）", day.month(), day.day(), weekday(day));
    if day.year() == today.year() {
        short
    } else {
        format!("{}年{short}", day.year())
    }
}

/// `12月1日（火） 9:00`
pub(super) fn instant(words: &Language, now: NaiveDateTime, utc: NaiveDateTime) -> String {
    let at = jst_from_utc(utc);
    let today = jst_from_utc(now).date();
    format!(
        "{} {}:{:02}",
        day(words, today, at.date()),
        at.hour(),
        at.minute()
    )
}

/// `あと3日`, `きょう`.
pub(super) fn left(words: &Language, now: NaiveDateTime, utc: NaiveDateTime) -> String {
    let days = (jst_from_utc(utc).date() - jst_from_utc(now).date()).num_days();
    if days <= 0 {
        words.get("きょう").to_owned()
    } else {
        words.say("あと{n}日", &[("n", &days.to_string())])
    }
}

fn weekday(day: NaiveDate) -> char {
    match day.weekday() {
        Weekday::Mon => '月',
        Weekday::Tue => '火',
        Weekday::Wed => '水',
        Weekday::Thu => '木',
        Weekday::Fri => '金',
        Weekday::Sat => '土',
        Weekday::Sun => '日',
    }
}
