//! The column of opening times of a segment.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use serde::{Deserialize, Serialize};

use crate::code::{Numbers, decode, encode_set, push_number};
use crate::document::Window;

const DAY: i64 = 24 * 60;
const LAST_MINUTE: i64 = DAY - 1;

/// `windows.json`: which documents have windows, and these. A window is two times; a time is 0
/// for none, else `1 + 2 × (days after base) + (1 if a minute of the day follows)`; without a
/// minute it opens at 00:00 and closes at 23:59.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WindowColumn {
    /// Days since 1970-01-01.
    base: i64,
    documents: String,
    windows: String,
}

impl WindowColumn {
    /// `None` if no document has a window.
    pub(crate) fn of<'a>(documents: impl Iterator<Item = &'a [Window]> + Clone) -> Option<Self> {
        let ends = |w: &Window| [w.opens, w.closes];
        let minutes = documents
            .clone()
            .flatten()
            .flat_map(ends)
            .flatten()
            .map(minute);
        let base = minutes.min().unwrap_or(0).div_euclid(DAY);
        let having = (0u32..)
            .zip(documents.clone())
            .filter(|(_, w)| !w.is_empty());
        let set = encode_set(having.map(|(document, _)| document));
        let mut column = Self {
            base,
            documents: set,
            windows: String::new(),
        };
        for windows in documents.filter(|w| !w.is_empty()) {
            push_number(
                &mut column.windows,
                u32::try_from(windows.len()).unwrap_or(u32::MAX),
            );
            for window in windows {
                column.push(window.opens.map(minute), 0);
                column.push(window.closes.map(minute), LAST_MINUTE);
            }
        }
        (!column.documents.is_empty()).then_some(column)
    }

    fn push(&mut self, time: Option<i64>, plain_minute: i64) {
        let Some(time) = time else {
            return push_number(&mut self.windows, 0);
        };
        let day = time.div_euclid(DAY) - self.base;
        let minute = time.rem_euclid(DAY);
        let with_minute = i64::from(minute != plain_minute);
        let number = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        push_number(&mut self.windows, number(1 + 2 * day + with_minute));
        if with_minute == 1 {
            push_number(&mut self.windows, number(minute));
        }
    }

    /// For each of `documents` documents, whether it takes applications at `now` (Japan time).
    /// `None` if the column is malformed.
    pub(crate) fn open_at(&self, now: NaiveDateTime, documents: u32) -> Option<Vec<bool>> {
        let now = minute(now);
        let mut open = vec![false; documents as usize];
        let mut having = Vec::new();
        decode(&self.documents, documents, |document, _| {
            having.push(document)
        })?;
        let mut numbers = Numbers::new(&self.windows);
        for document in having {
            for _ in 0..numbers.number()? {
                let opens = self.read(&mut numbers, 0)?;
                let closes = self.read(&mut numbers, LAST_MINUTE)?;
                open[document as usize] |=
                    opens.is_none_or(|t| t <= now) && closes.is_none_or(|t| now <= t);
            }
        }
        Some(open)
    }

    fn read(&self, numbers: &mut Numbers<'_>, plain_minute: i64) -> Option<Option<i64>> {
        let number = numbers.number()?;
        let Some(number) = number.checked_sub(1) else {
            return Some(None);
        };
        let minute = if number & 1 == 1 {
            i64::from(numbers.number()?)
        } else {
            plain_minute
        };
        let day = self.base.checked_add(i64::from(number >> 1))?;
        Some(Some(day.checked_mul(DAY)?.checked_add(minute)?))
    }
}

/// Minutes since 1970-01-01T00:00 in the time zone the time is in.
fn minute(time: NaiveDateTime) -> i64 {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)
        .unwrap_or_default()
        .num_days_from_ce();
    let day = i64::from(time.date().num_days_from_ce() - epoch);
    day * DAY + i64::from(time.hour() * 60 + time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn ends_are_inclusive_to_the_minute() {
        let documents = [
            vec![],
            vec![Window {
                opens: Some(at("2026-12-01T00:00")),
                closes: Some(at("2026-12-25T17:00")),
            }],
            vec![Window::default()],
            vec![
                Window {
                    opens: None,
                    closes: Some(at("2026-11-30T23:59")),
                },
                Window {
                    opens: Some(at("2027-01-05T08:30")),
                    closes: None,
                },
            ],
        ];
        let column = WindowColumn::of(documents.iter().map(Vec::as_slice)).unwrap();
        for (now, expected) in [
            ("2026-11-30T23:59", [false, false, true, true]),
            ("2026-12-01T00:00", [false, true, true, false]),
            ("2026-12-25T17:00", [false, true, true, false]),
            ("2026-12-25T17:01", [false, false, true, false]),
            ("2027-01-05T08:29", [false, false, true, false]),
            ("2027-01-05T08:30", [false, false, true, true]),
        ] {
            assert_eq!(column.open_at(at(now), 4).unwrap(), expected, "{now}");
        }
        assert!(WindowColumn::of([&[] as &[Window]].into_iter()).is_none());
    }
}
