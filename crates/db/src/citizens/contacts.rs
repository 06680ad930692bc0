//! Contact points (連絡先): mail addresses and LINE accounts, sealed, found again by their blind index.

use std::fmt;

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use ulid::Ulid;

use super::{MAX_MAILS, State, Token, TokenPurpose, id_in, tokens};
use crate::connection::on;
use crate::notices::Channel;
use crate::schema::{citizen_tokens, citizens, contact_points};
use crate::seal::{BlindIndex, Keyring, Place, normalise_line, normalise_mail};
use crate::{AnyConnection, Error, Result};

/// Table and purpose under which contact points are sealed.
pub(super) const TABLE: &str = "contact_points";
pub(super) const PURPOSE: &str = "value";

/// What became of a mail address that a citizen wants to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddMail {
    /// Added; it counts once the token comes back.
    Added {
        /// The contact point.
        contact_id: String,
        /// To be sent to the address.
        token: Token,
    },
    /// The citizen has this address already.
    Already,
    /// The citizen has [`MAX_MAILS`] addresses.
    TooMany,
    /// Not a mail address.
    Invalid,
}

/// What became of a LINE account that a citizen wants to link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkLine {
    /// Linked, or linked before.
    Linked {
        /// The contact point.
        contact_id: String,
    },
    /// Another citizen has linked this account.
    Taken,
    /// Not a LINE user identifier.
    Invalid,
}

/// A contact point of somebody, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRef {
    /// The contact point.
    pub contact_id: String,
    /// Whose it is.
    pub citizen_key: String,
    /// Where the citizen stands.
    pub state: State,
    /// Whether the contact point was confirmed.
    pub verified: bool,
    /// Why nothing may be sent to it, if so.
    pub suppressed: Option<String>,
}

/// A row to be written; its `Debug` shows no value.
#[derive(Insertable)]
#[diesel(table_name = contact_points, treat_none_as_default_value = false)]
pub(super) struct ContactRow {
    pub(super) id: String,
    citizen_id: i32,
    channel: &'static str,
    value: String,
    blind_index: String,
    created_at: NaiveDateTime,
    verified_at: Option<NaiveDateTime>,
}

impl fmt::Debug for ContactRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactRow")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .finish()
    }
}

impl ContactRow {
    /// Seals a contact; `None` where it has no plausible shape.
    pub(super) fn seal(
        keyring: &Keyring,
        citizen_id: i32,
        channel: Channel,
        value: &str,
        verified_at: Option<NaiveDateTime>,
        now: NaiveDateTime,
    ) -> Result<Option<Self>> {
        let Some(blind_index) = blind_index(keyring, channel, value) else {
            return Ok(None);
        };
        let millis = u64::try_from(now.and_utc().timestamp_millis()).unwrap_or_default();
        let id = Ulid::from_parts(millis, rand::random()).to_string();
        let place = Place {
            table: TABLE,
            row: &id,
            purpose: PURPOSE,
        };
        let sealed = keyring
            .seal(place, value.trim().as_bytes())
            .map_err(Error::abort)?;
        Ok(Some(Self {
            id,
            citizen_id,
            channel: channel.as_str(),
            value: sealed,
            blind_index: blind_index.as_str().to_owned(),
            created_at: now,
            verified_at,
        }))
    }

    pub(super) fn insert(&self, c: &mut AnyConnection) -> Result<()> {
        on!(
            c,
            diesel::insert_into(contact_points::table)
                .values(self)
                .execute(c)
        )?;
        Ok(())
    }
}

pub(super) fn blind_index(keyring: &Keyring, channel: Channel, value: &str) -> Option<BlindIndex> {
    let normalised = match channel {
        Channel::Mail => normalise_mail(value)?,
        Channel::Line => normalise_line(value)?,
        Channel::Inbox => return None,
    };
    Some(keyring.blind_index(channel.as_str(), &normalised))
}

/// Adds a second (or first) mail address to an active citizen. Call inside `Db::write`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::State`]; those of the database.
pub fn add_mail(
    c: &mut AnyConnection,
    keyring: &Keyring,
    citizen_key: &str,
    address: &str,
    lifetime: Duration,
    now: NaiveDateTime,
) -> Result<AddMail> {
    let id = id_in(c, citizen_key, &[State::Active])?;
    let Some(row) = ContactRow::seal(keyring, id, Channel::Mail, address, None, now)? else {
        return Ok(AddMail::Invalid);
    };
    let own: Vec<(String, String, Option<NaiveDateTime>)> = contact_points::table
        .filter(contact_points::citizen_id.eq(id))
        .filter(contact_points::channel.eq(Channel::Mail.as_str()))
        .select((
            contact_points::id,
            contact_points::blind_index,
            contact_points::verified_at,
        ))
        .load(c)?;
    if let Some((contact_id, _, verified)) =
        own.iter().find(|(_, index, _)| *index == row.blind_index)
    {
        if verified.is_some() {
            return Ok(AddMail::Already);
        }
        let purpose = TokenPurpose::Confirm;
        let token = tokens::issue(c, id, Some(contact_id), purpose, lifetime, now)?;
        return Ok(AddMail::Added {
            contact_id: contact_id.clone(),
            token,
        });
    }
    if own.len() >= MAX_MAILS {
        return Ok(AddMail::TooMany);
    }
    row.insert(c)?;
    let token = tokens::issue(c, id, Some(&row.id), TokenPurpose::Confirm, lifetime, now)?;
    Ok(AddMail::Added {
        contact_id: row.id,
        token,
    })
}

/// Links a LINE account to an active citizen; it counts as confirmed, since LINE vouches for it. Call inside
/// `Db::write`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::State`]; those of the database.
pub fn link_line(
    c: &mut AnyConnection,
    keyring: &Keyring,
    citizen_key: &str,
    user_id: &str,
    now: NaiveDateTime,
) -> Result<LinkLine> {
    let id = id_in(c, citizen_key, &[State::Active])?;
    let Some(row) = ContactRow::seal(keyring, id, Channel::Line, user_id, Some(now), now)? else {
        return Ok(LinkLine::Invalid);
    };
    let others = find(c, Channel::Line, &row.blind_index)?;
    match others.first() {
        Some(known) if known.citizen_key == citizen_key => Ok(LinkLine::Linked {
            contact_id: known.contact_id.clone(),
        }),
        Some(_) => Ok(LinkLine::Taken),
        None => {
            row.insert(c)?;
            Ok(LinkLine::Linked { contact_id: row.id })
        }
    }
}

/// Deletes a contact point of a citizen and its tokens; `false` where there was none. Consent is not touched.
///
/// # Errors
/// Those of the database.
pub fn remove_contact(c: &mut AnyConnection, citizen_key: &str, contact_id: &str) -> Result<bool> {
    let id = id_in(c, citizen_key, &[State::Active])?;
    diesel::delete(citizen_tokens::table.filter(citizen_tokens::contact_id.eq(contact_id)))
        .execute(c)?;
    let own = contact_points::table
        .filter(contact_points::id.eq(contact_id))
        .filter(contact_points::citizen_id.eq(id));
    Ok(diesel::delete(own).execute(c)? > 0)
}

/// The citizens who have this address or account: several for a family's address, active ones first.
///
/// # Errors
/// Those of the database.
pub fn find_by_contact(
    c: &mut AnyConnection,
    keyring: &Keyring,
    channel: Channel,
    value: &str,
) -> Result<Vec<ContactRef>> {
    match blind_index(keyring, channel, value) {
        Some(index) => find(c, channel, index.as_str()),
        None => Ok(Vec::new()),
    }
}

pub(super) fn find(
    c: &mut AnyConnection,
    channel: Channel,
    index: &str,
) -> Result<Vec<ContactRef>> {
    #[expect(clippy::type_complexity, reason = "read here alone")]
    let rows: Vec<(
        String,
        String,
        String,
        Option<NaiveDateTime>,
        Option<String>,
    )> = contact_points::table
        .inner_join(citizens::table)
        .filter(contact_points::channel.eq(channel.as_str()))
        .filter(contact_points::blind_index.eq(index))
        // 'active' sorts before 'pending'; then the oldest.
        .order((citizens::state, citizens::id, contact_points::id))
        .select((
            contact_points::id,
            citizens::citizen_key,
            citizens::state,
            contact_points::verified_at,
            contact_points::suppressed_reason,
        ))
        .load(c)?;
    rows.into_iter()
        .map(
            |(contact_id, citizen_key, state, verified_at, suppressed)| {
                let state = State::read(&state, &citizen_key)?;
                Ok(ContactRef {
                    contact_id,
                    citizen_key,
                    state,
                    verified: verified_at.is_some(),
                    suppressed,
                })
            },
        )
        .collect()
}
