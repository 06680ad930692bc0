//! Where corpora are kept between runs and where output goes: in memory where the system offers it, since disks differ
//! more than programs do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::corpus::{Corpus, Dialect};

/// Raised when the generator's output changes.
const GENERATION: u32 = 1;

/// `--dir`, else `/dev/shm`, else the system's temporary folder.
pub(crate) fn folder(option: Option<&Path>) -> Result<PathBuf> {
    let base = option.map_or_else(
        || {
            let memory = Path::new("/dev/shm");
            let base = if memory.is_dir() {
                memory.to_path_buf()
            } else {
                std::env::temp_dir()
            };
            base.join("kairan-bench")
        },
        Path::to_path_buf,
    );
    fs::create_dir_all(&base).with_context(|| base.display().to_string())?;
    Ok(base)
}

/// A generated corpus, made unless it is there.
pub(crate) fn corpus(base: &Path, articles: u64, seed: u64, dialect: Dialect) -> Result<PathBuf> {
    let folder = base.join(format!("{}-{articles}-{seed}-{GENERATION}", dialect.name()));
    if !folder.is_dir() {
        let partial = folder.with_extension("partial");
        clear(&partial)?;
        Corpus::new(seed).write(articles, &partial, dialect)?;
        fs::rename(&partial, &folder)?;
    }
    Ok(folder)
}

/// Removes a folder and everything in it, if it is there.
pub(crate) fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| folder.display().to_string())
        }
        _ => Ok(()),
    }
}

/// Files in a folder and below, and their bytes.
pub(crate) fn size(folder: &Path) -> Result<(u64, u64)> {
    let mut total = (0, 0);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        let (files, bytes) = if meta.is_dir() {
            size(&entry.path())?
        } else {
            (1, meta.len())
        };
        total = (total.0 + files, total.1 + bytes);
    }
    Ok(total)
}
