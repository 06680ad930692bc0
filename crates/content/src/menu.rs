//! メニュー: what stands at the top and at the foot of every page.

use serde::{Deserialize, Serialize};

use crate::model::Kind;

/// `taxonomy/menu.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// At the top; on phones a bar at the lower edge.
    pub header: Vec<MenuEntry>,
    /// At the foot, in groups.
    pub footer: Vec<MenuGroup>,
}

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuEntry {
    /// What it is called.
    pub label: String,
    /// What it is called in the bar of phones, where that is shorter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Where alone it is shown; everywhere by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Screen>,
    /// Where it leads.
    #[serde(flatten)]
    pub to: MenuTarget,
}

/// Links of the foot under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuGroup {
    /// The heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The links.
    pub links: Vec<MenuEntry>,
}

/// Kinds of screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Screen {
    /// Phones: the bar at the lower edge.
    Phone,
    /// Wide screens: the line at the top.
    Wide,
}

/// Where an entry leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MenuTarget {
    /// A page that every site has.
    Place(Place),
    /// 目的: a path of keys.
    Category(String),
    /// A document by id, slug or `kind/slug`.
    Document(String),
    /// Another site.
    Url(String),
}

/// Pages that every site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// トップページ
    Top,
    /// 目的から探す, on the top page.
    Purposes,
    /// 年齢・対象から探す, on the top page.
    Targets,
    /// さがす
    Search,
    /// カレンダー
    Calendar,
    /// 新着情報
    News,
    /// まもなく締め切り
    ClosingSoon,
    /// 手続き・サービス
    Articles,
    /// 催し
    Events,
    /// よくある質問
    Faqs,
    /// トピックス
    Topics,
    /// Pages about the site.
    Pages,
    /// 施設
    Facilities,
    /// パブリックコメント
    Comments,
    /// マイページ
    MyPage,
    /// オープンデータ
    OpenData,
    /// The feed of 新着情報.
    Feed,
}

impl Place {
    /// Every place with its word in the file.
    pub const ALL: [(&'static str, Self); 17] = [
        ("top", Self::Top),
        ("purposes", Self::Purposes),
        ("targets", Self::Targets),
        ("search", Self::Search),
        ("calendar", Self::Calendar),
        ("news", Self::News),
        ("closing-soon", Self::ClosingSoon),
        ("articles", Self::Articles),
        ("events", Self::Events),
        ("faqs", Self::Faqs),
        ("topics", Self::Topics),
        ("pages", Self::Pages),
        ("facilities", Self::Facilities),
        ("comments", Self::Comments),
        ("my-page", Self::MyPage),
        ("open-data", Self::OpenData),
        ("feed", Self::Feed),
    ];

    /// Root-relative address; `None` for マイページ, which may live on another origin.
    #[must_use]
    pub const fn path(self) -> Option<&'static str> {
        Some(match self {
            Self::Top => "/",
            Self::Purposes => "/#purpose",
            Self::Targets => "/#targets",
            Self::Search => "/search/",
            Self::Calendar => "/calendar/",
            Self::News => "/news/",
            Self::ClosingSoon => "/closing-soon/",
            Self::Articles => "/articles/",
            Self::Events => "/events/",
            Self::Faqs => "/faqs/",
            Self::Topics => "/topics/",
            Self::Pages => "/pages/",
            Self::Facilities => "/facilities/",
            Self::Comments => "/comments/",
            Self::MyPage => return None,
            Self::OpenData => "/data/v1/openapi.json",
            Self::Feed => "/feed.xml",
        })
    }
}

impl MenuEntry {
    fn to(label: &str, place: Place) -> Self {
        Self {
            label: label.to_owned(),
            short: None,
            only: None,
            to: MenuTarget::Place(place),
        }
    }

    fn only(self, screen: Screen) -> Self {
        Self {
            only: Some(screen),
            ..self
        }
    }
}

impl Menu {
    /// The menu of a site that does not say otherwise, as a file to begin with.
    pub const STANDARD: &'static str = include_str!("menu.yaml");

    /// The top of a site that does not say otherwise.
    #[must_use]
    pub fn standard_header() -> Vec<MenuEntry> {
        vec![
            MenuEntry::to("トップ", Place::Top).only(Screen::Phone),
            MenuEntry::to("さがす", Place::Search),
            MenuEntry::to("目的から", Place::Purposes).only(Screen::Wide),
            MenuEntry::to("年齢・対象から", Place::Targets).only(Screen::Wide),
            MenuEntry::to("カレンダー", Place::Calendar),
            MenuEntry {
                short: Some("質問".to_owned()),
                ..MenuEntry::to("よくある質問", Place::Faqs)
            },
            MenuEntry::to("マイページ", Place::MyPage),
        ]
    }

    /// The foot of a site that does not say otherwise.
    #[must_use]
    pub fn standard_footer() -> Vec<MenuGroup> {
        let links = [
            ("新着情報", Place::News),
            ("まもなく締め切り", Place::ClosingSoon),
            ("手続き・サービス", Place::Articles),
            ("催し", Place::Events),
            ("施設をさがす", Place::Facilities),
            ("よくある質問", Place::Faqs),
            ("トピックス", Place::Topics),
            ("パブリックコメント", Place::Comments),
            ("このサイトについて", Place::Pages),
            ("オープンデータ（JSON）", Place::OpenData),
            ("新着の配信（フィード）", Place::Feed),
        ];
        vec![MenuGroup {
            label: None,
            links: links
                .into_iter()
                .map(|(label, place)| MenuEntry::to(label, place))
                .collect(),
        }]
    }

    /// Every entry, top first.
    pub fn entries(&self) -> impl Iterator<Item = &MenuEntry> {
        let links = self.footer.iter().flat_map(|group| &group.links);
        self.header.iter().chain(links)
    }

    /// What it calls documents by.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        self.entries().filter_map(|entry| match &entry.to {
            MenuTarget::Document(reference) => Some(reference.as_str()),
            _ => None,
        })
    }

    /// Whether it names a document of this kind, with this id and this slug.
    #[must_use]
    pub fn names(&self, kind: &str, id: &str, slug: &str) -> bool {
        let plural = Kind::parse(kind).map_or("", Kind::plural);
        self.documents()
            .any(|reference| match reference.split_once('/') {
                Some((word, rest)) => rest == slug && (word == kind || word == plural),
                None => reference == id || reference == slug,
            })
    }
}

impl Default for Menu {
    fn default() -> Self {
        Self {
            header: Self::standard_header(),
            footer: Self::standard_footer(),
        }
    }
}
