//! LINE's Messaging API, as far as notices need it.
//!
//! Reference: LINE Developers, Messaging API reference and "Retrying an API request".

mod client;

pub use client::{LineClient, LineError, LineOutcome, Quota};

/// Most recipients of one multicast request.
pub const MAX_RECIPIENTS: usize = 500;
