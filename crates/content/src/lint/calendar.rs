//! Dates in prose: the weekday, the era, days that do not exist, slashes.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::dates::{self, ERAS};
use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// What a stretch of prose has said so far about the year of the next date.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    /// The year, and the byte after the words that named it.
    year: Option<(i32, usize)>,
    /// Digits before this byte belong to something already read.
    done: usize,
}

const WEEKDAYS: [(char, Weekday); 7] = [
    ('月', Weekday::Mon),
    ('火', Weekday::Tue),
    ('水', Weekday::Wed),
    ('木', Weekday::Thu),
    ('金', Weekday::Fri),
    ('土', Weekday::Sat),
    ('日', Weekday::Sun),
];
const LAST_WORDS: [&str; 9] = [
    "まで",
    "必着",
    "締切",
    "締め切り",
    "締切り",
    "〆切",
    "期限",
    "消印有効",
    "が期限",
];

impl Calendar {
    /// Looks at a run of ASCII digits that begins at byte `at` of `text`; `place` gives its place in the file.
    pub(super) fn digits(
        &mut self,
        text: &str,
        at: usize,
        place: &dyn Fn(usize) -> Span,
        report: &mut Report,
    ) {
        if at < self.done {
            return;
        }
        let rest = text.get(at..).unwrap_or_default();
        let Some((number, after)) = number(rest) else {
            return;
        };
        let digits = rest.len() - after.len();
        let before = text.get(..at).unwrap_or_default();
        if let Some(length) =
            slash_date(rest).filter(|_| !before.ends_with(['/', '-', '.', '=', '_']))
        {
            self.done = at + length;
            report.add(
                codes::SLASH_DATE,
                place(at),
                format!(
                    "日付が「{}」と書かれています。",
                    rest.get(..length).unwrap_or_default()
                ),
                slash_advice(rest.get(..length).unwrap_or_default()),
            );
        } else if let Some(after) = after.strip_prefix('年') {
            self.year(text, at, number, after, place, report);
        } else if let Some(after) = after.strip_prefix('月') {
            self.day(text, at, number, after, place, report);
        } else if number == 24 && digits == 2 && is_hour(after) {
            report.add(
                codes::HOUR_24,
                place(at),
                "「24時」と書かれています。",
                "その日いっぱいのときは「12月25日まで」、時刻のときは「翌日の午前0時」と書いてください。",
            );
        }
    }

    fn year(
        &mut self,
        text: &str,
        at: usize,
        number: u32,
        after: &str,
        place: &dyn Fn(usize) -> Span,
        report: &mut Report,
    ) {
        let before = text.get(..at).unwrap_or_default();
        let Ok(number) = i32::try_from(number) else {
            return;
        };
        let era = ERAS.iter().find(|era| before.ends_with(era.name));
        let year = match era {
            Some(era) => dates::gregorian_year(era.name, number),
            None => (1868..=2200).contains(&number).then_some(number),
        };
        let end = text.len() - after.len();
        let Some(year) = year else { return };
        // 令和8年（2026年）: both must name the same year.
        if let (None, Some((said, said_end))) = (era, self.year) {
            let between = text.get(said_end..at).unwrap_or_default();
            if matches!(between, "（" | "(") && said != year {
                report.add(
                    codes::ERA_DISAGREES,
                    place(at),
                    format!("和暦の年は{said}年ですが、{year}年と書かれています。"),
                    "どちらかの年を直してください。",
                );
            }
        }
        let closing = after.chars().next().filter(|c| matches!(c, '）' | ')'));
        self.year = Some((year, end + closing.map_or(0, char::len_utf8)));
        if era.is_some() {
            self.year = Some((year, end));
        }
    }

    fn day(
        &mut self,
        text: &str,
        at: usize,
        month: u32,
        after: &str,
        place: &dyn Fn(usize) -> Span,
        report: &mut Report,
    ) {
        let Some((day, after)) = number(after) else {
            return;
        };
        let Some(after) = after.strip_prefix('日') else {
            return;
        };
        let end = text.len() - after.len();
        self.done = end;
        let year = self
            .year
            .filter(|(_, end)| *end == at)
            .map(|(year, _)| year);
        // Without a year, 29 February is possible.
        let Some(date) = NaiveDate::from_ymd_opt(year.unwrap_or(2024), month, day) else {
            report.add(
                codes::NO_SUCH_DAY,
                place(at),
                format!("{month}月{day}日という日はありません。"),
                "暦を確かめて直してください。",
            );
            return;
        };
        let (weekday, after) = weekday(after);
        match (weekday, year) {
            (Some(said), Some(_)) if said != date.weekday() => report.add(
                codes::WRONG_WEEKDAY,
                place(at),
                format!(
                    "{}は{}ですが、{}と書かれています。",
                    dates::date_text(date)
                        .split('（')
                        .next()
                        .unwrap_or_default(),
                    dates::weekday_text(date.weekday()),
                    dates::weekday_text(said)
                ),
                format!(
                    "日付か曜日を直してください（正しくは{}）。",
                    dates::weekday_text(date.weekday())
                ),
            ),
            (None, _) if is_deadline(after) => report.add(
                codes::DEADLINE_WITHOUT_WEEKDAY,
                place(at),
                format!("期日の{month}月{day}日に曜日がありません。"),
                match year {
                    Some(_) => format!(
                        "「{}」のように曜日を付けてください。",
                        dates::short_date_text(date)
                    ),
                    None => {
                        format!("「{month}月{day}日（○曜日）」のように曜日を付けてください。")
                    }
                },
            ),
            _ => {}
        }
    }
}

/// A number of at most 4 ASCII digits at the start, and what follows it.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=4).contains(&digits) {
        return None;
    }
    Some((text.get(..digits)?.parse().ok()?, text.get(digits..)?))
}

/// The length of `2025/5/23` at the start.
fn slash_date(text: &str) -> Option<usize> {
    let (year, rest) = number(text)?;
    let (month, rest) = number(rest.strip_prefix('/')?)?;
    let (day, rest) = number(rest.strip_prefix('/')?)?;
    let good =
        (1868..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (good && !rest.starts_with(['/', '-'])).then(|| text.len() - rest.len())
}

fn slash_advice(written: &str) -> String {
    let mut parts = written
        .split('/')
        .filter_map(|part| part.parse::<u32>().ok());
    let date = (|| {
        let year = i32::try_from(parts.next()?).ok()?;
        NaiveDate::from_ymd_opt(year, parts.next()?, parts.next()?)
    })();
    match date {
        Some(date) => format!("「{}」と書いてください。", dates::date_text(date)),
        None => "「令和8年12月25日（金曜日）」のように書いてください。".to_owned(),
    }
}

/// 24時 and 24:00, but not 24時間.
fn is_hour(after: &str) -> bool {
    after
        .strip_prefix('時')
        .is_some_and(|rest| !rest.starts_with('間'))
        || after.starts_with(":00")
}

/// （金）, （金曜日）, (金・祝), 金曜日 at the start, and what follows.
fn weekday(text: &str) -> (Option<Weekday>, &str) {
    let inside = text.strip_prefix(['（', '(']);
    let words = inside.unwrap_or(text);
    let mut chars = words.chars();
    let found = chars
        .next()
        .and_then(|c| WEEKDAYS.iter().find(|(name, _)| *name == c));
    let Some((_, weekday)) = found else {
        return (None, text);
    };
    let rest = chars.as_str();
    let full = rest
        .strip_prefix("曜日")
        .or_else(|| rest.strip_prefix("曜"));
    match (inside, full) {
        (Some(_), _) => {
            let rest = full.unwrap_or(rest);
            match rest.find(['）', ')']) {
                // （金・祝）, but not （日本時間）.
                Some(close)
                    if close == 0 || (close <= 12 && rest.starts_with(['・', '、', ' '])) =>
                {
                    let after = rest.get(close..).unwrap_or_default();
                    let mut after = after.chars();
                    after.next();
                    (Some(*weekday), after.as_str())
                }
                _ => (None, text),
            }
        }
        (None, Some(rest)) => (Some(*weekday), rest),
        (None, None) => (None, text),
    }
}

/// Whether the words behind a date make it the last day for something.
fn is_deadline(after: &str) -> bool {
    let after = skip_time(after);
    // 令和8年4月1日までに生まれた方
    let births = ["までに生", "まで生", "までの生", "までに出生"];
    LAST_WORDS.iter().any(|word| after.starts_with(word))
        && !births.iter().any(|word| after.starts_with(word))
}

/// What follows a time of day: 午後5時30分, 正午, 17:00.
fn skip_time(text: &str) -> &str {
    text.trim_start_matches(|c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                '午' | '前'
                    | '後'
                    | '正'
                    | '時'
                    | '分'
                    | '半'
                    | ':'
                    | '：'
                    | ' '
                    | '（'
                    | '）'
                    | 'に'
                    | 'の'
            )
    })
}
