//! What a release will make, kept with it from its first commit on.

use std::sync::Arc;

use chrono::NaiveDateTime;
use kairan_db::{AnyConnection, releases, states};
use kairan_index::Manifest;
use kairan_theme::Theme;
use serde::{Deserialize, Serialize};

use crate::site_data::Current;
use crate::{Error, Result};

/// A document that a release leaves out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its id.
    pub document: String,
    /// 件名
    pub title: String,
    /// Why, for staff.
    pub reason: String,
}

impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "「{}」（{}）: {}",
            self.title, self.document, self.reason
        )
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Names of the objects to render.
    #[serde(default)]
    pub(crate) names: Vec<String>,
    /// Addresses of the site before this one, see [`kairan_db::forwards`].
    #[serde(default)]
    pub(crate) forwards: Vec<String>,
    /// Documents left out.
    #[serde(default)]
    pub(crate) skipped: Vec<Skipped>,
    /// The search index after it; `None` where it stays as it is.
    #[serde(default)]
    pub(crate) index: Option<IndexState>,
    /// Hash of the site data and fingerprint of the theme it is rendered with.
    #[serde(default)]
    pub(crate) made_with: (String, String),
}

impl Plan {
    pub(crate) fn load(c: &mut AnyConnection, release: i64) -> Result<Self> {
        match releases::plan(c, release)? {
            Some(text) => serde_json::from_str(&text).map_err(stored("公開計画")),
            None => Ok(Self::default()),
        }
    }

    pub(crate) fn store(&self, c: &mut AnyConnection, release: i64) -> Result<()> {
        let text = serde_json::to_string(self).map_err(stored("公開計画"))?;
        Ok(releases::set_plan(c, release, &text)?)
    }
}

/// What is known of the search index in the store.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct IndexState {
    /// Its pointer.
    pub(crate) manifest: Manifest,
    /// Objects nothing refers to any more, and since when (UTC): readers may still hold an older pointer.
    pub(crate) obsolete: Vec<(String, NaiveDateTime)>,
}

const INDEX: &str = "search-index";
const SITE: &str = "published-with";

impl IndexState {
    pub(crate) fn load(c: &mut AnyConnection) -> Result<Option<Self>> {
        let state = states::get(c, INDEX)?;
        // One of another format is as good as none: it is built anew.
        Ok(state.and_then(|state| serde_json::from_str(&state.data).ok()))
    }

    pub(crate) fn store(&self, c: &mut AnyConnection, now: NaiveDateTime) -> Result<()> {
        let text = serde_json::to_string(self).map_err(stored("検索索引の状態"))?;
        set(c, INDEX, &text, now)
    }
}

/// Whether the whole site must be made anew: it never was, or with other settings or another theme.
pub(crate) fn site_changed(
    c: &mut AnyConnection,
    current: &Current,
    theme: &Arc<Theme>,
) -> Result<bool> {
    let made_with = states::get(c, SITE)?;
    let now = made_with_text(&(current.hash.clone(), theme.fingerprint().to_owned()));
    Ok(made_with.is_none_or(|state| state.data != now))
}

/// Notes what the whole site was made with.
pub(crate) fn site_made(
    c: &mut AnyConnection,
    made_with: &(String, String),
    now: NaiveDateTime,
) -> Result<()> {
    set(c, SITE, &made_with_text(made_with), now)
}

fn made_with_text((site, theme): &(String, String)) -> String {
    // The program renders too: another version may write other pages.
    format!("{site} {theme} {}", env!("CARGO_PKG_VERSION"))
}

fn set(c: &mut AnyConnection, name: &str, text: &str, now: NaiveDateTime) -> Result<()> {
    let version = states::get(c, name)?.map_or(0, |state| state.version);
    states::compare_and_set(c, name, version, text, now)?;
    Ok(())
}

fn stored(what: &'static str) -> impl Fn(serde_json::Error) -> Error {
    move |source| Error::Stored { what, source }
}
