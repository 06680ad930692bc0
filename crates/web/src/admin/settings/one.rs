//! `/admin/taxonomy/{file}`: one part as a table, and for administrators as a text to change.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::Account;
use kairan_pipeline::settings::{self, Check, Part, Version};
use serde::{Deserialize, Serialize};

use super::contents::{Row, Term, Uses, rows, terms};
use crate::admin::Screen;
use crate::admin::guard::{Read, Staff};
use crate::admin::words::Language;
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Serialize)]
struct View {
    key: &'static str,
    label: String,
    about: String,
    path: &'static str,
    rows: Vec<Row>,
    counted: bool,
    owned: bool,
    /// Citizens are counted too.
    people: bool,
    terms: Vec<Term>,
    merges: bool,
    /// What is merged, and into what.
    merging: [String; 2],
    form: Option<Form>,
    /// Whether its terms have forms for this reader.
    editable: bool,
    /// Whether the text is laid open: it is where something is to be mended.
    open: bool,
    /// What a term of the outermost level is called.
    term: Option<String>,
}

/// The text to change.
#[derive(Serialize)]
pub(super) struct Form {
    pub(super) text: String,
    /// The version it was written over.
    pub(super) over: String,
    pub(super) check: Option<CheckView>,
    /// What somebody else stored meanwhile.
    pub(super) theirs: Option<String>,
}

/// What a change would do.
#[derive(Serialize)]
pub(super) struct CheckView {
    refused: bool,
    /// The text that was checked: only it is saved.
    checked: String,
    problems: Vec<Problem>,
    broken: usize,
    broken_first: Vec<Broken>,
    pages: usize,
    audiences: usize,
    audiences_first: Vec<Audience>,
    /// Words of this part stand on pages; where they do not, their number says nothing.
    says_pages: bool,
    /// People are meant by it.
    says_audiences: bool,
}

#[derive(Serialize)]
struct Problem {
    error: bool,
    /// Another file, where it is in another.
    file: Option<String>,
    line: u32,
    message: String,
    fix: String,
}

#[derive(Serialize)]
struct Broken {
    id: String,
    title: String,
    problem: String,
}

#[derive(Serialize)]
struct Audience {
    id: String,
    title: String,
    before: i64,
    after: i64,
}

impl CheckView {
    pub(super) fn new(part: Part, check: Check, checked: String) -> Self {
        let refused = check.refuses();
        let effect = check.effect;
        Self {
            refused,
            checked,
            says_pages: effect.pages > 0
                || !matches!(part, Part::Areas | Part::Profile | Part::Synonyms),
            says_audiences: effect.audiences > 0
                || matches!(part, Part::Tags | Part::Areas | Part::Profile),
            problems: check
                .problems
                .into_iter()
                .map(|one| Problem {
                    error: one.is_error(),
                    line: one.line,
                    file: (one.file != part.path()).then_some(one.file),
                    message: one.message,
                    fix: one.fix,
                })
                .collect(),
            broken: effect.broken,
            broken_first: effect
                .broken_first
                .into_iter()
                .map(|one| Broken {
                    id: one.document,
                    title: one.title,
                    problem: one.problem,
                })
                .collect(),
            pages: effect.pages,
            audiences: effect.audiences,
            audiences_first: effect
                .audiences_first
                .into_iter()
                .map(|one| Audience {
                    id: one.document,
                    title: one.title,
                    before: one.before,
                    after: one.after,
                })
                .collect(),
        }
    }

    /// Calls a term by its name where documents miss it by its key.
    pub(super) fn call(&mut self, key: &str, name: &str) {
        let (key, name) = (format!("「{key}」"), format!("「{name}」"));
        for one in &mut self.broken_first {
            one.problem = one.problem.replace(&key, &name);
        }
    }

    /// Documents with errors that are counted and not named.
    pub(super) fn unnamed(&self) -> usize {
        self.broken.saturating_sub(self.broken_first.len())
    }
}

impl Form {
    fn is_to_be_mended(&self) -> bool {
        self.theirs.is_some() || self.check.as_ref().is_some_and(|check| check.refused)
    }

    fn of(part: Part, version: Version) -> Self {
        let text = match version.text.is_empty() {
            true => part.beginning().to_owned(),
            false => version.text,
        };
        Self {
            text,
            over: version.hash,
            check: None,
            theirs: None,
        }
    }
}

/// What a part is opened for.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// The term that is to be merged into another.
    #[serde(default)]
    from: String,
}

/// The part as it is now.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    key: web::Path<String>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse> {
    let part = Part::parse(&key).ok_or(Error::NotFound)?;
    let form = match staff.who.is_administrator() {
        true => {
            let version = app.ctx.ask(move |c| settings::read(c, part)).await?;
            Some(Form::of(part, version))
        }
        false => None,
    };
    let status = StatusCode::OK;
    with(&app, &request, &staff.who, part, form, status, &wanted.from).await
}

pub(super) async fn show(
    app: &App,
    request: &HttpRequest,
    who: &Account,
    part: Part,
    form: Option<Form>,
    status: StatusCode,
) -> Result<HttpResponse> {
    with(app, request, who, part, form, status, "").await
}

/// With the term that is to be merged chosen.
async fn with(
    app: &App,
    request: &HttpRequest,
    who: &Account,
    part: Part,
    form: Option<Form>,
    status: StatusCode,
    goes: &str,
) -> Result<HttpResponse> {
    let site = app.site().await?;
    let texts = settings::usage(&app.ctx, part).await?;
    let uses = app.ctx.ask(Uses::load).await?.with(texts);
    let words = app.words(Some(who));
    let label = super::label(words, part);
    let shape = super::term::shape(part);
    let rows = rows(words, part, &site, &uses);
    let terms = terms(part, &site, &rows, goes);
    let view = View {
        editable: form.is_some() && shape.is_some(),
        open: shape.is_none() || form.as_ref().is_some_and(Form::is_to_be_mended),
        key: part.key(),
        label: label.to_owned(),
        about: super::about(words, part).to_owned(),
        path: part.path(),
        rows,
        merges: !terms.is_empty(),
        merging: merging(words, part),
        terms,
        counted: !matches!(part, Part::Departments | Part::Menu),
        owned: part == Part::Departments,
        people: matches!(part, Part::Areas | Part::Profile),
        form,
        term: shape.map(|shape| words.get(shape.level(0).name).to_owned()),
    };
    let screen = Screen::new("settings/one", label).status(status);
    app.screen(request, Some(who), screen, &view).await
}

/// What the term is called that goes, and the one that takes over its documents.
fn merging(words: &Language, part: Part) -> [String; 2] {
    let [goes, stays] = match part {
        Part::Departments => [words.get("なくなる部署"), words.get("引き継ぐ部署")],
        Part::Tags => [words.get("なくなるタグ"), words.get("引き継ぐタグ")],
        Part::LifeEvents => [
            words.get("なくなるライフイベント"),
            words.get("引き継ぐライフイベント"),
        ],
        _ => [words.get("なくなる分類"), words.get("引き継ぐ分類")],
    };
    [goes.to_owned(), stays.to_owned()]
}
