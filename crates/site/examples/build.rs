//! Builds a site folder into another and says what each part costs:
//! `cargo run --release -p kairan-site --example build -- SITE OUT [NOW] [--search]`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring tool for developers"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use kairan_content::source::{EntryKind, Source, SourceEntry, SourceError};
use kairan_content::{Moment, check_site};
use kairan_site::{MemoryCatalogue, Site, build_all};
use kairan_theme::Theme;

struct Folder(PathBuf);

impl Folder {
    fn walk(&self, path: &Path, out: &mut Vec<SourceEntry>) {
        let Ok(entries) = std::fs::read_dir(path) else {
            return;
        };
        for entry in entries {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                self.walk(&entry.path(), out);
            } else {
                let path = entry
                    .path()
                    .strip_prefix(&self.0)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                out.push(SourceEntry {
                    path,
                    size: meta.len(),
                    kind: EntryKind::File,
                });
            }
        }
    }
}

impl Source for Folder {
    fn list(&self, folder: &str) -> Result<Vec<SourceEntry>, SourceError> {
        let mut entries = Vec::new();
        self.walk(&self.0.join(folder), &mut entries);
        Ok(entries)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        std::fs::read(self.0.join(path)).map_err(|_| SourceError::Missing(path.to_owned()))
    }

    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError> {
        Ok(std::fs::metadata(self.0.join(path))
            .ok()
            .map(|meta| SourceEntry {
                path: path.to_owned(),
                size: meta.len(),
                kind: EntryKind::File,
            }))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let search = arguments.iter().any(|argument| argument == "--search");
    let mut plain = arguments
        .iter()
        .filter(|argument| !argument.starts_with("--"));
    let root = PathBuf::from(plain.next().unwrap());
    let out = PathBuf::from(plain.next().unwrap());
    let now = plain.next().map_or("2026-12-18T06:10", String::as_str);
    let now = Moment::parse(now).unwrap().start();

    let began = Instant::now();
    let folder = Folder(root.clone());
    let checked = check_site(&folder, now.date());
    let files: Vec<String> = checked.files.iter().map(|file| file.path.clone()).collect();
    let data = Arc::new(checked.site.unwrap());
    println!("read and check {:?}", began.elapsed());

    let began = Instant::now();
    let documents = checked
        .documents
        .into_iter()
        .filter(|document| !document.has_errors);
    let documents = documents.map(|document| document.document);
    let catalogue = MemoryCatalogue::from_documents(Arc::clone(&data), documents, now);
    let read = move |path: &str| std::fs::read(root.join(path));
    let catalogue = catalogue.with_files(files, Arc::new(read)).unwrap();
    println!("catalogue {:?}", began.elapsed());

    let began = Instant::now();
    let site = Site::new(Arc::new(Theme::embedded().unwrap()), &data).unwrap();
    println!("theme {:?}", began.elapsed());

    let began = Instant::now();
    let write = std::env::var_os("DRY").is_none();
    let built = build_all(&site, &catalogue, now, search, &|name, object| {
        if write {
            let path = out.join(name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, object.bytes)?;
        }
        Ok(())
    })
    .unwrap();
    println!("{built:?} {:?}", began.elapsed());
}
