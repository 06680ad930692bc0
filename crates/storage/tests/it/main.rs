//! The same suite over every kind of store, and what goes wrong with each of them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests fail and speak as tests do"
)]

mod contract;
mod faults;
mod folder;
mod property;
mod publication;
mod s3;
mod support;
