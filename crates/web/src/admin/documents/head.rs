//! The head of a document's screens: where it stands (回覧印) and what is to be done next.

use chrono::NaiveDateTime;
use kairan_content::{Document, Kind, SiteData};
use kairan_db::editing::{Review, Stage};
use kairan_pipeline::workflow::Need;
use serde::Serialize;

use super::people::People;
use super::when::lately;
use crate::admin::words::Language;

/// A state, as icon and word.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Badge {
    class: &'static str,
    icon: &'static str,
    label: String,
}

impl Badge {
    pub(crate) fn of(words: &Language, stage: Stage) -> Self {
        let (class, icon, label) = match stage {
            Stage::Draft => ("draft", "pencil", words.get("下書き")),
            Stage::Returned => ("back", "back", words.get("差し戻し")),
            Stage::InReview => ("wait", "clock", words.get("承認待ち")),
            Stage::Approved => ("yes", "check", words.get("承認済み")),
            Stage::Scheduled => ("plan", "cal", words.get("公開予定")),
            Stage::Published => ("live", "globe", words.get("公開中")),
            Stage::Withdrawn => ("gone", "x", words.get("取り下げ")),
            Stage::Archived => ("gone", "file", words.get("保管")),
        };
        Self {
            class,
            icon,
            label: label.to_owned(),
        }
    }

    /// The word.
    pub(crate) fn label(&self) -> &str {
        &self.label
    }
}

/// いまいる場所: below the list of all documents.
#[derive(Debug, Serialize)]
pub(super) struct Crumb {
    /// Nothing for an article: the list they all stand in has that name already.
    kind: String,
    /// 分類（目的）, from the outermost.
    category: Vec<String>,
}

impl Crumb {
    pub(super) fn of(
        words: &Language,
        kind: &str,
        site: &SiteData,
        document: Option<&Document>,
    ) -> Self {
        let path = document.map_or_else(Vec::new, |one| site.category_path(&one.category));
        Self {
            kind: match Kind::parse(kind) {
                None | Some(Kind::Article) => String::new(),
                Some(kind) => words.kind(kind).to_owned(),
            },
            category: path.into_iter().map(|one| one.label.clone()).collect(),
        }
    }
}

/// One of the four boxes.
#[derive(Debug, Serialize)]
pub(crate) struct Seal {
    /// `done`, `now`, or nothing yet.
    class: &'static str,
    current: bool,
    icon: &'static str,
    label: String,
    text: String,
}

/// 次にすること
#[derive(Debug, Serialize)]
pub(crate) struct Next {
    text: String,
    href: Option<String>,
    link: Option<String>,
}

/// What a head is made from.
pub(crate) struct Standing<'a> {
    pub(crate) id: &'a str,
    pub(crate) stage: Stage,
    /// Readers see an edition of it.
    pub(crate) live: bool,
    /// Of the open edition, UTC.
    pub(crate) publish_at: Option<NaiveDateTime>,
    /// The last review of the edition.
    pub(crate) review: Option<&'a Review>,
    /// Problems that block publishing.
    pub(crate) errors: usize,
    /// The address of the first of them on the page.
    pub(crate) first: Option<&'a str>,
    /// Comments nobody has answered.
    pub(crate) comments: usize,
    /// Whom publishing it tells.
    pub(crate) telling: Telling,
    pub(crate) now: NaiveDateTime,
}

/// Whom publishing a text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// Nobody, as the text says.
    Nobody,
    /// Nobody any more: its notice went out.
    Sent,
    /// So many people.
    People(i64),
}

impl Telling {
    pub(crate) fn of(need: &Need) -> Self {
        match need {
            need if need.tells => Self::People(need.reach.matched),
            need if need.told_before => Self::Sent,
            _ => Self::Nobody,
        }
    }

    /// What the last of the four boxes says.
    pub(super) fn words(self, words: &Language) -> String {
        match self {
            Self::Nobody => words.get("知らせません").to_owned(),
            Self::Sent => words.get("送りました").to_owned(),
            Self::People(people) => words.say("{n}人", &[("n", &grouped(people))]),
        }
    }
}

/// The row of seals.
pub(crate) fn seals(words: &Language, people: &People, standing: &Standing<'_>) -> Vec<Seal> {
    let stage = standing.stage;
    let place = match stage {
        Stage::Draft | Stage::Returned => 0,
        Stage::InReview => 1,
        Stage::Approved | Stage::Scheduled => 2,
        Stage::Published | Stage::Withdrawn | Stage::Archived => 3,
    };
    let writing = match stage {
        Stage::Draft => words.get("書いています").to_owned(),
        Stage::Returned => words.get("直しています").to_owned(),
        _ => words.get("書きました").to_owned(),
    };
    let reviewer = standing.review.map(|review| {
        let who = review.decided_by.as_deref().unwrap_or(&review.reviewer);
        people.name(words, who)
    });
    let approval = match (stage, reviewer) {
        (Stage::InReview, Some(name)) => name,
        (Stage::Draft | Stage::Returned | Stage::InReview, _) => words.get("まだです").to_owned(),
        (_, Some(name)) => name,
        (_, None) => words.get("済み").to_owned(),
    };
    let publication = match (stage, standing.publish_at) {
        (Stage::Published, _) => words.get("公開中").to_owned(),
        (Stage::Withdrawn | Stage::Archived, _) => words.get("終わりました").to_owned(),
        (Stage::Scheduled, Some(at)) => lately(words, at, standing.now),
        // A time that the text names and that is over says nothing about when it goes live.
        (_, Some(at)) if at > standing.now => lately(words, at, standing.now),
        (Stage::Approved, _) => words.get("日時は未定").to_owned(),
        _ => words.get("まだです").to_owned(),
    };
    let over = matches!(stage, Stage::Published | Stage::Withdrawn | Stage::Archived);
    [
        ("pencil", words.get("作成"), writing),
        ("check", words.get("承認"), approval),
        ("globe", words.get("公開"), publication),
        ("send", words.get("お知らせ"), standing.telling.words(words)),
    ]
    .into_iter()
    .enumerate()
    .map(|(at, (icon, label, text))| {
        let current = at == place && !over;
        Seal {
            class: if at < place || (at == 3 && standing.telling == Telling::Sent) {
                "done"
            } else if current {
                "now"
            } else {
                ""
            },
            current,
            icon,
            label: label.to_owned(),
            text,
        }
    })
    .collect()
}

/// The one sentence that says what to do.
pub(crate) fn next(words: &Language, people: &People, standing: &Standing<'_>) -> Next {
    let say = |text: &str| Next {
        text: text.to_owned(),
        href: None,
        link: None,
    };
    let leading = |text: &str, href: String, link: &str| Next {
        text: text.to_owned(),
        href: Some(href),
        link: Some(link.to_owned()),
    };
    let at = |screen: &str| format!("/admin/documents/{}/{screen}", standing.id);
    match standing.stage {
        Stage::Returned if standing.comments > 0 => leading(
            words.get("コメントを読んで直し、もう一度承認を依頼します。"),
            "#comments".to_owned(),
            words.get("コメントへ"),
        ),
        Stage::Returned if standing.errors > 0 => {
            to_write(words, standing.errors, standing.first)
        }
        Stage::Draft => to_write(words, standing.errors, standing.first),
        Stage::Returned => say(words.get("直したら、もう一度承認を依頼します。")),
        Stage::InReview => {
            let name = standing
                .review
                .map_or_else(String::new, |one| people.name(words, &one.reviewer));
            leading(
                &words.say("{name}さんの承認を待っています。", &[("name", &name)]),
                at("review"),
                words.get("確認の画面へ"),
            )
        }
        Stage::Approved => leading(
            words.get("公開する日時を決めます。"),
            at("plan"),
            words.get("公開の画面へ"),
        ),
        Stage::Scheduled => {
            let when = standing
                .publish_at
                .map_or_else(String::new, |at| super::when::fully(words, at));
            leading(
                &words.say("ありません。{when}に公開されます。", &[("when", &when)]),
                at("plan"),
                words.get("公開の画面へ"),
            )
        }
        Stage::Published => {
            say(words.get("ありません。直すときは、このまま書き換えて保存すると、公開中のページはそのままで下書きができます。"))
        }
        Stage::Withdrawn | Stage::Archived => {
            say(words.get("ありません。もう一度使うときは、このまま書き換えて保存すると、下書きができます。"))
        }
    }
}

/// The sentence over a draft: what is missing, with the way to the first of it.
pub(super) fn to_write(words: &Language, errors: usize, first: Option<&str>) -> Next {
    if errors == 0 {
        return Next {
            text: words.get("内容を確かめて、承認を依頼します。").to_owned(),
            href: None,
            link: None,
        };
    }
    let n = errors.to_string();
    Next {
        text: words.say(
            "書くところ、直すところが、あと{n}件あります。",
            &[("n", &n)],
        ),
        href: Some(first.map_or_else(|| "#checks".to_owned(), |field| format!("#{field}"))),
        link: Some(words.get("最初のひとつへ").to_owned()),
    }
}

/// 1,284
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}
