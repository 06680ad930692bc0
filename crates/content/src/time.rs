//! Dates and times as staff write them, in Japan Standard Time (日本標準時, UTC+9, no daylight saving).

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

/// A date, or a date with a time of day, in Japan Standard Time.
///
/// A bare date means 00:00 where something begins and the end of that day where something ends; which of
/// the two applies is the reader's choice of [`Moment::start`] or [`Moment::end`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment {
    /// The calendar day.
    pub date: NaiveDate,
    /// The time of day; `None` for a bare date.
    pub time: Option<NaiveTime>,
}

/// Why a text is not a [`Moment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAMoment {
    /// Not written as `2026-12-25` or `2026-12-25T17:00`.
    Form,
    /// The form is right, but the calendar has no such day (2月30日).
    NoSuchDay,
    /// The day exists, the time of day does not (24:00).
    NoSuchTime,
}

impl Moment {
    /// A bare date.
    #[must_use]
    pub const fn day(date: NaiveDate) -> Self {
        Self { date, time: None }
    }

    /// The instant from which it holds: the time given, or 00:00 of the day.
    #[must_use]
    pub fn start(&self) -> NaiveDateTime {
        self.date.and_time(self.time.unwrap_or(NaiveTime::MIN))
    }

    /// The first instant after it: the time given, or 00:00 of the following day.
    #[must_use]
    pub fn end(&self) -> NaiveDateTime {
        match self.time {
            Some(time) => self.date.and_time(time),
            None => self
                .date
                .checked_add_days(Days::new(1))
                .unwrap_or(self.date)
                .and_time(NaiveTime::MIN),
        }
    }

    /// Reads `2026-12-25`, `2026-12-25T17:00` or `2026-12-25T17:00:00` (a space may stand for the `T`);
    /// `None` for anything else, and for dates that do not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// As [`Moment::parse`], saying why it is none.
    ///
    /// # Errors
    /// Where the form is another, or the day or the time does not exist.
    pub fn read(text: &str) -> Result<Self, NotAMoment> {
        let bytes = text.as_bytes();
        let number = |range: std::ops::Range<usize>| -> Result<u32, NotAMoment> {
            let digits = bytes.get(range).ok_or(NotAMoment::Form)?;
            digits.iter().try_fold(0, |sum, digit| match digit {
                b'0'..=b'9' => Ok(sum * 10 + u32::from(digit - b'0')),
                _ => Err(NotAMoment::Form),
            })
        };
        let sign = |at: usize, allowed: &[u8]| match bytes.get(at) {
            Some(byte) if allowed.contains(byte) => Ok(()),
            _ => Err(NotAMoment::Form),
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        sign(4, b"-")?;
        sign(7, b"-")?;
        let clock = if bytes.len() == 10 {
            None
        } else {
            sign(10, b"T ")?;
            sign(13, b":")?;
            let seconds = match bytes.len() {
                16 => 0,
                19 => {
                    sign(16, b":")?;
                    number(17..19)?
                }
                _ => return Err(NotAMoment::Form),
            };
            Some((number(11..13)?, number(14..16)?, seconds))
        };
        let year = i32::try_from(year).map_err(|_| NotAMoment::Form)?;
        let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(NotAMoment::NoSuchDay)?;
        let time = match clock {
            None => None,
            Some((hour, minute, second)) => {
                Some(NaiveTime::from_hms_opt(hour, minute, second).ok_or(NotAMoment::NoSuchTime)?)
            }
        };
        Ok(Self { date, time })
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.time {
            None => write!(f, "{}", self.date.format("%Y-%m-%d")),
            Some(time) => write!(
                f,
                "{}T{}",
                self.date.format("%Y-%m-%d"),
                time.format("%H:%M")
            ),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date or date and time"))
    }
}
