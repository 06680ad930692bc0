//! Dates as citizens read them, beside the value machines read.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use kairan_content::state::SOON;
use kairan_content::{Deadline, Moment, Reception, dates};
use serde::Serialize;

use crate::rendered::Until;

/// An instant for `<time datetime>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct When {
    /// `2026-12-25` or `2026-12-25T17:00`.
    pub(crate) datetime: String,
    /// 令和8年12月25日（金曜日）午後5時
    pub(crate) text: String,
}

impl When {
    /// With weekday and time of day.
    pub(crate) fn full(moment: &Moment) -> Self {
        Self {
            datetime: dates::machine_text(*moment),
            text: dates::moment_text(*moment),
        }
    }

    /// When something ends. 「24時」 is never said: 00:00 is the end of the day before.
    pub(crate) fn end(moment: &Moment) -> Self {
        match moment.time {
            Some(NaiveTime::MIN) => Self {
                datetime: dates::machine_text(*moment),
                text: dates::date_text(last_day(moment.end())),
            },
            _ => Self::full(moment),
        }
    }

    /// Month and day, weekday and time of day, without the year: for what is near.
    pub(crate) fn near_end(moment: &Moment) -> Self {
        let full = Self::end(moment);
        let text = match full.text.split_once('年') {
            Some((_, rest)) => rest.to_owned(),
            None => full.text,
        };
        Self {
            datetime: full.datetime,
            text,
        }
    }

    /// The day alone, without weekday: 掲載日, 更新日.
    pub(crate) fn day(moment: &Moment) -> Self {
        Self {
            datetime: moment.date.format("%Y-%m-%d").to_string(),
            text: day_text(moment.date),
        }
    }

    /// Month and day alone, for lists of what is new.
    pub(crate) fn month_day(moment: &Moment) -> Self {
        Self {
            datetime: moment.date.format("%Y-%m-%d").to_string(),
            text: format!("{}月{}日", moment.date.month(), moment.date.day()),
        }
    }
}

/// The last day on which something that ends at `end` (first instant after it) is still open.
pub(crate) fn last_day(end: NaiveDateTime) -> NaiveDate {
    (end - chrono::Duration::seconds(1)).date()
}

/// あと○日
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Left {
    pub(crate) today: bool,
    pub(crate) days: i64,
}

/// The state of a deadline, in shape (CSS class) and word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct StateView {
    pub(crate) class: &'static str,
    pub(crate) word: &'static str,
}

/// State and days left at `now`; notes in `until` when either changes.
pub(crate) fn state(
    deadline: &Deadline,
    now: NaiveDateTime,
    until: &mut Until,
) -> (StateView, Option<Left>) {
    let end = deadline.closes.end();
    let reception = Reception::of(deadline, now);
    let word = reception.label();
    let class = match reception {
        Reception::Before => {
            until.maybe(deadline.opens.map(|opens| opens.start().min(end)));
            "before"
        }
        Reception::Open => {
            until.at(soon_begins(end));
            "open"
        }
        Reception::ClosingSoon => {
            until.at(end);
            return (
                StateView {
                    class: "soon",
                    word,
                },
                Some(left(deadline, now, until)),
            );
        }
        Reception::Closed => "closed",
    };
    (StateView { class, word }, None)
}

/// Days for which something is まもなく締切.
pub(crate) const SOON_DAYS: i64 = SOON.num_days();

/// The instant from which a deadline that ends at `end` is まもなく締切.
pub(crate) fn soon_begins(end: NaiveDateTime) -> NaiveDateTime {
    end - SOON
}

/// The last end of a deadline that is まもなく締切 at `now`.
pub(crate) fn soon_horizon(now: NaiveDateTime) -> NaiveDateTime {
    now + SOON
}

/// 令和8年12月25日
fn day_text(date: NaiveDate) -> String {
    format!(
        "{}{}月{}日",
        dates::year_text(date),
        date.month(),
        date.day()
    )
}

/// Days left until a deadline that has not passed.
pub(crate) fn left(deadline: &Deadline, now: NaiveDateTime, until: &mut Until) -> Left {
    let days = (last_day(deadline.closes.end()) - now.date()).num_days();
    if days > 0 {
        until.at(midnight_after(now));
    }
    Left {
        today: days <= 0,
        days,
    }
}

/// The next 00:00.
pub(crate) fn midnight_after(now: NaiveDateTime) -> NaiveDateTime {
    (now.date() + chrono::Duration::days(1)).and_time(NaiveTime::MIN)
}

/// CSS class of a day at the weekend.
pub(crate) const fn weekend(day: chrono::Weekday) -> Option<&'static str> {
    match day {
        chrono::Weekday::Sat => Some("sat"),
        chrono::Weekday::Sun => Some("sun"),
        _ => None,
    }
}

/// The windows of deadlines for the reader's browser: `opens/closes` with an exclusive end, joined by spaces.
pub(crate) fn windows(deadlines: &[Deadline], anytime: bool) -> Option<String> {
    if anytime {
        return Some("/".to_owned());
    }
    let windows: Vec<String> = deadlines
        .iter()
        .map(|deadline| {
            let opens = deadline
                .opens
                .map(|opens| iso(opens.start()))
                .unwrap_or_default();
            format!("{opens}/{}", iso(deadline.closes.end()))
        })
        .collect();
    (!windows.is_empty()).then(|| windows.join(" "))
}

/// `2026-12-25T17:00`
pub(crate) fn iso(instant: NaiveDateTime) -> String {
    instant.format("%Y-%m-%dT%H:%M").to_string()
}
