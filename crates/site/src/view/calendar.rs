//! A month of sessions: one list of days, which a wide screen shows as a grid.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use kairan_content::dates;
use serde::Serialize;

use super::when::{SOON_DAYS, midnight_after, weekend, windows};
use super::{Page, Section, Site};
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::Month;
use crate::rendered::Until;

#[derive(Serialize)]
struct CalendarView {
    heading: String,
    current: bool,
    any: bool,
    previous: Option<MonthLink>,
    next: Option<MonthLink>,
    soon_days: i64,
    days: Vec<Day>,
}

#[derive(Serialize)]
struct MonthLink {
    path: String,
    label: String,
}

#[derive(Serialize)]
struct Day {
    /// 1 to 7 from Sunday, on the first day of the month.
    start: Option<u32>,
    past: bool,
    today: bool,
    month: u32,
    day: u32,
    date: String,
    weekday: &'static str,
    weekend: Option<&'static str>,
    events: Vec<EventView>,
}

#[derive(Serialize)]
struct EventView {
    path: String,
    title: String,
    time: Option<String>,
    place: Option<String>,
    windows: Option<String>,
}

impl Site {
    /// The page of a month, or (`month` = `None`) of the current one; `None` for a month without sessions.
    pub(crate) fn calendar(
        &self,
        month: Option<Month>,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<Option<String>> {
        let this = Month::of(now.date());
        let shown = month.unwrap_or(this);
        let from = shown.first().and_time(NaiveTime::MIN);
        let to = shown.next().first().and_time(NaiveTime::MIN);
        let sessions = catalogue.sessions(from, to, usize::MAX)?;
        if sessions.is_empty() && month.is_some() {
            return Ok(None);
        }
        match shown.cmp(&this) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal => until.at(midnight_after(now)),
            std::cmp::Ordering::Greater => until.at(from),
        }
        let any = sessions
            .iter()
            .any(|(session, _)| month.is_some() || session.starts.date >= now.date());
        let mut days: Vec<Day> =
            std::iter::successors(Some(shown.first()), |day| Some(*day + Duration::days(1)))
                .take_while(|day| Month::of(*day) == shown)
                .map(|day| Day::new(day, now.date()))
                .collect();
        for (session, card) in sessions {
            if let Some(day) = days.get_mut(session.starts.date.day0() as usize) {
                day.events.push(EventView {
                    path: card.path.clone(),
                    title: card.title.clone(),
                    time: session.starts.time.map(dates::time_text),
                    place: session.place,
                    windows: windows(&card.deadlines, false),
                });
            }
        }
        let heading = month_text(shown);
        let view = CalendarView {
            current: shown == this,
            any,
            previous: catalogue.month_before(shown)?.map(MonthLink::new),
            next: catalogue.month_after(shown)?.map(MonthLink::new),
            soon_days: SOON_DAYS,
            days,
            heading: heading.clone(),
        };
        let main = self.theme.render("calendar", &view)?;
        let path = month.map_or_else(|| "/calendar/".to_owned(), Month::path);
        self.page(&Page {
            section: Section::Calendar,
            title: Some(&format!("催しカレンダー {heading}")),
            description: &format!("{heading}の催し、教室、健診の日程です。"),
            path: Some(&path),
            edition: None,
            alternates: Vec::new(),
            banner: None,
            main: &main,
        })
        .map(Some)
    }
}

impl MonthLink {
    fn new(month: Month) -> Self {
        Self {
            path: month.path(),
            label: month_text(month),
        }
    }
}

/// 令和8年12月
fn month_text(month: Month) -> String {
    format!("{}{}月", dates::year_text(month.first()), month.month)
}

impl Day {
    fn new(day: NaiveDate, today: NaiveDate) -> Self {
        Self {
            start: (day.day() == 1).then(|| day.weekday().number_from_sunday()),
            past: day < today,
            today: day == today,
            month: day.month(),
            day: day.day(),
            date: day.format("%Y-%m-%d").to_string(),
            weekday: dates::weekday_text(day.weekday()),
            weekend: weekend(day.weekday()),
            events: Vec::new(),
        }
    }
}
