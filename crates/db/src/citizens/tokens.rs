//! Tokens in links that may be used once. The database holds a digest of them alone.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use super::State;
use crate::connection::on;
use crate::schema::{citizen_tokens, citizens};
use crate::token::digest;
use crate::{AnyConnection, Result, Token};

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenPurpose {
    /// Confirms a mail address (登録の確認).
    Confirm,
    /// Logs in by mail.
    Login,
    /// The nonce by which LINE names the citizen whose account it links.
    LineLink,
}

impl TokenPurpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            TokenPurpose::Confirm => "confirm",
            TokenPurpose::Login => "login",
            TokenPurpose::LineLink => "line-link",
        }
    }
}

/// Whose token it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// The citizen.
    pub citizen_key: String,
    /// The contact point it was sent to, if it is about one.
    pub contact_id: Option<String>,
}

/// Makes a token for a citizen who has not left.
///
/// # Errors
/// [`crate::Error::NotFound`], [`crate::Error::State`]; those of the database.
pub fn issue_token(
    c: &mut AnyConnection,
    citizen_key: &str,
    contact_id: Option<&str>,
    purpose: TokenPurpose,
    lifetime: Duration,
    now: NaiveDateTime,
) -> Result<Token> {
    let id = super::id_in(c, citizen_key, &[State::Pending, State::Active])?;
    issue(c, id, contact_id, purpose, lifetime, now)
}

pub(super) fn issue(
    c: &mut AnyConnection,
    citizen_id: i32,
    contact_id: Option<&str>,
    purpose: TokenPurpose,
    lifetime: Duration,
    now: NaiveDateTime,
) -> Result<Token> {
    let token = Token::random();
    let row = (
        citizen_tokens::hash.eq(digest(token.as_str())),
        citizen_tokens::citizen_id.eq(citizen_id),
        citizen_tokens::contact_id.eq(contact_id),
        citizen_tokens::purpose.eq(purpose.as_str()),
        citizen_tokens::created_at.eq(now),
        citizen_tokens::expires_at.eq(now + lifetime),
    );
    on!(
        c,
        diesel::insert_into(citizen_tokens::table)
            .values(row)
            .execute(c)
    )?;
    Ok(token)
}

/// Uses a token up. `None` where it is unknown, over, used, or for something else; callers say the same for all of
/// these. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn redeem_token(
    c: &mut AnyConnection,
    purpose: TokenPurpose,
    token: &str,
    now: NaiveDateTime,
) -> Result<Option<Redeemed>> {
    let hash = digest(token);
    // One statement decides who was first.
    let used = diesel::update(
        citizen_tokens::table
            .filter(citizen_tokens::hash.eq(&hash))
            .filter(citizen_tokens::purpose.eq(purpose.as_str()))
            .filter(citizen_tokens::expires_at.gt(now))
            .filter(citizen_tokens::used_at.is_null()),
    )
    .set(citizen_tokens::used_at.eq(now))
    .execute(c)?;
    if used == 0 {
        return Ok(None);
    }
    owner(c, purpose, &hash)
}

/// Whose used token this is, as long as it would still be valid: a link that is opened twice.
pub(super) fn used_token(
    c: &mut AnyConnection,
    purpose: TokenPurpose,
    token: &str,
    now: NaiveDateTime,
) -> Result<Option<Redeemed>> {
    let hash = digest(token);
    let known: i64 = citizen_tokens::table
        .filter(citizen_tokens::hash.eq(&hash))
        .filter(citizen_tokens::expires_at.gt(now))
        .filter(citizen_tokens::used_at.is_not_null())
        .count()
        .get_result(c)?;
    if known == 0 {
        Ok(None)
    } else {
        owner(c, purpose, &hash)
    }
}

fn owner(c: &mut AnyConnection, purpose: TokenPurpose, hash: &str) -> Result<Option<Redeemed>> {
    let row: Option<(String, Option<String>)> = citizen_tokens::table
        .inner_join(citizens::table)
        .filter(citizen_tokens::hash.eq(hash))
        .filter(citizen_tokens::purpose.eq(purpose.as_str()))
        .filter(citizens::state.ne(State::Left.as_str()))
        .select((citizens::citizen_key, citizen_tokens::contact_id))
        .first(c)
        .optional()?;
    Ok(row.map(|(citizen_key, contact_id)| Redeemed {
        citizen_key,
        contact_id,
    }))
}

/// Whether a token could be redeemed, or was and is not over yet: for the page that asks before it does so.
///
/// # Errors
/// Those of the database.
pub fn is_token_known(
    c: &mut AnyConnection,
    purpose: TokenPurpose,
    token: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let known: i64 = citizen_tokens::table
        .filter(citizen_tokens::hash.eq(digest(token)))
        .filter(citizen_tokens::purpose.eq(purpose.as_str()))
        .filter(citizen_tokens::expires_at.gt(now))
        .count()
        .get_result(c)?;
    Ok(known > 0)
}

/// Deletes tokens that are over; returns how many.
///
/// # Errors
/// Those of the database.
pub fn purge_tokens(c: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    Ok(
        diesel::delete(citizen_tokens::table.filter(citizen_tokens::expires_at.le(now)))
            .execute(c)?,
    )
}
