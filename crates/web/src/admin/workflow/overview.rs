//! 記事のあらまし: where it stands, where readers see it, who points at it, what happened to it, what can be done.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::Kind;
use kairan_db::audit::{self, Trail};
use kairan_db::editing::Stage;
use kairan_db::staff::Role;
use kairan_db::{addresses, notices, withdrawals};
use kairan_pipeline::workflow;
use serde::Serialize;
use serde_json::{Value, json};

use super::Problem;
use super::dossier::{Dossier, Head, status};
use super::review::staff_key;
use crate::admin::Screen;
use crate::admin::documents::when::{fully, lately};
use crate::admin::guard::{Permission, Read, Staff};
use crate::admin::login::picture;
use crate::admin::notices::state_badge;
use crate::admin::trail::labels;
use crate::app::App;
use crate::error::{Error, Result};

/// Lines of history and of references.
const LINES: i64 = 30;

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    head: Head,
    kind: String,
    slug: String,
    lang: String,
    department: Option<String>,
    created: String,
    updated: String,
    author: String,
    live: bool,
    url: Option<String>,
    redirects: Vec<String>,
    withdrawn: Option<Value>,
    references: Vec<Value>,
    in_menu: bool,
    notices: Vec<Value>,
    log: Vec<Value>,
    forced: bool,
    action: Option<(String, &'static str, String)>,
    may_write: bool,
    may_withdraw: bool,
    may_archive: bool,
    may_restore: bool,
    may_delete: bool,
    way: String,
    reason: String,
    target: String,
}

/// What somebody typed, to be shown again where it was not taken.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) way: String,
    pub(super) reason: String,
    pub(super) target: String,
}

/// The screen.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    show(
        &app,
        &request,
        &staff,
        path.into_inner(),
        None,
        Typed::default(),
    )
    .await
}

pub(super) async fn show<P: Permission>(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<P>,
    id: String,
    problem: Option<Problem>,
    typed: Typed,
) -> Result<HttpResponse> {
    let (own, site) = (app.clone(), app.site().await?);
    let (dossier, in_menu, around) = app
        .ctx
        .ask(move |c| {
            let dossier = Dossier::load(c, &own, Arc::clone(&site), &id)?;
            let in_menu = workflow::in_menu(c, &site, &dossier.opened.document)?;
            let redirects = addresses::redirects_to(c, &id)?;
            let withdrawn = withdrawals::get(c, &id)?;
            let references = workflow::references(c, &dossier.opened.document, LINES)?;
            let told = notices::of_document(c, &id)?;
            let subject = format!("document:{id}");
            let trail = Trail {
                subject: Some(&subject),
                ..Trail::default()
            };
            let events = audit::list(c, &trail, LINES)?;
            let around = (redirects, withdrawn, references, told, events);
            Ok((dossier, in_menu, around))
        })
        .await?;
    let (redirects, withdrawn, references, told, events) = around;
    let words = app.words(Some(&staff.who));
    let row = &dossier.opened.document;
    let stage = dossier.opened.stage;
    let may_write = staff.may(Role::Author, dossier.owner());
    let live = dossier.opened.live;
    let url = dossier
        .path
        .as_deref()
        .map(|path| format!("{}{path}", app.ctx.public_url.trim_end_matches('/')));
    let action = match stage {
        Stage::Draft | Stage::Returned => Some(("edit", "pencil", words.get("続きを書く"))),
        Stage::InReview => Some(("review", "check", words.get("確認の画面へ"))),
        Stage::Approved | Stage::Scheduled => Some(("plan", "globe", words.get("公開の画面へ"))),
        Stage::Published => Some(("edit", "pencil", words.get("直す"))),
        Stage::Withdrawn | Stage::Archived => None,
    };
    let view = View {
        head: dossier.head(words, problem.as_ref()),
        kind: Kind::parse(&row.kind).map_or("", |kind| words.kind(kind)).to_owned(),
        slug: row.slug.clone(),
        lang: row.lang.clone(),
        department: dossier.department(),
        created: lately(words, row.created_at, dossier.now),
        updated: lately(words, dossier.opened.edition.updated_at, dossier.now),
        author: dossier.people.name(words, &dossier.opened.edition.author),
        live,
        url,
        redirects: redirects
            .into_iter()
            .map(|one| {
                let plural = Kind::parse(&one.kind).map_or("pages", Kind::plural);
                format!("/{plural}/{}/", one.slug)
            })
            .collect(),
        withdrawn: withdrawn.map(|one| {
            json!({
                "at": fully(words, one.withdrawn_at), "why": one.reason, "target": one.target,
                "by": dossier.people.name(words, &staff_key(&one.staff)),
            })
        }),
        in_menu,
        references: references
            .into_iter()
            .map(|one| json!({ "id": one.document_id, "title": one.title }))
            .collect(),
        notices: told
            .iter()
            .rev()
            .map(|one| {
                json!({
                    "id": one.id, "at": lately(words, one.created_at, dossier.now),
                    "what": crate::admin::notices::occasion(words, one), "badge": state_badge(words, one),
                })
            })
            .collect(),
        log: events
            .into_iter()
            .map(|one| {
                json!({
                    "at": lately(words, one.at, dossier.now),
                    "what": labels::action(words, &one.action),
                    "who": dossier.people.name(words, &one.actor),
                })
            })
            .collect(),
        forced: dossier.forced().is_some(),
        action: action.map(|(place, icon, label)| {
            (format!("/admin/documents/{}/{place}", row.id), icon, label.to_owned())
        }),
        may_write,
        may_withdraw: live && staff.may(Role::Publisher, dossier.owner()),
        may_archive: may_write && !live && stage != Stage::Archived,
        may_restore: may_write && matches!(stage, Stage::Withdrawn | Stage::Archived),
        may_delete: may_write && row.first_published_at.is_none(),
        way: typed.way,
        reason: typed.reason,
        target: typed.target,
    };
    let title = dossier.opened.edition.title.clone();
    let screen = Screen::new("workflow/overview", &title).status(status(problem.as_ref()));
    app.screen(request, Some(&staff.who), screen, &view).await
}

/// The QR code of the public address, for posters and 広報紙.
pub(crate) async fn qr(
    app: web::Data<App>,
    _staff: Staff<Read>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let (own, site) = (app.get_ref().clone(), app.site().await?);
    let name = id.clone();
    let path = app
        .ctx
        .ask(move |c| Ok(Dossier::load(c, &own, site, &id)?.path))
        .await?
        .ok_or(Error::NotFound)?;
    let url = format!("{}{path}", app.ctx.public_url.trim_end_matches('/'));
    let svg = picture(&url).ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{name}.svg\""),
        ))
        .body(svg))
}

/// 広報紙の原稿, as plain text.
pub(crate) async fn newsletter(
    app: web::Data<App>,
    _staff: Staff<Read>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let (own, site) = (app.get_ref().clone(), app.site().await?);
    let around = site.clone();
    let text = app
        .ctx
        .ask(move |c| Ok(Dossier::load(c, &own, site, &id)?.text))
        .await?
        .ok_or(Error::NotFound)?;
    let name = text.slug.clone();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.txt\""),
        ))
        .body(kairan_editor::newsletter(&text, &around)))
}
