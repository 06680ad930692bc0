//! Where a site folder is read from. The crate opens no file itself: a folder, a test's memory or a
//! database stands behind this trait.

use std::collections::BTreeMap;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// An ordinary file, or a link to one inside the site folder.
    File,
    /// A symbolic link that leads out of the site folder, or nowhere; it is reported and never read.
    Outside,
}

/// One file of a site folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceEntry {
    /// Path from the root of the site folder, with `/`, without a leading one.
    pub path: String,
    /// Size in bytes; known before reading, so that a file that is too large is never read.
    pub size: u64,
    /// File or a link out of the tree.
    pub kind: EntryKind,
}

/// Why a source could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Nothing at this path.
    #[error("{0} はありません")]
    Missing(String),
    /// It is there but cannot be read: permissions, a broken disk.
    #[error("{path} を読めません（{reason}）")]
    Unreadable {
        /// Path inside the site folder.
        path: String,
        /// What the system said.
        reason: String,
    },
}

/// A site folder to read from.
///
/// Shared between threads: documents are read in parallel.
pub trait Source: Sync {
    /// Every file below a folder (`content`, `files`), at any depth, in any order. A folder
    /// that is not there has no files. Links that lead out of the tree are listed as
    /// [`EntryKind::Outside`] and never followed.
    ///
    /// # Errors
    /// Where a folder is there but cannot be listed.
    fn list(&self, folder: &str) -> Result<Vec<SourceEntry>, SourceError>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// Where it is absent, leads out of the tree or cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError>;

    /// What stands at one path; `None` where nothing does.
    ///
    /// # Errors
    /// Where it cannot be looked at.
    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError>;
}

/// A site folder in memory, for tests and for documents kept in a database.
#[derive(Debug, Clone, Default)]
pub struct MemorySource {
    files: BTreeMap<String, Vec<u8>>,
    outside: Vec<String>,
}

impl MemorySource {
    /// An empty folder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The folder with one more file (or another content for it).
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.insert(path, bytes);
        self
    }

    /// Puts a file.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// Puts a link that leads out of the tree.
    pub fn link_outside(&mut self, path: impl Into<String>) {
        self.outside.push(path.into());
    }
}

impl Source for MemorySource {
    fn list(&self, folder: &str) -> Result<Vec<SourceEntry>, SourceError> {
        let below = |path: &str| {
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let files = self
            .files
            .iter()
            .filter(|(path, _)| below(path))
            .map(|(path, bytes)| SourceEntry {
                path: path.clone(),
                size: bytes.len() as u64,
                kind: EntryKind::File,
            });
        let outside = self
            .outside
            .iter()
            .filter(|path| below(path))
            .map(|path| SourceEntry {
                path: path.clone(),
                size: 0,
                kind: EntryKind::Outside,
            });
        Ok(files.chain(outside).collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        self.files
            .get(path)
            .cloned()
            .ok_or_else(|| SourceError::Missing(path.to_owned()))
    }

    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError> {
        let entry = |size, kind| SourceEntry {
            path: path.to_owned(),
            size,
            kind,
        };
        if self.outside.iter().any(|link| link == path) {
            return Ok(Some(entry(0, EntryKind::Outside)));
        }
        Ok(self
            .files
            .get(path)
            .map(|bytes| entry(bytes.len() as u64, EntryKind::File)))
    }
}
