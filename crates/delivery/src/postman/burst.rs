//! A mail domain that suddenly refuses everybody has closed its door to the sender: its addresses are not dead.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{Duration, NaiveDateTime};

/// Refusals within a minute from which a domain counts as closed…
const REFUSALS: u32 = 10;
/// … if they are at least this share of what was tried, in percent.
const PERCENT: u32 = 50;

#[derive(Clone, Copy)]
struct Window {
    since: NaiveDateTime,
    tried: u32,
    refused: u32,
}

/// What each domain answered in the last minute.
#[derive(Default)]
pub(super) struct Bursts(Mutex<HashMap<String, Window>>);

impl Bursts {
    /// Notes an answer; true when the domain counts as closed from now on.
    pub(super) fn note(&self, domain: &str, refused: bool, now: NaiveDateTime) -> bool {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window {
            since: now,
            tried: 0,
            refused: 0,
        };
        let window = windows.entry(domain.to_owned()).or_insert(fresh);
        if now - window.since > Duration::minutes(1) {
            *window = fresh;
        }
        window.tried += 1;
        window.refused += u32::from(refused);
        refused && window.refused >= REFUSALS && window.refused * 100 >= window.tried * PERCENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_refusals_closes_a_domain_and_scattered_ones_do_not() {
        let at = |second: i64| {
            chrono::DateTime::from_timestamp(1_800_000_000 + second, 0)
                .unwrap()
                .naive_utc()
        };
        let bursts = Bursts::default();
        let closed: Vec<bool> = (0..10).map(|n| bursts.note("a.jp", true, at(n))).collect();
        assert_eq!(closed.iter().filter(|closed| **closed).count(), 1);
        assert!(!(0..40).any(|n| bursts.note("b.jp", n % 4 == 0, at(n))));
        assert!(!(0..40).any(|n| bursts.note("c.jp", true, at(n * 30))));
    }
}
