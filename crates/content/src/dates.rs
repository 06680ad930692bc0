//! 和暦 and dates as Japanese municipalities write them: 令和8年12月25日（金曜日）午後5時.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

use crate::model::{Deadline, Session};
use crate::time::Moment;

/// One era (元号).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    /// Its name, 令和.
    pub name: &'static str,
    /// Its letter in forms, R.
    pub letter: char,
    /// Its first day as year, month, day.
    pub first: (i32, u32, u32),
}

/// The eras since the Gregorian calendar (明治6年, 1873), newest first.
///
/// Source: 元号法（昭和54年法律第43号）and 元号を改める政令（昭和64年政令第1号, 平成31年政令第143号）;
/// 大正 and 昭和 by the 改元の詔書 of 30 July 1912 and 25 December 1926; 明治 by the one of 23 October 1868.
pub const ERAS: [Era; 5] = [
    Era {
        name: "令和",
        letter: 'R',
        first: (2019, 5, 1),
    },
    Era {
        name: "平成",
        letter: 'H',
        first: (1989, 1, 8),
    },
    Era {
        name: "昭和",
        letter: 'S',
        first: (1926, 12, 25),
    },
    Era {
        name: "大正",
        letter: 'T',
        first: (1912, 7, 30),
    },
    Era {
        name: "明治",
        letter: 'M',
        first: (1868, 10, 23),
    },
];

/// The era of a day and the year within it; `None` before 明治.
#[must_use]
pub fn era_of(date: NaiveDate) -> Option<(Era, i32)> {
    let day = (date.year(), date.month(), date.day());
    ERAS.into_iter()
        .find(|era| era.first <= day)
        .map(|era| (era, date.year() - era.first.0 + 1))
}

/// The Gregorian year of an era's year: 令和8年 → 2026.
#[must_use]
pub fn gregorian_year(era: &str, year: i32) -> Option<i32> {
    let era = ERAS.iter().find(|known| known.name == era)?;
    (year >= 1).then(|| era.first.0 + year - 1)
}

/// 令和8年; the first year is 令和元年. Before 明治 the Gregorian year.
#[must_use]
pub fn year_text(date: NaiveDate) -> String {
    match era_of(date) {
        Some((era, 1)) => format!("{}元年", era.name),
        Some((era, year)) => format!("{}{year}年", era.name),
        None => format!("{}年", date.year()),
    }
}

/// 金曜日
#[must_use]
pub const fn weekday_text(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "月曜日",
        Weekday::Tue => "火曜日",
        Weekday::Wed => "水曜日",
        Weekday::Thu => "木曜日",
        Weekday::Fri => "金曜日",
        Weekday::Sat => "土曜日",
        Weekday::Sun => "日曜日",
    }
}

/// 令和8年12月25日（金曜日）
#[must_use]
pub fn date_text(date: NaiveDate) -> String {
    format!("{}{}", year_text(date), short_date_text(date))
}

/// 12月25日（金曜日）
#[must_use]
pub fn short_date_text(date: NaiveDate) -> String {
    format!(
        "{}月{}日（{}）",
        date.month(),
        date.day(),
        weekday_text(date.weekday())
    )
}

/// 午後5時, 午前9時30分, 正午; 0時 is 午前0時.
#[must_use]
pub fn time_text(time: NaiveTime) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    if (hour, minute) == (12, 0) {
        return "正午".to_owned();
    }
    let half = if hour < 12 { "午前" } else { "午後" };
    match minute {
        0 => format!("{half}{}時", hour % 12),
        _ => format!("{half}{}時{minute}分", hour % 12),
    }
}

/// 令和8年12月25日（金曜日）午後5時, or without the time for a bare date.
#[must_use]
pub fn moment_text(moment: Moment) -> String {
    let time = moment.time.map(time_text).unwrap_or_default();
    format!("{}{time}", date_text(moment.date))
}

/// What `<time datetime>` carries: `2026-12-25`, `2026-12-25T17:00+09:00`.
#[must_use]
pub fn machine_text(moment: Moment) -> String {
    match moment.time {
        None => moment.date.format("%Y-%m-%d").to_string(),
        Some(time) => format!(
            "{}T{}+09:00",
            moment.date.format("%Y-%m-%d"),
            time.format("%H:%M")
        ),
    }
}

/// 令和8年12月1日（火曜日）から令和8年12月25日（金曜日）午後5時まで; the year once where both share it.
#[must_use]
pub fn period_text(deadline: &Deadline) -> String {
    let closes = moment_text(deadline.closes);
    match deadline.opens {
        None => format!("{closes}まで"),
        Some(opens) if year_text(opens.date) == year_text(deadline.closes.date) => {
            let time = deadline.closes.time.map(time_text).unwrap_or_default();
            format!(
                "{}から{}{time}まで",
                moment_text(opens),
                short_date_text(deadline.closes.date)
            )
        }
        Some(opens) => format!("{}から{closes}まで", moment_text(opens)),
    }
}

/// 令和8年12月25日（金曜日）午後1時から午後3時まで; the day once where it begins and ends on the same.
#[must_use]
pub fn session_text(session: &Session) -> String {
    let starts = moment_text(session.starts);
    match session.ends {
        None => starts,
        Some(ends) if ends.date == session.starts.date => match ends.time {
            Some(time) => format!("{starts}から{}まで", time_text(time)),
            None => starts,
        },
        Some(ends) => format!("{starts}から{}まで", moment_text(ends)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).expect("a moment")
    }

    #[test]
    fn writes_dates_as_cities_do() {
        assert_eq!(
            moment_text(moment("2026-12-25T17:00")),
            "令和8年12月25日（金曜日）午後5時"
        );
        assert_eq!(
            moment_text(moment("2019-05-01")),
            "令和元年5月1日（水曜日）"
        );
        assert_eq!(
            moment_text(moment("2019-04-30")),
            "平成31年4月30日（火曜日）"
        );
        assert_eq!(
            moment_text(moment("1989-01-07")),
            "昭和64年1月7日（土曜日）"
        );
        assert_eq!(
            moment_text(moment("1926-12-25")),
            "昭和元年12月25日（土曜日）"
        );
        assert_eq!(
            time_text(NaiveTime::from_hms_opt(0, 30, 0).expect("a time")),
            "午前0時30分"
        );
        assert_eq!(
            time_text(NaiveTime::from_hms_opt(12, 0, 0).expect("a time")),
            "正午"
        );
        assert_eq!(gregorian_year("平成", 31), Some(2019));
        assert_eq!(
            machine_text(moment("2026-12-25T17:00")),
            "2026-12-25T17:00+09:00"
        );
    }

    #[test]
    fn says_the_year_once() {
        let deadline = Deadline {
            label: None,
            opens: Some(moment("2026-12-01")),
            closes: moment("2026-12-25T17:00"),
            note: None,
        };
        assert_eq!(
            period_text(&deadline),
            "令和8年12月1日（火曜日）から12月25日（金曜日）午後5時まで"
        );
    }
}
