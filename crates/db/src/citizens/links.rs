//! Signed links in mails: preferences and unsubscribe. They need no row each (a million mails would make a million),
//! name a contact point by its random id, and end with a date or with the contact point.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use ulid::Ulid;

use super::{Redeemed, State};
use crate::schema::{citizens, contact_points};
use crate::seal::Keyring;
use crate::{AnyConnection, Result};

/// What a signed link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Shows and changes preferences (配信設定).
    Preferences,
    /// Ends mail to this address at once (RFC 8058).
    Unsubscribe,
}

impl LinkPurpose {
    fn label(self) -> &'static str {
        match self {
            LinkPurpose::Preferences => "link:preferences",
            LinkPurpose::Unsubscribe => "link:unsubscribe",
        }
    }
}

const ID: usize = 16;
const BODY: usize = ID + 4;

/// The text of a link for a contact point, valid through the day `until` (Japan); 48 characters safe in a URL. An
/// identifier that is no contact point's gives a link that leads nowhere.
#[must_use]
pub fn signed_link(
    keyring: &Keyring,
    purpose: LinkPurpose,
    contact_id: &str,
    until: NaiveDate,
) -> String {
    let id = Ulid::from_string(contact_id).unwrap_or_default();
    let mut bytes = Vec::with_capacity(BODY + 16);
    bytes.extend_from_slice(&id.to_bytes());
    bytes.extend_from_slice(&until.num_days_from_ce().to_be_bytes());
    let mac = mac(keyring, purpose, &bytes);
    bytes.extend_from_slice(&mac);
    BASE64.encode(bytes)
}

/// Whom a signed link leads to; `None` where it is forged, over, or its contact point is gone. It may be followed any
/// number of times.
///
/// # Errors
/// Those of the database.
pub fn follow_link(
    c: &mut AnyConnection,
    keyring: &Keyring,
    purpose: LinkPurpose,
    text: &str,
    today: NaiveDate,
) -> Result<Option<Redeemed>> {
    let Some(contact_id) = read(keyring, purpose, text, today) else {
        return Ok(None);
    };
    let key: Option<String> = contact_points::table
        .inner_join(citizens::table)
        .filter(contact_points::id.eq(&contact_id))
        .filter(citizens::state.eq(State::Active.as_str()))
        .select(citizens::citizen_key)
        .first(c)
        .optional()?;
    Ok(key.map(|citizen_key| Redeemed {
        citizen_key,
        contact_id: Some(contact_id),
    }))
}

fn read(keyring: &Keyring, purpose: LinkPurpose, text: &str, today: NaiveDate) -> Option<String> {
    let bytes = BASE64.decode(text).ok()?;
    let (body, given) = bytes.split_at_checked(BODY)?;
    let wanted = mac(keyring, purpose, body);
    // In constant time: every byte is looked at.
    let differs = given.len() != wanted.len()
        || given
            .iter()
            .zip(&wanted)
            .fold(0, |all, (a, b)| all | (a ^ b))
            != 0;
    let (id, day) = body.split_at_checked(ID)?;
    let until = i32::from_be_bytes(day.try_into().ok()?);
    let over = today.num_days_from_ce() > until;
    (!differs && !over).then_some(())?;
    Some(Ulid::from_bytes(id.try_into().ok()?).to_string())
}

fn mac(keyring: &Keyring, purpose: LinkPurpose, body: &[u8]) -> Vec<u8> {
    let digest = keyring.blind_index(purpose.label(), &hex::encode(body));
    hex::decode(digest.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_good_for_one_purpose_until_its_day() {
        let ring = Keyring::generate();
        let day = |d| NaiveDate::from_ymd_opt(2026, 12, d).unwrap();
        let id = Ulid::new().to_string();
        let link = signed_link(&ring, LinkPurpose::Unsubscribe, &id, day(10));
        let other = Keyring::generate();
        let read = |ring, purpose, text: &str, d| read(ring, purpose, text, day(d));
        assert_eq!(link.len(), 48);
        assert_eq!(read(&ring, LinkPurpose::Unsubscribe, &link, 10), Some(id));
        assert_eq!(read(&ring, LinkPurpose::Unsubscribe, &link, 11), None);
        assert_eq!(read(&ring, LinkPurpose::Preferences, &link, 10), None);
        assert_eq!(read(&other, LinkPurpose::Unsubscribe, &link, 10), None);
        assert_eq!(read(&ring, LinkPurpose::Unsubscribe, "日本語", 10), None);
        let mut forged = BASE64.decode(&link).unwrap();
        forged[19] ^= 1;
        assert_eq!(
            read(&ring, LinkPurpose::Unsubscribe, &BASE64.encode(forged), 10),
            None
        );
    }
}
