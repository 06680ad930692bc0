//! 回復コード: each lets in once whoever has no telephone at hand.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use rand::Rng as _;

use crate::connection::on;
use crate::schema::staff_recovery_codes as codes;
use crate::seal::Keyring;
use crate::{AnyConnection, Result};

/// How many there are at a time.
const COUNT: usize = 10;
/// Without letters that are mistaken for others on paper.
const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Letters of a code; 31^12 is 59 bits, and only the key's holder can test guesses against the digests.
const LENGTH: usize = 12;

/// Makes new codes; earlier ones are worth nothing any more. Shown once. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn new_recovery_codes(
    c: &mut AnyConnection,
    keys: &Keyring,
    staff_id: &str,
) -> Result<Vec<String>> {
    diesel::delete(codes::table.filter(codes::staff_id.eq(staff_id))).execute(c)?;
    let mut made = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let code = random();
        let row = (
            codes::staff_id.eq(staff_id),
            codes::hash.eq(digest(keys, staff_id, &code)),
        );
        on!(c, diesel::insert_into(codes::table).values(row).execute(c))?;
        made.push(code);
    }
    Ok(made)
}

/// Uses a code up, however it is typed; whether it was good. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn use_recovery_code(
    c: &mut AnyConnection,
    keys: &Keyring,
    staff_id: &str,
    typed: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let this = codes::table
        .find((staff_id, digest(keys, staff_id, typed)))
        .filter(codes::used_at.is_null());
    // One statement decides who was first.
    Ok(diesel::update(this)
        .set(codes::used_at.eq(now))
        .execute(c)?
        > 0)
}

/// How many are left.
///
/// # Errors
/// Those of the database.
pub fn recovery_codes_left(c: &mut AnyConnection, staff_id: &str) -> Result<i64> {
    Ok(codes::table
        .filter(codes::staff_id.eq(staff_id))
        .filter(codes::used_at.is_null())
        .count()
        .get_result(c)?)
}

/// `abcd-efgh-jkmn`
fn random() -> String {
    let mut code = String::with_capacity(LENGTH + 2);
    for place in 0..LENGTH {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        let letter = rand::rng().random_range(0..LETTERS.len());
        code.push(char::from(LETTERS.get(letter).copied().unwrap_or(b'a')));
    }
    code
}

fn digest(keys: &Keyring, staff_id: &str, typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let plain: String = typed
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let digest = keys.blind_index("staff-recovery", &format!("{staff_id}:{plain}"));
    digest.as_str().to_owned()
}
