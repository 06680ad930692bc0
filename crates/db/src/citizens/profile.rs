//! One citizen: reading, and changing facts and preferences.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use kairan_audience::Facts;
use serde::{Deserialize, Serialize};

use super::{State, facts, id_in};
use crate::audience::{self, Entry, Interner};
use crate::schema::{citizens, sensitive_facts};
use crate::time::micros;
use crate::{AnyConnection, Error, Result};

/// Wishes, apart from facts: they filter and bundle what one is entitled to (配信設定).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Category keys; none: all.
    pub interests: Vec<String>,
    /// Channels switched on or off; a channel that is absent is on where there is consent.
    pub channels: BTreeMap<String, bool>,
    /// Whether ordinary notices come bundled.
    pub digest: Digest,
}

/// How ordinary notices come (まとめて受け取る).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Digest {
    /// One by one.
    #[default]
    Off,
    /// Once a day.
    Daily,
    /// Once a week.
    Weekly,
}

impl Preferences {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    pub(super) fn read(key: &str, text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| Error::stored("preferences", key, "…"))
    }
}

/// What is known of one citizen, contact points aside.
#[derive(Clone, PartialEq, Eq)]
pub struct Citizen {
    /// The random key.
    pub key: String,
    /// Where the citizen stands.
    pub state: State,
    /// Language of pages and mails.
    pub lang: String,
    /// What was answered.
    pub facts: Facts,
    /// Preferences.
    pub preferences: Preferences,
    /// Registered (UTC).
    pub created_at: NaiveDateTime,
    /// Confirmed (UTC).
    pub confirmed_at: Option<NaiveDateTime>,
    /// Facts last changed (UTC).
    pub changed_at: NaiveDateTime,
}

impl fmt::Debug for Citizen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Citizen")
            .field("key", &self.key)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

#[derive(Queryable)]
struct Row {
    state: String,
    lang: String,
    facts: String,
    sensitive: Option<String>,
    preferences: String,
    created_at: NaiveDateTime,
    confirmed_at: Option<NaiveDateTime>,
    changed_at: NaiveDateTime,
}

/// One citizen by key, in whatever state.
///
/// # Errors
/// Those of the database.
pub fn get(c: &mut AnyConnection, key: &str) -> Result<Option<Citizen>> {
    let row: Option<Row> = citizens::table
        .left_join(sensitive_facts::table)
        .filter(citizens::citizen_key.eq(key))
        .select((
            citizens::state,
            citizens::lang,
            citizens::facts,
            sensitive_facts::facts.nullable(),
            citizens::preferences,
            citizens::created_at,
            citizens::confirmed_at,
            citizens::changed_at,
        ))
        .first(c)
        .optional()?;
    row.map(|row| {
        Ok(Citizen {
            key: key.to_owned(),
            state: State::read(&row.state, key)?,
            lang: row.lang,
            facts: facts::merge(key, &row.facts, row.sensitive.as_deref())?,
            preferences: Preferences::read(key, &row.preferences)?,
            created_at: row.created_at,
            confirmed_at: row.confirmed_at,
            changed_at: row.changed_at,
        })
    })
    .transpose()
}

/// Replaces the facts of an active citizen. Facts that say the same as before change nothing, so that nobody is looked
/// at again for pressing the button. Returns whether they changed. Call inside `Db::write`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::State`]; those of the database.
pub fn update_facts(
    c: &mut AnyConnection,
    key: &str,
    new: &Facts,
    now: NaiveDateTime,
) -> Result<bool> {
    let now = micros(now);
    let id = id_in(c, key, &[State::Active])?;
    if get(c, key)?.is_some_and(|citizen| citizen.facts == *new) {
        return Ok(false);
    }
    let sensitive = audience::sensitive_fields(c)?;
    facts::store(c, id, new, &sensitive)?;
    diesel::update(citizens::table.find(id))
        .set(citizens::changed_at.eq(now))
        .execute(c)?;
    let entry = Entry {
        citizen_id: id,
        facts: new,
        changed_at: now,
    };
    audience::replace(c, &mut Interner::default(), &[entry])?;
    Ok(true)
}

/// Replaces the preferences and language of an active citizen.
///
/// # Errors
/// [`Error::NotFound`], [`Error::State`]; those of the database.
pub fn update_preferences(
    c: &mut AnyConnection,
    key: &str,
    preferences: &Preferences,
    lang: &str,
) -> Result<()> {
    let id = id_in(c, key, &[State::Active])?;
    diesel::update(citizens::table.find(id))
        .set((
            citizens::preferences.eq(preferences.to_json()),
            citizens::lang.eq(lang),
        ))
        .execute(c)?;
    Ok(())
}
