#![doc = include_str!("../README.md")]

pub mod analyser;
mod builder;
mod code;
mod document;
mod error;
mod fetch;
mod manifest;
mod merge;
mod names;
mod output;
mod reader;
mod record;
mod synonyms;
mod term;
mod update;
mod weigh;
mod window;
mod writer;

pub use builder::IndexBuilder;
pub use document::{IndexDocument, Window};
pub use error::IndexError;
pub use fetch::{Fetch, FetchError};
pub use manifest::{MANIFEST_NAME, Manifest, Merge, Segment};
pub use merge::merge;
pub use output::{CacheClass, IndexObject, IndexOutput};
pub use reader::{FacetFilter, Filters, Hit, Reader, Results, SearchRequest};
pub use synonyms::Synonyms;
pub use update::{Changes, update};
pub use weigh::{PreparedDocument, prepare};
