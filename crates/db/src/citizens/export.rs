//! Everything that is held about one citizen (本人への開示).

use diesel::prelude::*;
use serde_json::{Value, json};

use super::{consents, get, recipients};
use crate::schema::{citizens, contact_points};
use crate::seal::Keyring;
use crate::{AnyConnection, Error, Result};

/// All that these tables hold about a citizen, as JSON, contact points opened; notices are the caller's to add.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Aborted`] where a value does not open; those of the database.
pub fn export(c: &mut AnyConnection, keyring: &Keyring, key: &str) -> Result<Value> {
    let citizen = get(c, key)?.ok_or_else(|| Error::not_found("利用者", key))?;
    let mut contacts = Vec::new();
    for recipient in recipients(c, &[key.to_owned()])? {
        for contact in &recipient.contacts {
            let times: (chrono::NaiveDateTime, Option<chrono::NaiveDateTime>) =
                contact_points::table
                    .find(&contact.id)
                    .select((contact_points::created_at, contact_points::verified_at))
                    .first(c)?;
            contacts.push(json!({
                "id": contact.id,
                "channel": contact.channel.as_str(),
                "value": contact.open(keyring).map_err(Error::abort)?,
                "created_at": times.0.and_utc(),
                "verified_at": times.1.map(|at| at.and_utc()),
                "suppressed": contact.suppressed,
            }));
        }
    }
    let left_at: Option<chrono::NaiveDateTime> = citizens::table
        .filter(citizens::citizen_key.eq(key))
        .select(citizens::left_at)
        .first(c)?;
    let consents: Vec<Value> = consents(c, key)?
        .into_iter()
        .map(|consent| {
            json!({
                "channel": consent.channel,
                "purpose": consent.purpose,
                "granted": consent.granted,
                "version": consent.version,
                "source": consent.source,
                "at": consent.at.and_utc(),
            })
        })
        .collect();
    Ok(json!({
        "key": citizen.key,
        "state": citizen.state.as_str(),
        "lang": citizen.lang,
        "created_at": citizen.created_at.and_utc(),
        "confirmed_at": citizen.confirmed_at.map(|at| at.and_utc()),
        "changed_at": citizen.changed_at.and_utc(),
        "left_at": left_at.map(|at| at.and_utc()),
        "facts": citizen.facts,
        "preferences": citizen.preferences,
        "contacts": contacts,
        "consents": consents,
    }))
}
