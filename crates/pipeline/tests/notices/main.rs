//! Notices from the decision to the ledger, on both databases, against servers that fail when told to.
#![expect(clippy::unwrap_used, reason = "in tests a panic is the report")]

mod accounts;
mod city;
mod faults;
mod later;
mod returned;
mod widen;
