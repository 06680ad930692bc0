//! The form of a term as the page shows it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use kairan_editor::terms::{Control, TermField};
use kairan_pipeline::settings::Part;
use serde::Serialize;

use super::desk::{Desk, Wrong, id};
use crate::admin::guard::{Administer, Staff};
use crate::admin::words::Language;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
pub(super) struct View {
    part: &'static str,
    part_label: String,
    heading: String,
    at: String,
    below: String,
    /// What the term said when the form was made.
    was: String,
    new: bool,
    /// A new term needs a key, where terms have any.
    asks_key: bool,
    /// As it was typed.
    key: String,
    fields: Vec<FieldView>,
    /// What a term inside this one is called; `None` where it holds none.
    inner: Option<String>,
    first: bool,
    last: bool,
    holds: usize,
    /// The key may hold `_`.
    underscores: bool,
    key_problems: Vec<Wrong>,
    problem: Option<String>,
    /// What is wrong with the term, and with none of its fields.
    problems: Vec<Wrong>,
    stale: bool,
}

#[derive(Serialize)]
struct FieldView {
    id: String,
    label: String,
    help: String,
    required: bool,
    control: &'static str,
    value: String,
    on: bool,
    choices: Vec<ChoiceView>,
    problems: Vec<Wrong>,
    /// What somebody else stored meanwhile, where it differs.
    theirs: Option<String>,
}

#[derive(Serialize)]
struct ChoiceView {
    key: &'static str,
    label: String,
    chosen: bool,
}

impl View {
    pub(super) async fn show(
        self,
        app: &App,
        request: &HttpRequest,
        staff: &Staff<Administer>,
        status: StatusCode,
    ) -> Result<HttpResponse> {
        let screen = Screen::new("settings/term", &self.heading).status(status);
        app.screen(request, Some(&staff.who), screen, &self).await
    }
}

impl Desk {
    /// The form: as the term stands, or as it was sent.
    pub(super) fn view(
        &self,
        words: &Language,
        sent: Option<&Posted>,
        problem: Option<&str>,
        mistakes: &[Wrong],
    ) -> View {
        let of = |key: &str| -> Vec<Wrong> {
            let wrong = mistakes.iter().filter(|one| one.field == key);
            wrong.cloned().collect()
        };
        let new = self.term.is_none();
        let stale = sent.is_some_and(|sent| sent.one("was") != self.was());
        let asks_key = new && !self.shape.is_keyless();
        let shown = |one: &Wrong| {
            (asks_key && one.field == "key") || self.fields().any(|field| field.key == one.field)
        };
        let name = words.get(self.level.name);
        let heading = match new {
            true => words.say("{name}を加える", &[("name", name)]),
            false => words.say("{name}を直す", &[("name", name)]),
        };
        let inner = self.level.inner.filter(|_| self.may_hold());
        let place = self.term.as_ref().map_or((0, 1), |one| (one.place, one.of));
        View {
            part: self.part.key(),
            part_label: super::super::label(words, self.part).to_owned(),
            heading,
            at: self.address.at.clone(),
            below: self.address.below.clone(),
            was: self.was(),
            new,
            asks_key,
            underscores: self.part == Part::Profile,
            key_problems: of("key"),
            problems: mistakes.iter().filter(|one| !shown(one)).cloned().collect(),
            key: sent.map_or("", |sent| sent.one("key")).to_owned(),
            fields: self
                .fields()
                .map(|field| FieldView {
                    problems: of(field.key),
                    ..self.field(words, field, sent, stale)
                })
                .collect(),
            inner: inner.map(|_| {
                let depth = self.term.as_ref().map_or(0, |term| term.depth);
                words.get(self.shape.level(depth + 1).name).to_owned()
            }),
            first: place.0 == 0,
            last: place.0 + 1 == place.1,
            holds: self.term.as_ref().map_or(0, |term| term.holds),
            problem: problem.map(str::to_owned),
            stale,
        }
    }

    /// Whether terms can stand in this one: in a question only where it is answered by choosing from a list of its own.
    fn may_hold(&self) -> bool {
        let Some(term) = &self.term else {
            return false;
        };
        let said = |key| term.says.get(key).and_then(serde_json::Value::as_str);
        self.part != Part::Profile
            || (said("options").is_none()
                && matches!(said("type"), Some("choice" | "choices" | "people")))
    }

    fn field(
        &self,
        words: &Language,
        field: &'static TermField,
        sent: Option<&Posted>,
        stale: bool,
    ) -> FieldView {
        let term = self.term.as_ref();
        let stored = term.map_or_else(String::new, |term| term.field(field));
        let value = match sent {
            Some(sent) => sent.one(&id(field)).to_owned(),
            None => stored.clone(),
        };
        let choices = match field.control {
            Control::Choice(choices) => choices,
            _ => &[],
        };
        let lines = |text: &str| text.trim().replace("\r\n", "\n");
        FieldView {
            id: id(field),
            label: words.get(field.label).to_owned(),
            help: words.get(field.help).to_owned(),
            required: field.required,
            control: match field.control {
                Control::Text => "text",
                Control::Tel => "tel",
                Control::Email => "email",
                Control::Lines | Control::Options => "lines",
                Control::Rule => "rule",
                Control::Flag => "flag",
                Control::Choice(_) => "choice",
            },
            on: !value.is_empty() && value != "false",
            choices: choices
                .iter()
                .map(|(key, label)| ChoiceView {
                    key,
                    label: words.get(label).to_owned(),
                    chosen: *key == value,
                })
                .collect(),
            problems: Vec::new(),
            theirs: (stale && lines(&stored) != lines(&value)).then_some(stored),
            value,
        }
    }
}
