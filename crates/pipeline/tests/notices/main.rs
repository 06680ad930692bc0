//! Notices from the decision to the ledger, on both databases, against servers that fail when told to.

mod accounts;
mod city;
mod faults;
mod later;
