//! A generated site folder on disk, as the content crate reads it.

use std::path::{Path, PathBuf};

use kairan_content::source::{EntryKind, Source, SourceEntry, SourceError};

/// A folder without links, as the generator writes it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self(root.to_path_buf())
    }

    fn walk(&self, folder: &Path, found: &mut Vec<SourceEntry>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if meta.is_dir() {
                self.walk(&entry.path(), found)?;
            } else if let Ok(path) = entry.path().strip_prefix(&self.0) {
                let path = path.to_string_lossy().into_owned();
                found.push(SourceEntry {
                    path,
                    size: meta.len(),
                    kind: EntryKind::File,
                });
            }
        }
        Ok(())
    }
}

impl Source for Folder {
    fn list(&self, folder: &str) -> Result<Vec<SourceEntry>, SourceError> {
        let (mut found, path) = (Vec::new(), self.0.join(folder));
        if path.is_dir() {
            self.walk(&path, &mut found)
                .map_err(|error| SourceError::Unreadable {
                    path: folder.to_owned(),
                    reason: error.to_string(),
                })?;
        }
        Ok(found)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        std::fs::read(self.0.join(path)).map_err(|_| SourceError::Missing(path.to_owned()))
    }

    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError> {
        let meta = std::fs::metadata(self.0.join(path)).ok();
        Ok(meta.map(|meta| SourceEntry {
            path: path.to_owned(),
            size: meta.len(),
            kind: EntryKind::File,
        }))
    }
}
