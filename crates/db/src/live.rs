//! 公開中: what readers see now, one narrow row a document, with what lists and searches by date need.
//! The rest is in the edition's source.

mod publish;
mod read;
mod time;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::schema::live;
use crate::words::words;

pub use publish::{Publication, Published, publish, withdraw};
pub use time::{next_closing, session_after, session_before, sessions_starting};

pub use read::{
    Newest, after, by_ids, by_slug, closing_between, count, expiring, get, links_of, newest,
    referring_to, sessions_between, translations_of, translations_of_each,
};

/// What is live of one document.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = live)]
pub struct Live {
    /// The document.
    pub document_id: String,
    /// Its published edition.
    pub edition_id: i64,
    /// `article`, `event`, …
    pub kind: String,
    /// The slug it lives under.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// Id of the document it is a variant of.
    pub translates: Option<String>,
    /// SHA-256 of the edition's source.
    pub hash: String,
    /// What lists show of it, as JSON; the caller's own.
    pub card: String,
    /// 受付開始, UTC.
    pub opens: Option<NaiveDateTime>,
    /// 受付終了, UTC.
    pub closes: Option<NaiveDateTime>,
    /// When the document first went live, UTC; survives withdrawal.
    pub first_published_at: NaiveDateTime,
    /// When this edition went live, UTC.
    pub published_at: NaiveDateTime,
    /// What 新着情報 sorts by, UTC: first publication, or the last change readers should notice.
    pub listed_at: NaiveDateTime,
    /// 公開終了, UTC.
    pub expires_at: Option<NaiveDateTime>,
    /// Its place in the change feed.
    pub sequence: i64,
}

words! {
    /// What a span of time is.
    SpanRole {
        /// 申込期日: from opening to closing.
        Deadline = "deadline",
        /// 開催日時
        Session = "session",
    }
}

/// A deadline or session, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Deadline or session.
    pub role: SpanRole,
    /// Opens, or starts; where a deadline has no opening, its closing.
    pub starts: NaiveDateTime,
    /// Closes, or ends; where a session has no end, its start.
    pub ends: NaiveDateTime,
}

/// What a live document points at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Link {
    /// The caller's word: `faq`, `related`, `link`, …
    pub role: String,
    /// Id of a document, or `kind/slug` while there is none.
    pub target: String,
}
