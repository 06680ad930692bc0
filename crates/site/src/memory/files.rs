//! Files of the site folder: only those a live document links to are published.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use crate::catalogue::FileInfo;
use crate::live::Live;

/// Reads a file of the site folder by its path in it.
pub type ReadFile = dyn Fn(&str) -> io::Result<Vec<u8>> + Send + Sync;

#[derive(Clone, Default)]
pub(super) struct Files {
    infos: BTreeMap<String, FileInfo>,
    /// How many live documents link to each path.
    links: HashMap<String, u32>,
    read: Option<Arc<ReadFile>>,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files")
            .field("links", &self.links)
            .finish_non_exhaustive()
    }
}

impl Files {
    pub(super) fn set(
        &mut self,
        paths: impl IntoIterator<Item = String>,
        read: Arc<ReadFile>,
    ) -> io::Result<()> {
        self.links.clear();
        for path in paths {
            let info = FileInfo::of(&path, &read(&path)?);
            self.infos.insert(path, info);
        }
        self.read = Some(read);
        Ok(())
    }

    pub(super) fn info(&self, path: &str) -> Option<&FileInfo> {
        self.infos.get(path)
    }

    pub(super) fn link(&mut self, live: &Live) {
        for path in live.files() {
            *self.links.entry(path.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn unlink(&mut self, live: &Live) {
        for path in live.files() {
            if let Some(count) = self.links.get_mut(path) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Grows with the number of files.
    pub(super) fn bytes(&self, hash: &str, name: &str) -> io::Result<Option<Vec<u8>>> {
        let linked = |path: &str| self.links.get(path).is_some_and(|count| *count > 0);
        let found = self
            .infos
            .iter()
            .find(|(path, info)| info.hash == hash && info.name == name && linked(path));
        match (found, &self.read) {
            (Some((path, _)), Some(read)) => read(path).map(Some),
            _ => Ok(None),
        }
    }
}
