//! コメント beside the form: answering, and saying that one is resolved.

use actix_web::{HttpResponse, web};
use kairan_db::editing::{self, NewComment};
use kairan_db::staff::Role;
use serde_json::json;

use super::opened::Opened;
use crate::admin::Posted;
use crate::admin::guard::{Staff, Write};
use crate::app::App;
use crate::error::Result;

/// The longest comment, in characters.
const LONGEST: usize = 2_000;

/// Writes a comment on a field, or on the whole.
pub(crate) async fn add(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let place = format!("/admin/documents/{id}/edit#comments");
    let body: String = posted.one("comment").trim().chars().take(LONGEST).collect();
    if body.is_empty() {
        return Ok(app.go(
            &place,
            words.get("コメントが空です。ことばを入れてから送ってください。"),
        ));
    }
    permitted(&app, &staff, &id).await?;
    let field = posted.one("comment_field").to_owned();
    let (by, author, now) = (staff.by(), staff.who.id.clone(), app.ctx.clock.now());
    app.ctx
        .write(move |c| {
            let opened = Opened::load(c, &id)?;
            let comment = NewComment {
                document_id: &id,
                edition_id: opened.edition.id,
                field: &field,
                line: None,
                body: &body,
                author: &author,
            };
            let number = editing::comment(c, &comment, now)?;
            let subject = format!("document:{id}");
            by.record(
                c,
                "document.comment",
                &subject,
                &json!({ "comment": number }),
                now,
            )?;
            Ok(())
        })
        .await?;
    Ok(app.go(&place, words.get("コメントを残しました。")))
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
