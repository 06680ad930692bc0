//! How long the notice of a document gets in each channel.
//!
//! Mail: where telephones cut a subject. LINE: Messaging API, alternative text 1,500 and quick replies 20, both
//! counted by LINE in UTF-16 units, so that 𠮷 and most pictures count twice.

use kairan_content::{Document, MAX_SUMMARY};
use serde::Serialize;

/// Where the subject of a mail is cut on a telephone, with some room.
const MAIL_SUBJECT: usize = 40;
/// LINE: alternative text.
const LINE_TEXT: usize = 1_500;
/// What the page's address may take of it.
const LINE_ADDRESS: usize = 120;
/// LINE: one quick reply.
const LINE_CHOICE: usize = 20;

/// One length and its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// `mail` or `line`.
    pub channel: &'static str,
    /// `subject`, `preheader`, `text` or `choice`.
    pub what: &'static str,
    /// The field it is about.
    pub field: &'static str,
    /// What staff call it.
    pub label: &'static str,
    /// The length.
    pub length: usize,
    /// The most that is shown or sent.
    pub limit: usize,
    /// Whether it is longer.
    pub over: bool,
    /// 28 / 40文字, and by how much it is too long.
    pub words: String,
}

/// The lengths of a document's notice; those of channels it does not use too.
#[must_use]
pub fn counts(document: &Document) -> Vec<Count> {
    let title = document.title.as_str();
    let summary = document.summary.as_str();
    let text = units(title) + units(summary) + 2 + LINE_ADDRESS;
    let mut out = vec![
        count(
            ["mail", "subject", "title", "メールの件名"],
            title.chars().count(),
            MAIL_SUBJECT,
        ),
        count(
            ["mail", "preheader", "summary", "メールの書き出し"],
            summary.chars().count(),
            MAX_SUMMARY,
        ),
        count(["line", "text", "summary", "LINEの通知"], text, LINE_TEXT),
    ];
    let survey = document
        .notice
        .as_ref()
        .and_then(|notice| notice.survey.as_ref());
    let longest = survey.and_then(|survey| survey.choices.iter().map(|choice| units(choice)).max());
    if let Some(longest) = longest {
        let what = [
            "line",
            "choice",
            "notice.survey.choices",
            "LINEの選択肢（いちばん長いもの）",
        ];
        out.push(count(what, longest, LINE_CHOICE));
    }
    out
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn count([channel, what, field, label]: [&'static str; 4], length: usize, limit: usize) -> Count {
    let over = length > limit;
    let more = if over {
        format!("（{}文字多い）", length - limit)
    } else {
        String::new()
    };
    Count {
        channel,
        what,
        field,
        label,
        length,
        limit,
        over,
        words: format!("{length} / {limit}文字{more}"),
    }
}
