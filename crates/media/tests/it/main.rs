//! The seam of the crate: a file as it is sent, and what becomes of it.
#![expect(clippy::unwrap_used, reason = "in tests a panic is the report")]

mod cost;
mod documents;
mod hostile;
mod images;
mod make;
mod text;

use kairan_media::{Accepted, Limits, Rejected, accept};

/// With the limits of every day.
fn sent(name: &str, bytes: &[u8]) -> Result<Accepted, Rejected> {
    accept(name, bytes, &Limits::default())
}
