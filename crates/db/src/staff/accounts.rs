//! Accounts: from the invitation to the end of service.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use ulid::Ulid;

use super::grants::{self, Grant, Role};
use super::sessions;
use crate::audit::By;
use crate::connection::on;
use crate::schema::{staff, staff_tokens};
use crate::seal::normalise_mail;
use crate::words::words;
use crate::{AnyConnection, Error, Result};

words! {
    /// Where an account stands.
    State {
        /// Has not set a password yet.
        Invited = "invited",
        /// At work.
        Active = "active",
        /// Shut for a while (停止): no log-in.
        Suspended = "suspended",
        /// No longer in service (離任): no log-in; the name stays with what was done.
        Ended = "ended",
    }
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// ULID
    pub id: String,
    /// The address they log in with, normalised.
    pub mail: String,
    /// 氏名
    pub name: String,
    /// Language of their screens: `ja`, `en`.
    pub lang: String,
    /// Where the account stands.
    pub state: State,
    /// What they may do, in order.
    pub grants: Vec<Grant>,
    /// Whether an authenticator app is set up.
    pub has_totp: bool,
    /// UTC
    pub created_at: NaiveDateTime,
    /// The last complete log-in, UTC.
    pub last_login_at: Option<NaiveDateTime>,
}

impl Account {
    /// Whether a role is held that permits what `role` may do, in `department`, or where none is named in any.
    #[must_use]
    pub fn may(&self, role: Role, department: Option<&str>) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.permits(role, department))
    }

    /// Whether they administer.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.may(Role::Administrator, None)
    }

    /// Who did it, for the audit log.
    #[must_use]
    pub fn by(&self, origin: &str) -> By {
        By {
            key: format!("staff:{}", self.id),
            origin: origin.to_owned(),
        }
    }
}

/// An account to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// Unique.
    pub mail: &'a str,
    /// 氏名
    pub name: &'a str,
    /// `ja`, `en`
    pub lang: &'a str,
    /// What they may do.
    pub grants: &'a [Grant],
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff)]
struct Row {
    id: String,
    mail: String,
    name: String,
    lang: String,
    #[diesel(deserialize_as = String)]
    state: State,
    totp: Option<String>,
    created_at: NaiveDateTime,
    last_login_at: Option<NaiveDateTime>,
}

impl Row {
    fn with(self, grants: Vec<Grant>) -> Account {
        Account {
            id: self.id,
            mail: self.mail,
            name: self.name,
            lang: self.lang,
            state: self.state,
            grants,
            has_totp: self.totp.is_some(),
            created_at: self.created_at,
            last_login_at: self.last_login_at,
        }
    }
}

/// Makes an account that is invited; `None` where the address is known already. Call inside `Db::write`.
///
/// # Errors
/// [`Error::State`] for an address that can be none, or an administrator of one department; those of the database.
pub fn create(
    c: &mut AnyConnection,
    new: &NewAccount<'_>,
    now: NaiveDateTime,
) -> Result<Option<Account>> {
    let Some(mail) = normalise_mail(new.mail) else {
        return Err(Error::state("職員", new.mail, "メールアドレスの形ではない"));
    };
    if by_mail(c, &mail)?.is_some() {
        return Ok(None);
    }
    let id = Ulid::new().to_string();
    let row = (
        staff::id.eq(&id),
        staff::mail.eq(&mail),
        staff::name.eq(new.name.trim()),
        staff::lang.eq(new.lang),
        staff::state.eq(State::Invited.as_str()),
        staff::totp_step.eq(0),
        staff::created_at.eq(now),
        staff::updated_at.eq(now),
    );
    on!(c, diesel::insert_into(staff::table).values(row).execute(c))?;
    grants::set_grants(c, &id, new.grants)?;
    find(c, &id)
}

/// An account.
///
/// # Errors
/// Those of the database.
pub fn find(c: &mut AnyConnection, id: &str) -> Result<Option<Account>> {
    let row = staff::table
        .find(id)
        .select(Row::as_select())
        .first(c)
        .optional()?;
    with_grants(c, row)
}

/// The account of an address, in whatever form it is typed.
///
/// # Errors
/// Those of the database.
pub fn by_mail(c: &mut AnyConnection, mail: &str) -> Result<Option<Account>> {
    let Some(mail) = normalise_mail(mail) else {
        return Ok(None);
    };
    let row = staff::table
        .filter(staff::mail.eq(mail))
        .select(Row::as_select())
        .first(c)
        .optional()?;
    with_grants(c, row)
}

fn with_grants(c: &mut AnyConnection, row: Option<Row>) -> Result<Option<Account>> {
    let Some(row) = row else { return Ok(None) };
    let grants = grants::of(c, &row.id)?;
    Ok(Some(row.with(grants)))
}

pub(super) fn get(c: &mut AnyConnection, id: &str) -> Result<Account> {
    find(c, id)?.ok_or_else(|| Error::not_found("職員", id))
}

/// Everybody, those at work first, by name. A city has some hundred staff who write: all of them at once.
///
/// # Errors
/// Those of the database.
pub fn list(c: &mut AnyConnection) -> Result<Vec<Account>> {
    let rows: Vec<Row> = staff::table.select(Row::as_select()).load(c)?;
    let mut grants: HashMap<String, Vec<Grant>> = HashMap::new();
    for (id, grant) in grants::all(c)? {
        grants.entry(id).or_default().push(grant);
    }
    let mut accounts: Vec<Account> = rows
        .into_iter()
        .map(|row| {
            let mut held = grants.remove(&row.id).unwrap_or_default();
            held.sort();
            row.with(held)
        })
        .collect();
    accounts.sort_by(|a, b| {
        let rank = |account: &Account| matches!(account.state, State::Suspended | State::Ended);
        (rank(a), &a.name, &a.id).cmp(&(rank(b), &b.name, &b.id))
    });
    Ok(accounts)
}

/// Writes another name (改姓).
///
/// # Errors
/// [`Error::NotFound`]; those of the database.
pub fn rename(c: &mut AnyConnection, id: &str, name: &str, now: NaiveDateTime) -> Result<()> {
    let set = (staff::name.eq(name.trim()), staff::updated_at.eq(now));
    changed(
        diesel::update(staff::table.find(id)).set(set).execute(c)?,
        id,
    )
}

/// Chooses the language of their screens.
///
/// # Errors
/// [`Error::NotFound`]; those of the database.
pub fn set_lang(c: &mut AnyConnection, id: &str, lang: &str, now: NaiveDateTime) -> Result<()> {
    let set = (staff::lang.eq(lang), staff::updated_at.eq(now));
    changed(
        diesel::update(staff::table.find(id)).set(set).execute(c)?,
        id,
    )
}

/// Sets the password (a hash of [`super::hash_password`]); an invited account is at work from then on. Links that would set
/// another one are over. Sessions are the caller's to end.
///
/// # Errors
/// [`Error::NotFound`] also for an account that is shut; those of the database.
pub fn set_password(c: &mut AnyConnection, id: &str, hash: &str, now: NaiveDateTime) -> Result<()> {
    let open = staff::table
        .find(id)
        .filter(staff::state.eq_any([State::Invited.as_str(), State::Active.as_str()]));
    let set = (
        staff::password.eq(hash),
        staff::state.eq(State::Active.as_str()),
        staff::password_at.eq(now),
        staff::updated_at.eq(now),
    );
    changed(diesel::update(open).set(set).execute(c)?, id)?;
    forget_links(c, id)
}

/// An invited account is at work without a password of its own: the city's provider said who came. Links that would set one
/// are over.
///
/// # Errors
/// [`Error::NotFound`] for one that is not invited; those of the database.
pub fn join(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    let invited = staff::table
        .find(id)
        .filter(staff::state.eq(State::Invited.as_str()));
    let set = (
        staff::state.eq(State::Active.as_str()),
        staff::updated_at.eq(now),
    );
    changed(diesel::update(invited).set(set).execute(c)?, id)?;
    forget_links(c, id)
}

/// The hash of an account's password, to be compared with one that was typed.
///
/// # Errors
/// Those of the database.
pub fn password_hash(c: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    let hash: Option<Option<String>> = staff::table
        .find(id)
        .select(staff::password)
        .first(c)
        .optional()?;
    Ok(hash.flatten())
}

/// Shuts the account for a while: every log-in of it ends at once.
///
/// # Errors
/// [`Error::State`] for the last administrator; [`Error::NotFound`].
pub fn suspend(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    shut(c, id, State::Suspended, now)
}

/// 離任: the account is over, its roles are gone. The row stays, since documents and the audit log name it.
///
/// # Errors
/// As [`suspend`].
pub fn end(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    shut(c, id, State::Ended, now)?;
    super::reset_totp(c, id, now)?;
    super::unlink_identities(c, id)?;
    let none: Option<&str> = None;
    diesel::update(staff::table.find(id))
        .set(staff::password.eq(none))
        .execute(c)?;
    grants::set_grants(c, id, &[])
}

fn shut(c: &mut AnyConnection, id: &str, state: State, now: NaiveDateTime) -> Result<()> {
    let account = get(c, id)?;
    if account.is_administrator() && account.state == State::Active {
        grants::not_the_last(c, id)?;
    }
    let set = (staff::state.eq(state.as_str()), staff::updated_at.eq(now));
    changed(
        diesel::update(staff::table.find(id)).set(set).execute(c)?,
        id,
    )?;
    sessions::revoke_all(c, id, None)?;
    forget_links(c, id)
}

/// Opens a shut account again: at work where it has a password, invited otherwise (single sign-on lets in both).
///
/// # Errors
/// [`Error::NotFound`]; those of the database.
pub fn reinstate(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    let password: Option<Option<String>> = staff::table
        .find(id)
        .select(staff::password)
        .first(c)
        .optional()?;
    let state = match password {
        None => return Err(Error::not_found("職員", id)),
        Some(None) => State::Invited,
        Some(Some(_)) => State::Active,
    };
    let set = (staff::state.eq(state.as_str()), staff::updated_at.eq(now));
    changed(
        diesel::update(staff::table.find(id)).set(set).execute(c)?,
        id,
    )
}

fn forget_links(c: &mut AnyConnection, id: &str) -> Result<()> {
    diesel::delete(staff_tokens::table.filter(staff_tokens::staff_id.eq(id))).execute(c)?;
    Ok(())
}

fn changed(rows: usize, id: &str) -> Result<()> {
    if rows == 0 {
        return Err(Error::not_found("職員", id));
    }
    Ok(())
}
