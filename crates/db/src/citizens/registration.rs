//! Registering (登録): a citizen counts once the mail address is confirmed (double opt-in).

use std::fmt;

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use kairan_audience::Facts;

use super::contacts::{self, ContactRow};
use super::profile::Preferences;
use super::{
    NewConsent, State, Token, TokenPurpose, consents, facts, leave, load, new_key, suppression,
    tokens,
};
use crate::audience::{self, Entry, Interner};
use crate::connection::on;
use crate::notices::Channel;
use crate::schema::{citizens, contact_points};
use crate::seal::Keyring;
use crate::time::micros;
use crate::{AnyConnection, Error, Result};

/// What somebody typed into the form. The facts were checked against the profile.
#[derive(Clone)]
pub struct Registration<'a> {
    /// Mail address as typed.
    pub mail: &'a str,
    /// Language of pages and mails: `ja`, `ja-easy`, `en`, …
    pub lang: &'a str,
    /// What was answered.
    pub facts: &'a Facts,
    /// Preferences.
    pub preferences: &'a Preferences,
    /// Boxes that were ticked.
    pub consents: &'a [NewConsent],
}

impl fmt::Debug for Registration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registration(…)")
    }
}

/// What came of it. The page answers each kind of a plausible address alike and sends one mail in either case: whether
/// an address is registered is told to its owner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// Waits for confirmation: send the token to the address.
    New {
        /// The new citizen.
        citizen_key: String,
        /// The address.
        contact_id: String,
        /// For the link.
        token: Token,
    },
    /// The address is an active citizen's: send a mail that says so, with this log-in link. Nothing was stored.
    Known {
        /// Who has the address.
        citizen_key: String,
        /// The address.
        contact_id: String,
        /// For a log-in link.
        token: Token,
    },
    /// The address is an active citizen's, and nothing is sent to it, since mail came back or was not wanted: send the token as for a new one. What
    /// was typed is not stored; confirming lets mail go there again.
    Stopped {
        /// Who has the address.
        citizen_key: String,
        /// The address.
        contact_id: String,
        /// For the link.
        token: Token,
    },
    /// Not a mail address.
    InvalidMail,
}

/// What came of a confirmation link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// The citizen counts from now on, or the added address does.
    Confirmed {
        /// Whose.
        citizen_key: String,
        /// Whether the citizen became active just now (rather than having added an address).
        registered: bool,
    },
    /// The link had been opened before (mail programs do so): all is well.
    Again {
        /// Whose.
        citizen_key: String,
    },
    /// Another registration of the same address was confirmed first; this one is gone.
    Superseded,
    /// Unknown or over.
    Invalid,
}

/// Registers. `lifetime` is how long the link is good for; a day is usual. Call inside `Db::write`.
///
/// # Errors
/// Those of the database and of sealing.
pub fn register(
    c: &mut AnyConnection,
    keyring: &Keyring,
    registration: &Registration<'_>,
    lifetime: Duration,
    now: NaiveDateTime,
) -> Result<Registered> {
    let now = micros(now);
    let Some(index) = contacts::blind_index(keyring, Channel::Mail, registration.mail) else {
        return Ok(Registered::InvalidMail);
    };
    let known = contacts::find(c, Channel::Mail, index.as_str())?;
    if let Some(known) = known
        .into_iter()
        .find(|k| k.state == State::Active && k.verified)
    {
        let (citizen_key, contact_id) = (known.citizen_key, known.contact_id);
        let mut issue = |purpose| {
            tokens::issue_token(c, &citizen_key, Some(&contact_id), purpose, lifetime, now)
        };
        if known.suppressed.is_some() {
            let token = issue(TokenPurpose::Confirm)?;
            return Ok(Registered::Stopped {
                citizen_key,
                contact_id,
                token,
            });
        }
        let token = issue(TokenPurpose::Login)?;
        return Ok(Registered::Known {
            citizen_key,
            contact_id,
            token,
        });
    }
    let citizen_key = new_key();
    let id = load::allocate_ids(c, 1)?
        .first()
        .copied()
        .unwrap_or_default();
    let row = (
        citizens::id.eq(id),
        citizens::citizen_key.eq(&citizen_key),
        citizens::state.eq(State::Pending.as_str()),
        citizens::lang.eq(registration.lang),
        citizens::facts.eq("{}"),
        citizens::preferences.eq(registration.preferences.to_json()),
        citizens::created_at.eq(now),
        citizens::changed_at.eq(now),
    );
    on!(
        c,
        diesel::insert_into(citizens::table).values(row).execute(c)
    )?;
    let sensitive = audience::sensitive_fields(c)?;
    facts::store(c, id, registration.facts, &sensitive)?;
    for consent in registration.consents {
        consents::insert(c, id, consent, now)?;
    }
    let contact = ContactRow::seal(keyring, id, Channel::Mail, registration.mail, None, now)?
        .ok_or_else(|| Error::not_found("連絡先", &citizen_key))?;
    contact.insert(c)?;
    let token = tokens::issue(
        c,
        id,
        Some(&contact.id),
        TokenPurpose::Confirm,
        lifetime,
        now,
    )?;
    Ok(Registered::New {
        citizen_key,
        contact_id: contact.id,
        token,
    })
}

/// Confirms a registration or an added address. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn confirm(c: &mut AnyConnection, token: &str, now: NaiveDateTime) -> Result<Confirmation> {
    let now = micros(now);
    let Some(redeemed) = tokens::redeem_token(c, TokenPurpose::Confirm, token, now)? else {
        let again = tokens::used_token(c, TokenPurpose::Confirm, token, now)?;
        return Ok(
            again.map_or(Confirmation::Invalid, |redeemed| Confirmation::Again {
                citizen_key: redeemed.citizen_key,
            }),
        );
    };
    let citizen_key = redeemed.citizen_key;
    let contact: Option<(i32, String, String)> = contact_points::table
        .inner_join(citizens::table)
        .filter(contact_points::id.eq(redeemed.contact_id.unwrap_or_default()))
        .select((
            citizens::id,
            contact_points::id,
            contact_points::blind_index,
        ))
        .first(c)
        .optional()?;
    let Some((id, contact_id, index)) = contact else {
        return Ok(Confirmation::Invalid);
    };
    let same = contacts::find(c, Channel::Mail, &index)?;
    let registered = same
        .iter()
        .any(|o| o.contact_id == contact_id && o.state == State::Pending);
    if registered {
        if same
            .iter()
            .any(|other| other.state == State::Active && other.verified)
        {
            leave::delete_pending(c, &[id])?;
            return Ok(Confirmation::Superseded);
        }
        activate(c, id, &citizen_key, now)?;
        // Others who were waiting for the same address wait in vain.
        let mut rivals = Vec::new();
        for other in same
            .iter()
            .filter(|o| o.state == State::Pending && o.citizen_key != citizen_key)
        {
            rivals.push(super::id_in(c, &other.citizen_key, &[State::Pending])?);
        }
        leave::delete_pending(c, &rivals)?;
    }
    suppression::verify_contact(c, &contact_id, now)?;
    Ok(Confirmation::Confirmed {
        citizen_key,
        registered,
    })
}

fn activate(c: &mut AnyConnection, id: i32, key: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(citizens::table.find(id))
        .set((
            citizens::state.eq(State::Active.as_str()),
            citizens::confirmed_at.eq(now),
            citizens::changed_at.eq(now),
        ))
        .execute(c)?;
    let found = facts::facts(c, &[key.to_owned()])?;
    let entries: Vec<Entry<'_>> = found
        .iter()
        .map(|(_, facts)| Entry {
            citizen_id: id,
            facts,
            changed_at: now,
        })
        .collect();
    audience::replace(c, &mut Interner::default(), &entries)
}
