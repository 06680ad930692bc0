use std::collections::HashSet;

use crate::meta::{IMMUTABLE, NO_CACHE};
use crate::name::check_name;
use crate::{Entry, Error, Manifest, Meta, Result};

/// When an object is sent: all of one class are on the store before the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Never changes under its name: images, attachments, styles, segments of an index.
    Asset,
    /// Pages and their data.
    Page,
    /// What lists pages: feeds, sitemaps, indexes.
    Index,
    /// What says which index is valid.
    Pointer,
}

impl Class {
    /// The class that caching and name suggest: immutable → asset, `no-cache` → pointer, HTML → page,
    /// else index.
    #[must_use]
    pub fn for_object(name: &str, meta: &Meta) -> Self {
        match meta.cache_control.as_ref() {
            IMMUTABLE => Self::Asset,
            NO_CACHE => Self::Pointer,
            _ if name.ends_with(".html") => Self::Page,
            _ => Self::Index,
        }
    }
}

/// What should be true of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It has these bytes.
    Put {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
        /// Content type and caching.
        meta: Meta,
        /// When it is sent.
        class: Class,
    },
    /// It is not there.
    Delete {
        /// Its name.
        name: String,
    },
}

impl Change {
    /// A put with the metadata and class that the name suggests.
    #[must_use]
    pub fn put(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let name = name.into();
        let meta = Meta::for_name(&name);
        let class = Class::for_object(&name, &meta);
        Self::Put {
            name,
            bytes: bytes.into(),
            meta,
            class,
        }
    }

    /// A deletion.
    #[must_use]
    pub fn delete(name: impl Into<String>) -> Self {
        Self::Delete { name: name.into() }
    }

    /// The object's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Put { name, .. } | Self::Delete { name } => name,
        }
    }
}

/// One object to be sent.
#[derive(Debug)]
pub(crate) struct Put {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) entry: Entry,
    pub(crate) class: Class,
}

/// Changes minus what is on the store already, in sending order. A publication too large for memory is
/// made of several plans, in the order of [`Class`] with the deletions in the last.
#[derive(Debug, Default)]
#[must_use]
pub struct Plan {
    pub(crate) puts: Vec<Put>,
    pub(crate) deletions: Vec<String>,
    pub(crate) unchanged: Vec<String>,
}

impl Plan {
    /// Compares changes with what is known of the store. Costs one hash of each body.
    ///
    /// # Errors
    /// [`Error::BadName`] and [`Error::Twice`]: then nothing may be sent.
    pub fn new(known: &Manifest, changes: impl IntoIterator<Item = Change>) -> Result<Self> {
        let mut plan = Self::default();
        let mut seen = HashSet::new();
        for change in changes {
            check_name(change.name())?;
            if !seen.insert(change.name().to_owned()) {
                return Err(Error::Twice {
                    name: change.name().to_owned(),
                });
            }
            plan.add(known, change);
        }
        plan.puts
            .sort_unstable_by(|a, b| (a.class, &a.name).cmp(&(b.class, &b.name)));
        plan.deletions.sort_unstable();
        Ok(plan)
    }

    fn add(&mut self, known: &Manifest, change: Change) {
        match change {
            Change::Put {
                name,
                bytes,
                meta,
                class,
            } => {
                let entry = Entry::of(&bytes, meta);
                if known.get(&name) == Some(&entry) {
                    self.unchanged.push(name);
                } else {
                    self.puts.push(Put {
                        name,
                        bytes,
                        entry,
                        class,
                    });
                }
            }
            Change::Delete { name } => self.deletions.push(name),
        }
    }

    /// Names of what will be written and then of what will be deleted, in that order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let puts = self.puts.iter().map(|put| put.name.as_str());
        puts.chain(self.deletions.iter().map(String::as_str))
    }

    /// Number of objects to write or delete.
    #[must_use]
    pub fn len(&self) -> usize {
        self.puts.len() + self.deletions.len()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
