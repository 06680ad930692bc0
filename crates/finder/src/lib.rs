#![doc = include_str!("../README.md")]

mod document;
mod error;
mod finder;
mod query;
mod schema;
mod search;
mod tokenizers;

pub use document::{Change, FinderDocument};
pub use error::FinderError;
pub use finder::{Finder, Opened};
pub use kairan_index::{FacetFilter, Filters, Window};
pub use search::{Found, SearchPage, SearchRequest};
