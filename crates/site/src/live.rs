//! A published document as the site reads it.

use std::sync::Arc;

use chrono::NaiveDateTime;
use kairan_content::{ApplyVia, Deadline, Document, Kind, Moment, Session, Updated, Urgency};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::key::{Address, ListKey};

/// What lists, feeds and other documents' pages show of a document: no body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// ULID
    pub id: String,
    /// 種別
    pub kind: Kind,
    /// Language of the text.
    pub lang: String,
    /// The last part of its address.
    pub slug: String,
    /// Root-relative address.
    pub path: String,
    /// 件名
    pub title: String,
    /// 概要
    pub summary: String,
    /// 目的: path of keys.
    pub category: String,
    /// Keys of tags.
    pub tags: Vec<String>,
    /// 対象者 in words.
    pub target: Option<String>,
    /// 申込期日; for a パブリックコメント its 募集期間.
    pub deadlines: Vec<Deadline>,
    /// 随時受付
    pub anytime: bool,
    /// 申込方法, each channel once.
    pub vias: Vec<ApplyVia>,
    /// 開催日時
    pub sessions: Vec<Session>,
    /// First publication, JST.
    pub published: Option<Moment>,
    /// The last 更新.
    pub updated: Option<Updated>,
    /// Whether its notice is an emergency.
    pub emergency: bool,
    /// Hash of the edition.
    pub edition: String,
}

impl Card {
    /// Where it is read.
    #[must_use]
    pub fn address(&self, site_lang: &str) -> Address {
        Address {
            lang: (self.lang != site_lang).then(|| self.lang.clone()),
            kind: self.kind,
            slug: self.slug.clone(),
        }
    }
}

/// A document whose edition is live.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// What others show of it.
    pub card: Arc<Card>,
    /// The document; its id is the card's.
    pub document: Document,
    /// 更新履歴, newest first.
    pub history: Vec<Updated>,
}

impl Live {
    /// A document as it goes live. `published` is its first publication; without one the front matter's 公開日時 stands in.
    ///
    /// A document without an id gets one derived from its address, so that a folder can be built before its first import.
    #[must_use]
    pub fn new(mut document: Document, published: Option<Moment>, site_lang: &str) -> Self {
        let id = document.id.get_or_insert_default().clone();
        let id = if id.is_empty() {
            provisional_id(&document)
        } else {
            id
        };
        document.id = Some(id.clone());
        let mut vias: Vec<ApplyVia> = Vec::new();
        for apply in &document.apply {
            if !vias.contains(&apply.via) {
                vias.push(apply.via);
            }
        }
        let mut deadlines = document.deadlines.clone();
        deadlines.extend(document.period.clone());
        let card = Card {
            id,
            kind: document.kind,
            lang: document.lang.clone(),
            slug: document.slug.clone(),
            path: Address::of(&document, site_lang).path(),
            title: document.title.clone(),
            summary: document.summary.clone(),
            category: document.category.clone(),
            tags: document.tags.clone(),
            target: document.target.as_ref().map(|target| target.text.clone()),
            deadlines,
            anytime: document.anytime,
            vias,
            sessions: document.sessions.clone(),
            published: published.or(document.publish_at),
            updated: document.updated.clone(),
            emergency: document
                .notice
                .as_ref()
                .is_some_and(|notice| notice.urgency == Urgency::Emergency),
            edition: edition(&document),
        };
        let history = document.updated.iter().cloned().collect();
        Self {
            card: Arc::new(card),
            document,
            history,
        }
    }

    /// The same with the whole 更新履歴, newest first.
    #[must_use]
    pub fn with_history(mut self, history: Vec<Updated>) -> Self {
        self.history = history;
        self
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.card.id
    }

    /// Where it is read.
    #[must_use]
    pub fn address(&self, site_lang: &str) -> Address {
        Address::of(&self.document, site_lang)
    }

    /// Where it was read under old slugs.
    pub fn old_addresses<'a>(&'a self, site_lang: &'a str) -> impl Iterator<Item = Address> + 'a {
        self.document
            .aliases
            .iter()
            .map(move |alias| Address::with_slug(&self.document, alias, site_lang))
    }

    /// The lists it is in.
    #[must_use]
    pub fn lists(&self, site_lang: &str) -> Vec<ListKey> {
        ListKey::of(&self.document, site_lang)
    }

    /// The group of language variants it belongs to: the id of the original.
    #[must_use]
    pub fn variant_group(&self) -> &str {
        self.document.translates.as_deref().unwrap_or(&self.card.id)
    }

    /// Everything front matter of others can call it by: id, slugs, `kind/slug`.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names = vec![self.card.id.clone()];
        for slug in std::iter::once(&self.document.slug).chain(&self.document.aliases) {
            names.push(slug.clone());
            names.push(format!("{}/{slug}", self.document.kind.as_str()));
            names.push(format!("{}/{slug}", self.document.kind.plural()));
        }
        names
    }

    /// What it calls others by, in its FAQs and related documents.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.document
            .faqs
            .iter()
            .chain(&self.document.related)
            .map(String::as_str)
    }

    /// The paths of files it links to: attachments, and what its body names below `files/`.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        let mut files: Vec<&str> = self
            .document
            .attachments
            .iter()
            .map(|attachment| attachment.file.as_str())
            .collect();
        let body = self.document.body.as_str();
        for at in memchr::memmem::find_iter(body.as_bytes(), "files/") {
            let rest = body.get(at..).unwrap_or_default();
            let end = rest.find([')', '"', '\'', '<', '>', ' ', '\n', '\r', '\t']);
            files.push(end.and_then(|end| rest.get(..end)).unwrap_or(rest));
        }
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The instant it counts as new from: the first publication, or the start of time.
    #[must_use]
    pub fn published_at(&self) -> NaiveDateTime {
        self.card
            .published
            .map_or(NaiveDateTime::MIN, |moment| moment.start())
    }
}

/// The hash that says which edition a page shows: of everything staff wrote.
#[must_use]
pub fn edition(document: &Document) -> String {
    let mut digest = Sha256::new();
    if let Ok(bytes) = serde_json::to_vec(document) {
        digest.update(&bytes);
    }
    hex::encode(digest.finalize())
}

/// An id in the shape of a ULID, from kind, language and slug.
fn provisional_id(document: &Document) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let name = format!(
        "{}/{}/{}",
        document.kind.as_str(),
        document.lang,
        document.slug
    );
    let digest = Sha256::digest(name.as_bytes());
    digest
        .iter()
        .take(26)
        .enumerate()
        .map(|(at, byte)| {
            // The first digit of a ULID is at most 7.
            let limit = if at == 0 { 8 } else { 32 };
            char::from(DIGITS[usize::from(byte % limit)])
        })
        .collect()
}
