//! Consent (同意): an append-only record per channel and purpose; the last entry counts.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;

use super::{State, id_in};
use crate::connection::on;
use crate::notices::Channel;
use crate::schema::consents;
use crate::{AnyConnection, Result};

/// A consent to be recorded, or its withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsent {
    /// The channel it is about.
    pub channel: Channel,
    /// What for, such as `notice`.
    pub purpose: String,
    /// Given, or withdrawn.
    pub granted: bool,
    /// Version of the text that was shown.
    pub version: String,
    /// Where it was said: `register`, `preferences`, `unsubscribe`, `line`, `import`, `staff`.
    pub source: String,
}

/// One entry of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Queryable)]
pub struct Consent {
    /// The channel it is about: `inbox`, `mail` or `line`.
    pub channel: String,
    /// What for.
    pub purpose: String,
    /// Given, or withdrawn.
    pub granted: bool,
    /// Version of the text that was shown.
    pub version: String,
    /// Where it was said.
    pub source: String,
    /// When (UTC).
    pub at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
pub(super) struct ConsentRow {
    citizen_id: i32,
    channel: &'static str,
    purpose: String,
    granted: bool,
    version: String,
    source: String,
    at: NaiveDateTime,
}

impl ConsentRow {
    pub(super) fn new(citizen_id: i32, consent: &NewConsent, at: NaiveDateTime) -> Self {
        Self {
            citizen_id,
            channel: consent.channel.as_str(),
            purpose: consent.purpose.clone(),
            granted: consent.granted,
            version: consent.version.clone(),
            source: consent.source.clone(),
            at,
        }
    }
}

/// Adds to the record of a citizen.
///
/// # Errors
/// [`crate::Error::NotFound`] or [`crate::Error::State`] where the citizen is unknown or has left; those of the database.
pub fn record_consent(
    c: &mut AnyConnection,
    citizen_key: &str,
    consent: &NewConsent,
    now: NaiveDateTime,
) -> Result<()> {
    let id = id_in(c, citizen_key, &[State::Pending, State::Active])?;
    insert(c, id, consent, now)
}

pub(super) fn insert(
    c: &mut AnyConnection,
    citizen_id: i32,
    consent: &NewConsent,
    now: NaiveDateTime,
) -> Result<()> {
    let row = ConsentRow::new(citizen_id, consent, now);
    on!(
        c,
        diesel::insert_into(consents::table).values(&row).execute(c)
    )?;
    Ok(())
}

/// The whole record of a citizen, oldest first.
///
/// # Errors
/// As [`record_consent`], but the record of who left can still be read.
pub fn consents(c: &mut AnyConnection, citizen_key: &str) -> Result<Vec<Consent>> {
    let id = id_in(
        c,
        citizen_key,
        &[State::Pending, State::Active, State::Left],
    )?;
    Ok(consents::table
        .filter(consents::citizen_id.eq(id))
        .order(consents::id)
        .select((
            consents::channel,
            consents::purpose,
            consents::granted,
            consents::version,
            consents::source,
            consents::at,
        ))
        .load(c)?)
}
