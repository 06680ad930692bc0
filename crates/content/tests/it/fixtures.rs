//! One folder per diagnostic under `tests/fixtures`: files laid over the base site, and what is then said.
//!
//! `x.recipe` makes a large file (count, head, unit, tail, apart by `%%` lines), `x.link` a link out of the tree,
//! `x.unreadable` a file without permission, `x.remove` takes a file of the base away. After a change,
//! `UPDATE_EXPECT=1 cargo test` writes `expected.txt` anew: look at the difference before you commit it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use kairan_content::diagnostic::codes;
use kairan_content::{
    Checked, Diagnostic, MemorySource, Source, SourceEntry, SourceError, check_site,
};

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date")
}

/// A source in which some files cannot be read.
#[derive(Default)]
pub(crate) struct TestSource {
    pub(crate) memory: MemorySource,
    unreadable: BTreeSet<String>,
}

impl Source for TestSource {
    fn list(&self, folder: &str) -> Result<Vec<SourceEntry>, SourceError> {
        self.memory.list(folder)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        if self.unreadable.contains(path) {
            let reason = "Permission denied".to_owned();
            return Err(SourceError::Unreadable {
                path: path.to_owned(),
                reason,
            });
        }
        self.memory.read(path)
    }

    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError> {
        self.memory.entry(path)
    }
}

impl TestSource {
    /// Lays the files below a folder over what is there.
    pub(crate) fn lay(&mut self, folder: &Path) {
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            for entry in std::fs::read_dir(&next).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let name = path
                    .strip_prefix(folder)
                    .expect("below")
                    .to_string_lossy()
                    .into_owned();
                self.put(&name, std::fs::read(&path).expect("a file"));
            }
        }
    }

    fn put(&mut self, name: &str, bytes: Vec<u8>) {
        if name == "expected.txt" {
        } else if let Some(name) = name.strip_suffix(".recipe") {
            let recipe = String::from_utf8(bytes).expect("a recipe is text");
            let parts: Vec<&str> = recipe.split("%%\n").collect();
            let [count, head, unit, tail] = parts.as_slice() else {
                panic!("four parts")
            };
            let count: usize = count.trim().parse().expect("a count");
            self.memory
                .insert(name, [*head, &unit.repeat(count), *tail].concat());
        } else if let Some(name) = name.strip_suffix(".link") {
            self.memory.link_outside(name);
        } else if let Some(name) = name.strip_suffix(".unreadable") {
            self.memory.insert(name, "");
            self.unreadable.insert(name.to_owned());
        } else if let Some(name) = name.strip_suffix(".remove") {
            self.memory.remove(name);
        } else {
            self.memory.insert(name, bytes);
        }
    }
}

pub(crate) fn base() -> TestSource {
    let mut source = TestSource::default();
    source.lay(&fixtures().join("base"));
    source
}

fn checked(folder: &Path) -> Checked {
    let mut source = base();
    source.lay(folder);
    check_site(&source, today())
}

fn text(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| format!("{diagnostic}\n"))
        .collect()
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(fixtures())
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with("base"))
        .collect();
    folders.sort();
    folders
}

#[test]
fn the_base_site_is_clean() {
    let checked = check_site(&base(), today());
    assert_eq!(text(&checked.diagnostics), "");
    assert!(checked.site.is_some());
    assert_eq!(checked.documents.len(), 1);
}

#[test]
fn every_fixture_says_what_is_expected() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for folder in folders() {
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let code = name.split('-').next().unwrap_or_default();
        let checked = checked(&folder);
        assert!(
            checked
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code.id() == code),
            "{name} does not trigger {code}:\n{}",
            text(&checked.diagnostics)
        );
        let path = folder.join("expected.txt");
        let found = text(&checked.diagnostics);
        if update {
            std::fs::write(&path, &found).expect("written");
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != found {
            wrong.push(format!("--- {name}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_fixture() {
    let covered: BTreeSet<String> = folders()
        .iter()
        .filter_map(|folder| {
            folder
                .file_name()?
                .to_str()?
                .split('-')
                .next()
                .map(str::to_owned)
        })
        .collect();
    let missing: Vec<&str> = codes::all()
        .map(|code| code.id())
        .filter(|id| !covered.contains(*id))
        .collect();
    assert!(missing.is_empty(), "no fixture for {missing:?}");
    assert!(codes::all().count() >= 60);
}

#[test]
fn errors_stop_their_own_document_alone() {
    for folder in folders() {
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        // Site-wide files touch every document; all others leave the FAQ of the base publishable.
        if folder.join("content").exists() {
            let checked = checked(&folder);
            let kept = checked
                .publishable()
                .any(|d| d.document.slug == "nyuen-shomeisho");
            assert!(kept, "{name} stopped a document it does not touch");
        }
    }
}

#[test]
fn diagnostics_travel_as_json() {
    let checked = checked(&fixtures().join("F011-unknown-key"));
    let json = serde_json::to_value(&checked.diagnostics).expect("json");
    let first = json.get(0).expect("one");
    let keys: Vec<&str> = first
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "code", "severity", "file", "line", "column", "message", "fix"
        ]
    );
    let back: Vec<Diagnostic> = serde_json::from_value(json).expect("read back");
    assert_eq!(back, checked.diagnostics);
}
