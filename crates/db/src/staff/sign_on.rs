//! Log-ins on their way to the city's OpenID provider and back: each good once, for ten minutes, in the browser it began in.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::staff_sign_ons as sign_ons;
use crate::token::digest;
use crate::{AnyConnection, Result};

/// How long somebody may take at the provider.
pub const SIGN_ON: Duration = Duration::minutes(10);

/// Keeps what a log-in needs when it comes back (`flow`, sealed by the caller). `state` is what the provider hands back,
/// `browser` something only that browser sends; both are kept as digests. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn keep_sign_on(
    c: &mut AnyConnection,
    state: &str,
    browser: &str,
    flow: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let row = (
        sign_ons::state.eq(digest(state)),
        sign_ons::browser.eq(digest(browser)),
        sign_ons::flow.eq(flow),
        sign_ons::expires_at.eq(now + SIGN_ON),
    );
    on!(
        c,
        diesel::insert_into(sign_ons::table).values(row).execute(c)
    )?;
    Ok(())
}

/// Takes what was kept. `None` where the state is unknown, used, over, or comes from another browser, which uses nothing up.
/// Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn take_sign_on(
    c: &mut AnyConnection,
    state: &str,
    browser: &str,
    now: NaiveDateTime,
) -> Result<Option<String>> {
    let flow: Option<String> = sign_ons::table
        .find(digest(state))
        .filter(sign_ons::browser.eq(digest(browser)))
        .filter(sign_ons::expires_at.gt(now))
        .select(sign_ons::flow)
        .first(c)
        .optional()?;
    // One statement decides who was first.
    let taken = diesel::delete(
        sign_ons::table
            .find(digest(state))
            .filter(sign_ons::browser.eq(digest(browser))),
    )
    .execute(c)?;
    Ok(flow.filter(|_| taken > 0))
}

/// Deletes what never came back; returns how many.
///
/// # Errors
/// Those of the database.
pub fn purge_sign_ons(c: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    let over = sign_ons::table.filter(sign_ons::expires_at.le(now));
    Ok(diesel::delete(over).execute(c)?)
}
