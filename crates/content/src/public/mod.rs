//! The public view: the one shape of a document that `/data/v1` and `/api/v1` share.
//!
//! Every key is always there (`null` or `[]` where nothing is said), in the order of the structs below; only inside
//! `apply` and `contact` are keys left out that say nothing. Nothing in it depends on the wall clock: readers work out 受付中 and the like from `opens_at` and `closes_at`
//! (see [`state`](crate::state)). Dates are given as staff wrote them (`closes`: `2026-12-25`, JST) and as instants
//! (`closes_at`: `2026-12-26T00:00:00+09:00`, the first instant at which it is over).

mod build;
mod library;

use serde::{Deserialize, Serialize};

use kairan_audience::Rule;

use crate::markdown::Heading;
use crate::model::{Apply, Kind};
use crate::site::Department;

pub use build::instant;
pub use library::{DocumentRef, FileRef, Library, LibraryResolver, VariantRef};

/// What the store knows of a document beside what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// The id; of a folder without ids, the slug stands in.
    pub id: String,
    /// When it was first published; by default `publish_at`.
    pub published: Option<chrono::NaiveDateTime>,
    /// When this edition was; by default `updated.at`, else when it was first published.
    pub updated: Option<chrono::NaiveDateTime>,
}

/// A published document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicDocument {
    /// ULID.
    pub id: String,
    /// 種別
    pub kind: Kind,
    /// The last part of its address.
    pub slug: String,
    /// Language: `ja`, `ja-easy`, `en`, …
    pub lang: String,
    /// Its page, absolute.
    pub url: String,
    /// 件名
    pub title: String,
    /// 概要
    pub summary: String,
    /// 目的
    pub category: PublicCategory,
    /// タグ
    pub tags: Vec<PublicTag>,
    /// ライフイベント
    pub life_events: Vec<Term>,
    /// 対象者
    pub target: PublicTarget,
    /// 随時受付
    pub anytime: bool,
    /// 申込期日
    pub deadlines: Vec<PublicPeriod>,
    /// 電子申請
    pub online: bool,
    /// 申込方法
    pub apply: Vec<PublicApply>,
    /// 必要なもの
    pub documents: Vec<String>,
    /// 添付ファイル
    pub attachments: Vec<PublicFile>,
    /// 根拠法令
    pub legal_basis: Option<String>,
    /// 問合せ先
    pub contact: Option<Department>,
    /// よくある質問
    pub faqs: Vec<DocumentRef>,
    /// 関連
    pub related: Vec<DocumentRef>,
    /// 開催日時
    pub sessions: Vec<PublicSession>,
    /// 費用
    pub fee: Option<String>,
    /// 主催
    pub organiser: Option<String>,
    /// 所在地
    pub address: Option<String>,
    /// 開館時間
    pub hours: Option<String>,
    /// 場所
    pub place: Option<String>,
    /// 募集期間
    pub period: Option<PublicPeriod>,
    /// 結果
    pub result: Option<String>,
    /// The body as safe HTML; addresses of this site begin with `/`.
    pub html: String,
    /// The body as plain text.
    pub text: String,
    /// Headings of the body.
    pub headings: Vec<Heading>,
    /// First published, JST with offset.
    pub published: Option<String>,
    /// This edition, JST with offset.
    pub updated: Option<String>,
    /// What was changed last.
    pub change: Option<PublicChange>,
    /// Other languages of the same document.
    pub variants: Vec<VariantRef>,
}

/// A key and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Key.
    pub key: String,
    /// What it is called.
    pub label: String,
}

/// 目的: the path, and each step of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicCategory {
    /// `money/child-allowance`
    pub key: String,
    /// What the innermost is called.
    pub label: String,
    /// Outermost first.
    pub path: Vec<Term>,
}

/// タグ and the axis it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicTag {
    /// Key.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// The axis.
    pub facet: Term,
}

/// 対象者
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicTarget {
    /// In words; empty where nothing is said.
    pub text: String,
    /// The rule that decides: the document's own, or what its tags say. `null`: nobody in particular.
    pub rule: Option<Rule>,
}

/// A period with a beginning and an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPeriod {
    /// Which intake.
    pub label: Option<String>,
    /// As written.
    pub opens: Option<String>,
    /// As written.
    pub closes: String,
    /// Such as 必着.
    pub note: Option<String>,
    /// The first instant at which it is open.
    pub opens_at: Option<String>,
    /// The first instant at which it is over.
    pub closes_at: String,
    /// 令和8年12月1日（火曜日）から12月25日（金曜日）午後5時まで
    pub text: String,
}

/// 申込方法, with the word for its channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicApply {
    /// 電子申請, 窓口, ….
    pub via_label: String,
    /// The rest, as written.
    #[serde(flatten)]
    pub apply: Apply,
}

/// A file behind a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicFile {
    /// What the link says.
    pub label: String,
    /// Root-relative address.
    pub url: String,
    /// PDF, Word, ….
    pub kind: String,
    /// Size in bytes; `null` where it is not known.
    pub bytes: Option<u64>,
}

/// 開催日時
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicSession {
    /// As written.
    pub starts: String,
    /// As written.
    pub ends: Option<String>,
    /// 場所
    pub place: Option<String>,
    /// 定員
    pub capacity: Option<u32>,
    /// The instant it starts; of a bare date, 00:00.
    pub starts_at: String,
    /// The first instant at which it is over; of a session without an end, the end of the day it starts.
    pub ends_at: String,
    /// 令和8年12月25日（金曜日）午後1時から午後3時まで
    pub text: String,
}

/// What was changed last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicChange {
    /// As written.
    pub at: String,
    /// 更新内容
    pub note: Option<String>,
    /// A change readers should notice.
    pub major: bool,
}

/// What lists show of a document: `…/index.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicSummary {
    /// ULID.
    pub id: String,
    /// 種別
    pub kind: Kind,
    /// The last part of its address.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Its page, absolute.
    pub url: String,
    /// 件名
    pub title: String,
    /// 概要
    pub summary: String,
    /// The path of its category.
    pub category: String,
    /// Keys of its tags.
    pub tags: Vec<String>,
    /// 随時受付
    pub anytime: bool,
    /// 申込期日
    pub deadlines: Vec<PublicPeriod>,
    /// 電子申請
    pub online: bool,
    /// First published.
    pub published: Option<String>,
    /// This edition.
    pub updated: Option<String>,
}
