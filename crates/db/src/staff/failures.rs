//! Failed log-ins, and how long to wait after them. The wait grows and has an end: nobody is locked out for ever.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use crate::connection::on;
use crate::schema::staff_failures;
use crate::{AnyConnection, Result};

/// What was failed at, and how much patience there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Failures without a wait.
    pub free: i64,
    /// The first wait; each further failure doubles it.
    pub first: Duration,
    /// The longest.
    pub longest: Duration,
}

impl Wait {
    /// For an account, a browser, a code.
    pub const ACCOUNT: Self = Self {
        free: 5,
        first: Duration::seconds(15),
        longest: Duration::minutes(15),
    };
    /// For an address: a whole city hall may stand behind one.
    pub const ADDRESS: Self = Self {
        free: 30,
        first: Duration::seconds(15),
        longest: Duration::minutes(15),
    };

    /// After this many failures.
    fn after(self, count: i64) -> Duration {
        let over = count - self.free;
        if over < 0 {
            return Duration::zero();
        }
        let doubled = 1_i32.checked_shl(u32::try_from(over).unwrap_or(u32::MAX));
        doubled
            .filter(|factor| *factor > 0)
            .and_then(|factor| self.first.checked_mul(factor))
            .map_or(self.longest, |wait| wait.min(self.longest))
    }
}

/// After this long without a failure the count begins anew.
const FORGET: Duration = Duration::hours(1);

/// How long each of these places must still wait: the longest; zero where none must.
///
/// # Errors
/// Those of the database.
pub fn wait(c: &mut AnyConnection, places: &[&str], now: NaiveDateTime) -> Result<Duration> {
    let until: Option<Option<NaiveDateTime>> = staff_failures::table
        .filter(staff_failures::place.eq_any(places))
        .select(diesel::dsl::max(staff_failures::until))
        .first(c)
        .optional()?;
    Ok(until.flatten().map_or(Duration::zero(), |until| {
        (until - now).max(Duration::zero())
    }))
}

/// Counts a failure. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn count_failure(
    c: &mut AnyConnection,
    place: &str,
    patience: Wait,
    now: NaiveDateTime,
) -> Result<i64> {
    let first = (
        staff_failures::place.eq(place),
        staff_failures::count.eq(0),
        staff_failures::last_at.eq(now),
        staff_failures::until.eq(now),
    );
    on!(
        c,
        diesel::insert_into(staff_failures::table)
            .values(first)
            .on_conflict_do_nothing()
            .execute(c)
    )?;
    let old = staff_failures::table
        .find(place)
        .filter(staff_failures::last_at.le(now - FORGET));
    diesel::update(old)
        .set(staff_failures::count.eq(0))
        .execute(c)?;
    let count: i64 = diesel::update(staff_failures::table.find(place))
        .set((
            staff_failures::count.eq(staff_failures::count + 1),
            staff_failures::last_at.eq(now),
        ))
        .returning(staff_failures::count)
        .get_result(c)?;
    diesel::update(staff_failures::table.find(place))
        .set(staff_failures::until.eq(now + patience.after(count)))
        .execute(c)?;
    Ok(count)
}

/// Forgets the failures of a place: somebody proved who they are.
///
/// # Errors
/// Those of the database.
pub fn clear_failures(c: &mut AnyConnection, place: &str) -> Result<()> {
    diesel::delete(staff_failures::table.find(place)).execute(c)?;
    Ok(())
}

/// Deletes counts that no longer matter; returns how many.
///
/// # Errors
/// Those of the database.
pub fn purge_failures(c: &mut AnyConnection, now: NaiveDateTime) -> Result<usize> {
    let old = staff_failures::table.filter(staff_failures::last_at.le(now - FORGET));
    Ok(diesel::delete(old).execute(c)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let after = |count| Wait::ACCOUNT.after(count).num_seconds();
        assert_eq!(after(4), 0);
        assert_eq!([after(5), after(6), after(7)], [15, 30, 60]);
        for many in [12, 31, 36, 37, 100, i64::MAX] {
            assert_eq!(after(many), 900, "{many}");
        }
    }
}
