//! 種別: the kinds of document, their folders and addresses.

use serde::{Deserialize, Serialize};

/// What a document is (種別). The plural is its folder and the first part of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 記事: a service or procedure.
    Article,
    /// イベント
    Event,
    /// よくある質問: the title is the question, the body the answer.
    Faq,
    /// トピックス
    Topic,
    /// お知らせ
    News,
    /// 固定ページ
    Page,
    /// 施設
    Facility,
    /// パブリックコメント
    Comment,
}

impl Kind {
    /// Every kind, in the order they are shown.
    pub const ALL: [Self; 8] = [
        Self::Article,
        Self::Event,
        Self::Faq,
        Self::Topic,
        Self::News,
        Self::Page,
        Self::Facility,
        Self::Comment,
    ];

    /// The word in front matter: `article`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Event => "event",
            Self::Faq => "faq",
            Self::Topic => "topic",
            Self::News => "news",
            Self::Page => "page",
            Self::Facility => "facility",
            Self::Comment => "comment",
        }
    }

    /// The folder below `content/` and the first part of the address: `articles`.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Article => "articles",
            Self::Event => "events",
            Self::Faq => "faqs",
            Self::Topic => "topics",
            Self::News => "news",
            Self::Page => "pages",
            Self::Facility => "facilities",
            Self::Comment => "comments",
        }
    }

    /// What staff and citizens call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Article => "記事",
            Self::Event => "イベント",
            Self::Faq => "よくある質問",
            Self::Topic => "トピックス",
            Self::News => "お知らせ",
            Self::Page => "ページ",
            Self::Facility => "施設",
            Self::Comment => "パブリックコメント",
        }
    }

    /// The kind with this word (`article`) or plural (`articles`).
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word || kind.plural() == word)
    }
}
