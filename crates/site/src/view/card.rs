//! A document in a list. Nothing here depends on the time of rendering: lists carry the windows, readers derive the state.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use serde::Serialize;

use super::Site;
use super::when::{When, windows};
use crate::error::Result;
use crate::live::Card;

#[derive(Serialize)]
struct CardView<'a> {
    path: &'a str,
    kind: &'static str,
    title: &'a str,
    summary: &'a str,
    published: Option<When>,
    windows: Option<String>,
    facts: bool,
    target: Option<&'a str>,
    anytime: bool,
    deadlines: Vec<DeadlineLine<'a>>,
    more: bool,
    sessions: Vec<SessionLine>,
    more_sessions: bool,
    ways: Option<String>,
}

#[derive(Serialize)]
struct DeadlineLine<'a> {
    label: Option<&'a str>,
    closes: When,
}

#[derive(Serialize)]
struct SessionLine {
    starts: When,
}

/// Deadlines or sessions a card names before it says ほか.
const SHOWN: usize = 2;

impl<'a> CardView<'a> {
    fn new(card: &'a Card) -> Self {
        let ways: Vec<_> = card.vias.iter().map(|via| via.label()).collect();
        let deadlines = card.deadlines.iter().take(SHOWN);
        let sessions = card.sessions.iter().take(SHOWN);
        Self {
            path: &card.path,
            kind: card.kind.label(),
            title: &card.title,
            summary: &card.summary,
            published: card.published.as_ref().map(When::day),
            windows: windows(&card.deadlines, card.anytime),
            facts: card.target.is_some()
                || card.anytime
                || !card.deadlines.is_empty()
                || !card.sessions.is_empty()
                || !ways.is_empty(),
            target: card.target.as_deref(),
            anytime: card.anytime,
            deadlines: deadlines
                .map(|deadline| DeadlineLine {
                    label: deadline.label.as_deref(),
                    closes: When::end(&deadline.closes),
                })
                .collect(),
            more: card.deadlines.len() > SHOWN,
            sessions: sessions
                .map(|session| SessionLine {
                    starts: When::full(&session.starts),
                })
                .collect(),
            more_sessions: card.sessions.len() > SHOWN,
            ways: (!ways.is_empty()).then(|| ways.join("・")),
        }
    }
}

/// HTML of cards by id and edition, shared by the pages of one run: a document stands in a dozen lists.
#[derive(Debug, Default)]
pub struct CardCache(Option<RwLock<Cards>>);

/// Edition and HTML by id.
type Cards = HashMap<String, (String, Arc<str>)>;

impl CardCache {
    /// Keeps every card; about a kilobyte each.
    #[must_use]
    pub fn keeping() -> Self {
        Self(Some(RwLock::default()))
    }

    /// Keeps nothing: for a handful of objects.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    fn get(&self, card: &Card) -> Option<Arc<str>> {
        let cache = self.0.as_ref()?.read().ok()?;
        let (edition, html) = cache.get(&card.id)?;
        (*edition == card.edition).then(|| Arc::clone(html))
    }

    fn put(&self, card: &Card, html: &Arc<str>) {
        if let Some(Ok(mut cache)) = self.0.as_ref().map(RwLock::write) {
            cache.insert(card.id.clone(), (card.edition.clone(), Arc::clone(html)));
        }
    }
}

impl Site {
    /// The HTML of one card.
    pub(crate) fn card(&self, card: &Card, cache: &CardCache) -> Result<Arc<str>> {
        if let Some(html) = cache.get(card) {
            return Ok(html);
        }
        let html: Arc<str> = self.theme.render("card", &CardView::new(card))?.into();
        cache.put(card, &html);
        Ok(html)
    }
}
