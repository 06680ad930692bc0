//! What the public view needs to know of other documents and of files.

use serde::{Deserialize, Serialize};

use crate::markdown::{FileInfo, ImageTarget, LinkTarget, Resolver};
use crate::model::{Document, Kind};

/// Another document, as it is referred to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    /// ULID.
    pub id: String,
    /// 種別
    pub kind: Kind,
    /// The last part of its address.
    pub slug: String,
    /// 件名
    pub title: String,
    /// Root-relative address of its page.
    pub url: String,
}

/// The same document in another language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantRef {
    /// Language.
    pub lang: String,
    /// Its title in that language.
    pub title: String,
    /// Root-relative address of its page.
    pub url: String,
}

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// Root-relative address, `/files/{hash}/{name}`.
    pub url: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Width and height in pixels, of an image where they are known.
    pub size: Option<(u32, u32)>,
}

/// What else is published. All look-ups are expected to be quick (a hash map): they happen per reference.
pub trait Library {
    /// The document that a slug, an id or `kind/slug` names; `kind` where only one kind can be meant. Of variants
    /// with one slug, the one in `lang` is preferred. `None` where it is not published.
    fn document(&self, reference: &str, kind: Option<Kind>, lang: &str) -> Option<DocumentRef>;

    /// The file at a path inside the site folder (`files/a.pdf`).
    fn file(&self, path: &str) -> Option<FileRef>;

    /// The other languages of a document.
    fn variants(&self, document: &Document) -> Vec<VariantRef>;
}

/// Resolves the links and images of a body by a library.
pub struct LibraryResolver<'a>(pub &'a dyn Library);

impl LibraryResolver<'_> {
    fn file(&self, target: &str) -> Option<(FileRef, FileInfo)> {
        let path = target.strip_prefix('/').unwrap_or(target);
        let path = path
            .split(['#', '?'])
            .next()
            .filter(|path| path.starts_with("files/"))?;
        let path = crate::check::decode(path);
        let file = self.0.file(&path)?;
        let info = FileInfo::of(&path, file.bytes);
        Some((file, info))
    }
}

impl Resolver for LibraryResolver<'_> {
    fn link(&mut self, target: &str) -> Option<LinkTarget> {
        let (file, info) = self.file(target)?;
        Some(LinkTarget {
            url: file.url,
            file: Some(info),
        })
    }

    fn image(&mut self, target: &str) -> Option<ImageTarget> {
        let (file, _) = self.file(target)?;
        Some(ImageTarget {
            url: file.url,
            size: file.size,
        })
    }
}
