//! Sessions and deadlines for the reader's own calendar.

use chrono::{Duration, NaiveDateTime, NaiveTime, TimeZone, Utc};
use icalendar::{Calendar, Component, Event, EventLike};
use kairan_content::Session;

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::feed::jst;
use crate::key::Month;
use crate::live::Card;
use crate::rendered::Until;
use crate::view::Site;

impl Site {
    /// Every session since the first day of the month before; older ones drop out month by month.
    pub(crate) fn calendar_feed(
        &self,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<String> {
        let from = Month::of(now.date())
            .previous()
            .first()
            .and_time(NaiveTime::MIN);
        let sessions = catalogue.sessions(from, NaiveDateTime::MAX, usize::MAX)?;
        if let Some((first, _)) = sessions.first() {
            let gone = Month::of(first.starts.date).next().next().first();
            until.at(gone.and_time(NaiveTime::MIN));
        }
        let mut calendar = self.named_calendar(&format!("{}の催し", self.view.title));
        for (session, card) in &sessions {
            calendar.push(self.session_event(session, card));
        }
        Ok(calendar.done().to_string())
    }

    /// The sessions and deadlines of one document; `None` where it has none.
    pub(crate) fn document_calendar(&self, card: &Card) -> Option<String> {
        if card.sessions.is_empty() && card.deadlines.is_empty() {
            return None;
        }
        let mut calendar = self.named_calendar(&card.title);
        for session in &card.sessions {
            calendar.push(self.session_event(session, card));
        }
        for (at, deadline) in card.deadlines.iter().enumerate() {
            let label = deadline
                .label
                .as_deref()
                .map(|label| format!("（{label}）"));
            let title = format!("締切：{}{}", card.title, label.unwrap_or_default());
            let mut event = self.event(card, &format!("deadline-{}", at + 1), &title);
            match deadline.closes.time {
                None => event.all_day(deadline.closes.date),
                Some(_) => {
                    let end = utc(deadline.closes.end());
                    event.starts(end - Duration::minutes(30)).ends(end)
                }
            };
            calendar.push(event.done());
        }
        Some(calendar.done().to_string())
    }

    fn named_calendar(&self, name: &str) -> Calendar {
        let mut calendar = Calendar::empty();
        calendar
            .append_property(("VERSION", "2.0"))
            .append_property(("PRODID", "-//Kairan//Kairan//JA"))
            .append_property(("CALSCALE", "GREGORIAN"));
        calendar.name(name);
        calendar
    }

    fn session_event(&self, session: &Session, card: &Card) -> Event {
        let starts = session.starts;
        let part = format!("session-{}", starts.start().format("%Y%m%dT%H%M"));
        let mut event = self.event(card, &part, &card.title);
        if starts.time.is_none() {
            event.all_day(starts.date);
        } else {
            event.starts(utc(starts.start()));
            if let Some(ends) = session.ends {
                event.ends(utc(ends.end()));
            }
        }
        if let Some(place) = &session.place {
            event.location(place);
        }
        event.done()
    }

    fn event(&self, card: &Card, part: &str, title: &str) -> Event {
        let mut event = Event::new();
        let changed = card
            .updated
            .as_ref()
            .map(|updated| updated.at)
            .max(card.published);
        event
            .uid(&format!("{}-{part}@{}", card.id, self.host()))
            .timestamp(utc(
                changed.map_or(NaiveDateTime::default(), |at| at.start())
            ))
            .summary(title)
            .description(&card.summary)
            .url(&self.absolute(&card.path));
        event.done()
    }

    fn host(&self) -> &str {
        self.origin.rsplit('/').next().unwrap_or_default()
    }
}

fn utc(at: NaiveDateTime) -> chrono::DateTime<Utc> {
    Utc.from_utc_datetime(&jst(at).naive_utc())
}
