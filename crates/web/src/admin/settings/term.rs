//! `/admin/taxonomy/{file}/term`: one 分類, タグ, 部署… as a form. What it makes is the text of the file, which then goes
//! the way of every change: its effect is shown, and only what was shown is saved.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::sha256_hex;
use kairan_editor::terms::{self, Control, Edit, Level, Shape, Term, TermField};
use kairan_pipeline::settings::{self, Check, Part};
use serde::{Deserialize, Serialize};

use super::change::{Sent, answer};
use super::effect;
use crate::admin::guard::{Administer, Staff};
use crate::admin::words::Language;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

/// The form of a part's file; `None` for one that is changed as a text alone.
pub(super) fn shape(part: Part) -> Option<&'static Shape> {
    Some(match part {
        Part::Categories => &terms::CATEGORIES,
        Part::Tags => &terms::TAGS,
        Part::Areas => &terms::AREAS,
        Part::Departments => &terms::DEPARTMENTS,
        Part::LifeEvents => &terms::LIFE_EVENTS,
        Part::Synonyms => &terms::SYNONYMS,
        Part::Profile => &terms::PROFILE,
        Part::Menu => return None,
    })
}

/// Which term is meant.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Address {
    /// One that there is.
    #[serde(default)]
    at: String,
    /// The one that a new term goes into; empty for the outermost level.
    #[serde(default)]
    below: String,
}

#[derive(Serialize)]
struct View {
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

/// A mistake in what was typed.
#[derive(Debug, Clone, Serialize)]
struct Wrong {
    /// The key of the field; empty for the term as a whole.
    #[serde(skip)]
    field: String,
    message: String,
    fix: String,
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

/// The form of one term, or of a new one.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    key: web::Path<String>,
    address: web::Query<Address>,
) -> Result<HttpResponse> {
    let (part, shape) = known(&key)?;
    let now = app.ctx.ask(move |c| settings::read(c, part)).await?;
    let desk = Desk::new(part, shape, &now.text, address.into_inner())?;
    let view = desk.view(app.words(Some(&staff.who)), None, None, &[]);
    desk.show(&app, &request, &staff, view, StatusCode::OK)
        .await
}

/// `do=check` shows what the change does; so do `up`, `down` and `remove`. With `back` the form is there again, as it was sent.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    key: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (part, shape) = known(&key)?;
    let now = app.ctx.ask(move |c| settings::read(c, part)).await?;
    let address = Address {
        at: posted.one("at").to_owned(),
        below: posted.one("below").to_owned(),
    };
    let desk = Desk::new(part, shape, &now.text, address)?;
    let words = app.words(Some(&staff.who));
    let stale = desk.was() != posted.one("was");
    if stale || posted.one("do") == "back" {
        let view = desk.view(words, Some(&posted), None, &[]);
        let status = match stale {
            true => StatusCode::CONFLICT,
            false => StatusCode::OK,
        };
        return desk.show(&app, &request, &staff, view, status).await;
    }
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let change = match desk.edited(&now.text, &posted) {
        Ok(change) => change,
        Err(refused) => {
            let said = refused.to_string();
            let said = words.get(&said);
            let view = desk.view(words, Some(&posted), Some(said), &[]);
            return desk.show(&app, &request, &staff, view, wrong).await;
        }
    };
    let check = settings::check(&app.ctx, part, change.text.clone()).await?;
    let mistakes = desk.mistakes(&change, &check);
    if !mistakes.is_empty() {
        let view = desk.view(words, Some(&posted), None, &mistakes);
        return desk.show(&app, &request, &staff, view, wrong).await;
    }
    let mut errors = check.problems.iter().filter(|one| one.is_error());
    if !change.removes() && errors.any(|one| one.file == part.path()) {
        // Elsewhere in the file, which only its text shows.
        let sent = Sent {
            text: change.text,
            over: now.hash.clone(),
            checked: None,
        };
        return answer(&app, &request, &staff, part, sent, now).await;
    }
    let site = app.site().await?;
    let status = match check.refuses() {
        true => wrong,
        false => StatusCode::OK,
    };
    let view = effect::View::new(words, &site, &desk, change, check, &now, &posted);
    let heading = view.heading.clone();
    let screen = Screen::new("settings/effect", &heading).status(status);
    app.screen(&request, Some(&staff.who), screen, &view).await
}

fn known(key: &str) -> Result<(Part, &'static Shape)> {
    let part = Part::parse(key).ok_or(Error::NotFound)?;
    Ok((part, shape(part).ok_or(Error::NotFound)?))
}

/// What a form asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Add,
    Set,
    Up,
    Down,
    Remove,
}

/// The file with what a form asked for.
pub(super) struct Change {
    pub(super) wish: Wish,
    pub(super) text: String,
    /// Where the term stands in it.
    pub(super) at: String,
}

impl Change {
    pub(super) fn removes(&self) -> bool {
        self.wish == Wish::Remove
    }

    /// The term after the change.
    pub(super) fn term(&self, shape: &Shape) -> Option<Term> {
        terms::find(&self.text, shape, &self.at).filter(|_| !self.removes())
    }
}

/// A term of a file as it is now, or the place of a new one.
pub(super) struct Desk {
    pub(super) part: Part,
    pub(super) shape: &'static Shape,
    address: Address,
    pub(super) term: Option<Term>,
    pub(super) level: &'static Level,
}

impl Desk {
    fn new(part: Part, shape: &'static Shape, text: &str, address: Address) -> Result<Self> {
        let find = |at: &str| terms::find(text, shape, at).ok_or(Error::NotFound);
        let (term, depth) = if !address.at.is_empty() {
            let term = find(&address.at)?;
            let depth = term.depth;
            (Some(term), depth)
        } else if address.below.is_empty() {
            (None, 0)
        } else {
            (None, find(&address.below)?.depth + 1)
        };
        Ok(Self {
            part,
            shape,
            address,
            term,
            level: shape.level(depth),
        })
    }

    /// Says whether the term is still the one that was shown.
    fn was(&self) -> String {
        self.term.as_ref().map_or_else(String::new, |term| {
            sha256_hex(term.says.to_string().as_bytes())
        })
    }

    /// The fields that the form asks for: how an answer is given is settled once people may have answered.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'static TermField> {
        let new = self.term.is_none();
        let once = |control| matches!(control, Control::Choice(_) | Control::Options);
        self.level
            .fields
            .iter()
            .filter(move |field| new || !once(field.control))
    }

    fn edited(&self, text: &str, posted: &Posted) -> std::result::Result<Change, terms::Refused> {
        // What can be chosen is asked for beside answers that are not chosen, too.
        let chosen = matches!(posted.one("field.type"), "choice" | "choices" | "people");
        let values: Vec<_> = self
            .fields()
            .filter(|field| chosen || field.control != Control::Options)
            .map(|field| (field.key.to_owned(), posted.one(&id(field)).to_owned()))
            .collect();
        let Address { at, below } = &self.address;
        let Some(term) = &self.term else {
            let key = posted.one("key").trim();
            let text = terms::add(text, self.shape, below, key, &values)?;
            let at = match (self.shape.is_keyless(), below.as_str()) {
                (true, _) => terms::count(&text, self.shape)
                    .saturating_sub(1)
                    .to_string(),
                (false, "") => key.to_owned(),
                (false, below) => format!("{below}/{key}"),
            };
            let wish = Wish::Add;
            return Ok(Change { wish, text, at });
        };
        let wish = match posted.one("do") {
            "up" => Wish::Up,
            "down" => Wish::Down,
            "remove" => Wish::Remove,
            _ => Wish::Set,
        };
        let edit = |text: &str, edit| terms::edit(text, self.shape, at, &edit);
        // A move takes along what was typed.
        let text = match wish {
            Wish::Remove => edit(text, Edit::Remove)?,
            Wish::Up => edit(&edit(text, Edit::Set(values))?, Edit::Up)?,
            Wish::Down => edit(&edit(text, Edit::Set(values))?, Edit::Down)?,
            Wish::Add | Wish::Set => edit(text, Edit::Set(values))?,
        };
        let at = match (self.shape.is_keyless(), wish) {
            (true, Wish::Up) => term.place.saturating_sub(1).to_string(),
            (true, Wish::Down) => (term.place + 1).min(term.of.saturating_sub(1)).to_string(),
            _ => at.clone(),
        };
        Ok(Change { wish, text, at })
    }

    /// What is wrong with the term itself, and so is mended in its form.
    fn mistakes(&self, change: &Change, check: &Check) -> Vec<Wrong> {
        if change.removes() {
            return Vec::new();
        }
        let errors = check.problems.iter().filter(|one| one.is_error());
        errors
            .filter(|one| one.file == self.part.path())
            .filter_map(|one| {
                let (line, column) = (one.line, one.column);
                Some(Wrong {
                    field: terms::part_at(&change.text, self.shape, &change.at, line, column)?,
                    message: one.message.clone(),
                    fix: one.fix.clone(),
                })
            })
            .collect()
    }

    /// How documents name the term.
    pub(super) fn key(&self) -> &str {
        let at = self.address.at.as_str();
        match self.part {
            Part::Categories => at,
            _ => at.rsplit('/').next().unwrap_or(at),
        }
    }

    /// The form: as the term stands, or as it was sent.
    fn view(
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
            part_label: super::label(words, self.part).to_owned(),
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

    async fn show(
        &self,
        app: &App,
        request: &HttpRequest,
        staff: &Staff<Administer>,
        view: View,
        status: StatusCode,
    ) -> Result<HttpResponse> {
        let heading = view.heading.clone();
        let screen = Screen::new("settings/term", &heading).status(status);
        app.screen(request, Some(&staff.who), screen, &view).await
    }
}

/// The name of a field in the form.
fn id(field: &TermField) -> String {
    match field.key {
        "" => "words".to_owned(),
        key => format!("field.{key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::words::Languages;

    #[test]
    fn every_field_of_every_term_has_english() {
        let languages = Languages::embedded().unwrap();
        let english = languages.of("en");
        let mut missing = Vec::new();
        for part in Part::ALL {
            for level in shape(part).into_iter().flat_map(|shape| shape.levels) {
                let fields = level.fields.iter();
                let choices = fields.clone().flat_map(|field| match field.control {
                    Control::Choice(all) => all,
                    _ => &[],
                });
                let words = fields
                    .flat_map(|field| [field.label, field.help])
                    .chain(choices.map(|(_, label)| *label))
                    .chain([level.name]);
                missing.extend(words.filter(|word| !word.is_empty() && english.get(word) == *word));
            }
        }
        for refused in [
            terms::Refused::Unreadable,
            terms::Refused::Missing,
            terms::Refused::Taken,
            terms::Refused::NoKey,
            terms::Refused::Entangled,
        ] {
            let said = refused.to_string();
            assert_ne!(english.get(&said), said, "{said}");
        }
        assert!(missing.is_empty(), "{missing:?}");
    }
}
