//! Where a build goes: written beside what is there, moved into place when it is whole.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// Says that a folder was made by a build and may be replaced by the next.
const MARK: &str = ".kairan-build";

/// A folder for a site. Until [`Place::finish`] readers see what was there before; dropped earlier, nothing has changed.
pub(super) struct Place {
    out: PathBuf,
    /// Inside `out`, so that moving never leaves the file system.
    staging: PathBuf,
}

impl Place {
    /// Takes an empty folder, one that is not there yet, or one that a build made.
    pub(super) fn open(out: &Path) -> Result<Self> {
        let cannot = || format!("書き出し先 {} を使えません", out.display());
        fs::create_dir_all(out).with_context(cannot)?;
        let mut entries = fs::read_dir(out).with_context(cannot)?;
        let foreign = entries.any(|entry| entry.is_ok_and(|entry| !hidden(&entry.file_name())));
        if foreign && !out.join(MARK).is_file() {
            bail!(
                "書き出し先 {} に、build で作ったものではないファイルがあります。空のフォルダーを指定してください",
                out.display()
            );
        }
        let staging = out.join(format!(".kairan-new-{}", std::process::id()));
        fs::create_dir(&staging).with_context(cannot)?;
        Ok(Self {
            out: out.to_path_buf(),
            staging,
        })
    }

    /// Writes one object; called from several threads.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        kairan_storage::check_name(name).map_err(io::Error::other)?;
        let path = self.staging.join(name);
        match fs::write(&path, bytes) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(&path, bytes)
            }
            other => other,
        }
    }

    /// Puts the new site in place of the old: first what is new, then away with what is no more.
    pub(super) fn finish(self) -> Result<()> {
        let moved = || format!("書き出し先 {} を入れ替えられません", self.out.display());
        fs::write(self.out.join(MARK), "kairan build\n").with_context(moved)?;
        let mut stale = Vec::new();
        merge(&self.staging, &self.out, true, &mut stale).with_context(moved)?;
        for path in stale {
            remove(&path).with_context(moved)?;
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.staging);
    }
}

/// Moves everything below `new` over what is below `old`; what only `old` has is noted. Folders that are new move whole.
fn merge(new: &Path, old: &Path, top: bool, stale: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut names = HashSet::new();
    let mut entries = fs::read_dir(new)?.collect::<io::Result<Vec<_>>>()?;
    // What points to others moves after them.
    entries.sort_by_key(|entry| (entry.file_name() == "manifest.json", entry.file_name()));
    for entry in entries {
        let target = old.join(entry.file_name());
        let is_folder = entry.file_type()?.is_dir();
        let there = fs::symlink_metadata(&target).ok();
        match there {
            Some(meta) if meta.is_dir() && is_folder => {
                merge(&entry.path(), &target, false, stale)?
            }
            Some(meta) => {
                if meta.is_dir() || is_folder {
                    remove(&target)?;
                }
                fs::rename(entry.path(), &target)?;
            }
            None => fs::rename(entry.path(), &target)?,
        }
        names.insert(entry.file_name());
    }
    for entry in fs::read_dir(old)? {
        let name = entry?.file_name();
        let kept = names.contains(&name) || top && hidden(&name);
        if !kept {
            stale.push(old.join(name));
        }
    }
    Ok(())
}

/// Files such as `.git` at the top are not ours.
fn hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
