//! Delivery against servers written by others and servers that break where they are told to.
#![expect(clippy::unwrap_used, reason = "in tests a panic is the report")]

mod bounce;
mod line;
mod smtp;
