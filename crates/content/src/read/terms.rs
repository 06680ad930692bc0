//! Keys of taxonomy and departments in front matter.

use crate::context::Context;
use crate::diagnostic::{Code, Report, codes};
use crate::place::Span;
use crate::suggest::did_you_mean;
use crate::yaml::Entry;

use super::fields::{Fields, SHORT, text};
use super::shapes;

/// What kind of term a key names: its code, its words and where it is listed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TermKind {
    Category,
    Tag,
    LifeEvent,
    Contact,
    Owner,
}

impl TermKind {
    const fn words(self) -> (Code, &'static str, &'static str) {
        match self {
            Self::Category => (
                codes::UNKNOWN_CATEGORY,
                "目的の分類",
                "taxonomy/categories.yaml",
            ),
            Self::Tag => (codes::UNKNOWN_TAG, "タグ", "taxonomy/tags.yaml"),
            Self::LifeEvent => (
                codes::UNKNOWN_LIFE_EVENT,
                "ライフイベント",
                "taxonomy/life-events.yaml",
            ),
            Self::Contact => (
                codes::UNKNOWN_CONTACT,
                "問合せ先",
                "taxonomy/departments.yaml",
            ),
            Self::Owner => (codes::UNKNOWN_OWNER, "担当課", "taxonomy/departments.yaml"),
        }
    }
}

pub(crate) fn term(
    entry: Option<&Entry<'_>>,
    kind: TermKind,
    cx: &Context<'_>,
    report: &mut Report,
) -> Option<String> {
    let entry = entry?;
    let key = text(entry, SHORT, report)?;
    known(&key, entry.place(), kind, cx, report);
    Some(key)
}

pub(super) fn terms(
    fields: &mut Fields<'_, '_>,
    key: &str,
    kind: TermKind,
    cx: &Context<'_>,
    report: &mut Report,
) -> Vec<String> {
    let keys = fields.texts(key, report);
    for (key, span) in &keys {
        known(key, *span, kind, cx, report);
    }
    keys.into_iter().map(|(key, _)| key).collect()
}

fn known(key: &str, at: Span, kind: TermKind, cx: &Context<'_>, report: &mut Report) {
    let terms = &cx.terms;
    // `None` where it is known or nothing can be said; else the nearest word there is.
    let near = match kind {
        TermKind::Category => terms
            .categories
            .as_ref()
            .filter(|all| !all.contains(key))
            .map(|all| did_you_mean(key, all.iter().map(String::as_str))),
        TermKind::Tag => terms
            .tags
            .as_ref()
            .filter(|all| !all.contains_key(key))
            .map(|all| did_you_mean(key, all.keys().copied())),
        TermKind::LifeEvent => terms
            .life_events
            .as_ref()
            .filter(|all| !all.contains(key))
            .map(|all| did_you_mean(key, all.iter().copied())),
        TermKind::Contact | TermKind::Owner => terms
            .departments
            .as_ref()
            .filter(|all| !all.contains(key))
            .map(|all| did_you_mean(key, all.iter().copied())),
    };
    let Some(near) = near else { return };
    let (code, what, file) = kind.words();
    report.add(
        code,
        at,
        format!("{what}「{}」はありません。", shapes::shown(key)),
        format!("{near}{file} にあるキーを書いてください。"),
    );
}
