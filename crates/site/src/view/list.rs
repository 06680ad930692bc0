//! Lists of documents, newest first, in fixed pages.

use kairan_content::Kind;
use kairan_theme::Part;
use serde::Serialize;

use super::card::CardCache;
use super::map::{Link, ListInfo, html_lang, language_name};
use super::{Page, Section, Site};
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::ListKey;
use crate::paging;

#[derive(Serialize)]
struct ListView<'a> {
    crumbs: Vec<Link>,
    heading: &'a str,
    lead: Option<&'a str>,
    children: &'a [Link],
    lang: Option<&'a str>,
    soon_days: i64,
    cards: Option<Part>,
    pages: bool,
    newest: Option<&'a str>,
    older: Option<String>,
    per_page: u32,
    feeds: bool,
}

impl Site {
    /// The newest of a list (`page` = `None`) or a full page; `None` where there is no such list or page.
    pub(crate) fn list(
        &self,
        key: &ListKey,
        page: Option<u32>,
        catalogue: &dyn Catalogue,
        cache: &CardCache,
    ) -> Result<Option<String>> {
        let last = catalogue.last_ordinal(key)?;
        let (Some(path), Some(info)) = (key.path(), self.list_info(key, last)) else {
            return Ok(None);
        };
        let full = paging::full_pages(last);
        let (range, older) = match page {
            None => (paging::newest_range(last), full),
            Some(page) if (1..=full).contains(&page) => (paging::page_range(page), page - 1),
            Some(_) => return Ok(None),
        };
        let mut cards = String::new();
        for (_, card) in catalogue.range(key, range.0, range.1)? {
            cards.push_str(&self.card(&card, cache)?);
            cards.push('\n');
        }
        let older = (older > 0).then(|| format!("{path}page/{older}/"));
        let heading = match page {
            None => info.label.clone(),
            Some(page) => format!("{}（{page}ページ）", info.label),
        };
        let view = ListView {
            crumbs: info.parent.into_iter().collect(),
            heading: &heading,
            lead: info.description.as_deref(),
            children: &info.children,
            lang: if let ListKey::Lang(lang) = key {
                Some(html_lang(lang))
            } else {
                None
            },
            soon_days: super::when::SOON_DAYS,
            cards: (!cards.is_empty()).then_some(Part(0)),
            pages: page.is_some() || older.is_some(),
            newest: page.is_some().then_some(path.as_str()),
            older,
            per_page: paging::PAGE,
            feeds: *key == ListKey::All,
        };
        let main = self.theme.render_parts("list", &view, &[&cards])?;
        let address = page.map_or_else(|| path.clone(), |page| format!("{path}page/{page}/"));
        let description = info
            .description
            .unwrap_or_else(|| format!("「{}」の一覧です。", info.label));
        self.page(&Page {
            section: if *key == ListKey::Kind(Kind::Faq) {
                Section::Faqs
            } else {
                Section::Other
            },
            title: Some(&heading),
            description: &description,
            path: Some(&address),
            edition: None,
            alternates: Vec::new(),
            banner: None,
            main: &main,
        })
        .map(Some)
    }

    fn list_info(&self, key: &ListKey, last: u32) -> Option<ListInfo> {
        match key {
            ListKey::All => Some(ListInfo::plain("新着情報")),
            ListKey::Kind(kind) => Some(ListInfo::plain(kind_heading(*kind))),
            ListKey::Lang(lang) => (last > 0).then(|| ListInfo::plain(language_name(lang))),
            _ => self.taxonomy.list(key).cloned(),
        }
    }
}

/// What the list of a kind is called.
pub(crate) const fn kind_heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Article => "手続き・サービス",
        Kind::Event => "催し",
        Kind::Page => "このサイトについて",
        other => other.label(),
    }
}
