//! The site as its callers see it: catalogues in, objects out.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that panics has failed"
)]

mod data;
mod pages;
mod plan;
mod support;
mod time;
