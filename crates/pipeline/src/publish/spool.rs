//! Rendered bytes between rendering and sending: a little in memory, the rest in a file without a name.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes in memory before the file is begun: one article's objects fit, a whole site's do not.
const IN_MEMORY: usize = 16 << 20;

/// Bytes by name, each to be taken once. Memory does not grow with the site; the file is in the folder for temporary
/// files and goes with the process. What cannot be kept is lost: whoever asks for it renders it again.
#[derive(Default)]
pub(super) struct Spool {
    by_name: HashMap<String, Place>,
    in_memory: usize,
    file: Option<Appended>,
    /// The file could not be written, and is not tried again.
    broken: bool,
}

enum Place {
    Memory(Vec<u8>),
    File { at: u64, length: usize },
}

struct Appended {
    file: File,
    end: u64,
}

impl Spool {
    /// Keeps the bytes, in memory while there is room and else in the file.
    pub(super) fn keep(&mut self, name: &str, bytes: Vec<u8>) {
        if self.in_memory + bytes.len() <= IN_MEMORY {
            self.hold(name, bytes);
            return;
        }
        if self.broken {
            return;
        }
        match self.append(&bytes) {
            Ok(at) => {
                let length = bytes.len();
                self.by_name
                    .insert(name.to_owned(), Place::File { at, length });
            }
            Err(error) => {
                tracing::warn!(%error, "no room in the folder for temporary files: objects are rendered again to be sent");
                self.broken = true;
            }
        }
    }

    /// Keeps the bytes in memory, whatever is there already.
    pub(super) fn hold(&mut self, name: &str, bytes: Vec<u8>) {
        self.in_memory += bytes.len();
        self.by_name.insert(name.to_owned(), Place::Memory(bytes));
    }

    /// The bytes of this name, once; `None` where they were not kept or cannot be read.
    pub(super) fn take(&mut self, name: &str) -> Option<Vec<u8>> {
        match self.by_name.remove(name)? {
            Place::Memory(bytes) => {
                self.in_memory -= bytes.len();
                Some(bytes)
            }
            Place::File { at, length } => self.file.as_mut()?.read(at, length).ok(),
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(Appended {
                file: tempfile::tempfile()?,
                end: 0,
            }),
        };
        let at = file.end;
        file.file.seek(SeekFrom::Start(at))?;
        file.file.write_all(bytes)?;
        file.end += bytes.len() as u64;
        Ok(at)
    }
}

impl Appended {
    fn read(&mut self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_once_from_memory_and_from_the_file() {
        let mut spool = Spool::default();
        let bytes = |byte: u8| vec![byte; IN_MEMORY / 3];
        for byte in 0..7 {
            spool.keep(&byte.to_string(), bytes(byte));
        }
        assert!(spool.in_memory <= IN_MEMORY);
        for byte in (0..7).rev() {
            assert_eq!(spool.take(&byte.to_string()), Some(bytes(byte)));
            assert_eq!(spool.take(&byte.to_string()), None);
        }
        assert_eq!(spool.in_memory, 0);
    }

    #[test]
    fn without_a_file_it_holds_what_it_must() {
        let mut spool = Spool {
            broken: true,
            ..Spool::default()
        };
        spool.keep("large", vec![1; IN_MEMORY + 1]);
        spool.hold("index", vec![2; IN_MEMORY + 1]);
        assert_eq!(spool.take("large"), None);
        assert_eq!(
            spool.take("index").map(|bytes| bytes.len()),
            Some(IN_MEMORY + 1)
        );
    }
}
