//! The example city, with a few documents and files that are known.

use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::NaiveDate;
use kairan_content::{EntryKind, Kind, SiteData, Source, SourceEntry, SourceError, check_site};
use kairan_editor::{Known, KnownDocument, Surroundings};

struct Folder(PathBuf);

impl Source for Folder {
    fn list(&self, _folder: &str) -> Result<Vec<SourceEntry>, SourceError> {
        Ok(Vec::new())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        std::fs::read(self.0.join(path)).map_err(|_| SourceError::Missing(path.to_owned()))
    }

    fn entry(&self, path: &str) -> Result<Option<SourceEntry>, SourceError> {
        Ok(std::fs::metadata(self.0.join(path))
            .ok()
            .map(|data| SourceEntry {
                path: path.to_owned(),
                size: data.len(),
                kind: EntryKind::File,
            }))
    }
}

pub(crate) static SITE: LazyLock<SiteData> = LazyLock::new(|| {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/minori");
    check_site(&Folder(root), today()).site.expect("a site")
});

pub(crate) struct Few;

impl Known for Few {
    fn document(&self, reference: &str, kind: Option<Kind>) -> Option<KnownDocument> {
        let (kind_found, title) = match reference {
            "nyuen-shomeisho" => (Kind::Faq, "就労証明書はどこでもらえますか"),
            "shuro-shomeisho" => (Kind::Article, "就労証明書の書き方"),
            _ => return None,
        };
        kind.is_none_or(|kind| kind == kind_found)
            .then(|| KnownDocument {
                id: None,
                kind: kind_found,
                slug: reference.to_owned(),
                title: title.to_owned(),
            })
    }

    fn file(&self, path: &str) -> bool {
        path == "files/shuro-shomeisho.pdf"
    }
}

pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day")
}

pub(crate) fn around() -> Surroundings<'static> {
    Surroundings {
        site: &SITE,
        known: &Few,
        today: today(),
    }
}

pub(crate) fn example(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/minori/content");
    std::fs::read_to_string(root.join(path)).expect("an example")
}
