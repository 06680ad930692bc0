//! The edit page, and everything a button of its form does.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::editing::{self, Autosave, Reason};
use kairan_db::staff::Role;
use kairan_editor::{Surroundings, compare, rows};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::keep::{self, Keep, Kept, Sent, Written};
use super::known::InDatabase;
use super::opened::Opened;
use super::page::{Shown, show};
use super::when::lately;
use super::{conflict, suggest};
use crate::admin::guard::{Read, Staff, Write};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Deserialize)]
pub(crate) struct Ask {
    /// `autosave`: the form begins with what was saved by itself.
    #[serde(default)]
    text: String,
    /// The field to begin at.
    focus: Option<String>,
}

/// The page of a document to be written.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    path: web::Path<String>,
    ask: web::Query<Ask>,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let (key, wanted, now) = (staff.by().key, id.clone(), app.ctx.clock.now());
    let (opened, waiting) = app
        .ctx
        .ask(move |c| Ok(Opened::with_autosave(c, &wanted, &key)?))
        .await?;
    let may_write = staff.may(Role::Author, opened.document.owner.as_deref());
    if may_write {
        let who = staff.who.id.clone();
        app.ctx
            .write(move |c| editing::seen(c, &id, &who, now))
            .await?;
    }
    let mut shown = match waiting.filter(|_| may_write) {
        Some(waiting) if ask.text != "autosave" => {
            return offer(&app, &request, &staff, opened, waiting).await;
        }
        waiting => Shown::going_on(opened, waiting),
    };
    shown.focus = ask.focus.clone();
    show(&app, &request, &staff.who, shown).await
}

/// 自動保存した内容があります: what it changes, and both ways on.
async fn offer(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Read>,
    opened: Opened,
    waiting: Autosave,
) -> Result<HttpResponse> {
    #[derive(Serialize)]
    struct View {
        id: String,
        title: String,
        at: String,
        comparison: Value,
        edition: i64,
    }
    let words = app.words(Some(&staff.who));
    let at = lately(words, waiting.updated_at, app.ctx.clock.now());
    let (site, today) = (app.site().await?, app.today());
    let (before, after) = (opened.source, waiting.source);
    let comparison = app
        .ctx
        .ask(move |c| {
            let known = InDatabase::new(c);
            let around = Surroundings {
                site: &site,
                known: &known,
                today,
            };
            Ok(compare(&before, &after, &around))
        })
        .await?;
    let view = View {
        id: opened.document.id,
        title: opened.edition.title,
        at,
        comparison: serde_json::to_value(comparison)?,
        edition: opened.edition.id,
    };
    let title = words.get("自動保存した内容があります");
    let screen = Screen::new("documents/unsaved", title);
    app.screen(request, Some(&staff.who), screen, &view).await
}

/// What a button asks for.
enum Wish {
    /// Save, and go on writing.
    Save,
    /// Save, and ask somebody to approve it.
    Submit,
    /// Save under a name, to be found again.
    Name(String),
    /// Show the page as it would be, in a window of its own.
    Preview,
    /// Look for documents to refer to.
    Find(String),
    /// Anything else shows the form again: rows, counting.
    Show(String),
}

impl Wish {
    fn of(posted: &Posted) -> Self {
        let wish = posted.one("do");
        match wish {
            "" | "save" => Self::Save,
            "submit" => Self::Submit,
            "keep" => match posted.one("version_name").trim() {
                "" => Self::Save,
                name => Self::Name(name.chars().take(100).collect()),
            },
            "preview" => Self::Preview,
            other => match other.strip_prefix("find:") {
                Some(field) => Self::Find(field.to_owned()),
                None => Self::Show(other.to_owned()),
            },
        }
    }
}

/// The form.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let wanted = id.clone();
    let opened = app.ctx.ask(move |c| Ok(Opened::load(c, &wanted)?)).await?;
    staff.must(Role::Author, opened.document.owner.as_deref())?;
    let mut sent = Sent::of(&posted)?;
    let wish = Wish::of(&posted);
    let again = match &wish {
        Wish::Save | Wish::Submit | Wish::Name(_) | Wish::Preview => None,
        Wish::Find(field) => Some(field.clone()),
        Wish::Show(action) => rows::act(&mut sent.pairs, action).or(match action.as_str() {
            "count" => Some("tags".to_owned()),
            keep::AS_TEXT | keep::AS_ROWS => Some(keep::RULE.to_owned()),
            _ => None,
        }),
    };
    match wish {
        Wish::Find(field) => {
            let found = suggest::for_field(&app, &mut sent.pairs, &field).await?;
            let candidates = HashMap::from([(field, found)]);
            show_again(&app, &request, &staff, opened, sent, again, candidates).await
        }
        Wish::Show(_) => {
            suggest::resolve(&app, &mut sent.pairs).await?;
            show_again(&app, &request, &staff, opened, sent, again, HashMap::new()).await
        }
        Wish::Preview => preview(&app, &staff, opened, sent).await,
        Wish::Save | Wish::Submit | Wish::Name(_) => {
            suggest::resolve(&app, &mut sent.pairs).await?;
            save(&app, &request, &staff, opened, sent, wish).await
        }
    }
}

/// The form with what was sent in its fields; nothing is saved.
async fn show_again(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Write>,
    opened: Opened,
    sent: Sent,
    focus: Option<String>,
    candidates: HashMap<String, Vec<Value>>,
) -> Result<HttpResponse> {
    let (opened, written, sent) = written(app, opened, sent).await?;
    let text = match &written.text {
        Ok(text) => text.clone(),
        Err(_) => written.base,
    };
    let shown = Shown {
        edition: sent.edition,
        revision: sent.revision,
        text,
        values: Some(written.values),
        focus,
        by_text: sent.by_text,
        candidates,
        ..Shown::saved(opened)
    };
    show(app, request, &staff.who, shown).await
}

async fn written(app: &App, opened: Opened, sent: Sent) -> Result<(Opened, Written, Sent)> {
    Ok(app
        .ctx
        .ask(move |c| {
            let written = Written::read(c, &opened, &sent)?;
            Ok((opened, written, sent))
        })
        .await?)
}

/// What was sent waits as an autosave, and its page is shown.
async fn preview(
    app: &App,
    staff: &Staff<Write>,
    opened: Opened,
    sent: Sent,
) -> Result<HttpResponse> {
    let place = format!("/admin/documents/{}/preview", opened.document.id);
    let (key, now) = (staff.by().key, app.ctx.clock.now());
    let (_, written, sent) = written(app, opened, sent).await?;
    if let Ok(text) = written.text {
        app.ctx
            .write(move |c| editing::put_autosave(c, sent.edition, &key, sent.revision, &text, now))
            .await?;
    }
    Ok(crate::admin::to(&place))
}

async fn save(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Write>,
    opened: Opened,
    sent: Sent,
    wish: Wish,
) -> Result<HttpResponse> {
    let id = opened.document.id.clone();
    let words = app.words(Some(&staff.who));
    let (site, now) = (app.site().await?, app.ctx.clock.now());
    let job = Keep {
        document: id.clone(),
        sent: sent.clone(),
        by: staff.by(),
        reason: Reason::Save,
        name: match &wish {
            Wish::Name(name) => Some(name.clone()),
            _ => None,
        },
    };
    let kept = keep::writing(app, move |c| keep::keep(c, &site, &job, now)).await?;
    let edit = format!("/admin/documents/{id}/edit");
    let (errors, said) = match kept {
        Kept::Saved {
            errors,
            merged: true,
        } => (
            errors,
            words.get("保存しました。そのあいだにほかの人が書いた所も、合わせてあります。"),
        ),
        Kept::Saved { errors, .. } => (errors, words.get("保存しました。")),
        Kept::Same { errors } => (errors, words.get("変わったところはありません。")),
        Kept::Clash(clash) => {
            return conflict::show(app, request, staff, &sent, id, *clash).await;
        }
        Kept::Refused(error) => {
            let error = words.tell(&error.to_string()).into_owned();
            return refused(app, request, staff, opened, sent, error).await;
        }
        Kept::Locked => {
            let error = words.get("そのあいだに承認の依頼や公開の予約がされたため、書き換えられません。書いた内容は自動保存に残してあり、下書きに戻ると続きから書けます。");
            return refused(app, request, staff, opened, sent, error.to_owned()).await;
        }
    };
    if !matches!(wish, Wish::Submit) {
        return Ok(app.go(&edit, said));
    }
    if errors > 0 {
        let n = errors.to_string();
        let said = words.say(
            "保存しました。公開の前に直すところが{n}件あります。直してから承認を依頼してください。",
            &[("n", &n)],
        );
        return Ok(app.go(&format!("{edit}#checks"), &said));
    }
    Ok(app.go(&format!("/admin/documents/{id}/submit"), ""))
}

/// 422: the form as it was sent, and why it was not saved.
async fn refused(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Write>,
    opened: Opened,
    sent: Sent,
    error: String,
) -> Result<HttpResponse> {
    let (opened, written, sent) = written(app, opened, sent).await?;
    let shown = Shown {
        edition: sent.edition,
        revision: sent.revision,
        text: written.text.unwrap_or(written.base),
        values: Some(written.values),
        by_text: sent.by_text,
        status: StatusCode::UNPROCESSABLE_ENTITY,
        error: Some(error),
        ..Shown::saved(opened)
    };
    show(app, request, &staff.who, shown).await
}

/// What was saved by itself is thrown away.
pub(crate) async fn discard(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let (key, edition) = (staff.by().key, posted.number("edition").unwrap_or_default());
    app.ctx
        .write(move |c| editing::clear_autosave(c, edition, &key))
        .await?;
    let said = app
        .words(Some(&staff.who))
        .get("自動保存した内容を捨てました。保存した版から書けます。");
    Ok(app.go(&format!("/admin/documents/{id}/edit"), said))
}
