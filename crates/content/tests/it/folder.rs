//! The same through a real folder, with real links.

use std::path::{Path, PathBuf};

use kairan_content::{EntryKind, Source, SourceEntry, SourceError, check_site};

use crate::fixtures::{fixtures, today};

/// A folder on disk, as a program would read it.
struct Folder(PathBuf);

impl Folder {
    fn walk(&self, folder: &Path, out: &mut Vec<SourceEntry>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.is_symlink() {
                self.walk(&path, out)?;
            } else {
                out.push(self.of(&path));
            }
        }
        Ok(())
    }

    fn of(&self, path: &Path) -> SourceEntry {
        let root = self.0.canonicalize().expect("the root");
        let inside = path
            .canonicalize()
            .is_ok_and(|real| real.starts_with(&root));
        SourceEntry {
            path: path
                .strip_prefix(&self.0)
                .expect("below")
                .to_string_lossy()
                .into_owned(),
            size: path.metadata().map_or(0, |metadata| metadata.len()),
            kind: if inside {
                EntryKind::File
            } else {
                EntryKind::Outside
            },
        }
    }
}

impl Source for Folder {
    fn list(&self, folder: &str) -> Result<Vec<SourceEntry>, SourceError> {
        let path = self.0.join(folder);
        let mut out = Vec::new();
        if path.is_dir() {
            self.walk(&path, &mut out)
                .map_err(|error| SourceError::Unreadable {
                    path: folder.to_owned(),
                    reason: error.to_string(),
                })?;
        }
        Ok(out)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        std::fs::read(self.0.join(path)).map_err(|_| SourceError::Missing(path.to_owned()))
    }

    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError> {
        let full = self.0.join(path);
        Ok(full.symlink_metadata().is_ok().then(|| self.of(&full)))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}

#[test]
#[cfg(unix)]
fn links_out_of_the_tree_are_reported_and_never_read() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(
        outside.path().join("secret.md"),
        "---\nkind: article\n---\nひみつ",
    )
    .expect("written");
    let site = tempfile::tempdir().expect("a folder");
    copy(&fixtures().join("base"), site.path());
    std::os::unix::fs::symlink(
        outside.path().join("secret.md"),
        site.path().join("content/faqs/secret.md"),
    )
    .expect("a link");
    std::os::unix::fs::symlink(
        "nyuen-shomeisho.md",
        site.path().join("content/faqs/copy.md"),
    )
    .expect("a link");
    let checked = check_site(&Folder(site.path().to_owned()), today());
    let told: Vec<(&str, &str)> = checked
        .diagnostics
        .iter()
        .map(|d| (d.code.id(), d.file.as_str()))
        .collect();
    // The link inside is read like a file, and so its slug collides.
    assert_eq!(
        told,
        [
            ("T012", "content/faqs/copy.md"),
            ("T012", "content/faqs/nyuen-shomeisho.md"),
            ("F040", "content/faqs/secret.md"),
        ]
    );
    assert!(
        checked
            .documents
            .iter()
            .all(|document| !document.document.body.contains("ひみつ"))
    );
}
