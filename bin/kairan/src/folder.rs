//! A site folder on disk, as the content crate reads it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use kairan_content::{EntryKind, Source, SourceEntry, SourceError};

/// Folders that are never content.
const IGNORED: [&str; 3] = ["var", "node_modules", "target"];

/// A site folder on disk.
pub(crate) struct FolderSource {
    root: PathBuf,
}

impl FolderSource {
    /// Opens a folder; links out of it are reported, never followed.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: fs::canonicalize(root)?,
        })
    }

    fn walk(&self, folder: &Path, found: &mut Vec<SourceEntry>) -> Result<(), SourceError> {
        let unreadable = |path: &Path, error: &io::Error| SourceError::Unreadable {
            path: self.name(path),
            reason: error.to_string(),
        };
        let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(folder, &error))?.path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            if name.starts_with('.') || (folder == self.root && IGNORED.contains(&name.as_str())) {
                continue;
            }
            match self.kind(&path) {
                Some((EntryKind::File, meta)) if meta.is_dir() => self.walk(&path, found)?,
                // Pipes and devices would never end; they are nobody's content.
                Some((EntryKind::File, meta)) if !meta.is_file() => {}
                Some((kind, meta)) => {
                    let path = self.name(&path);
                    found.push(SourceEntry {
                        path,
                        size: meta.len(),
                        kind,
                    });
                }
                None => found.push(outside(self.name(&path))),
            }
        }
        Ok(())
    }

    /// What stands there; `None` for a link that leads nowhere. A linked folder is not walked: it may lead in a circle.
    fn kind(&self, path: &Path) -> Option<(EntryKind, fs::Metadata)> {
        let own = fs::symlink_metadata(path).ok()?;
        if !own.is_symlink() {
            return Some((EntryKind::File, own));
        }
        let target = fs::canonicalize(path).ok()?;
        let meta = fs::metadata(&target).ok()?;
        let inside = target.starts_with(&self.root) && meta.is_file();
        Some((
            if inside {
                EntryKind::File
            } else {
                EntryKind::Outside
            },
            meta,
        ))
    }

    /// Whether a folder on the way is a link: everything behind it is left alone.
    fn through_link(&self, path: &Path) -> bool {
        let folders = path.ancestors().skip(1);
        folders
            .take_while(|folder| *folder != self.root)
            .any(Path::is_symlink)
    }

    fn name(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside
            .iter()
            .map(|part| part.to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
    }
}

/// A link that leads nowhere, or a path through one that leads away.
fn outside(path: String) -> SourceEntry {
    SourceEntry {
        path,
        size: 0,
        kind: EntryKind::Outside,
    }
}

impl Source for FolderSource {
    fn list(&self, folder: &str) -> Result<Vec<SourceEntry>, SourceError> {
        let start = self.root.join(folder);
        let mut found = Vec::new();
        if self.through_link(&start) || start.is_symlink() {
            found.push(outside(folder.to_owned()));
        } else if start.is_dir() {
            self.walk(&start, &mut found)?;
        }
        Ok(found)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let full = self.root.join(path);
        match self.kind(&full) {
            Some((EntryKind::File, meta)) if meta.is_file() && !self.through_link(&full) => {
                fs::read(&full).map_err(|error| SourceError::Unreadable {
                    path: path.to_owned(),
                    reason: error.to_string(),
                })
            }
            _ => Err(SourceError::Missing(path.to_owned())),
        }
    }

    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError> {
        let full = self.root.join(path);
        if fs::symlink_metadata(&full).is_err() {
            return Ok(None);
        }
        Ok(match self.kind(&full) {
            _ if self.through_link(&full) => Some(outside(path.to_owned())),
            Some((kind, meta)) if kind == EntryKind::Outside || meta.is_file() => {
                Some(SourceEntry {
                    path: path.to_owned(),
                    size: meta.len(),
                    kind,
                })
            }
            Some(_) => None,
            None => Some(outside(path.to_owned())),
        })
    }
}
