//! What rendering reads: each method answers one narrow question, so that one object can be made without loading the site.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use kairan_content::{Kind, Session, SiteData};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::key::{Address, ListKey, Month};
use crate::live::{Card, Live};

/// What answers at an address.
#[derive(Debug, Clone)]
pub enum Found {
    /// A live document.
    Live(Arc<Live>),
    /// A live document that has moved away; where it is now.
    Moved(Arc<Card>),
    /// A document that staff took down, leaving word.
    Withdrawn(Withdrawn),
}

/// The word left at the address of a document that was taken down (取り下げ).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// 件名, as readers knew it.
    pub title: String,
    /// Why, in staff's words.
    pub reason: String,
    /// The day (JST).
    pub on: NaiveDate,
}

/// Where an address of the site before this one leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// Root-relative address, or one of another site.
    pub to: String,
    /// What stands there.
    pub title: String,
}

/// A file below `files/`, as pages link to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// The first 16 hexadecimal digits of the SHA-256 of its bytes.
    pub hash: String,
    /// The last part of its path.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Width and height in pixels, of an image.
    pub dimensions: Option<(u32, u32)>,
}

impl FileInfo {
    /// What pages say of a file, from its path and its bytes.
    #[must_use]
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(bytes);
        Self {
            hash: hex::encode(digest.get(..8).unwrap_or_default()),
            name: path.rsplit('/').next().unwrap_or(path).to_owned(),
            size: bytes.len() as u64,
            dimensions: crate::image_size::image_size(bytes),
        }
    }

    /// Root-relative address: `/files/0123456789abcdef/form.pdf`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/files/{}/{}", self.hash, self.name)
    }
}

/// What happened to a document, for followers of the change feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Counts from 1, without gaps.
    pub seq: u32,
    /// `published`, `updated` or `withdrawn`.
    pub action: Action,
    /// 種別
    pub kind: Kind,
    /// Id of the document.
    pub id: String,
    /// Its address then.
    pub path: String,
    /// Hash of the edition; of the last one where withdrawn.
    pub edition: String,
}

/// 公開・更新・取り下げ
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// 公開
    Published,
    /// 更新
    Updated,
    /// 取り下げ
    Withdrawn,
}

/// The published documents of a site, as of one instant.
///
/// Implemented over memory ([`MemoryCatalogue`](crate::MemoryCatalogue)) and over the database. Lists answer newest first.
pub trait Catalogue {
    /// Settings, taxonomy, departments.
    fn site(&self) -> &SiteData;

    /// A live document by id.
    fn document(&self, id: &str) -> Result<Option<Arc<Live>>>;

    /// A word ahead: these live documents are asked for next, so that they can be read together. What was read before may
    /// be forgotten.
    fn expect(&self, _ids: &[&str]) -> Result<()> {
        Ok(())
    }

    /// What answers at an address. A live document goes before one that has moved away.
    fn at(&self, address: &Address) -> Result<Option<Found>>;

    /// Where an address of the site before this one leads. None do in a folder.
    fn forward(&self, _path: &str) -> Result<Option<Forward>> {
        Ok(None)
    }

    /// Every live document that one of its [names](crate::Live::names) is: id, slug, `kind/slug`, or one of these of an old slug.
    fn named(&self, name: &str) -> Result<Vec<Arc<Card>>>;

    /// The highest ordinal ever given in a list; 0 for a list no document was ever in.
    fn last_ordinal(&self, list: &ListKey) -> Result<u32>;

    /// The ordinal of a document in a list, also after it has left.
    fn ordinal(&self, list: &ListKey, id: &str) -> Result<Option<u32>>;

    /// The documents now in a list whose ordinals lie in `first..=last`, with those, highest first.
    fn range(&self, list: &ListKey, first: u32, last: u32) -> Result<Vec<(u32, Arc<Card>)>>;

    /// The `limit` documents of a list with the highest ordinals.
    fn newest(&self, list: &ListKey, limit: usize) -> Result<Vec<Arc<Card>>>;

    /// The languages beside the site's own that ever had a document, in order.
    fn languages(&self) -> Result<Vec<String>>;

    /// Documents in the site's language with a deadline that ends (first instant after it) after `after` and not after `until`.
    fn closing(&self, after: NaiveDateTime, until: NaiveDateTime) -> Result<Vec<Arc<Card>>>;

    /// The first end of a deadline after `after`, of documents in the site's language.
    fn next_closing(&self, after: NaiveDateTime) -> Result<Option<NaiveDateTime>>;

    /// Sessions in the site's language that start in `from..to`, by start and id; at most `limit`.
    fn sessions(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        limit: usize,
    ) -> Result<Vec<(Session, Arc<Card>)>>;

    /// The nearest month before with a session in the site's language.
    fn month_before(&self, month: Month) -> Result<Option<Month>>;

    /// The nearest month after with a session in the site's language.
    fn month_after(&self, month: Month) -> Result<Option<Month>>;

    /// Documents whose FAQs or related documents call something by one of these names, by id.
    fn referrers(&self, names: &[String]) -> Result<Vec<Arc<Card>>>;

    /// The original with this id and its variants, by language and id.
    fn variants(&self, group: &str) -> Result<Vec<Arc<Card>>>;

    /// Documents whose notice is an emergency, newest first.
    fn emergencies(&self) -> Result<Vec<Arc<Card>>>;

    /// A file of the site folder by its path, such as `files/form.pdf`.
    fn file(&self, path: &str) -> Result<Option<FileInfo>>;

    /// The bytes of a file that a live document links to; `None` once none does.
    fn file_bytes(&self, hash: &str, name: &str) -> Result<Option<Vec<u8>>>;

    /// The number of the last change; 0 before the first.
    fn last_change(&self) -> Result<u32>;

    /// The changes `first..=last`, newest first.
    fn changes(&self, first: u32, last: u32) -> Result<Vec<Change>>;
}

/// The live document a reference in front matter means, among `kinds`, earlier ones first; of variants the one in `lang`, else in
/// the site's language; a present slug before an old one.
pub(crate) fn resolve(
    catalogue: &dyn Catalogue,
    reference: &str,
    kinds: &[Kind],
    lang: &str,
) -> Result<Option<Arc<Card>>> {
    let site_lang = &catalogue.site().settings.lang;
    let slug = reference.rsplit('/').next().unwrap_or(reference);
    Ok(catalogue
        .named(reference)?
        .into_iter()
        .filter_map(|card| {
            let kind = kinds.iter().position(|kind| *kind == card.kind)?;
            let foreign = card.lang != lang;
            let known = !foreign || card.lang == *site_lang || card.id == reference;
            let old = card.slug != slug && card.id != reference;
            known.then(|| ((kind, foreign, old, card.id.clone()), card))
        })
        .min_by(|(a, _), (b, _)| a.cmp(b))
        .map(|(_, card)| card))
}
