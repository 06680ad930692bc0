//! The top page, and the emergency banner.

use chrono::{Datelike, Duration, NaiveDateTime, NaiveTime};
use kairan_content::{Kind, dates};
use serde::Serialize;

use super::closing::{ClosingRow, closing_rows};
use super::layout::SiteView;
use super::map::{CategoryView, FacetView, Link, html_lang, language_name};
use super::when::{SOON_DAYS, When, midnight_after, weekend};
use super::{Page, Section, Site};
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::ListKey;
use crate::live::Card;
use crate::rendered::Until;

const CLOSING: usize = 4;
const NEWS: usize = 7;
const FAQS: usize = 6;
const TOPICS: usize = 3;
const EVENTS: usize = 4;
const EMERGENCIES: usize = 3;
/// 緊急 without a 公開終了 leaves the banner after this many days; its page stays.
const EMERGENCY_DAYS: i64 = 7;

#[derive(Serialize)]
struct TopView<'a> {
    site: &'a SiteView,
    soon_days: i64,
    languages: Vec<Link>,
    closing: Vec<ClosingRow>,
    categories: &'a [CategoryView],
    facets: &'a [FacetView],
    life_events: &'a [Link],
    news: Vec<NewsRow>,
    faqs: Vec<TitleRow>,
    topics: Vec<TitleRow>,
    events: Vec<EventRow>,
}

#[derive(Serialize)]
struct NewsRow {
    path: String,
    title: String,
    kind: &'static str,
    published: Option<When>,
}

#[derive(Serialize)]
struct TitleRow {
    path: String,
    title: String,
    summary: String,
}

#[derive(Serialize)]
struct EventRow {
    path: String,
    title: String,
    month: u32,
    day: u32,
    weekday: &'static str,
    weekend: Option<&'static str>,
    datetime: String,
    time: Option<String>,
    place: Option<String>,
}

#[derive(Serialize)]
struct BannerView {
    brief: bool,
    items: Vec<BannerItem>,
}

#[derive(Serialize)]
struct BannerItem {
    path: String,
    title: String,
    summary: String,
    at: Option<When>,
}

impl Site {
    pub(crate) fn top(
        &self,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<String> {
        let languages = catalogue.languages()?;
        let languages = languages.iter().map(|lang| Link {
            hreflang: Some(html_lang(lang).to_owned()),
            ..Link::new(format!("/{lang}/"), language_name(lang))
        });
        let view = TopView {
            site: &self.view,
            soon_days: SOON_DAYS,
            languages: languages.collect(),
            closing: closing_rows(catalogue, now, CLOSING, until)?,
            categories: &self.taxonomy.categories,
            facets: &self.taxonomy.facets,
            life_events: &self.taxonomy.life_events,
            news: news(catalogue)?,
            faqs: titles(catalogue, Kind::Faq, FAQS)?,
            topics: titles(catalogue, Kind::Topic, TOPICS)?,
            events: events(catalogue, now, until)?,
        };
        let main = self.theme.render("top", &view)?;
        let items = emergencies(catalogue, now, until)?
            .into_iter()
            .map(|(card, _)| BannerItem {
                path: card.path.clone(),
                title: card.title.clone(),
                summary: card.summary.clone(),
                at: card.published.as_ref().map(When::full),
            });
        let items: Vec<_> = items.collect();
        let banner = match items.is_empty() {
            true => String::new(),
            false => self.theme.render(
                "banner",
                &BannerView {
                    brief: false,
                    items,
                },
            )?,
        };
        self.page(&Page {
            section: Section::Top,
            title: None,
            description: &format!(
                "{}の手続き、手当、催し、よくある質問を、目的と対象から探せます。",
                self.view.title
            ),
            path: Some("/"),
            edition: None,
            alternates: Vec::new(),
            banner: Some(&banner),
            main: &main,
        })
    }
}

/// The newest three articles, and the newest of every kind, together newest first.
fn news(catalogue: &dyn Catalogue) -> Result<Vec<NewsRow>> {
    let mut cards = catalogue.newest(&ListKey::All, NEWS)?;
    for article in catalogue.newest(&ListKey::Kind(Kind::Article), 3)? {
        if cards.iter().all(|card| card.id != article.id) {
            cards.push(article);
        }
    }
    Ok(cards
        .iter()
        .map(|card| NewsRow {
            path: card.path.clone(),
            title: card.title.clone(),
            kind: card.kind.label(),
            published: card.published.as_ref().map(When::month_day),
        })
        .collect())
}

fn titles(catalogue: &dyn Catalogue, kind: Kind, limit: usize) -> Result<Vec<TitleRow>> {
    let cards = catalogue.newest(&ListKey::Kind(kind), limit)?;
    let row = |card: &std::sync::Arc<Card>| TitleRow {
        path: card.path.clone(),
        title: card.title.clone(),
        summary: card.summary.clone(),
    };
    Ok(cards.iter().map(row).collect())
}

/// The next sessions, those of today included until midnight.
fn events(
    catalogue: &dyn Catalogue,
    now: NaiveDateTime,
    until: &mut Until,
) -> Result<Vec<EventRow>> {
    let today = now.date().and_time(NaiveTime::MIN);
    let sessions = catalogue.sessions(today, NaiveDateTime::MAX, EVENTS)?;
    let rows = sessions.into_iter().map(|(session, card)| {
        let date = session.starts.date;
        if date == now.date() {
            until.at(midnight_after(now));
        }
        EventRow {
            path: card.path.clone(),
            title: card.title.clone(),
            month: date.month(),
            day: date.day(),
            weekday: dates::weekday_text(date.weekday()),
            weekend: weekend(date.weekday()),
            datetime: dates::machine_text(session.starts),
            time: session.starts.time.map(dates::time_text),
            place: session.place,
        }
    });
    Ok(rows.collect())
}

/// What stands in the banner at `now`, newest first, and until when.
pub(crate) fn emergencies(
    catalogue: &dyn Catalogue,
    now: NaiveDateTime,
    until: &mut Until,
) -> Result<Vec<(std::sync::Arc<Card>, Option<NaiveDateTime>)>> {
    let mut shown = Vec::new();
    for card in catalogue.emergencies()? {
        let expires = catalogue
            .document(&card.id)?
            .and_then(|live| live.document.expires_at);
        let last = card.updated.as_ref().map(|updated| updated.at.start());
        let since = card.published.map(|published| published.start()).max(last);
        let end = match expires {
            // The page goes at 公開終了, and the banner with it.
            Some(expires) => Some(expires.end()),
            None => since.map(|since| since + Duration::days(EMERGENCY_DAYS)),
        };
        if end.is_some_and(|end| end <= now) {
            continue;
        }
        until.maybe(end);
        shown.push((card, end));
        if shown.len() == EMERGENCIES {
            break;
        }
    }
    Ok(shown)
}
