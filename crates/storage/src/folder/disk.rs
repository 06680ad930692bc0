use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::name::{TEMPORARY, check_name};
use crate::{Error, Result};

/// A temporary file older than this belongs to nobody any more.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// The blocking half of a folder store.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    temporary: PathBuf,
    place: String,
    durable: bool,
    serial: AtomicU64,
}

impl Disk {
    pub(super) fn open(root: &Path, durable: bool) -> Result<Self> {
        let place = format!("フォルダー {}", root.display());
        let cannot = |error: io::Error| match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::Denied {
                name: String::new(),
                place: place.clone(),
                action: "作成",
                detail: error.to_string(),
            },
            _ => Error::NoPlace {
                place: format!("{place}（{error}）"),
                hint: "フォルダーを作れる場所を指定してください",
            },
        };
        fs::create_dir_all(root).map_err(cannot)?;
        let root = fs::canonicalize(root).map_err(cannot)?;
        let temporary = root.join(TEMPORARY);
        sweep(&temporary);
        Ok(Self {
            root,
            temporary,
            place,
            durable,
            serial: AtomicU64::new(0),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Writes beside the published files and moves into place: readers see the old bytes or the new.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        check_name(name)?;
        let explain = |error| self.explain(name, "書き込み", error);
        let temporary = self.write_temporary(bytes).map_err(explain)?;
        self.move_into_place(name, &temporary).map_err(|error| {
            let _ = fs::remove_file(&temporary);
            explain(error)
        })
    }

    fn write_temporary(&self, bytes: &[u8]) -> io::Result<PathBuf> {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        // The address of the counter tells two stores of one process apart.
        let path = self.temporary.join(format!(
            "{}-{:p}-{serial}",
            std::process::id(),
            &self.serial
        ));
        let create = || OpenOptions::new().write(true).create_new(true).open(&path);
        let mut file = match create() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(&self.temporary)?;
                create()?
            }
            other => other?,
        };
        let written = file.write_all(bytes).and_then(|()| match self.durable {
            true => file.sync_all(),
            false => Ok(()),
        });
        if let Err(error) = written {
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        Ok(path)
    }

    fn move_into_place(&self, name: &str, temporary: &Path) -> io::Result<()> {
        // A deletion elsewhere, perhaps in another process, may remove a folder that is empty for a
        // moment between its making and the move.
        let mut attempts = 0;
        loop {
            match self.try_to_move_into_place(name, temporary) {
                Err(error) if error.kind() == ErrorKind::NotFound && attempts < 100 => {
                    attempts += 1
                }
                other => return other,
            }
        }
    }

    fn try_to_move_into_place(&self, name: &str, temporary: &Path) -> io::Result<()> {
        let folder = self.make_folders(name)?;
        fs::rename(temporary, self.root.join(name))?;
        if self.durable {
            File::open(folder)?.sync_all()
        } else {
            Ok(())
        }
    }

    fn make_folders(&self, name: &str) -> io::Result<PathBuf> {
        let mut path = self.root.clone();
        for folder in folders(name) {
            path.push(folder);
            match fs::symlink_metadata(&path) {
                Ok(found) if found.is_dir() => {}
                Ok(found) => return Err(not_a_folder(&path, found.is_symlink())),
                Err(error) if error.kind() == ErrorKind::NotFound => match fs::create_dir(&path) {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                },
                Err(error) => return Err(error),
            }
        }
        Ok(path)
    }

    pub(super) fn existing_file(&self, name: &str) -> Result<PathBuf> {
        check_name(name)?;
        self.find(name)
            .map_err(|error| self.explain(name, "読み取り", error))
    }

    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.existing_file(name)?;
        fs::read(path).map_err(|error| self.explain(name, "読み取り", error))
    }

    pub(super) fn size(&self, name: &str) -> Result<u64> {
        let path = self.existing_file(name)?;
        let metadata = fs::symlink_metadata(path);
        metadata
            .map(|m| m.len())
            .map_err(|error| self.explain(name, "読み取り", error))
    }

    fn find(&self, name: &str) -> io::Result<PathBuf> {
        let mut path = self.root.clone();
        for folder in folders(name) {
            path.push(folder);
            let found = fs::symlink_metadata(&path)?;
            if found.is_symlink() {
                return Err(not_a_folder(&path, true));
            }
        }
        let path = self.root.join(name);
        let found = fs::symlink_metadata(&path)?;
        match (found.is_file(), found.is_symlink()) {
            (true, _) => Ok(path),
            (_, true) => Err(not_a_folder(&path, true)),
            _ => Err(ErrorKind::NotFound.into()),
        }
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        check_name(name)?;
        let removed = self.find(name).and_then(fs::remove_file);
        match removed {
            Ok(()) => self.remove_empty_folders(name),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(self.explain(name, "削除", error)),
        }
        Ok(())
    }

    fn remove_empty_folders(&self, name: &str) {
        let mut rest = name;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            // Refused as long as anything is in it, which is the end of the way up.
            if fs::remove_dir(self.root.join(folder)).is_err() {
                return;
            }
            rest = folder;
        }
    }

    pub(super) fn list(&self, prefix: &str) -> Result<Vec<String>> {
        let start = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut names = Vec::new();
        let mut waiting = vec![start.to_owned()];
        while let Some(folder) = waiting.pop() {
            self.list_one(&folder, prefix, &mut names, &mut waiting)
                .map_err(|error| self.explain(&folder, "一覧", error))?;
        }
        names.sort_unstable();
        Ok(names)
    }

    fn list_one(
        &self,
        folder: &str,
        prefix: &str,
        names: &mut Vec<String>,
        waiting: &mut Vec<String>,
    ) -> io::Result<()> {
        let path = self.root.join(folder);
        let is_folder = folder.is_empty() || fs::symlink_metadata(&path).is_ok_and(|m| m.is_dir());
        if !is_folder {
            return Ok(());
        }
        let entries = match fs::read_dir(path) {
            Err(error) if is_absent(&error) => return Ok(()),
            other => other?,
        };
        for entry in entries {
            let entry = entry?;
            // A file whose name is no object name was not put here by a store.
            let Ok(file) = entry.file_name().into_string() else {
                continue;
            };
            let name = if folder.is_empty() {
                file
            } else {
                format!("{folder}/{file}")
            };
            if check_name(&name).is_err() {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() && may_hold(&name, prefix) {
                waiting.push(name);
            } else if kind.is_file() && name.starts_with(prefix) {
                names.push(name);
            }
        }
        Ok(())
    }

    fn explain(&self, name: &str, action: &'static str, error: io::Error) -> Error {
        let (name, place) = (name.to_owned(), self.place.clone());
        let detail = error.to_string();
        match error.kind() {
            _ if is_absent(&error) && action != "書き込み" => Error::NotFound { name, place },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::Denied {
                name,
                place,
                action,
                detail,
            },
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Failed {
                name,
                place,
                action,
                detail: format!("空き容量が足りません（{detail}）"),
            },
            ErrorKind::IsADirectory => Error::Failed {
                name,
                place,
                action,
                detail: "同じ名前のフォルダーがあります".to_owned(),
            },
            _ => Error::Failed {
                name,
                place,
                action,
                detail,
            },
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Refused while another process is writing; then that one takes it away.
        let _ = fs::remove_dir(&self.temporary);
    }
}

fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.rsplit_once('/')
        .map(|(folders, _)| folders.split('/'))
        .into_iter()
        .flatten()
}

/// Whether a folder can hold a name with this prefix: one of the two begins with the other.
fn may_hold(folder: &str, prefix: &str) -> bool {
    folder.starts_with(prefix)
        || prefix
            .strip_prefix(folder)
            .is_some_and(|r| r.starts_with('/'))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn not_a_folder(path: &Path, is_symlink: bool) -> io::Error {
    let what = if is_symlink {
        "シンボリックリンクです"
    } else {
        "フォルダーではありません"
    };
    io::Error::other(format!("{} は{what}", path.display()))
}

fn sweep(temporary: &Path) {
    let Ok(entries) = fs::read_dir(temporary) else {
        return;
    };
    for entry in entries.flatten() {
        let age = entry
            .metadata()
            .and_then(|m| m.modified())
            .ok()
            .and_then(|t| t.elapsed().ok());
        if age.is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
