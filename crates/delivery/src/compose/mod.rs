//! What is said: one frozen content, as a mail and as a LINE message.

mod line;
mod mail;

use serde::{Deserialize, Serialize};

pub use line::{line_body, line_messages, line_welcome};
pub use mail::{
    ComposeError, Letter, Mail, Person, Sender, confirmation, notice_mail, notice_words,
    preferences_link, staff_letter,
};

/// What a notice says, frozen when it is decided. Nothing in it is about one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// サイト名
    pub site: String,
    /// Language of the text, as in `lang="…"`.
    pub lang: String,
    /// A line before the title, such as 「受付終了まであと7日です。」
    pub lead: Option<String>,
    /// 件名
    pub title: String,
    /// 概要
    pub summary: String,
    /// 対象者 in words.
    pub target: Option<String>,
    /// 申込期日, each written out with its weekday.
    pub deadlines: Vec<String>,
    /// アンケート
    pub survey: Option<String>,
    /// 担当課
    pub department: Option<String>,
    /// 電話
    pub phone: Option<String>,
    /// The page's address at which it was verified.
    pub url: String,
    /// What is corrected, for a 訂正.
    pub correction: Option<String>,
}
