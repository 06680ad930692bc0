//! Instants in the database are UTC without a zone; staff write Japan Standard Time (UTC+9, no daylight
//! saving). Whoever crosses the border converts here.

use chrono::{Duration, NaiveDateTime, Timelike};

const JST_OFFSET: Duration = Duration::hours(9);

/// The UTC instant of a Japanese wall-clock time, in whole microseconds.
#[must_use]
pub fn utc_from_jst(wall: NaiveDateTime) -> NaiveDateTime {
    micros(wall - JST_OFFSET)
}

/// The Japanese wall-clock time of a UTC instant.
#[must_use]
pub fn jst_from_utc(instant: NaiveDateTime) -> NaiveDateTime {
    instant + JST_OFFSET
}

/// Cut to microseconds, the finest that PostgreSQL keeps, so that both databases give back what was written.
#[must_use]
pub fn micros(instant: NaiveDateTime) -> NaiveDateTime {
    let nanos = instant.nanosecond() / 1_000 * 1_000;
    instant.with_nanosecond(nanos).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn new_year_in_japan_is_the_afternoon_before_in_utc() -> Result<(), &'static str> {
        let day = |y, m, d, h| {
            NaiveDate::from_ymd_opt(y, m, d)
                .and_then(|day| day.and_hms_opt(h, 0, 0))
                .ok_or("date")
        };
        let wall = day(2027, 1, 1, 0)?;
        assert_eq!(utc_from_jst(wall), day(2026, 12, 31, 15)?);
        assert_eq!(jst_from_utc(utc_from_jst(wall)), wall);
        Ok(())
    }

    #[test]
    fn nothing_finer_than_a_microsecond_stays() {
        let instant = chrono::DateTime::from_timestamp(0, 123_456_789).map(|at| at.naive_utc());
        assert_eq!(instant.map(|at| micros(at).nanosecond()), Some(123_456_000));
    }
}
