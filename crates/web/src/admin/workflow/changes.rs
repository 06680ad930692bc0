//! 変わったところ of a document under review, each with what was said about it.

use kairan_db::editing;
use kairan_editor::Comparison;
use serde::Serialize;
use serde_json::{Value, json};

use super::dossier::Dossier;
use super::review::staff_key;
use crate::admin::documents::when::lately;
use crate::admin::words::Language;

/// A comment.
#[derive(Serialize)]
pub(super) struct Said {
    id: i64,
    field: String,
    line: Option<i64>,
    body: String,
    author: String,
    at: String,
}

/// One place that changed, with what was said about it.
#[derive(Serialize)]
pub(super) struct Change {
    id: String,
    label: String,
    /// `body` for the text, the field otherwise.
    field: Option<Value>,
    body: Option<Value>,
    comments: Vec<Said>,
    /// A comment that was not taken, to be shown again.
    typed: Option<String>,
    typed_line: Option<i64>,
}

/// What somebody typed, to be shown again where it was not taken.
#[derive(Clone, Copy, Default)]
pub(super) struct Typed<'a> {
    /// ひとこと of the answer.
    pub(super) word: &'a str,
    /// That it is missing is why the answer was not taken.
    pub(super) wanted: bool,
    /// Field, line and text of a comment.
    pub(super) comment: Option<(&'a str, Option<i64>, &'a str)>,
}

impl<'a> Typed<'a> {
    pub(super) fn word(word: &'a str) -> Self {
        Self {
            word,
            ..Self::default()
        }
    }
}

/// Changes with their comments; what did not change; comments on anything else.
pub(super) fn sorted(
    words: &Language,
    dossier: &Dossier,
    comparison: Comparison,
    typed: Typed<'_>,
) -> (Vec<Change>, Vec<Value>, Vec<Said>) {
    let said = |one: &editing::Comment| Said {
        id: one.id,
        field: one.field.clone(),
        line: one.line,
        body: one.body.clone(),
        author: dossier.people.name(words, &staff_key(&one.author)),
        at: lately(words, one.created_at, dossier.now),
    };
    let change = |id: String, label: &str, field: Option<Value>, body: Option<Value>| {
        let mine = dossier.comments.iter().filter(|one| one.field == id);
        let again = typed.comment.filter(|(field, ..)| *field == id);
        Change {
            comments: mine.map(said).collect(),
            typed: again.map(|(.., text)| text.to_owned()),
            typed_line: again.and_then(|(_, line, _)| line),
            label: words.get(label).to_owned(),
            id,
            field,
            body,
        }
    };
    let mut changes: Vec<Change> = comparison
        .fields
        .into_iter()
        .map(|field| change(field.id.clone(), &field.label, Some(json!(field)), None))
        .collect();
    if let Some(body) = comparison.body {
        changes.push(change("body".to_owned(), "本文", None, Some(json!(body))));
    }
    let others = dossier
        .comments
        .iter()
        .filter(|one| changes.iter().all(|change| change.id != one.field))
        .map(said)
        .collect();
    let unchanged = comparison
        .unchanged
        .into_iter()
        .map(|field| json!({ "label": words.get(&field.label), "value": field.value }))
        .collect();
    (changes, unchanged, others)
}
