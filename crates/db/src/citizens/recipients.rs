//! Citizens as the fan-out sees them, many at a time: where they can be reached and what they allowed.

use std::collections::{HashMap, HashSet};
use std::fmt;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::State;
use super::contacts::{PURPOSE, TABLE};
use super::profile::Preferences;
use crate::audience::CHUNK;
use crate::connection::on;
use crate::notices::Channel;
use crate::schema::{citizens, consents, contact_points};
use crate::seal::{Keyring, Place, SealError, SealedColumn};
use crate::{AnyConnection, Result};

/// Somebody who may be told something.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// The citizen.
    pub citizen_key: String,
    /// Where the citizen stands.
    pub state: State,
    /// Language of mails.
    pub lang: String,
    /// Preferences.
    pub preferences: Preferences,
    /// Mail addresses and LINE accounts, oldest first.
    pub contacts: Vec<Contact>,
    consents: HashSet<(Channel, String)>,
}

impl Recipient {
    /// Whether there is consent for a channel and purpose now, and the channel is not switched off. The inbox needs
    /// none: it is what registering is for.
    #[must_use]
    pub fn permits(&self, channel: Channel, purpose: &str) -> bool {
        let switched_on = self.preferences.channels.get(channel.as_str()) != Some(&false);
        self.state == State::Active
            && (channel == Channel::Inbox
                || (switched_on && self.consents.contains(&(channel, purpose.to_owned()))))
    }
}

/// A contact point, still sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The contact point.
    pub id: String,
    /// `Mail` or `Line`.
    pub channel: Channel,
    /// Equal for equal addresses, whoever has them.
    pub blind_index: String,
    /// Whether it was confirmed.
    pub verified: bool,
    /// Why nothing may be sent to it, if so.
    pub suppressed: Option<String>,
    sealed: String,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Contact {
    /// The address or account itself.
    ///
    /// # Errors
    /// [`SealError`] where its key is missing or it was altered.
    pub fn open(&self, keyring: &Keyring) -> Result<String, SealError> {
        keyring.open_text(
            Place {
                table: TABLE,
                row: &self.id,
                purpose: PURPOSE,
            },
            &self.sealed,
        )
    }

    /// Whether it is confirmed and not suppressed.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.verified && self.suppressed.is_none()
    }
}

/// The column of sealed contact points, for `seal::reseal`.
#[must_use]
pub fn contact_column() -> SealedColumn {
    SealedColumn {
        table: TABLE,
        id: "id",
        column: "value",
        purpose: PURPOSE,
    }
}

#[derive(Queryable)]
struct ContactLine {
    citizen_id: i32,
    id: String,
    channel: String,
    value: String,
    blind_index: String,
    verified_at: Option<NaiveDateTime>,
    suppressed_reason: Option<String>,
}

/// These citizens with contact points and current consent, in the order of the keys; keys that name nobody are left
/// out. Three queries for a thousand.
///
/// # Errors
/// Those of the database.
pub fn recipients(c: &mut AnyConnection, keys: &[String]) -> Result<Vec<Recipient>> {
    let mut found = HashMap::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        load_chunk(c, chunk, &mut found)?;
    }
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

fn load_chunk(
    c: &mut AnyConnection,
    keys: &[String],
    found: &mut HashMap<String, Recipient>,
) -> Result<()> {
    let rows: Vec<(i32, String, String, String, String)> = on!(
        c,
        citizens::table
            .filter(citizens::citizen_key.eq_any(keys))
            .select((
                citizens::id,
                citizens::citizen_key,
                citizens::state,
                citizens::lang,
                citizens::preferences,
            ))
            .load(c)
    )?;
    let mut by_id = HashMap::with_capacity(rows.len());
    for (id, citizen_key, state, lang, preferences) in rows {
        let recipient = Recipient {
            state: State::read(&state, &citizen_key)?,
            preferences: Preferences::read(&citizen_key, &preferences)?,
            citizen_key,
            lang,
            contacts: Vec::new(),
            consents: HashSet::new(),
        };
        by_id.insert(id, recipient);
    }
    let ids: Vec<i32> = by_id.keys().copied().collect();
    let contacts: Vec<ContactLine> = on!(
        c,
        contact_points::table
            .filter(contact_points::citizen_id.eq_any(&ids))
            .order((contact_points::created_at, contact_points::id))
            .select((
                contact_points::citizen_id,
                contact_points::id,
                contact_points::channel,
                contact_points::value,
                contact_points::blind_index,
                contact_points::verified_at,
                contact_points::suppressed_reason,
            ))
            .load(c)
    )?;
    for line in contacts {
        let channel = Channel::read(&line.channel, &line.id)?;
        if let Some(recipient) = by_id.get_mut(&line.citizen_id) {
            recipient.contacts.push(Contact {
                id: line.id,
                channel,
                blind_index: line.blind_index,
                verified: line.verified_at.is_some(),
                suppressed: line.suppressed_reason,
                sealed: line.value,
            });
        }
    }
    let record: Vec<(i32, String, String, bool)> = on!(
        c,
        consents::table
            .filter(consents::citizen_id.eq_any(&ids))
            .order(consents::id)
            .select((
                consents::citizen_id,
                consents::channel,
                consents::purpose,
                consents::granted,
            ))
            .load(c)
    )?;
    for (id, channel, purpose, granted) in record {
        if let Some(recipient) = by_id.get_mut(&id) {
            let entry = (Channel::read(&channel, &recipient.citizen_key)?, purpose);
            // Oldest first: the last entry counts.
            if granted {
                recipient.consents.insert(entry);
            } else {
                recipient.consents.remove(&entry);
            }
        }
    }
    found.extend(by_id.into_values().map(|r| (r.citizen_key.clone(), r)));
    Ok(())
}
