//! Documents made from a document: a copy, another language, やさしい日本語, a template of the staff's own.

use actix_web::{HttpResponse, web};
use kairan_db::staff::Role;
use kairan_db::{documents, editing};
use kairan_editor::variant;
use kairan_pipeline::drafts;
use serde_json::json;

use super::new::{copy, free_slug};
use super::opened::Opened;
use crate::admin::Posted;
use crate::admin::guard::{Staff, Write};
use crate::app::App;
use crate::error::Result;

/// 写しを作る
pub(crate) async fn duplicate(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let (site, now, by) = (app.site().await?, app.ctx.clock.now(), staff.by());
    let made = app
        .ctx
        .transact(move |c| {
            let opened = Opened::load(c, &id)?;
            let new = documents::new_id(now);
            let text = copy(c, &opened.source, &new)?;
            let made = drafts::create(c, &site, &text, &by.key, now)?;
            let subject = format!("document:{}", made.document_id);
            by.record(
                c,
                "document.create",
                &subject,
                &json!({ "from": format!("copy:{id}") }),
                now,
            )?;
            Ok(made)
        })
        .await?;
    let said = app
        .words(Some(&staff.who))
        .get("写しを作りました。アドレスと日付を確かめてください。");
    Ok(app.go(&format!("/admin/documents/{}/edit", made.document_id), said))
}

/// ほかのことばで書く: the variant in a language, made where there is none.
pub(crate) async fn translate(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let lang = posted.one("lang").to_owned();
    let (site, now, by) = (app.site().await?, app.ctx.clock.now(), staff.by());
    let wanted = id.clone();
    let opened = app.ctx.ask(move |c| Ok(Opened::load(c, &wanted)?)).await?;
    staff.must(Role::Author, opened.document.owner.as_deref())?;
    let known = super::LANGUAGES.iter().any(|(key, _)| *key == lang);
    if !known || lang == site.settings.lang {
        return Err(crate::error::Error::BadRequest(
            "作ることばを選んでください。",
        ));
    }
    let made = app
        .ctx
        .transact(move |c| {
            let variants = documents::variants(c, &id)?;
            if let Some(there) = variants.into_iter().find(|one| one.lang == lang) {
                return Ok(there.id);
            }
            let new = documents::new_id(now);
            let text = variant(&opened.source, &lang, &new)
                .map_err(|error| kairan_pipeline::Error::Refused(error.to_string()))?;
            let values = kairan_editor::FormValues::read(&text);
            let slug = values.text("slug");
            let taken = kairan_db::addresses::holder(c, &opened.document.kind, slug)?.is_some();
            let text = if taken {
                let slug = free_slug(c, &opened.document.kind, &format!("{slug}-{lang}"), &new)?;
                let pairs = [("slug".to_owned(), slug)];
                let posted = kairan_editor::FormValues::posted(&values, &pairs);
                kairan_editor::apply(&text, &values, &posted)
                    .map_err(|error| kairan_pipeline::Error::Refused(error.to_string()))?
            } else {
                text
            };
            let made = drafts::create(c, &site, &text, &by.key, now)?;
            let subject = format!("document:{}", made.document_id);
            let detail = json!({ "from": format!("variant:{id}"), "lang": lang });
            by.record(c, "document.create", &subject, &detail, now)?;
            Ok(made.document_id)
        })
        .await?;
    Ok(crate::admin::to(&format!("/admin/documents/{made}/edit")))
}

/// ひな形として残す
pub(crate) async fn template(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let place = format!("/admin/documents/{id}/edit");
    let name: String = posted
        .one("template_name")
        .trim()
        .chars()
        .take(100)
        .collect();
    if name.is_empty() {
        return Ok(app.go(
            &format!("{place}#more"),
            words.get("ひな形の名前を入れてください。"),
        ));
    }
    let (now, by) = (app.ctx.clock.now(), staff.by());
    let detail = json!({ "template": &name });
    app.ctx
        .write(move |c| {
            let opened = Opened::load(c, &id)?;
            let kind = &opened.document.kind;
            editing::put_template(c, &name, kind, &opened.source, &by.key, now)?;
            let subject = format!("document:{id}");
            by.record(c, "template.create", &subject, &detail, now)?;
            Ok(())
        })
        .await?;
    Ok(app.go(
        &place,
        words.get("ひな形として残しました。「新しい記事を書く」で選べます。"),
    ))
}

/// A template of the staff's own is thrown away: by whoever made it, or an administrator.
pub(crate) async fn forget_template(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<i64>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let number = path.into_inner();
    let (now, by) = (app.ctx.clock.now(), staff.by());
    let template = app.ctx.read(move |c| editing::template(c, number)).await?;
    if template.author != by.key {
        staff.must(Role::Administrator, None)?;
    }
    app.ctx
        .write(move |c| {
            editing::delete_template(c, number)?;
            by.record(
                c,
                "template.delete",
                &format!("template:{number}"),
                &json!({}),
                now,
            )?;
            Ok(())
        })
        .await?;
    let said = app
        .words(Some(&staff.who))
        .get("ひな形を消しました。これまでに作った記事はそのままです。");
    Ok(app.go("/admin/documents/new", said))
}
