//! The seam of the crate: files in, documents and diagnostics out.

mod fixtures;
mod folder;
mod guide;
mod hostile;
mod markdown;
mod parse;
mod patch;
mod public;
mod schema;
mod site;
mod speed;
mod states;
