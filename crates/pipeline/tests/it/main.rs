//! Publishing from a folder to the readers, on every database there is.
#![expect(clippy::unwrap_used, reason = "tests: a panic is the report")]

mod breaks;
mod emergency;
mod files;
mod first;
mod folder;
mod import;
mod life;
mod redirects;
mod settings;
mod town;
mod workflow;
