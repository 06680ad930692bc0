//! The name of every object the site can have: the object-name contract as types.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use kairan_content::{Document, Kind};

/// Where a document is read: language, kind and slug.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// `None` for the site's own language.
    pub lang: Option<String>,
    /// 種別
    pub kind: Kind,
    /// The last part of the address.
    pub slug: String,
}

impl Address {
    /// The address of a document on a site whose language is `site_lang`.
    #[must_use]
    pub fn of(document: &Document, site_lang: &str) -> Self {
        Self::with_slug(document, &document.slug, site_lang)
    }

    /// The address the document would have, or once had, under another slug.
    #[must_use]
    pub fn with_slug(document: &Document, slug: &str, site_lang: &str) -> Self {
        Self {
            lang: (document.lang != site_lang).then(|| document.lang.clone()),
            kind: document.kind,
            slug: slug.to_owned(),
        }
    }

    /// Root-relative, with a final slash: `/articles/jido-teate/`.
    #[must_use]
    pub fn path(&self) -> String {
        match &self.lang {
            None => format!("/{}/{}/", self.kind.plural(), self.slug),
            Some(lang) => format!("/{lang}/{}/{}/", self.kind.plural(), self.slug),
        }
    }
}

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    /// Year of the common era.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl Month {
    /// The month a day lies in.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// Its first day; the earliest representable day where the month is none.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.month >= 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                year: self.year,
                month: self.month + 1,
            }
        }
    }

    /// The month before it.
    #[must_use]
    pub const fn previous(self) -> Self {
        if self.month <= 1 {
            Self {
                year: self.year - 1,
                month: 12,
            }
        } else {
            Self {
                year: self.year,
                month: self.month - 1,
            }
        }
    }

    /// Root-relative address of its page: `/calendar/2026-12/`.
    #[must_use]
    pub fn path(self) -> String {
        format!("/calendar/{self}/")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A list that documents enter and leave.
///
/// A document has an ordinal in each list it was ever in, given by first publication, never given to another and never forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListKey {
    /// 新着情報: every document in the site's language, at `/news/`.
    All,
    /// Every document of a kind in the site's language. お知らせ have no page of their own: `/news/` shows every kind.
    Kind(Kind),
    /// 目的: the path of keys. A document is in its category and in the one above.
    Category(String),
    /// タグ
    Tag(String),
    /// ライフイベント
    LifeEvent(String),
    /// Every document in another language, at `/{lang}/`.
    Lang(String),
    /// Content JSON of a kind, every language; no page.
    Data(Kind),
    /// Every document in every language, for the sitemap; no page.
    Sitemap,
}

impl ListKey {
    /// The lists a document is in. Their number grows with its tags and life events.
    #[must_use]
    pub fn of(document: &Document, site_lang: &str) -> Vec<Self> {
        let mut lists = vec![Self::Data(document.kind), Self::Sitemap];
        if document.lang != site_lang {
            lists.push(Self::Lang(document.lang.clone()));
            return lists;
        }
        lists.extend([Self::All, Self::Kind(document.kind)]);
        let mut path = document.category.as_str();
        lists.push(Self::Category(path.to_owned()));
        while let Some((parent, _)) = path.rsplit_once('/') {
            lists.push(Self::Category(parent.to_owned()));
            path = parent;
        }
        lists.extend(document.tags.iter().cloned().map(Self::Tag));
        lists.extend(document.life_events.iter().cloned().map(Self::LifeEvent));
        lists
    }

    /// Root-relative address of the newest entries; `None` for lists without a page.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        Some(match self {
            Self::All => "/news/".to_owned(),
            Self::Kind(Kind::News) | Self::Data(_) | Self::Sitemap => return None,
            Self::Kind(kind) => format!("/{}/", kind.plural()),
            Self::Category(path) => format!("/categories/{path}/"),
            Self::Tag(key) => format!("/tags/{key}/"),
            Self::LifeEvent(key) => format!("/life-events/{key}/"),
            Self::Lang(lang) => format!("/{lang}/"),
        })
    }
}

/// An object of the published site.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKey {
    /// A static file of the theme: hash and name.
    Asset(String, String),
    /// An attachment or image: hash and name.
    File(String, String),
    /// The page of a document, or the redirect an old slug leaves.
    Document(Address),
    /// An address of the site before this one, and the way on from it.
    Forward(String),
    /// Sessions and deadlines of a document for the reader's calendar.
    DocumentCalendar(Address),
    /// Content JSON of a document, by kind and id.
    Data(Kind, String),
    /// 404.html
    NotFound,
    /// The search form.
    Search,
    /// A full page of fifty of a list.
    ListPage(ListKey, u32),
    /// The newest of a list.
    ListNewest(ListKey),
    /// A full page of fifty of a kind's content JSON.
    DataPage(Kind, u32),
    /// The newest of a kind's content JSON.
    DataNewest(Kind),
    /// A month of the calendar.
    CalendarMonth(Month),
    /// The current month.
    Calendar,
    /// Every session to come, as iCalendar.
    CalendarFeed,
    /// まもなく締切
    ClosingSoon,
    /// Categories, tags, areas, departments and life events as JSON.
    Taxonomy,
    /// The description of the content JSON.
    OpenApi,
    /// Fifty changes of the change feed.
    ChangesPage(u32),
    /// A thousand documents of the sitemap.
    SitemapPart(u32),
    /// The lists of the sitemap.
    SitemapLists,
    /// The sitemap index.
    SitemapIndex,
    /// robots.txt
    Robots,
    /// Atom
    Atom,
    /// JSON Feed
    JsonFeed,
    /// The top page.
    Top,
    /// The newest changes: where followers of the change feed look first.
    ChangesNewest,
    /// 緊急: the banner other pages ask for.
    Emergency,
}

/// When an object is sent, and how long it may be kept. Uploads go in this order; deletions come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Its name holds its hash.
    Immutable,
    /// A page or the JSON of one document.
    Page,
    /// What leads to pages: lists, feeds, sitemaps.
    Index,
    /// Small, never kept without asking: what says that something is new.
    Pointer,
}

impl Class {
    /// The `Cache-Control` header.
    #[must_use]
    pub const fn cache_control(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Page | Self::Index => "max-age=60, stale-while-revalidate=600",
            Self::Pointer => "no-cache",
        }
    }
}

impl ObjectKey {
    /// When it is sent.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Asset(..) | Self::File(..) => Class::Immutable,
            Self::Document(_)
            | Self::Forward(_)
            | Self::DocumentCalendar(_)
            | Self::Data(..)
            | Self::NotFound
            | Self::Search => Class::Page,
            Self::ChangesNewest | Self::Emergency => Class::Pointer,
            _ => Class::Index,
        }
    }

    /// Root-relative address, as readers ask for it: `/articles/jido-teate/`. Lists without pages have none and answer `/`.
    #[must_use]
    pub fn path(&self) -> String {
        let list = |list: &ListKey| list.path().unwrap_or_else(|| "/".to_owned());
        match self {
            Self::Asset(hash, name) => format!("/assets/{hash}/{name}"),
            Self::File(hash, name) => format!("/files/{hash}/{name}"),
            Self::Document(address) => address.path(),
            Self::Forward(path) => path.clone(),
            Self::DocumentCalendar(address) => format!("{}calendar.ics", address.path()),
            Self::Data(kind, id) => format!("/data/v1/{}/{id}.json", kind.plural()),
            Self::NotFound => "/404.html".to_owned(),
            Self::Search => "/search/".to_owned(),
            Self::ListPage(key, page) => format!("{}page/{page}/", list(key)),
            Self::ListNewest(key) => list(key),
            Self::DataPage(kind, page) => format!("/data/v1/{}/page/{page}.json", kind.plural()),
            Self::DataNewest(kind) => format!("/data/v1/{}/index.json", kind.plural()),
            Self::CalendarMonth(month) => month.path(),
            Self::Calendar => "/calendar/".to_owned(),
            Self::CalendarFeed => "/calendar.ics".to_owned(),
            Self::ClosingSoon => "/closing-soon/".to_owned(),
            Self::Taxonomy => "/data/v1/taxonomy.json".to_owned(),
            Self::OpenApi => "/data/v1/openapi.json".to_owned(),
            Self::ChangesPage(page) => format!("/data/v1/changes/page/{page}.json"),
            Self::ChangesNewest => "/data/v1/changes/latest.json".to_owned(),
            Self::SitemapPart(part) => format!("/sitemap/{part}.xml"),
            Self::SitemapLists => "/sitemap/lists.xml".to_owned(),
            Self::SitemapIndex => "/sitemap.xml".to_owned(),
            Self::Robots => "/robots.txt".to_owned(),
            Self::Atom => "/feed.xml".to_owned(),
            Self::JsonFeed => "/feed.json".to_owned(),
            Self::Top => "/".to_owned(),
            Self::Emergency => "/data/v1/emergency.json".to_owned(),
        }
    }

    /// The name in the object store: the address without its first slash, `index.html` where it ends in one.
    #[must_use]
    pub fn object_name(&self) -> String {
        let path = self.path();
        let name = path.trim_start_matches('/');
        if name.is_empty() || name.ends_with('/') {
            format!("{name}index.html")
        } else {
            name.to_owned()
        }
    }

    /// The `Content-Type` header.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::JsonFeed => "application/feed+json; charset=utf-8",
            other => kairan_theme::content_type(&other.object_name()),
        }
    }
}
