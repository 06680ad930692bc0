use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, Meta, Outcome, Plan, Result};

/// What is known of one object on the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Content type and caching it was stored with.
    #[serde(flatten)]
    pub meta: Meta,
}

impl Entry {
    /// The entry that these bytes will have.
    #[must_use]
    pub fn of(bytes: &[u8], meta: Meta) -> Self {
        Self {
            sha256: hex::encode(Sha256::digest(bytes)),
            meta,
        }
    }
}

/// What is known to be on a store. A name that is not in it may be there or not. It may be partial: a
/// caller that keeps it in a database loads the entries of the names it is about to change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    objects: BTreeMap<String, Entry>,
}

impl Manifest {
    /// What is known of an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.objects.get(name)
    }

    /// All names in byte order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str)
    }

    /// Number of objects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Notes an object as stored.
    pub fn insert(&mut self, name: String, entry: Entry) {
        self.objects.insert(name, entry);
    }

    /// Takes out what a plan is about to send or delete: from here until the store's answer nobody knows
    /// what is there. To be saved before [`Plan::send`].
    pub fn begin(&mut self, plan: &Plan) {
        for name in plan.names() {
            self.objects.remove(name);
        }
    }

    /// Puts in what the store has confirmed.
    pub fn finish(&mut self, outcome: &Outcome) {
        for (name, entry) in &outcome.written {
            self.objects.insert(name.clone(), entry.clone());
        }
    }

    /// Compares with a listing of the store: forgets what is not there any more, so that it will be sent
    /// again, and returns those names.
    pub fn reconcile(&mut self, on_store: &[String]) -> Vec<String> {
        let there: BTreeSet<&str> = on_store.iter().map(String::as_str).collect();
        self.objects
            .extract_if(.., |name, _| !there.contains(name.as_str()))
            .map(|(n, _)| n)
            .collect()
    }

    /// Reads a manifest file; one that does not exist is an empty manifest.
    ///
    /// # Errors
    /// [`Error::ManifestFile`] where the file cannot be read or is not a manifest.
    pub fn load(path: &Path) -> Result<Self> {
        let failed = |detail: String| Error::ManifestFile {
            path: path.display().to_string(),
            action: "読み取り",
            detail,
        };
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                failed(format!("{error}。ファイルを消すと、すべてを送り直します"))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Writes a manifest file in one step; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::ManifestFile`]; the file that was there stays.
    pub fn save(&self, path: &Path) -> Result<()> {
        let write = || {
            let bytes = serde_json::to_vec(self)?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut temporary = path.as_os_str().to_owned();
            temporary.push(format!(".{}.tmp", std::process::id()));
            let mut file = File::create(&temporary)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        };
        write().map_err(|error: std::io::Error| Error::ManifestFile {
            path: path.display().to_string(),
            action: "書き込み",
            detail: error.to_string(),
        })
    }
}
