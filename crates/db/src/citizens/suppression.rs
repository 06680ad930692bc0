//! Contact points to which nothing is sent, and why: nobody has the address, mail comes back, its owner wants none, LINE was left.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::contacts::{blind_index, find};
use super::{NOTICE_PURPOSE, NewConsent, State, recipients, record_consent};
use crate::notices::{Channel, UNDELIVERABLE, UNKNOWN_RECIPIENT};
use crate::schema::contact_points;
use crate::seal::Keyring;
use crate::{AnyConnection, Error, Result};

/// The owner of an address wants no mail there: the word for why nothing is sent to it.
pub const UNSUBSCRIBED: &str = "unsubscribed";
/// The owner of a LINE account has blocked or left the city's: the word for why nothing is sent to it.
pub const UNFOLLOWED: &str = "unfollowed";

/// Stops (`Some(reason)`) or resumes (`None`) sending to a contact point: `unknown_recipient`, `unsubscribed`, …
///
/// # Errors
/// Those of the database.
pub fn suppress(
    c: &mut AnyConnection,
    contact_id: &str,
    reason: Option<&str>,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(contact_points::table.find(contact_id))
        .set((
            contact_points::suppressed_reason.eq(reason),
            contact_points::suppressed_at.eq(reason.map(|_| now)),
        ))
        .execute(c)?;
    Ok(())
}

/// Stops sending to an address or account whoever has it; returns how many contact points that were.
///
/// # Errors
/// Those of the database.
pub fn suppress_address(
    c: &mut AnyConnection,
    keyring: &Keyring,
    channel: Channel,
    value: &str,
    reason: &str,
    now: NaiveDateTime,
) -> Result<usize> {
    match blind_index(keyring, channel, value) {
        Some(index) => suppress_index(c, channel.as_str(), index.as_str(), reason, now),
        None => Ok(0),
    }
}

/// Stops sending to the address of a contact point, whoever else has it: a family's mailbox is one mailbox. Returns how many contact points
/// that were.
///
/// # Errors
/// Those of the database.
pub fn suppress_same(
    c: &mut AnyConnection,
    contact_id: &str,
    reason: &str,
    now: NaiveDateTime,
) -> Result<usize> {
    match address_of(c, contact_id)? {
        Some((channel, index)) => suppress_index(c, &channel, &index, reason, now),
        None => Ok(0),
    }
}

fn suppress_index(
    c: &mut AnyConnection,
    channel: &str,
    index: &str,
    reason: &str,
    now: NaiveDateTime,
) -> Result<usize> {
    let same = contact_points::table
        .filter(contact_points::channel.eq(channel))
        .filter(contact_points::blind_index.eq(index));
    Ok(diesel::update(same)
        .set((
            contact_points::suppressed_reason.eq(Some(reason)),
            contact_points::suppressed_at.eq(Some(now)),
        ))
        .execute(c)?)
}

/// The owner of an address wants no more notices there (RFC 8058), whichever citizens have it. Who has no other address left withdraws the consent to
/// mail; `version` names the text that was shown. Once or ten times, it is the same. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn unsubscribe(
    c: &mut AnyConnection,
    contact_id: &str,
    version: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let Some((channel, index)) = address_of(c, contact_id)? else {
        return Ok(());
    };
    suppress_index(c, &channel, &index, UNSUBSCRIBED, now)?;
    let owners: Vec<String> = find(c, Channel::Mail, &index)?
        .into_iter()
        .filter(|one| one.state == State::Active)
        .map(|one| one.citizen_key)
        .collect();
    for person in recipients(c, &owners)? {
        let elsewhere = person
            .contacts
            .iter()
            .any(|contact| contact.channel == Channel::Mail && contact.is_usable());
        if !elsewhere && person.permits(Channel::Mail, NOTICE_PURPOSE) {
            let withdrawn = NewConsent {
                channel: Channel::Mail,
                purpose: NOTICE_PURPOSE.to_owned(),
                granted: false,
                version: version.to_owned(),
                source: "unsubscribe".to_owned(),
            };
            record_consent(c, &person.citizen_key, &withdrawn, now)?;
        }
    }
    Ok(())
}

/// Channel and blind index of a contact point.
fn address_of(c: &mut AnyConnection, contact_id: &str) -> Result<Option<(String, String)>> {
    Ok(contact_points::table
        .find(contact_id)
        .select((contact_points::channel, contact_points::blind_index))
        .first(c)
        .optional()?)
}

/// Marks a contact point as confirmed. Whatever had stopped sending to it is over; and that the address works is news for whoever else has it.
///
/// # Errors
/// [`Error::NotFound`]; those of the database.
pub fn verify_contact(c: &mut AnyConnection, contact_id: &str, now: NaiveDateTime) -> Result<()> {
    let (channel, index) =
        address_of(c, contact_id)?.ok_or_else(|| Error::not_found("連絡先", contact_id))?;
    diesel::update(contact_points::table.find(contact_id))
        .set(contact_points::verified_at.eq(now))
        .execute(c)?;
    suppress(c, contact_id, None, now)?;
    let dead = contact_points::table
        .filter(contact_points::channel.eq(channel))
        .filter(contact_points::blind_index.eq(index))
        .filter(
            contact_points::suppressed_reason
                .eq_any([Some(UNKNOWN_RECIPIENT), Some(UNDELIVERABLE)]),
        );
    diesel::update(dead)
        .set((
            contact_points::suppressed_reason.eq(None::<String>),
            contact_points::suppressed_at.eq(None::<NaiveDateTime>),
        ))
        .execute(c)?;
    Ok(())
}

/// To how many contact points nothing is sent: channel, reason, count. Reads all contact points: for staff, not for pages of citizens.
///
/// # Errors
/// Those of the database.
pub fn suppressed_counts(c: &mut AnyConnection) -> Result<Vec<(String, String, i64)>> {
    Ok(contact_points::table
        .filter(contact_points::suppressed_reason.is_not_null())
        .group_by((contact_points::channel, contact_points::suppressed_reason))
        .order((
            contact_points::channel.asc(),
            contact_points::suppressed_reason.asc(),
        ))
        .select((
            contact_points::channel,
            contact_points::suppressed_reason.assume_not_null(),
            diesel::dsl::count_star(),
        ))
        .load(c)?)
}
