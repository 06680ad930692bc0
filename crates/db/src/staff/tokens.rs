//! Links that may be used once: the invitation, and the reset of a password.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use super::accounts::State;
use crate::connection::on;
use crate::schema::{staff, staff_tokens};
use crate::token::digest;
use crate::words::words;
use crate::{AnyConnection, Result, Token};

/// How long an invitation is good.
pub const INVITATION: Duration = Duration::days(7);
/// How long a link to reset a password is good.
pub const RESET: Duration = Duration::hours(1);

words! {
    /// What a link is good for.
    Purpose {
        /// The first password of an account.
        Invite = "invite",
        /// Another password.
        Reset = "reset",
    }
}

impl Purpose {
    fn lifetime(self) -> Duration {
        match self {
            Self::Invite => INVITATION,
            Self::Reset => RESET,
        }
    }
}

/// Makes a link's token; earlier ones of the account are over. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn issue_token(
    c: &mut AnyConnection,
    staff_id: &str,
    purpose: Purpose,
    now: NaiveDateTime,
) -> Result<Token> {
    diesel::delete(staff_tokens::table.filter(staff_tokens::staff_id.eq(staff_id))).execute(c)?;
    let token = Token::random();
    let row = (
        staff_tokens::hash.eq(digest(token.as_str())),
        staff_tokens::staff_id.eq(staff_id),
        staff_tokens::purpose.eq(purpose.as_str()),
        staff_tokens::created_at.eq(now),
        staff_tokens::expires_at.eq(now + purpose.lifetime()),
    );
    on!(
        c,
        diesel::insert_into(staff_tokens::table)
            .values(row)
            .execute(c)
    )?;
    Ok(token)
}

/// Whose link it is, as long as it may be used: for the page that asks before anything is done.
///
/// # Errors
/// Those of the database.
pub fn token_owner(
    c: &mut AnyConnection,
    purpose: Purpose,
    token: &str,
    now: NaiveDateTime,
) -> Result<Option<String>> {
    Ok(staff_tokens::table
        .inner_join(staff::table.on(staff::id.eq(staff_tokens::staff_id)))
        .filter(staff_tokens::hash.eq(digest(token)))
        .filter(staff_tokens::purpose.eq(purpose.as_str()))
        .filter(staff_tokens::expires_at.gt(now))
        .filter(staff_tokens::used_at.is_null())
        .filter(staff::state.eq_any([State::Invited.as_str(), State::Active.as_str()]))
        .select(staff::id)
        .first(c)
        .optional()?)
}

/// Uses a link up: whose it was. `None` where it is unknown, over, used, or for something else. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn redeem_token(
    c: &mut AnyConnection,
    purpose: Purpose,
    token: &str,
    now: NaiveDateTime,
) -> Result<Option<String>> {
    let Some(owner) = token_owner(c, purpose, token, now)? else {
        return Ok(None);
    };
    // One statement decides who was first.
    let used = diesel::update(
        staff_tokens::table
            .find(digest(token))
            .filter(staff_tokens::used_at.is_null()),
    )
    .set(staff_tokens::used_at.eq(now))
    .execute(c)?;
    Ok((used > 0).then_some(owner))
}
