//! Dates as staff type them where no calendar opens, and as a field says them back.

use chrono::{NaiveDate, NaiveTime};
use kairan_content::Moment;
use kairan_content::dates::{ERAS, gregorian_year, moment_text};
use unicode_normalization::UnicodeNormalization;

/// A day, of `2026-12-25`, `2026/12/25`, `2026年12月25日`, `令和8年12月25日`, `令和元年5月1日`, `R8.12.25`, also in
/// full-width signs and with a weekday behind; `None` where it is none, or does not exist.
#[must_use]
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let text = text.split('(').next().unwrap_or_default();
    let era = ERAS.iter().find_map(|era| {
        let rest = text.strip_prefix(era.name).or_else(|| {
            let rest = text.strip_prefix(era.letter)?;
            rest.starts_with(|c: char| c.is_ascii_digit())
                .then_some(rest)
        })?;
        Some((era.name, rest))
    });
    let (name, rest) = era.map_or((None, text), |(name, rest)| (Some(name), rest));
    let rest = rest.replacen('元', "1", usize::from(name.is_some()));
    let mut numbers = rest
        .trim_end_matches('日')
        .split(['-', '/', '.', '年', '月']);
    let mut next = || numbers.next()?.parse::<u32>().ok();
    let (year, month, day) = (i32::try_from(next()?).ok()?, next()?, next()?);
    if numbers.next().is_some() {
        return None;
    }
    let year = match name {
        Some(name) => gregorian_year(name, year)?,
        // Of a year in two digits nobody knows which calendar it is.
        None if year < 1000 => return None,
        None => year,
    };
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A time of day, of `17:00`, `17時`, `17時30分`, `午後5時`, `正午`, also in full-width signs.
#[must_use]
pub fn read_time(text: &str) -> Option<NaiveTime> {
    let text: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    if text == "正午" {
        return NaiveTime::from_hms_opt(12, 0, 0);
    }
    let (later, rest) = match (text.strip_prefix("午前"), text.strip_prefix("午後")) {
        (Some(rest), _) => (Some(0), rest),
        (_, Some(rest)) => (Some(12), rest),
        _ => (None, text.as_str()),
    };
    let rest = rest
        .replace("時半", ":30")
        .replace('時', ":")
        .replace('分', "");
    let mut numbers = rest.trim_end_matches(':').split(':');
    let mut next = || numbers.next().map(str::parse::<u32>);
    let hour = next()?.ok()?;
    let minute = next().transpose().ok()?.unwrap_or(0);
    let second = next().transpose().ok()?.unwrap_or(0);
    let alone = !rest.contains(':') && !text.contains('時');
    if numbers.next().is_some() || (later.is_some() && hour > 12) || alone {
        return None;
    }
    let hour = match later {
        Some(later) => hour % 12 + later,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// 令和8年12月25日（金曜日）午後5時, of the two parts of a date field; `None` where they are no moment.
#[must_use]
pub fn say_moment(date: &str, time: &str) -> Option<String> {
    moment_of(date, time).map(moment_text)
}

/// The moment of the two parts of a date field.
pub(crate) fn moment_of(date: &str, time: &str) -> Option<Moment> {
    Moment::parse(&written(date, time))
}

/// The two parts as they stand in a document.
pub(crate) fn written(date: &str, time: &str) -> String {
    if time.is_empty() {
        date.to_owned()
    } else {
        format!("{date}T{time}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_staff_type() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 25);
        for text in [
            "2026-12-25",
            "2026/12/25",
            "２０２６年１２月２５日",
            "令和8年12月25日（金曜日）",
            "令和８年 12月 25日",
            "R8.12.25",
        ] {
            assert_eq!(read_date(text), day, "{text}");
        }
        assert_eq!(
            read_date("令和元年5月1日"),
            NaiveDate::from_ymd_opt(2019, 5, 1)
        );
        for text in [
            "",
            "8年12月25日",
            "2026-02-30",
            "来週",
            "12/25",
            "2026-12-25-1",
        ] {
            assert_eq!(read_date(text), None, "{text}");
        }
        let five = NaiveTime::from_hms_opt(17, 0, 0);
        for text in [
            "17:00",
            "１７：００",
            "17時",
            "午後5時",
            "17:00:00",
            "午後５時０分",
        ] {
            assert_eq!(read_time(text), five, "{text}");
        }
        assert_eq!(read_time("9時半"), NaiveTime::from_hms_opt(9, 30, 0));
        assert_eq!(read_time("午前0時"), NaiveTime::from_hms_opt(0, 0, 0));
        for text in ["", "17", "25:00", "夕方", "午後13時"] {
            assert_eq!(read_time(text), None, "{text}");
        }
        assert_eq!(
            say_moment("2026-12-25", "17:00").as_deref(),
            Some("令和8年12月25日（金曜日）午後5時")
        );
    }
}
