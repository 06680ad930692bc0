//! Log-ins. The cookie holds 256 random bits, the database their digest; what is ended here has no effect from the next
//! request on.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use ulid::Ulid;

use super::accounts::{self, Account, State};
use crate::connection::on;
use crate::schema::{staff, staff_sessions};
use crate::token::digest;
use crate::words::words;
use crate::{AnyConnection, Result, Token};

/// A log-in nobody uses for this long is over.
pub const IDLE: Duration = Duration::minutes(60);
/// A log-in is over after this long, used or not.
pub const ABSOLUTE: Duration = Duration::hours(12);
/// A log-in that still lacks the second factor.
const HALF: Duration = Duration::minutes(15);
/// How exactly it is known when a log-in was used: one write in this time, not one a request.
const GRAIN: Duration = Duration::minutes(1);

words! {
    /// How far a log-in has come.
    Stage {
        /// The password was right; the code is asked for.
        Code = "code",
        /// The password was right; there is no authenticator app yet.
        Enrol = "enrol",
        /// Logged in.
        Full = "full",
    }
}

/// A log-in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = staff_sessions)]
pub struct Session {
    /// What it is listed and revoked by. Not the cookie.
    pub id: String,
    /// Whose.
    pub staff_id: String,
    /// How far.
    #[diesel(deserialize_as = String)]
    pub stage: Stage,
    /// The address it began at.
    pub origin: String,
    /// The browser it began in, as it names itself.
    pub agent: String,
    /// UTC
    pub created_at: NaiveDateTime,
    /// When it was used last, to the minute, UTC.
    pub seen_at: NaiveDateTime,
    /// UTC
    pub expires_at: NaiveDateTime,
}

/// Opens a log-in: always a new cookie, so that one that was planted before is worth nothing. The one in place of which
/// it comes is the caller's to revoke. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn open_session(
    c: &mut AnyConnection,
    staff_id: &str,
    stage: Stage,
    origin: &str,
    agent: &str,
    now: NaiveDateTime,
) -> Result<Token> {
    let token = Token::random();
    let lifetime = if stage == Stage::Full { ABSOLUTE } else { HALF };
    let row = (
        staff_sessions::hash.eq(digest(token.as_str())),
        staff_sessions::id.eq(Ulid::new().to_string()),
        staff_sessions::staff_id.eq(staff_id),
        staff_sessions::stage.eq(stage.as_str()),
        staff_sessions::origin.eq(origin),
        staff_sessions::agent.eq(agent),
        staff_sessions::created_at.eq(now),
        staff_sessions::seen_at.eq(now),
        staff_sessions::expires_at.eq(now + lifetime),
    );
    on!(
        c,
        diesel::insert_into(staff_sessions::table)
            .values(row)
            .execute(c)
    )?;
    if stage == Stage::Full {
        diesel::update(staff::table.find(staff_id))
            .set(staff::last_login_at.eq(now))
            .execute(c)?;
    }
    Ok(token)
}

/// Whose log-in a cookie is, whatever its stage; `None` where it is unknown, over or revoked, or the account is shut.
/// Two look-ups by key.
///
/// # Errors
/// Those of the database.
pub fn session(
    c: &mut AnyConnection,
    cookie: &str,
    now: NaiveDateTime,
) -> Result<Option<(Account, Session)>> {
    let session: Option<Session> = staff_sessions::table
        .find(digest(cookie))
        .filter(staff_sessions::expires_at.gt(now))
        .filter(staff_sessions::seen_at.gt(now - IDLE))
        .select(Session::as_select())
        .first(c)
        .optional()?;
    let Some(session) = session else {
        return Ok(None);
    };
    let account = accounts::find(c, &session.staff_id)?;
    Ok(account
        .filter(|account| account.state == State::Active)
        .map(|account| (account, session)))
}

/// Whether it is time to write again that a log-in is used.
#[must_use]
pub fn is_stale(session: &Session, now: NaiveDateTime) -> bool {
    now - session.seen_at >= GRAIN
}

/// Writes that a log-in was used.
///
/// # Errors
/// Those of the database.
pub fn touch(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    let this = staff_sessions::table.filter(staff_sessions::id.eq(id));
    diesel::update(this)
        .set(staff_sessions::seen_at.eq(now))
        .execute(c)?;
    Ok(())
}

/// The complete log-ins of an account that are not over, the one used last first.
///
/// # Errors
/// Those of the database.
pub fn sessions(c: &mut AnyConnection, staff_id: &str, now: NaiveDateTime) -> Result<Vec<Session>> {
    Ok(staff_sessions::table
        .filter(staff_sessions::staff_id.eq(staff_id))
        .filter(staff_sessions::stage.eq(Stage::Full.as_str()))
        .filter(staff_sessions::expires_at.gt(now))
        .filter(staff_sessions::seen_at.gt(now - IDLE))
        .order((staff_sessions::seen_at.desc(), staff_sessions::id.desc()))
        .select(Session::as_select())
        .load(c)?)
}

/// Ends one log-in of an account; whether there was one.
///
/// # Errors
/// Those of the database.
pub fn revoke(c: &mut AnyConnection, staff_id: &str, id: &str) -> Result<bool> {
    let this = staff_sessions::table
        .filter(staff_sessions::id.eq(id))
        .filter(staff_sessions::staff_id.eq(staff_id));
    Ok(diesel::delete(this).execute(c)? > 0)
}

/// Ends every log-in of an account but `except`; returns how many.
///
/// # Errors
/// Those of the database.
pub fn revoke_all(c: &mut AnyConnection, staff_id: &str, except: Option<&str>) -> Result<usize> {
    let these = staff_sessions::table
        .filter(staff_sessions::staff_id.eq(staff_id))
        .filter(staff_sessions::id.ne(except.unwrap_or_default()));
    Ok(diesel::delete(these).execute(c)?)
}

/// Deletes log-ins that are over; returns how many.
///
/// # Errors
/// Those of the database.
pub fn purge_sessions(c: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    let over = staff_sessions::table.filter(
        staff_sessions::expires_at
            .le(now)
            .or(staff_sessions::seen_at.le(now - IDLE)),
    );
    Ok(diesel::delete(over).execute(c)?)
}
