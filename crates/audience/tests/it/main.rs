//! The contract of who is meant, at the seam that others use.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod ages;
mod arbitrary;
mod checks;
mod derive;
mod eval;
mod facts;
mod logic;
mod problems;
mod vectors;
mod words;

use chrono::NaiveDate;
use kairan_audience::{Facts, Rule, parse_date};
use serde_json::Value;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap_or_else(|| panic!("not a date: {text}"))
}

fn rule(value: Value) -> Rule {
    Rule::from_json(&value).unwrap_or_else(|problems| panic!("{value}: {problems:?}"))
}

fn facts(value: Value) -> Facts {
    Facts::from_json(&value).unwrap_or_else(|problems| panic!("{value}: {problems:?}"))
}
