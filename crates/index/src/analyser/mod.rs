//! From text to terms, the same for documents and for queries, in Rust and in the browser.
//!
//! The algorithm is written down in `docs/search-index.md` and fixed by
//! `content-schema/vectors/analyser.json`; change it only together with both and with
//! [`ANALYSER_VERSION`], because an index made by one version is not searchable by another.

mod class;
mod fold;
mod query;
mod tokens;

pub use fold::{fold, fold_each};
pub(crate) use query::query_word;
pub use query::{QueryToken, QueryWord, query_words};
pub use tokens::{Token, Tokeniser, each_token, index_terms};

/// The version of the algorithm; stands in the manifest of every index.
pub const ANALYSER_VERSION: u32 = 1;

/// Words of Latin letters and digits keep this many characters; the rest is cut off, so that
/// a URL or a long number in a body costs little.
pub const MAX_WORD_CHARS: usize = 32;
