//! Whether a link of a body leads somewhere on this site.

use std::collections::{HashMap, HashSet};

use super::FileRead;
use super::decode;
use super::index::Index;
use crate::context::Context;
use crate::diagnostic::{Code, codes};
use crate::lint::BodyLink;
use crate::model::Kind;
use crate::suggest::did_you_mean;

/// Every address of the site.
pub(super) struct Targets<'a> {
    pages: HashMap<String, usize>,
    files: &'a [FileRead],
    index: &'a Index<'a>,
    on_disk: &'a HashSet<&'a str>,
    cx: &'a Context<'a>,
}

/// Addresses that the program itself answers, with everything below them.
const ANSWERED: [&str; 12] = [
    "/search/",
    "/calendar/",
    "/news/page/",
    "/closing-soon/",
    "/my/",
    "/admin/",
    "/api/",
    "/data/",
    "/search-index/",
    "/categories/",
    "/tags/",
    "/life-events/",
];
const SINGLE: [&str; 6] = [
    "/",
    "/feed.xml",
    "/feed.json",
    "/sitemap.xml",
    "/calendar.ics",
    "/404.html",
];

impl<'a> Targets<'a> {
    pub(super) fn new(
        files: &'a [FileRead],
        index: &'a Index<'a>,
        on_disk: &'a HashSet<&'a str>,
        lang: &str,
        cx: &'a Context<'a>,
    ) -> Self {
        let mut pages = HashMap::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            let Some(document) = &file.document else {
                continue;
            };
            pages.insert(document.path(lang), at);
            for alias in &document.aliases {
                let prefix = if document.lang == lang {
                    String::new()
                } else {
                    format!("/{}", document.lang)
                };
                pages
                    .entry(format!("{prefix}/{}/{alias}/", document.kind.plural()))
                    .or_insert(at);
            }
        }
        Self {
            pages,
            files,
            index,
            on_disk,
            cx,
        }
    }

    /// What is wrong with a link, if anything.
    pub(super) fn broken(
        &self,
        link: &BodyLink,
        file: &FileRead,
    ) -> Option<(Code, String, String)> {
        let (address, anchor) = match link.target.split_once('#') {
            Some((address, anchor)) => (address, Some(decode(anchor))),
            None => (link.target.as_str(), None),
        };
        let address = decode(address.split('?').next().unwrap_or_default());
        if address.is_empty() {
            let anchor = anchor.filter(|anchor| !anchor.is_empty())?;
            return (!file.body.anchors.contains(&anchor))
                .then(|| no_anchor(&anchor, &file.body.anchors));
        }
        if let Some(path) = address
            .strip_prefix('/')
            .filter(|path| path.starts_with("files/"))
        {
            return self.file(path, link.image);
        }
        if address.starts_with("files/") || link.image {
            return self.file(&address, link.image);
        }
        if !address.starts_with('/') {
            return Some((
                codes::BROKEN_LINK,
                format!("「{address}」というリンク先は、このサイトにありません。"),
                "サイト内のページは /articles/… のように「/」から、ファイルは files/… から、ほかのサイトは https:// から書いてください。".to_owned(),
            ));
        }
        self.page(&address, anchor)
    }

    fn file(&self, path: &str, image: bool) -> Option<(Code, String, String)> {
        if self.on_disk.contains(path) {
            return None;
        }
        let what = if image { "画像" } else { "ファイル" };
        let near = self.index.near(path, || self.on_disk.iter().copied());
        Some((
            codes::BODY_FILE_MISSING,
            format!("{what}「{path}」がありません。"),
            format!("{near}files/ にファイルを置くか、名前を直してください。"),
        ))
    }

    fn page(&self, address: &str, anchor: Option<String>) -> Option<(Code, String, String)> {
        let slashed = if address.ends_with('/') {
            address.to_owned()
        } else {
            format!("{address}/")
        };
        if let Some(at) = self.pages.get(&slashed) {
            let there = self.files.get(*at)?;
            let anchor = anchor.filter(|anchor| !anchor.is_empty())?;
            // Documents also have parts of their own (#contact); only names of headings are known here.
            let known = there.body.anchors.contains(&anchor) || anchor.is_ascii();
            return (!known).then(|| no_anchor(&anchor, &there.body.anchors));
        }
        if SINGLE.contains(&address) || self.answered(&slashed) || self.is_ghost(&slashed) {
            return None;
        }
        let near = self
            .index
            .near(&slashed, || self.pages.keys().map(String::as_str));
        Some((
            codes::BROKEN_LINK,
            format!("リンク先「{address}」のページがありません。"),
            format!("{near}アドレスを直すか、リンクを消してください。"),
        ))
    }

    fn answered(&self, address: &str) -> bool {
        if let Some(key) = address.strip_prefix("/tags/") {
            let key = key.split('/').next().unwrap_or_default();
            return key.is_empty()
                || self
                    .cx
                    .terms
                    .tags
                    .as_ref()
                    .is_none_or(|all| all.contains_key(key));
        }
        if let Some(key) = address.strip_prefix("/life-events/") {
            let key = key.split('/').next().unwrap_or_default();
            return key.is_empty()
                || self
                    .cx
                    .terms
                    .life_events
                    .as_ref()
                    .is_none_or(|all| all.contains(key));
        }
        if let Some(path) = address.strip_prefix("/categories/") {
            let path = path
                .split("/page/")
                .next()
                .unwrap_or_default()
                .trim_end_matches('/');
            return path.is_empty()
                || self
                    .cx
                    .terms
                    .categories
                    .as_ref()
                    .is_none_or(|all| all.contains(path));
        }
        ANSWERED.iter().any(|known| address.starts_with(known))
            || Kind::ALL
                .iter()
                .any(|kind| address.trim_matches('/') == kind.plural())
    }

    fn is_ghost(&self, address: &str) -> bool {
        let mut parts = address.trim_matches('/').rsplit('/');
        let slug = parts.next().unwrap_or_default();
        let kind = parts
            .next()
            .and_then(|plural| Kind::ALL.into_iter().find(|kind| kind.plural() == plural));
        kind.is_some_and(|kind| self.index.is_ghost(kind, slug))
    }
}

fn no_anchor(anchor: &str, known: &[String]) -> (Code, String, String) {
    let near = did_you_mean(anchor, known.iter().map(String::as_str));
    (
        codes::BROKEN_ANCHOR,
        format!("リンク先に「{anchor}」という見出しがありません。"),
        format!("{near}「#」の後に、見出しの文字をそのまま書いてください。"),
    )
}
