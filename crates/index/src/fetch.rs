//! Where the objects of an index are read from.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use serde::de::DeserializeOwned;

use crate::IndexError;

/// Reads objects of an index by name, relative to `search-index/`.
pub trait Fetch {
    /// The bytes of the object.
    ///
    /// # Errors
    /// If there is no such object or it cannot be read.
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError>;
}

/// An object could not be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("検索インデックスのファイル search-index/{name} を読めません: {why}")]
pub struct FetchError {
    /// The object, relative to `search-index/`.
    pub name: String,
    /// Why, for a person to read.
    pub why: String,
}

impl<F> Fetch for F
where
    F: Fn(&str) -> Result<Vec<u8>, FetchError>,
{
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        self(name)
    }
}

impl<S: BuildHasher> Fetch for HashMap<String, Vec<u8>, S> {
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        self.get(name).cloned().ok_or_else(|| missing(name))
    }
}

impl Fetch for BTreeMap<String, Vec<u8>> {
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        self.get(name).cloned().ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> FetchError {
    FetchError {
        name: name.to_owned(),
        why: "ファイルがありません".to_owned(),
    }
}

/// Reads and parses one object.
pub(crate) fn fetch_json<T: DeserializeOwned>(
    fetch: &dyn Fetch,
    name: &str,
) -> Result<T, IndexError> {
    serde_json::from_slice(&fetch.fetch(name)?).map_err(|error| IndexError::corrupt(name, error))
}
