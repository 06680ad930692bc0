//! The edit page: form, true page, checks, comments, history and state, of a document as somebody has it open.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDateTime;
use kairan_content::{Document, Kind, SiteData};
use kairan_db::AnyConnection;
use kairan_db::editing::{self, Autosave, Reason, Stage};
use kairan_db::staff::{Account, Role};
use kairan_editor::{Form, FormValues, Problems, Surroundings, counts};
use kairan_pipeline::drafts;
use serde::Serialize;
use serde_json::{Value, json};

use super::audience::{Counted, ReachView};
use super::form::{Beside, dressed};
use super::head::{Badge, Crumb, Next, Seal, Standing, next, seals};
use super::known::InDatabase;
use super::opened::Opened;
use super::people::People;
use super::side::{self, Checks, CommentView, KeptView, Returned, StateLine, Turn};
use super::when::clock;
use crate::admin::Screen;
use crate::admin::words::Language;
use crate::app::App;
use crate::error::Result;

/// How a page is to be shown.
pub(super) struct Shown {
    pub(super) opened: Opened,
    /// What the form is made over, as the form carries it.
    pub(super) edition: i64,
    pub(super) revision: i64,
    /// The text whose page, checks and audience are shown.
    pub(super) text: String,
    /// What the fields hold; those of the text where nothing else was sent.
    pub(super) values: Option<FormValues>,
    /// When the text was saved by itself, UTC.
    pub(super) autosaved: Option<NaiveDateTime>,
    pub(super) status: StatusCode,
    /// Why something was not done.
    pub(super) error: Option<String>,
    /// Field and text of a comment that was not taken.
    pub(super) comment: (String, String),
    /// The field to begin at.
    pub(super) focus: Option<String>,
    /// Whether a rule is shown as a text, not as rows.
    pub(super) by_text: bool,
    /// Documents found for a field of references.
    pub(super) candidates: HashMap<String, Vec<Value>>,
}

impl Shown {
    /// The saved text.
    pub(super) fn saved(opened: Opened) -> Self {
        Self {
            edition: opened.edition.id,
            revision: opened.edition.revision,
            text: opened.source.clone(),
            values: None,
            autosaved: None,
            status: StatusCode::OK,
            error: None,
            comment: Default::default(),
            focus: None,
            by_text: false,
            candidates: HashMap::new(),
            opened,
        }
    }

    /// What was saved by itself, where there is something; else the saved text.
    pub(super) fn going_on(opened: Opened, waiting: Option<Autosave>) -> Self {
        match waiting {
            Some(waiting) => Self {
                revision: waiting.base_revision,
                text: waiting.source,
                autosaved: Some(waiting.updated_at),
                ..Self::saved(opened)
            },
            None => Self::saved(opened),
        }
    }
}

#[derive(Serialize)]
struct View {
    id: String,
    title: String,
    #[serde(flatten)]
    crumb: Crumb,
    badge: Badge,
    seals: Vec<Seal>,
    next: Next,
    form: Value,
    edition: i64,
    revision: i64,
    /// Whether this reader may write, and whether the text may be written as it stands.
    may_write: bool,
    writable: bool,
    locked: Option<String>,
    returned: Option<Returned>,
    turn: Turn,
    error: Option<String>,
    comment_field: String,
    comment: String,
    focus: Option<String>,
    saved_line: Option<String>,
    preview: String,
    checks: Checks,
    comments: Vec<CommentView>,
    comment_fields: Vec<(String, String)>,
    history: Vec<KeptView>,
    state: Vec<StateLine>,
    variants: bool,
    languages: &'static [(&'static str, &'static str)],
    action: &'static str,
    original: Option<String>,
}

/// The page as an answer.
pub(super) async fn show(
    app: &App,
    request: &HttpRequest,
    who: &Account,
    shown: Shown,
) -> Result<HttpResponse> {
    let site = app.site().await?;
    let (inner, account, status) = (app.clone(), who.clone(), shown.status);
    let view = app
        .ctx
        .ask(move |c| build(c, &inner, &site, &account, shown))
        .await?;
    let words = app.words(Some(who));
    let title = words.say("「{title}」を書く", &[("title", &view.title)]);
    let screen = Screen::new("documents/edit", &title).status(status);
    app.screen(request, Some(who), screen, &view).await
}

fn build(
    c: &mut AnyConnection,
    app: &App,
    site: &SiteData,
    who: &Account,
    shown: Shown,
) -> kairan_pipeline::Result<View> {
    let words = app.words(Some(who));
    let (now, today) = (app.ctx.clock.now(), app.today());
    let opened = shown.opened;
    let id = opened.document.id.clone();
    let people = People::load(c)?;
    let values = shown
        .values
        .unwrap_or_else(|| FormValues::read(&shown.text));
    let document = read(&opened, &shown.text, site, today);
    let diagnostics = drafts::references(c, site, &id, &shown.text, now)?;
    let comments = editing::comments(c, &id, true)?;
    let revisions = editing::revisions(c, &id, None, 8)?;
    let review = editing::latest_review(c, opened.edition.id)?;
    let present = editing::present(c, &id, now)?;
    let counted = Counted::of(c, site, &id, &shown.text, document.as_ref(), today)?;
    let (mut form, problems) = {
        let known = InDatabase::new(c);
        let around = Surroundings {
            site,
            known: &known,
            today,
        };
        let path = path_of(&opened);
        let problems = Problems::of(&shown.text, &path, &around, &diagnostics);
        (Form::new(&values, &around), problems)
    };
    form = form.with_problems(&problems);
    let labels = side::labels(&form);
    let mut by_field: HashMap<String, usize> = HashMap::new();
    for comment in &comments {
        *by_field.entry(comment.field.clone()).or_default() += 1;
    }
    let beside = Beside {
        comments: by_field,
        candidates: shown.candidates,
        by_text: shown.by_text,
        audience: json!(ReachView::new(words, &counted)),
        counts: json!(document.as_ref().map(counts)),
    };
    let checks = side::checks(words, &form, &problems);
    let form = dressed(&form, &beside).map_err(|source| kairan_pipeline::Error::Stored {
        what: "入力欄",
        source,
    })?;
    let standing = Standing {
        id: &id,
        stage: opened.stage,
        live: opened.live,
        publish_at: opened.edition.publish_at,
        review: review.as_ref(),
        errors: problems.errors,
        first: checks.first(),
        comments: comments.len(),
        telling: counted.telling(),
        now,
    };
    let may_write = who.may(Role::Author, opened.document.owner.as_deref());
    let title = match values.title().trim() {
        "" => words.get("（題名なし）").to_owned(),
        title => title.to_owned(),
    };
    Ok(View {
        badge: Badge::of(words, opened.stage),
        seals: seals(words, &people, &standing),
        next: next(words, &people, &standing),
        crumb: Crumb::of(words, &opened.document.kind, site, document.as_ref()),
        form,
        edition: shown.edition,
        revision: shown.revision,
        may_write,
        writable: may_write && opened.is_writable(),
        locked: locked(words, opened.stage, may_write),
        returned: review
            .as_ref()
            .filter(|_| opened.stage == Stage::Returned)
            .map(|review| side::returned(words, &people, review, now)),
        turn: side::turn(words, &people, &present, &who.id),
        error: shown.error,
        comment_field: shown.comment.0,
        comment: shown.comment.1,
        focus: shown.focus,
        saved_line: shown
            .autosaved
            .map(|at| words.say("自動保存しました {time}", &[("time", &clock(at))])),
        preview: preview_address(&id, &opened, shown.autosaved),
        comments: side::comments(words, &people, &labels, &comments, now),
        comment_fields: labels,
        history: side::history(words, &people, &revisions, now),
        state: side::state(words, &people, &standing, document.as_ref(), &present),
        variants: document
            .as_ref()
            .is_some_and(|one| one.translates.is_none()),
        languages: &super::LANGUAGES,
        original: document.as_ref().and_then(|one| one.translates.clone()),
        action: action(opened.stage),
        checks,
        id,
        title,
    })
}

/// A text of this document, as far as it can be read.
pub(crate) fn read(
    opened: &Opened,
    text: &str,
    site: &SiteData,
    today: chrono::NaiveDate,
) -> Option<Document> {
    let context = kairan_content::Context::new(site, Some(today));
    kairan_content::parse(&path_of(opened), text.as_bytes(), &context).document
}

/// Where the document would stand in a site folder.
pub(crate) fn path_of(opened: &Opened) -> String {
    let folder = Kind::parse(&opened.document.kind).map_or("pages", Kind::plural);
    format!("content/{folder}/{}.md", opened.document.slug)
}

/// The address of the true page; it changes with every text.
fn preview_address(id: &str, opened: &Opened, autosaved: Option<NaiveDateTime>) -> String {
    let version = autosaved.map_or(0, |at| at.and_utc().timestamp_millis());
    format!(
        "/admin/documents/{id}/preview?v={}-{}-{version}",
        opened.edition.id, opened.edition.revision
    )
}

/// Why nothing can be written.
fn locked(words: &Language, stage: Stage, may_write: bool) -> Option<String> {
    if !may_write {
        return Some(words.get("この記事は別の部署の担当です。読むことはできますが、書き換えることはできません。").to_owned());
    }
    let why = match stage {
        Stage::InReview => words.get("承認を待っているあいだは書き換えられません。直すときは、確認の画面で依頼を取り下げます。"),
        Stage::Approved => words.get("承認された内容なので書き換えられません。直すときは、公開の画面で下書きに戻します。"),
        Stage::Scheduled => words.get("公開の予約中なので書き換えられません。直すときは、公開の画面で予約を取り消します。"),
        _ => return None,
    };
    Some(why.to_owned())
}

/// The one thing to do from here.
fn action(stage: Stage) -> &'static str {
    match stage {
        Stage::InReview => "review",
        Stage::Approved | Stage::Scheduled => "plan",
        _ => "submit",
    }
}

/// Why a text was kept, in words.
pub(super) fn reason(words: &Language, reason: Reason) -> &str {
    match reason {
        Reason::Start => words.get("書きはじめ"),
        Reason::Save => words.get("保存"),
        Reason::Submit => words.get("承認を依頼した版"),
        Reason::Restore => words.get("前の版に戻した"),
        Reason::Bulk => words.get("まとめて変更した"),
    }
}
