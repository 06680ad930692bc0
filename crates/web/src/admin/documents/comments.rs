//! コメント beside the form: answering, and saying that one is resolved.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::editing;
use kairan_db::staff::Role;
use kairan_pipeline::workflow;
use serde_json::json;

use super::opened::Opened;
use super::page::{Shown, show};
use crate::admin::Posted;
use crate::admin::guard::{Staff, Write};
use crate::admin::workflow::{actor, tried};
use crate::app::App;
use crate::error::Result;

/// Writes a comment on a field, or on the whole. One that is not taken is shown again, beside what was being written.
pub(crate) async fn add(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    permitted(&app, &staff, &id).await?;
    let (field, body) = (posted.one("comment_field"), posted.one("comment"));
    let taken = workflow::comment(&app.ctx, &actor(&staff), &id, (field, None), body).await;
    let problem = match tried(words, taken)? {
        Ok(_) => {
            let place = format!("/admin/documents/{id}/edit#comments");
            return Ok(app.go(&place, words.get("コメントを残しました。")));
        }
        Err(problem) => problem,
    };
    let key = staff.by().key;
    let (opened, waiting) = app
        .ctx
        .ask(move |c| Ok(Opened::with_autosave(c, &id, &key)?))
        .await?;
    let shown = Shown {
        status: problem.status,
        error: Some(problem.text),
        comment: (field.to_owned(), body.to_owned()),
        ..Shown::going_on(opened, waiting)
    };
    show(&app, &request, &staff.who, shown).await
}

async fn permitted(app: &App, staff: &Staff<Write>, id: &str) -> Result<()> {
    let id = id.to_owned();
    let document = app
        .ctx
        .read(move |c| kairan_db::documents::get(c, &id))
        .await?;
    staff.must(Role::Author, document.owner.as_deref())
}

/// 解決した
pub(crate) async fn resolve(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<(String, i64)>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let (id, number) = path.into_inner();
    permitted(&app, &staff, &id).await?;
    let place = format!("/admin/documents/{id}/edit#comments");
    let (by, who, now) = (staff.by(), staff.who.id.clone(), app.ctx.clock.now());
    app.ctx
        .write(move |c| {
            editing::resolve(c, &id, number, &who, now)?;
            let subject = format!("document:{id}");
            by.record(
                c,
                "document.resolve",
                &subject,
                &json!({ "comment": number }),
                now,
            )?;
            Ok(())
        })
        .await?;
    let said = app
        .words(Some(&staff.who))
        .get("コメントを解決済みにしました。");
    Ok(app.go(&place, said))
}
