//! Instants as the screens say them.

use chrono::{Datelike as _, NaiveDateTime};
use kairan_content::dates;
use kairan_db::time::jst_from_utc;

use crate::admin::words::Language;

/// きょう 10:32, 昨日 16:41, 11月12日 10:32, 2025年11月12日: of an instant in UTC, at another.
pub(crate) fn lately(words: &Language, at: NaiveDateTime, now: NaiveDateTime) -> String {
    let (at, today) = (jst_from_utc(at), jst_from_utc(now).date());
    let time = at.format("%H:%M").to_string();
    let (year, month, day) = (
        at.year().to_string(),
        at.month().to_string(),
        at.day().to_string(),
    );
    if at.date() == today {
        words.say("きょう {time}", &[("time", &time)])
    } else if Some(at.date()) == today.pred_opt() {
        words.say("昨日 {time}", &[("time", &time)])
    } else if at.year() == today.year() {
        words.say(
            "{month}月{day}日 {time}",
            &[("month", &month), ("day", &day), ("time", &time)],
        )
    } else {
        words.say(
            "{year}年{month}月{day}日",
            &[("year", &year), ("month", &month), ("day", &day)],
        )
    }
}

/// 令和8年12月1日（火曜日）午前9時, or `1 December 2026, 09:00`: of an instant in UTC.
pub(crate) fn fully(words: &Language, at: NaiveDateTime) -> String {
    let at = jst_from_utc(at);
    if words.key == "en" {
        return at.format("%A %-d %B %Y, %H:%M").to_string();
    }
    format!(
        "{}{}",
        dates::date_text(at.date()),
        dates::time_text(at.time())
    )
}

/// The time of day in Japan.
pub(crate) fn clock(at: NaiveDateTime) -> String {
    jst_from_utc(at).format("%H:%M").to_string()
}
