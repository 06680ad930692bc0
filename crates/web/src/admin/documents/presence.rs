//! 開いている人: who has the page open, and whose turn it is to write.

use actix_web::{HttpResponse, web};
use kairan_db::editing;
use kairan_db::staff::Role;
use serde::Serialize;

use super::opened::Opened;
use super::people::People;
use super::side::{Turn, turn};
use crate::admin::Posted;
use crate::admin::guard::{Read, Staff, Write};
use crate::app::App;
use crate::error::Result;

/// A sign of an open page, and who else has it open. `leaving`: the page was closed.
pub(crate) async fn sign(
    app: web::Data<App>,
    staff: Staff<Read>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    #[derive(Serialize)]
    struct Answer {
        line: Option<String>,
        #[serde(flatten)]
        turn: Turn,
    }
    let (id, who, now) = (path.into_inner(), staff.who.id.clone(), app.ctx.clock.now());
    if posted.one("leaving") == "1" {
        app.ctx.write(move |c| editing::leave(c, &id, &who)).await?;
        return Ok(HttpResponse::NoContent().finish());
    }
    let (app2, account) = (app.clone(), staff.who.clone());
    let turn = app
        .ctx
        .write(move |c| {
            editing::seen(c, &id, &who, now)?;
            let present = editing::present(c, &id, now)?;
            let people = People::load(c)?;
            Ok(turn(app2.words(Some(&account)), &people, &present, &who))
        })
        .await?;
    let words = app.words(Some(&staff.who));
    let line = turn
        .other
        .as_ref()
        .map(|name| words.say("いま {name}さんが書いています。", &[("name", name)]));
    Ok(HttpResponse::Ok().json(Answer { line, turn }))
}

/// 編集を引き継ぐ
pub(crate) async fn take_over(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let (wanted, who) = (id.clone(), staff.who.id.clone());
    let (by, now) = (staff.by(), app.ctx.clock.now());
    let wanted2 = wanted.clone();
    let opened = app.ctx.ask(move |c| Ok(Opened::load(c, &wanted2)?)).await?;
    staff.must(Role::Author, opened.document.owner.as_deref())?;
    app.ctx
        .write(move |c| {
            editing::take_over(c, &wanted, &who, now)?;
            let subject = format!("document:{wanted}");
            by.record(
                c,
                "document.take-over",
                &subject,
                &serde_json::json!({}),
                now,
            )?;
            Ok(())
        })
        .await?;
    let said = app
        .words(Some(&staff.who))
        .get("編集を引き継ぎました。前に書いていた人の画面にも、そう出ます。");
    Ok(app.go(&format!("/admin/documents/{id}/edit"), said))
}
