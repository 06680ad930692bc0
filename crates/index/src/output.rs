//! What a build, an update or a merge hands back.

use crate::{IndexError, MANIFEST_NAME, Manifest};

/// How long an object may be kept by caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CacheClass {
    /// Its name holds a hash of its content; keep it for ever.
    Immutable,
    /// Ask every time (`no-cache`); upload it after all others.
    Pointer,
}

/// One object to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexObject {
    /// Relative to `search-index/`.
    pub name: String,
    /// JSON in UTF-8.
    pub bytes: Vec<u8>,
    /// How long it may be kept.
    pub cache: CacheClass,
}

/// The objects that change.
#[derive(Clone, Debug)]
pub struct IndexOutput {
    /// New objects; the pointer comes last.
    pub objects: Vec<IndexObject>,
    /// Objects that nothing refers to any more. A reader may still hold the manifest of a minute
    /// ago, so delete them after all uploads and not at once.
    pub obsolete: Vec<String>,
    /// The manifest among `objects`.
    pub manifest: Manifest,
}

impl IndexOutput {
    /// Adds the manifest as the last object.
    pub(crate) fn new(
        mut objects: Vec<IndexObject>,
        obsolete: Vec<String>,
        manifest: Manifest,
    ) -> Result<Self, IndexError> {
        objects.push(IndexObject {
            name: MANIFEST_NAME.to_owned(),
            bytes: serde_json::to_vec(&manifest)?,
            cache: CacheClass::Pointer,
        });
        Ok(Self {
            objects,
            obsolete,
            manifest,
        })
    }
}
