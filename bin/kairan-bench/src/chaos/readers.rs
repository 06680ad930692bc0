//! The public's side: pages over HTTP, and when each round of each article was first seen there.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;

use super::plan::Plan;
use crate::pages::Pages;

/// When the mark of an article's round first stood on a page somebody read.
type Seen = Arc<Mutex<HashMap<String, Instant>>>;

/// The server of published pages.
pub(super) struct Readers {
    pages: Pages,
    seen: Seen,
}

impl Readers {
    /// Serves a folder and remembers.
    pub(super) fn serve(folder: &Path) -> Result<Self> {
        let seen = Seen::default();
        let notes = Arc::clone(&seen);
        let pages = Pages::watched(folder, move |body| {
            for mark in marks(body) {
                let mut seen = notes.lock().unwrap_or_else(PoisonError::into_inner);
                seen.entry(mark).or_insert_with(Instant::now);
            }
        })?;
        Ok(Self { pages, seen })
    }

    pub(super) fn url(&self) -> &str {
        self.pages.url()
    }

    /// First sights by document and round.
    pub(super) fn shown(&self, plan: &Plan) -> HashMap<(String, u32), Instant> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shown = HashMap::new();
        for article in &plan.articles {
            for round in article.versions.iter().map(|one| one.round) {
                if let Some(at) = seen.get(&article.mark(round)) {
                    shown.insert((article.id.clone(), round), *at);
                }
            }
        }
        shown
    }
}

/// Words such as `c-0007-round-2`.
fn marks(body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words
        .filter(|word| word.contains("-round-"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_among_other_words() {
        let body = "<p>c-0007-round-2です。第1版。</p><a href=\"/c-0007/\">".as_bytes();
        assert_eq!(marks(body), ["c-0007-round-2"]);
    }
}
