//! 新着の配信: Atom and JSON Feed of the newest documents.

use atom_syndication::{Category, Entry, Feed, FixedDateTime, Link, Person, Text};
use chrono::{DateTime, FixedOffset, NaiveDateTime};
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::{ListKey, ObjectKey};
use crate::live::Card;
use crate::view::Site;

/// Entries of a feed.
const ENTRIES: usize = 30;
/// Japan Standard Time, in seconds.
const JST: i32 = 9 * 3600;

impl Site {
    pub(crate) fn atom(&self, catalogue: &dyn Catalogue) -> Result<String> {
        let cards = catalogue.newest(&ListKey::All, ENTRIES)?;
        let entries: Vec<Entry> = cards.iter().map(|card| self.entry(card)).collect();
        let updated = entries
            .iter()
            .map(|entry| entry.updated)
            .max()
            .unwrap_or_else(epoch);
        let feed = Feed {
            title: Text::plain(format!("{} 新着情報", self.view.title)),
            id: self.absolute("/"),
            lang: Some(self.view.lang.clone()),
            updated,
            links: vec![
                self.link("alternate", "/news/"),
                self.link("self", "/feed.xml"),
            ],
            authors: vec![Person {
                name: self.view.title.clone(),
                ..Person::default()
            }],
            entries,
            ..Feed::default()
        };
        Ok(feed.to_string())
    }

    fn entry(&self, card: &Card) -> Entry {
        Entry {
            // Identity is the id: a new slug is no new entry.
            id: self.absolute(&ObjectKey::Data(card.kind, card.id.clone()).path()),
            title: Text::plain(card.title.clone()),
            summary: Some(Text::plain(card.summary.clone())),
            updated: updated(card),
            published: card.published.map(|published| jst(published.start())),
            categories: vec![Category {
                term: card.kind.as_str().to_owned(),
                label: Some(card.kind.label().to_owned()),
                ..Category::default()
            }],
            links: vec![self.link("alternate", &card.path)],
            ..Entry::default()
        }
    }

    fn link(&self, rel: &str, path: &str) -> Link {
        Link {
            rel: rel.to_owned(),
            href: self.absolute(path),
            ..Link::default()
        }
    }

    pub(crate) fn json_feed(&self, catalogue: &dyn Catalogue) -> Result<Vec<u8>> {
        let cards = catalogue.newest(&ListKey::All, ENTRIES)?;
        let feed = JsonFeed {
            version: "https://jsonfeed.org/version/1.1",
            title: format!("{} 新着情報", self.view.title),
            home_page_url: self.absolute("/news/"),
            feed_url: self.absolute("/feed.json"),
            language: &self.view.lang,
            items: cards
                .iter()
                .map(|card| JsonItem {
                    id: self.absolute(&ObjectKey::Data(card.kind, card.id.clone()).path()),
                    url: self.absolute(&card.path),
                    title: &card.title,
                    content_text: &card.summary,
                    date_published: card.published.map(|at| jst(at.start()).to_rfc3339()),
                    date_modified: card
                        .updated
                        .as_ref()
                        .map(|at| jst(at.at.start()).to_rfc3339()),
                    tags: [card.kind.label()],
                })
                .collect(),
        };
        Ok(serde_json::to_vec(&feed)?)
    }
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    language: &'a str,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: String,
    url: String,
    title: &'a str,
    content_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    tags: [&'static str; 1],
}

/// When an entry last changed: its 更新, else its publication.
fn updated(card: &Card) -> FixedDateTime {
    let at = card.updated.as_ref().map(|updated| updated.at.start());
    at.max(card.published.map(|published| published.start()))
        .map_or_else(epoch, jst)
}

/// An instant in Japan with its offset.
pub(crate) fn jst(at: NaiveDateTime) -> DateTime<FixedOffset> {
    let utc = at - chrono::Duration::seconds(i64::from(JST));
    #[expect(clippy::unwrap_used, reason = "nine hours are a valid offset")]
    let offset = FixedOffset::east_opt(JST).unwrap();
    DateTime::from_naive_utc_and_offset(utc, offset)
}

/// What stands where no date is known: feeds must have one.
fn epoch() -> FixedDateTime {
    jst(NaiveDateTime::default())
}
