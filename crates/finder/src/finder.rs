//! The index folder: opening, following the feed.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use kairan_index::Synonyms;
use kairan_index::analyser::ANALYSER_VERSION;
use serde::{Deserialize, Serialize};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError, Term};

use crate::document::Change;
use crate::schema::{Fields, SCHEMA_VERSION};
use crate::search::{SearchPage, SearchRequest, search};
use crate::{FinderError, tokenizers};

/// Memory for documents before they are written, in bytes; the least tantivy takes is 15 MB.
const WRITER_BYTES: usize = 32 << 20;

/// A full-text index in a folder.
pub struct Finder {
    fields: Fields,
    reader: IndexReader,
    writer: Mutex<Writer>,
    synonyms: RwLock<Synonyms>,
    opened: Opened,
    /// Locked as long as the finder lives.
    _lock: File,
}

struct Writer {
    index: IndexWriter,
    cursor: Option<String>,
}

/// How the folder was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// As it was left.
    Kept,
    /// Empty; made now.
    Created,
    /// Unusable, and made anew; the feed must be replayed from its beginning.
    Rebuilt {
        /// What was wrong.
        reason: String,
    },
}

/// What a commit carries.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Payload {
    schema: u32,
    analyser: u32,
    cursor: Option<String>,
}

impl Payload {
    fn new(cursor: Option<String>) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            analyser: ANALYSER_VERSION,
            cursor,
        }
    }

    fn to_text(&self) -> Result<String, FinderError> {
        serde_json::to_string(self)
            .map_err(|error| TantivyError::InternalError(error.to_string()).into())
    }
}

impl Finder {
    /// Opens the index in `folder`, or makes it where there is none, where it was made by another
    /// version, or where it is damaged (every file is checked, which reads the index once).
    ///
    /// # Errors
    /// If another process has the folder, or it cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self, FinderError> {
        let of_folder = |source| FinderError::Folder {
            folder: folder.to_owned(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(of_folder)?;
        let lock = File::create(folder.join("lock")).map_err(of_folder)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => FinderError::Locked {
                folder: folder.to_owned(),
            },
            TryLockError::Error(source) => of_folder(source),
        })?;
        let fields = Fields::new();
        let place: PathBuf = folder.join("index");
        let (index, cursor, opened) = if place.exists() {
            match existing(&place, &fields) {
                Ok((index, cursor)) => (index, cursor, Opened::Kept),
                Err(reason) => {
                    tracing::warn!(folder = %folder.display(), %reason, "the search index is made anew");
                    std::fs::remove_dir_all(&place).map_err(of_folder)?;
                    (create(&place, &fields)?, None, Opened::Rebuilt { reason })
                }
            }
        } else {
            (create(&place, &fields)?, None, Opened::Created)
        };
        tokenizers::register(index.tokenizers());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let index = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let writer = Mutex::new(Writer { index, cursor });
        Ok(Self {
            fields,
            reader,
            writer,
            synonyms: RwLock::default(),
            opened,
            _lock: lock,
        })
    }

    /// How the folder was found.
    #[must_use]
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The cursor of the last batch; `None`: replay the feed from its beginning.
    #[must_use]
    pub fn cursor(&self) -> Option<String> {
        self.writer().cursor.clone()
    }

    /// Takes a batch of the feed: afterwards, also after a crash, either all of it is in and
    /// [`cursor`](Self::cursor) is `cursor`, or nothing happened. Searches see it at once. Within
    /// a batch the last change of an id counts.
    ///
    /// # Errors
    /// If the index cannot be written; then the batch may be tried again.
    pub fn apply(&self, changes: &[Change], cursor: &str) -> Result<(), FinderError> {
        let mut writer = self.writer();
        let payload = Payload::new(Some(cursor.to_owned()));
        writer.commit(&payload, |index| {
            for change in changes {
                index.delete_term(Term::from_field_text(self.fields.id, change.id()));
                if let Change::Upsert(document) = change {
                    index.add_document(self.fields.document(document))?;
                }
            }
            Ok(())
        })?;
        self.reader.reload()?;
        Ok(())
    }

    /// Forgets every document and the cursor, to replay the feed from its beginning.
    ///
    /// # Errors
    /// If the index cannot be written.
    pub fn clear(&self) -> Result<(), FinderError> {
        let mut writer = self.writer();
        writer.commit(&Payload::new(None), |index| {
            index.delete_all_documents().map(drop)
        })?;
        self.reader.reload()?;
        Ok(())
    }

    /// Sets the groups of words of equal meaning that searches use from now on.
    pub fn set_synonyms(&self, groups: &[Vec<String>]) {
        let mut synonyms = self
            .synonyms
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *synonyms = Synonyms::of(groups);
    }

    /// How many documents there are.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Searches.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage, FinderError> {
        let synonyms = self.synonyms.read().unwrap_or_else(PoisonError::into_inner);
        search(&self.reader.searcher(), &self.fields, &synonyms, request)
    }

    /// What a panic left uncommitted goes in with the next batch. That is harmless: the cursor
    /// did not move, so the feed gives the same changes again.
    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    fn commit(
        &mut self,
        payload: &Payload,
        fill: impl FnOnce(&IndexWriter) -> Result<(), TantivyError>,
    ) -> Result<(), FinderError> {
        let text = payload.to_text()?;
        let done = fill(&self.index).and_then(|()| {
            let mut prepared = self.index.prepare_commit()?;
            prepared.set_payload(&text);
            prepared.commit()
        });
        if let Err(error) = done {
            self.index.rollback()?;
            return Err(error.into());
        }
        self.cursor.clone_from(&payload.cursor);
        Ok(())
    }
}

impl Change {
    fn id(&self) -> &str {
        match self {
            Self::Upsert(document) => &document.id,
            Self::Delete(id) => id,
        }
    }
}

/// Opens an index that was left here, or says why it cannot be used.
fn existing(place: &Path, fields: &Fields) -> Result<(Index, Option<String>), String> {
    let index = Index::open_in_dir(place).map_err(|error| error.to_string())?;
    let payload = index
        .load_metas()
        .map_err(|error| error.to_string())?
        .payload;
    let payload: Payload = serde_json::from_str(&payload.unwrap_or_default())
        .map_err(|error| format!("no version in the last commit: {error}"))?;
    let (found, expected) = (
        (payload.schema, payload.analyser),
        (SCHEMA_VERSION, ANALYSER_VERSION),
    );
    if found != expected || index.schema() != fields.schema {
        return Err(format!("made by version {found:?}, this is {expected:?}"));
    }
    let damaged = index
        .validate_checksum()
        .map_err(|error| error.to_string())?;
    match damaged.iter().next() {
        Some(file) => Err(format!("{} is damaged", file.display())),
        None => Ok((index, payload.cursor)),
    }
}

fn create(place: &Path, fields: &Fields) -> Result<Index, FinderError> {
    std::fs::create_dir_all(place).map_err(|source| FinderError::Folder {
        folder: place.to_owned(),
        source,
    })?;
    let index = Index::create_in_dir(place, fields.schema.clone())?;
    tokenizers::register(index.tokenizers());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    let mut first = writer.prepare_commit()?;
    first.set_payload(&Payload::new(None).to_text()?);
    first.commit()?;
    writer.wait_merging_threads()?;
    Ok(index)
}
