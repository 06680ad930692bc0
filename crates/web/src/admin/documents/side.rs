//! What stands beside the form: checks, comments, kept texts, state, and who else has the page open.

use chrono::NaiveDateTime;
use kairan_content::{Document, NoticeChannel, dates};
use kairan_db::editing::{Comment, Presence, Review, Revision};
use kairan_editor::{Control, Form, Problems};
use serde::Serialize;

use super::head::{Badge, Standing};
use super::page::reason;
use super::people::People;
use super::when::{fully, lately};
use crate::admin::words::Language;

/// 点検
#[derive(Serialize)]
pub(super) struct Checks {
    list: Vec<Check>,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// How many were looked at and are well, and of what.
    fine: usize,
    fine_labels: String,
    /// More than are listed.
    more: usize,
}

#[derive(Serialize)]
struct Check {
    /// `error`, `warning`
    severity: &'static str,
    message: String,
    fix: String,
    /// Where it is, in words.
    place: String,
    /// The field; empty for the whole.
    field: String,
    line: Option<u32>,
}

impl Checks {
    /// The first field with something to mend.
    pub(super) fn first(&self) -> Option<&str> {
        self.list
            .iter()
            .find(|one| one.severity == "error" && !one.field.is_empty())
            .map(|one| one.field.as_str())
    }
}

/// The most problems that are listed.
const LISTED: usize = 40;

/// The part of a form that a problem's field stands for: the field, its row, or the field that holds it.
fn shown<'a>(form: &Form, field: &'a str) -> &'a str {
    let mut id = field;
    loop {
        if form.field(id).is_some() {
            return id;
        }
        let Some((outer, last)) = id.rsplit_once('.') else {
            return id;
        };
        let of_rows = form
            .field(outer)
            .is_some_and(|outer| matches!(outer.control, Control::Rows { .. }));
        if of_rows && last.parse::<usize>().is_ok() {
            return id;
        }
        id = outer;
    }
}

pub(super) fn checks(words: &Language, form: &Form, problems: &Problems) -> Checks {
    let list: Vec<Check> = problems
        .list
        .iter()
        .take(LISTED)
        .map(|problem| {
            let label = match problem.label.as_str() {
                "" => words.get("全体").into(),
                label => words.tell(label),
            };
            Check {
                severity: problem.severity.as_str(),
                message: problem.message.clone(),
                fix: problem.fix.clone(),
                place: match problem.line {
                    Some(line) => {
                        let line = line.to_string();
                        words.say("{place} {line}行目", &[("place", &label), ("line", &line)])
                    }
                    None => label.into_owned(),
                },
                field: shown(form, &problem.field).to_owned(),
                line: problem.line,
            }
        })
        .collect();
    let fine: Vec<_> = problems
        .fine_labels
        .iter()
        .take(5)
        .map(|label| words.tell(label))
        .collect();
    Checks {
        more: problems.list.len() - list.len(),
        errors: problems.errors,
        warnings: problems.warnings,
        fine: problems.fine,
        fine_labels: fine.join(words.get("、")),
        list,
    }
}

/// Ids and labels of the fields, in order, for comments on them.
pub(super) fn labels(form: &Form) -> Vec<(String, String)> {
    form.sections
        .iter()
        .flat_map(|section| &section.fields)
        .map(|field| (field.id.clone(), field.label.clone()))
        .collect()
}

/// コメント
#[derive(Serialize)]
pub(super) struct CommentView {
    id: i64,
    field: String,
    label: String,
    body: String,
    author: String,
    at: String,
}

pub(super) fn comments(
    words: &Language,
    people: &People,
    labels: &[(String, String)],
    comments: &[Comment],
    now: NaiveDateTime,
) -> Vec<CommentView> {
    comments
        .iter()
        .map(|comment| {
            let outer = comment.field.split('.').next().unwrap_or_default();
            let label = labels
                .iter()
                .find(|(id, _)| *id == comment.field)
                .or_else(|| labels.iter().find(|(id, _)| id == outer))
                .map_or_else(|| words.get("全体"), |(_, label)| words.get(label));
            CommentView {
                id: comment.id,
                field: comment.field.clone(),
                label: label.to_owned(),
                body: comment.body.clone(),
                author: people.name(words, &format!("staff:{}", bare(&comment.author))),
                at: lately(words, comment.created_at, now),
            }
        })
        .collect()
}

/// Why a draft came back.
#[derive(Serialize)]
pub(super) struct Returned {
    by: String,
    at: String,
    /// Nothing where the comments say it all.
    answer: Option<String>,
}

pub(super) fn returned(
    words: &Language,
    people: &People,
    review: &Review,
    now: NaiveDateTime,
) -> Returned {
    let by = review.decided_by.as_deref().unwrap_or_default();
    Returned {
        by: people.name(words, &format!("staff:{}", bare(by))),
        at: lately(words, review.decided_at.unwrap_or(review.submitted_at), now),
        answer: review.answer.clone(),
    }
}

fn bare(key: &str) -> &str {
    key.strip_prefix("staff:").unwrap_or(key)
}

/// A kept text in the list.
#[derive(Serialize)]
pub(super) struct KeptView {
    pub(super) id: i64,
    pub(super) at: String,
    pub(super) name: Option<String>,
    pub(super) reason: String,
    pub(super) author: String,
    pub(super) title: String,
}

pub(super) fn history(
    words: &Language,
    people: &People,
    revisions: &[Revision],
    now: NaiveDateTime,
) -> Vec<KeptView> {
    revisions
        .iter()
        .map(|kept| KeptView {
            id: kept.id,
            at: lately(words, kept.created_at, now),
            name: kept.name.clone(),
            reason: reason(words, kept.reason).to_owned(),
            author: people.name(words, &kept.author),
            title: kept.title.clone(),
        })
        .collect()
}

/// One line of 状態.
#[derive(Serialize)]
pub(super) struct StateLine {
    label: String,
    badge: Option<Badge>,
    text: String,
}

pub(super) fn state(
    words: &Language,
    people: &People,
    standing: &Standing<'_>,
    document: Option<&Document>,
    present: &[Presence],
) -> Vec<StateLine> {
    let mut lines = Vec::new();
    let mut line = |label: &str, text: String| {
        lines.push(StateLine {
            label: label.to_owned(),
            badge: None,
            text,
        });
    };
    let publish = match (standing.publish_at, document.and_then(|one| one.publish_at)) {
        (Some(at), _) => fully(words, at),
        (None, Some(at)) => dates::moment_text(at),
        (None, None) => words.get("公開のボタンを押したとき").to_owned(),
    };
    line(words.get("公開する日時"), publish);
    if let Some(document) = document {
        let how = document.notice.as_ref().map_or_else(
            || words.get("知らせません").to_owned(),
            |notice| {
                let mut names: Vec<&str> = notice
                    .channels
                    .iter()
                    .map(|channel| match channel {
                        NoticeChannel::Mail => words.get("メール"),
                        NoticeChannel::Line => "LINE",
                    })
                    .collect();
                names.push(words.get("受信箱"));
                names.join(words.get("、"))
            },
        );
        line(words.get("知らせる方法"), how);
        if let Some(at) = document.expires_at {
            line(words.get("公開を終える日時"), dates::moment_text(at));
        }
        if let Some(at) = document.review_by {
            line(words.get("見直す日"), dates::moment_text(at));
        }
    }
    let names: Vec<String> = present
        .iter()
        .map(|one| {
            let name = people.name(words, &format!("staff:{}", one.staff));
            if one.writing {
                words.say("{name}（書いています）", &[("name", &name)])
            } else {
                name
            }
        })
        .collect();
    line(words.get("開いている人"), names.join(words.get("、")));
    let now = if standing.live && standing.stage != kairan_db::editing::Stage::Published {
        words.get("公開中の版は、次の公開までそのまま出ています。")
    } else {
        ""
    };
    lines.insert(
        0,
        StateLine {
            label: words.get("いま").to_owned(),
            badge: Some(Badge::of(words, standing.stage)),
            text: now.to_owned(),
        },
    );
    lines
}

/// Whose turn it is to write.
#[derive(Serialize)]
pub(super) struct Turn {
    /// Somebody else writes now: their name.
    pub(super) other: Option<String>,
    /// Others who look on.
    pub(super) onlookers: String,
}

pub(super) fn turn(words: &Language, people: &People, present: &[Presence], own: &str) -> Turn {
    let name = |one: &Presence| people.name(words, &format!("staff:{}", one.staff));
    let others: Vec<&Presence> = present.iter().filter(|one| one.staff != own).collect();
    let onlookers: Vec<String> = others
        .iter()
        .filter(|one| !one.writing)
        .map(|one| name(one))
        .collect();
    Turn {
        other: others.iter().find(|one| one.writing).map(|one| name(one)),
        onlookers: onlookers.join(words.get("、")),
    }
}
