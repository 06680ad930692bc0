//! Citizens: registration, contact points, consent, and what becomes of them.
//!
//! A citizen is known by a random key. Facts stand unsealed under it so that rules can be matched; contact points are
//! sealed. Nothing in here prints either: `Debug` is redacted. Instants are UTC.

mod consents;
mod contacts;
mod export;
mod facts;
mod import;
mod leave;
mod line;
mod links;
mod load;
mod profile;
mod recipients;
mod registration;
mod suppression;
mod tokens;

use diesel::prelude::*;
use rand::RngCore;

pub use crate::token::Token;
pub use consents::{Consent, NewConsent, consents, record_consent};
pub use contacts::{
    AddMail, ContactRef, LinkLine, add_mail, find_by_contact, link_line, remove_contact,
};
pub use export::export;
pub use facts::{facts, mark_sensitive, reindex};
pub use import::{Format, ImportProblem, ImportReport, ImportRow, import, parse_import};
pub use leave::{leave, purge_pending};
pub use line::{line_friend, note_line_event, take_line, unlink_line};
pub use links::{LinkPurpose, follow_link, signed_link};
pub use load::{NewCitizen, load};
pub use profile::{Citizen, Digest, Preferences, get, update_facts, update_preferences};
pub use recipients::{Contact, Recipient, contact_column, recipients};
pub use registration::{Confirmation, Registered, Registration, confirm, register};
pub use suppression::{
    UNFOLLOWED, UNSUBSCRIBED, suppress, suppress_address, suppress_same, suppressed_counts,
    unsubscribe, verify_contact,
};
pub use tokens::{Redeemed, TokenPurpose, is_token_known, issue_token, purge_tokens, redeem_token};

use crate::schema::citizens;
use crate::{AnyConnection, Error, Result};

/// The purpose of consent to ordinary notices (お知らせの配信).
pub const NOTICE_PURPOSE: &str = "notice";

/// Mail addresses a citizen may have.
pub const MAX_MAILS: usize = 2;

/// Where a citizen stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Registered, not yet confirmed by mail: counts nowhere.
    Pending,
    /// Confirmed.
    Active,
    /// Left: nothing personal is kept (退会).
    Left,
}

impl State {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Active => "active",
            State::Left => "left",
        }
    }

    fn read(word: &str, key: &str) -> Result<Self> {
        match word {
            "pending" => Ok(State::Pending),
            "active" => Ok(State::Active),
            "left" => Ok(State::Left),
            other => Err(Error::stored("citizens", key, other)),
        }
    }
}

/// 128 random bits: a citizen's name everywhere outside these tables.
fn new_key() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// The short stand-in of a citizen who is in one of these states.
fn id_in(c: &mut AnyConnection, key: &str, states: &[State]) -> Result<i32> {
    let row: Option<(i32, String)> = citizens::table
        .filter(citizens::citizen_key.eq(key))
        .select((citizens::id, citizens::state))
        .first(c)
        .optional()?;
    let (id, state) = row.ok_or_else(|| Error::not_found("利用者", key))?;
    let state = State::read(&state, key)?;
    if states.contains(&state) {
        Ok(id)
    } else {
        Err(Error::state("利用者", key, state.as_str()))
    }
}
