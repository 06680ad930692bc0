use std::fmt::Debug;

use async_trait::async_trait;

use crate::{Meta, Result};

/// An object with what a reader is told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Content type and caching.
    pub meta: Meta,
}

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Length in bytes.
    pub size: u64,
    /// Content type and caching.
    pub meta: Meta,
}

/// A place that keeps objects by name. Names are those that [`crate::check_name`] accepts. Every method
/// ends within the store's timeout; its errors name the object and the place.
#[async_trait]
pub trait ObjectStore: Send + Sync + Debug {
    /// Stores an object, replacing one of the same name in one step. A folder keeps the bytes alone; its
    /// metadata are [`Meta::for_name`].
    ///
    /// # Errors
    /// Any of [`crate::Error`]; what was there before then stays, or (no answer) may have been replaced.
    async fn put(&self, name: &str, bytes: Vec<u8>, meta: &Meta) -> Result<()>;

    /// Reads an object whole.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] if it is not there, and any other of [`crate::Error`].
    async fn get(&self, name: &str) -> Result<Object>;

    /// Looks whether an object is there. `None`: it is not.
    ///
    /// # Errors
    /// Any of [`crate::Error`] but `NotFound`.
    async fn head(&self, name: &str) -> Result<Option<Head>>;

    /// Deletes objects; one that is not there counts as deleted. Returns those that could not be deleted,
    /// each with its error.
    ///
    /// # Errors
    /// Where nothing at all could be deleted, or a name is bad (then nothing was tried).
    async fn delete(&self, names: &[String]) -> Result<Vec<(String, crate::Error)>>;

    /// Names of all objects that begin with `prefix` (empty: all), in byte order. Cost grows with the
    /// number of objects on the store.
    ///
    /// # Errors
    /// Any of [`crate::Error`].
    async fn list(&self, prefix: &str) -> Result<Vec<String>>;

    /// How many requests it is good to have under way at once.
    fn parallel(&self) -> usize;

    /// Where this is, for messages to staff and logs. Holds no secret.
    fn place(&self) -> &str;
}
