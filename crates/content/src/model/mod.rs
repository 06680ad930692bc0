//! A document as staff mean it: the typed front matter and the body.

mod kind;
mod notice;

use kairan_audience::Rule;
use serde::{Deserialize, Serialize};

use crate::time::Moment;

pub use kind::Kind;
pub use notice::{Notice, NoticeChannel, NoticeOn, Reminder, Survey, Urgency};

/// A document: what its front matter says, typed, and its Markdown body, byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// 種別
    pub kind: Kind,
    /// ULID; absent before the first import. The identity of a document, never its slug.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The last part of the address, unique within a kind.
    pub slug: String,
    /// Old slugs; each answers with a redirect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// 件名
    pub title: String,
    /// 概要: lists, the mail's preheader, LINE; at most 120 characters.
    pub summary: String,
    /// 目的: the path of keys, such as `money/child-allowance`.
    pub category: String,
    /// Keys of tags (タグ).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Keys of life events (ライフイベント).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub life_events: Vec<String>,
    /// 対象者
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// 申込期日; empty with `anytime` = 随時.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<Deadline>,
    /// 随時受付
    #[serde(default)]
    pub anytime: bool,
    /// 申込方法
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apply: Vec<Apply>,
    /// 必要なもの
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// 添付ファイル
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// 根拠法令
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// 問合せ先: the key of a department.
    pub contact: String,
    /// よくある質問: slugs or ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faqs: Vec<String>,
    /// 関連: slugs or ids; `kind/slug` where a slug alone would be ambiguous.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// お知らせ配信; absent: nobody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// 公開日時
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<Moment>,
    /// 公開終了
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Moment>,
    /// 見直し期限
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Moment>,
    /// 担当: the key of a department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// 更新
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Updated>,
    /// Language: `ja`, `ja-easy` (やさしい日本語), `en`, …
    pub lang: String,
    /// The id of the document this one is a variant of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translates: Option<String>,
    /// 開催日時 (events)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Session>,
    /// 費用 (events)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<String>,
    /// 主催 (events)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organiser: Option<String>,
    /// 所在地 (facilities)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 開館時間 (facilities)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// 場所 (facilities)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// 募集期間 (パブリックコメント)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Deadline>,
    /// 結果 (パブリックコメント)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The Markdown after the front matter, byte for byte.
    pub body: String,
}

impl Document {
    /// The root-relative address of its page: `/articles/jido-teate/`, or `/en/articles/jido-teate/` for a variant.
    #[must_use]
    pub fn path(&self, site_lang: &str) -> String {
        if self.lang == site_lang {
            format!("/{}/{}/", self.kind.plural(), self.slug)
        } else {
            format!("/{}/{}/{}/", self.lang, self.kind.plural(), self.slug)
        }
    }
}

/// 対象者: in words, and as a rule where the tags do not say it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// In words, as shown.
    pub text: String,
    /// The rule; replaces the audience derived from tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Rule>,
}

/// 申込期日
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Which intake, such as 7月入園.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// 受付開始
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Moment>,
    /// 受付終了
    pub closes: Moment,
    /// Such as 必着.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How an application reaches the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplyVia {
    /// 電子申請
    Online,
    /// 窓口
    Counter,
    /// 郵送
    Post,
    /// 電話
    Phone,
    /// メール
    Mail,
    /// 申込フォーム
    Form,
}

impl ApplyVia {
    /// What citizens call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Online => "電子申請",
            Self::Counter => "窓口",
            Self::Post => "郵送",
            Self::Phone => "電話",
            Self::Mail => "メール",
            Self::Form => "申込フォーム",
        }
    }
}

/// 申込方法: one way to apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apply {
    /// The channel.
    pub via: ApplyVia,
    /// The system behind it, free text such as `mynaportal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// http(s) address; required for online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the link or line says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// 場所
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// 受付時間
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// 電話番号
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// 宛先
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// メールアドレス
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// 備考
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// 添付ファイル
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Path inside the site folder, `files/…`.
    pub file: String,
    /// What the link says.
    pub label: String,
}

/// 更新: when and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updated {
    /// 更新日
    pub at: Moment,
    /// 更新内容
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// A change readers should notice.
    #[serde(default)]
    pub major: bool,
}

/// 開催日時: one session of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// 開始
    pub starts: Moment,
    /// 終了
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Moment>,
    /// 場所
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// 定員, in persons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
}
