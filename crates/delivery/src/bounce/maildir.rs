//! The mailbox behind the return paths: a Maildir that the relay delivers into. What was read goes to `cur/`, what cannot be assigned to the subfolder
//! `.unknown`, where people look at it.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// How much of a mail is read: reports stand before the returned content.
const LONGEST: u64 = 1024 * 1024;

/// Why the mailbox cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MaildirError {
    /// Not `maildir:FOLDER`.
    #[error("the bounce mailbox {0:?} cannot be read; write maildir:var/bounces in [mail] bounces")]
    Address(String),
    /// The folder.
    #[error(
        "the bounce mailbox {folder} cannot be used: {source}; check that the service may read and write it"
    )]
    Folder {
        /// Where.
        folder: String,
        /// What the system says.
        source: io::Error,
    },
}

/// A Maildir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maildir(PathBuf);

impl Maildir {
    /// The folder in `maildir:FOLDER`.
    ///
    /// # Errors
    /// [`MaildirError::Address`].
    pub fn folder_in(address: &str) -> Result<&str, MaildirError> {
        address
            .strip_prefix("maildir:")
            .filter(|folder| !folder.is_empty())
            .ok_or_else(|| MaildirError::Address(address.to_owned()))
    }

    /// The mailbox at a folder; it need not exist yet.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Names of new mails, oldest first; folders that are missing are made.
    ///
    /// # Errors
    /// [`MaildirError::Folder`].
    pub fn waiting(&self) -> Result<Vec<String>, MaildirError> {
        self.list().map_err(|source| self.fault(source))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        for folder in ["tmp", "cur", "new"] {
            fs::create_dir_all(self.0.join(folder))?;
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(self.0.join("new"))? {
            let entry = entry?;
            // Links and folders have no business here.
            if entry.file_type()?.is_file()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The first mebibyte of a new mail; `None` where another process was faster.
    ///
    /// # Errors
    /// [`MaildirError::Folder`].
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, MaildirError> {
        let open = fs::File::open(self.0.join("new").join(name));
        let file = match open {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.fault(error)),
        };
        let mut bytes = Vec::new();
        file.take(LONGEST)
            .read_to_end(&mut bytes)
            .map_err(|source| self.fault(source))?;
        Ok(Some(bytes))
    }

    /// A mail was read.
    ///
    /// # Errors
    /// [`MaildirError::Folder`].
    pub fn done(&self, name: &str) -> Result<(), MaildirError> {
        self.put(name, &self.0)
    }

    /// A mail cannot be assigned.
    ///
    /// # Errors
    /// [`MaildirError::Folder`].
    pub fn set_aside(&self, name: &str) -> Result<(), MaildirError> {
        self.put(name, &self.0.join(".unknown"))
    }

    fn put(&self, name: &str, into: &Path) -> Result<(), MaildirError> {
        let moved = || {
            for folder in ["tmp", "cur", "new"] {
                fs::create_dir_all(into.join(folder))?;
            }
            let to = into.join("cur").join(format!("{name}:2,S"));
            fs::rename(self.0.join("new").join(name), to)
        };
        match moved() {
            // Another process put it there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map_err(|source| self.fault(source)),
        }
    }

    fn fault(&self, source: io::Error) -> MaildirError {
        MaildirError::Folder {
            folder: self.0.display().to_string(),
            source,
        }
    }
}
