//! 履歴: the kept texts of a document. Those with a name stand first; what was saved by itself is not among them.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::editing::{self, Reason, Revision};
use kairan_db::editions;
use kairan_db::staff::Role;
use kairan_editor::{Surroundings, compare};
use kairan_pipeline::drafts;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::head::Badge;
use super::keep::{self, Keep, Sent};
use super::known::InDatabase;
use super::opened::Opened;
use super::people::People;
use super::side::{KeptView, history as lines};
use crate::admin::guard::{Read, Staff, Write};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

/// Lines on a page.
const PAGE: i64 = 50;

#[derive(Deserialize)]
pub(crate) struct Older {
    before: Option<i64>,
}

#[derive(Serialize)]
struct View {
    id: String,
    title: String,
    badge: Badge,
    named: Vec<KeptView>,
    kept: Vec<KeptView>,
    /// Where the next page begins.
    older: Option<i64>,
    /// The newest, with which others are compared at first, and the one before.
    newest: i64,
    second: i64,
    may_write: bool,
}

/// The list.
pub(crate) async fn list(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    path: web::Path<String>,
    older: web::Query<Older>,
) -> Result<HttpResponse> {
    let (id, before, now) = (path.into_inner(), older.before, app.ctx.clock.now());
    let words = app.words(Some(&staff.who));
    let wanted = id.clone();
    let (opened, revisions, people) = app
        .ctx
        .ask(move |c| {
            let opened = Opened::load(c, &wanted)?;
            let revisions = editing::revisions(c, &wanted, before, PAGE + 1)?;
            Ok((opened, revisions, People::load(c)?))
        })
        .await?;
    let shown = &revisions[..revisions.len().min(PAGE as usize)];
    let older = (revisions.len() > shown.len())
        .then(|| shown.last().map(|last| last.id))
        .flatten();
    let named: Vec<Revision> = shown
        .iter()
        .filter(|one| one.name.is_some())
        .cloned()
        .collect();
    let at = |index: usize| shown.get(index).map_or(0, |one| one.id);
    let view = View {
        badge: Badge::of(words, opened.stage),
        named: lines(words, &people, &named, now),
        kept: lines(words, &people, shown, now),
        older,
        newest: at(0),
        second: at(1),
        may_write: staff.may(Role::Author, opened.document.owner.as_deref())
            && opened.is_writable(),
        title: opened.edition.title,
        id,
    };
    let title = words.say("「{title}」の履歴", &[("title", &view.title)]);
    let screen = Screen::new("documents/history", &title);
    app.screen(&request, Some(&staff.who), screen, &view).await
}

#[derive(Deserialize)]
pub(crate) struct Two {
    a: i64,
    b: i64,
}

/// Two kept texts side by side; the older one first, whichever was named first.
pub(crate) async fn both(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    path: web::Path<String>,
    two: web::Query<Two>,
) -> Result<HttpResponse> {
    #[derive(Serialize)]
    struct Both {
        id: String,
        title: String,
        before: KeptView,
        after: KeptView,
        comparison: Value,
        may_write: bool,
    }
    let words = app.words(Some(&staff.who));
    let (id, now) = (path.into_inner(), app.ctx.clock.now());
    let (first, last) = (two.a.min(two.b), two.a.max(two.b));
    let (site, today, wanted) = (app.site().await?, app.today(), id.clone());
    let (opened, revisions, comparison, people) = app
        .ctx
        .ask(move |c| {
            let opened = Opened::load(c, &wanted)?;
            let (before, old) = editing::revision_source(c, &wanted, first)?;
            let (after, new) = editing::revision_source(c, &wanted, last)?;
            let people = People::load(c)?;
            let known = InDatabase::new(c);
            let around = Surroundings {
                site: &site,
                known: &known,
                today,
            };
            let comparison = compare(&old, &new, &around);
            Ok((opened, [before, after], comparison, people))
        })
        .await?;
    let mut views = lines(words, &people, &revisions, now).into_iter();
    let (Some(before), Some(after)) = (views.next(), views.next()) else {
        return Err(crate::error::Error::NotFound);
    };
    let view = Both {
        may_write: staff.may(Role::Author, opened.document.owner.as_deref())
            && opened.is_writable(),
        title: opened.edition.title,
        before,
        after,
        comparison: serde_json::to_value(comparison)?,
        id,
    };
    let screen = Screen::new("documents/compare", words.get("二つの版をくらべる"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

/// 前の版に戻す: the old text becomes the newest of the draft; what stood there stays in the list.
pub(crate) async fn restore(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let kept = posted.number("kept").unwrap_or_default();
    let wanted = id.clone();
    let opened = app.ctx.ask(move |c| Ok(Opened::load(c, &wanted)?)).await?;
    staff.must(Role::Author, opened.document.owner.as_deref())?;
    if !opened.is_writable() {
        let said = words
            .get("いまは承認待ちか公開の予約中なので、戻せません。先に下書きに戻してください。");
        return Ok(app.go(&format!("/admin/documents/{id}/history"), said));
    }
    let (site, now) = (app.site().await?, app.ctx.clock.now());
    let job = Keep {
        document: id.clone(),
        sent: Sent {
            edition: opened.edition.id,
            revision: opened.edition.revision,
            pairs: Vec::new(),
            by_text: false,
        },
        by: staff.by(),
        reason: Reason::Restore,
        name: None,
    };
    keep::writing(&app, move |c| {
        let (_, text) = editing::revision_source(c, &job.document, kept)?;
        let draft = drafts::open(c, &job.document, &job.by.key, now)?;
        if editions::source(c, draft.id)? != text {
            keep::save(c, &site, &job, &draft, &text, now)?;
        }
        Ok(())
    })
    .await?;
    let said = words.get("前の版に戻しました。戻す前の内容も、履歴に残っています。");
    Ok(app.go(&format!("/admin/documents/{id}/edit"), said))
}

/// Gives a kept text a name.
pub(crate) async fn name(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let place = format!("/admin/documents/{id}/history");
    let wanted = id.clone();
    let document = app
        .ctx
        .read(move |c| kairan_db::documents::get(c, &wanted))
        .await?;
    staff.must(Role::Author, document.owner.as_deref())?;
    let kept = posted.number("kept").unwrap_or_default();
    let name: String = posted
        .one("version_name")
        .trim()
        .chars()
        .take(100)
        .collect();
    let (by, now) = (staff.by(), app.ctx.clock.now());
    app.ctx
        .write(move |c| {
            let name = Some(name.as_str()).filter(|name| !name.is_empty());
            editing::name_revision(c, &id, kept, name)?;
            let subject = format!("document:{id}");
            by.record(c, "document.name", &subject, &json!({ "kept": kept }), now)?;
            Ok(())
        })
        .await?;
    Ok(app.go(&place, words.get("版の名前を変えました。")))
}
