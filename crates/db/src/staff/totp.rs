//! 確認コード: what an authenticator app shows (RFC 6238: SHA-1, 6 digits, 30 seconds, as every app knows it).

use chrono::NaiveDateTime;
use diesel::prelude::*;
use rand::RngCore as _;
use totp_rs::{Algorithm, Builder, Totp};

use super::accounts;
use crate::schema::{staff, staff_recovery_codes};
use crate::seal::{Keyring, Place, SealedColumn};
use crate::{AnyConnection, Error, Result};

/// Seconds a code is good.
const STEP: i64 = 30;
/// Codes before and after the current one that are taken, for clocks that go wrong.
const SKEW: u16 = 1;
/// Bytes of a secret: as long as the digest, as RFC 4226 has it.
const SECRET: usize = 20;

/// What an authenticator app needs to be told.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// For the QR code: `otpauth://totp/…`
    pub url: String,
    /// For typing: base 32.
    pub key: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

fn place<'a>(id: &'a str, purpose: &'static str) -> Place<'a> {
    Place {
        table: "staff",
        row: id,
        purpose,
    }
}

/// The column of secrets, for the rotation of keys.
#[must_use]
pub fn totp_column() -> SealedColumn {
    column("totp")
}

/// The column of secrets whose apps are not confirmed yet, for the rotation of keys.
#[must_use]
pub fn pending_totp_column() -> SealedColumn {
    column("totp_pending")
}

fn column(name: &'static str) -> SealedColumn {
    SealedColumn {
        table: "staff",
        id: "id",
        column: name,
        purpose: name,
    }
}

fn totp(secret: Vec<u8>, mail: &str, issuer: &str) -> Result<Totp> {
    // Neither may hold a colon: it parts the two in the address.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(SKEW)
        .with_step_duration(STEP.unsigned_abs())
        .with_secret(secret)
        .with_account_name(plain(mail))
        .with_issuer(Some(plain(issuer)))
        .build()
        .map_err(|error| Error::abort(error.to_string()))
}

fn seconds(now: NaiveDateTime) -> u64 {
    now.and_utc().timestamp().unsigned_abs()
}

/// The secret an account is about to set up: the one already shown, or a new one. The one in use stays in use until this
/// is confirmed. Call inside `Db::write`.
///
/// # Errors
/// [`Error::NotFound`]; those of sealing.
pub fn pending_totp(
    c: &mut AnyConnection,
    keys: &Keyring,
    id: &str,
    issuer: &str,
) -> Result<Enrolment> {
    let account = accounts::get(c, id)?;
    let here = place(id, "totp_pending");
    let known: Option<String> = staff::table.find(id).select(staff::totp_pending).first(c)?;
    let secret = match known {
        Some(sealed) => keys.open(here, &sealed).map_err(Error::abort)?,
        None => {
            let mut secret = vec![0; SECRET];
            rand::rng().fill_bytes(&mut secret);
            let sealed = keys.seal(here, &secret).map_err(Error::abort)?;
            diesel::update(staff::table.find(id))
                .set(staff::totp_pending.eq(sealed))
                .execute(c)?;
            secret
        }
    };
    let totp = totp(secret, &account.mail, issuer)?;
    Ok(Enrolment {
        url: totp
            .to_url()
            .map_err(|error| Error::abort(error.to_string()))?,
        key: totp.secret().to_base32(),
    })
}

/// Takes the pending secret into use if `code` is one of its codes; whether it was. Call inside `Db::write`.
///
/// # Errors
/// [`Error::NotFound`]; those of sealing.
pub fn confirm_totp(
    c: &mut AnyConnection,
    keys: &Keyring,
    id: &str,
    code: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let pending: Option<Option<String>> = staff::table
        .find(id)
        .select(staff::totp_pending)
        .first(c)
        .optional()?;
    let Some(pending) = pending.flatten() else {
        return Ok(false);
    };
    let secret = keys
        .open(place(id, "totp_pending"), &pending)
        .map_err(Error::abort)?;
    let Some(step) = totp(secret.clone(), id, "-")?.check(&digits(code), seconds(now)) else {
        return Ok(false);
    };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    take_into_use(c, keys, id, &secret, step, now)?;
    Ok(true)
}

/// Gives an account an app that nobody holds: in a demo, where [`next_code`] stands in for it.
///
/// # Errors
/// [`Error::NotFound`]; those of sealing.
pub fn imagine_totp(
    c: &mut AnyConnection,
    keys: &Keyring,
    id: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let mut secret = [0; SECRET];
    rand::rng().fill_bytes(&mut secret);
    take_into_use(c, keys, id, &secret, 0, now)
}

fn take_into_use(
    c: &mut AnyConnection,
    keys: &Keyring,
    id: &str,
    secret: &[u8],
    step: i64,
    now: NaiveDateTime,
) -> Result<()> {
    let sealed = keys.seal(place(id, "totp"), secret).map_err(Error::abort)?;
    let none: Option<&str> = None;
    let changed = diesel::update(staff::table.find(id))
        .set((
            staff::totp.eq(sealed),
            staff::totp_pending.eq(none),
            staff::totp_step.eq(step),
            staff::updated_at.eq(now),
        ))
        .execute(c)?;
    if changed == 0 {
        return Err(Error::not_found("職員", id));
    }
    Ok(())
}

/// Takes a code of the app in use; whether it was good. A code is taken once: neither it nor an earlier one is good again.
/// Call inside `Db::write`.
///
/// # Errors
/// Those of the database and of sealing.
pub fn accept_code(
    c: &mut AnyConnection,
    keys: &Keyring,
    id: &str,
    code: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let Some(secret) = secret_of(c, keys, id)? else {
        return Ok(false);
    };
    let Some(step) = totp(secret, id, "-")?.check(&digits(code), seconds(now)) else {
        return Ok(false);
    };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    // One statement decides who was first.
    let taken = diesel::update(staff::table.find(id).filter(staff::totp_step.lt(step)))
        .set(staff::totp_step.eq(step))
        .execute(c)?;
    Ok(taken > 0)
}

/// The next code of the app in use that has not been taken, good for half a minute at least: time to type it. For a demo,
/// where nobody has the app; never shown elsewhere.
///
/// # Errors
/// Those of the database and of sealing.
pub fn next_code(
    c: &mut AnyConnection,
    keys: &Keyring,
    id: &str,
    now: NaiveDateTime,
) -> Result<Option<String>> {
    let Some(secret) = secret_of(c, keys, id)? else {
        return Ok(None);
    };
    let taken: i64 = staff::table.find(id).select(staff::totp_step).first(c)?;
    let current = now.and_utc().timestamp() / STEP;
    let next = (taken + 1).max(current);
    if next > current + i64::from(SKEW) {
        return Ok(None);
    }
    let at = (next * STEP).unsigned_abs();
    Ok(Some(totp(secret, id, "-")?.generate(at).to_string()))
}

/// Takes the app away: the next log-in asks to set one up. Recovery codes go with it.
///
/// # Errors
/// [`Error::NotFound`]; those of the database.
pub fn reset_totp(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> Result<()> {
    let none: Option<&str> = None;
    let changed = diesel::update(staff::table.find(id))
        .set((
            staff::totp.eq(none),
            staff::totp_pending.eq(none),
            staff::updated_at.eq(now),
        ))
        .execute(c)?;
    if changed == 0 {
        return Err(Error::not_found("職員", id));
    }
    let codes = staff_recovery_codes::table.filter(staff_recovery_codes::staff_id.eq(id));
    diesel::delete(codes).execute(c)?;
    Ok(())
}

fn secret_of(c: &mut AnyConnection, keys: &Keyring, id: &str) -> Result<Option<Vec<u8>>> {
    let sealed: Option<Option<String>> = staff::table
        .find(id)
        .select(staff::totp)
        .first(c)
        .optional()?;
    sealed
        .flatten()
        .map(|sealed| keys.open(place(id, "totp"), &sealed).map_err(Error::abort))
        .transpose()
}

/// The digits of a code, however it is typed: full-width, with a space in the middle.
fn digits(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    typed.nfkc().filter(char::is_ascii_digit).take(8).collect()
}
