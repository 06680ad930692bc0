//! What a change to one term does: asked for by its form, shown before it is made.

use kairan_audience::Rule;
use kairan_content::SiteData;
use kairan_db::sha256_hex;
use kairan_editor::terms::{Control, Term, TermField};
use kairan_pipeline::settings::{Check, Part, Version};
use serde::Serialize;

use super::contents::rule_labels;
use super::one::CheckView;
use super::term::{Change, Desk, Wish};
use crate::admin::Posted;
use crate::admin::words::Language;

#[derive(Serialize)]
pub(super) struct View {
    part: &'static str,
    part_label: String,
    pub(super) heading: String,
    /// What the term is called now; empty for a new one.
    name: String,
    check: CheckView,
    text: String,
    /// The version it was written over.
    over: String,
    new: bool,
    moves: bool,
    removes: bool,
    /// Says what was there before.
    nothing: bool,
    lines: Vec<Line>,
    /// The form as it was sent.
    sent: Vec<Pair>,
    /// Where the documents of the term can be given to another.
    merge: Option<String>,
    /// The documents of the term.
    documents: Option<String>,
    /// Documents that are counted and not named.
    rest: usize,
}

/// A field that changes.
#[derive(Serialize)]
struct Line {
    label: String,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct Pair {
    name: String,
    value: String,
}

impl View {
    pub(super) fn new(
        words: &Language,
        site: &SiteData,
        desk: &Desk,
        change: Change,
        mut check: Check,
        now: &Version,
        posted: &Posted,
    ) -> Self {
        let part = desk.part;
        let kind = words.get(desk.level.name);
        let heading = match change.wish {
            Wish::Add => words.say("{name}を加える", &[("name", kind)]),
            Wish::Remove => words.say("{name}をなくす", &[("name", kind)]),
            Wish::Set | Wish::Up | Wish::Down => words.say("{name}を直す", &[("name", kind)]),
        };
        // Warnings about the rest of the file are no matter of this term.
        check
            .problems
            .retain(|one| one.is_error() || one.file != part.path());
        let name = desk.term.as_ref().map_or_else(String::new, |term| {
            let first = desk.level.fields.first();
            first.map_or_else(String::new, |field| in_one_line(&term.field(field)))
        });
        let after = change.term(desk.shape);
        let mut lines = lines(words, site, desk, after.as_ref());
        if change.wish == Wish::Add && !desk.shape.is_keyless() {
            lines.push(Line {
                label: words.get("キー").to_owned(),
                before: String::new(),
                after: posted.one("key").trim().to_owned(),
            });
        }
        let key = desk.key();
        let merges = match part {
            Part::Categories | Part::Departments | Part::LifeEvents => true,
            Part::Tags => site.tag(key).is_some(),
            _ => false,
        };
        let mut effect = CheckView::new(part, check, sha256_hex(change.text.as_bytes()));
        effect.call(key, &name);
        Self {
            part: part.key(),
            part_label: super::label(words, part).to_owned(),
            heading,
            over: now.hash.clone(),
            new: change.wish == Wish::Add,
            moves: matches!(change.wish, Wish::Up | Wish::Down),
            removes: change.removes(),
            nothing: change.text == now.text,
            rest: effect.unnamed(),
            merge: merges.then(|| format!("/admin/taxonomy/{}?from={key}#merge", part.key())),
            documents: match part {
                Part::Departments => Some(format!("/admin/documents?owner={key}")),
                Part::Categories => Some(format!("/admin/documents?category={key}")),
                _ => None,
            },
            sent: posted
                .pairs()
                .iter()
                .filter(|(name, _)| name != "do")
                .map(|(name, value)| Pair {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect(),
            check: effect,
            text: change.text,
            name,
            lines,
        }
    }
}

/// The fields that say something else afterwards.
fn lines(words: &Language, site: &SiteData, desk: &Desk, after: Option<&Term>) -> Vec<Line> {
    let Some(after) = after else {
        return Vec::new();
    };
    let before = desk.term.as_ref();
    let differs = |field: &&TermField| said(before, field) != said(Some(after), field);
    let line = |field: &TermField| Line {
        label: words.get(field.label).to_owned(),
        before: before.map_or_else(String::new, |term| shown(words, site, field, term)),
        after: shown(words, site, field, after),
    };
    desk.fields().filter(differs).map(line).collect()
}

fn said<'t>(term: Option<&'t Term>, field: &TermField) -> Option<&'t serde_json::Value> {
    match field.key {
        "" => term.map(|term| &term.says),
        key => term?.says.get(key),
    }
}

/// A field as people read it.
fn shown(words: &Language, site: &SiteData, field: &TermField, term: &Term) -> String {
    let text = term.field(field);
    match field.control {
        Control::Rule => {
            let rule = said(Some(term), field).and_then(|json| Rule::from_json(json).ok());
            rule.map_or(text, |rule| {
                words.tell(&rule.describe(&rule_labels(site))).into_owned()
            })
        }
        Control::Flag if text == "true" => words.get("はい").to_owned(),
        Control::Flag => String::new(),
        Control::Choice(choices) => {
            let chosen = choices.iter().find(|(key, _)| *key == text);
            chosen.map_or(text, |(_, label)| words.get(label).to_owned())
        }
        _ => in_one_line(&text),
    }
}

fn in_one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join("、")
}
