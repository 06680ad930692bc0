//! 取り下げ, 保管, 戻す, 削除: forms of the overview.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::withdrawals::Way;
use kairan_pipeline::workflow::{self, Withdraw};

use super::overview::{Typed, show};
use super::{actor, tried};
use crate::admin::Posted;
use crate::admin::guard::{Publish, Staff, Write};
use crate::app::App;
use crate::error::Result;

/// 取り下げる
pub(crate) async fn withdraw(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Publish>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let typed = Typed {
        way: posted.one("way").to_owned(),
        reason: posted.one("reason").to_owned(),
        target: posted.one("target").trim().to_owned(),
    };
    let target = typed.target.clone();
    let found = app.ctx.ask(move |c| overview_target(c, &target)).await?;
    let wish = Withdraw {
        document: id.clone(),
        edition: None,
        way: typed.way.parse().unwrap_or(Way::Banner),
        reason: typed.reason.clone(),
        target: found,
    };
    let taken = workflow::withdraw(&app.ctx, &actor(&staff), wish).await;
    match tried(words, taken)? {
        Ok(_) => {
            let place = format!("/admin/documents/{id}/progress");
            Ok(app.go(&place, words.get("取り下げを始めました。")))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), typed).await,
    }
}

/// The document meant by an id, an address of the site, or `kind/slug`.
fn overview_target(
    c: &mut kairan_db::AnyConnection,
    word: &str,
) -> kairan_pipeline::Result<Option<String>> {
    if word.is_empty() {
        return Ok(None);
    }
    if let Some(document) = kairan_db::documents::find(c, word)? {
        return Ok(Some(document.id));
    }
    let mut parts = word.trim_end_matches('/').rsplit('/');
    let (Some(slug), kind) = (parts.next(), parts.next()) else {
        return Ok(None);
    };
    for one in kairan_content::Kind::ALL {
        let meant = kind.is_none_or(|word| word == one.as_str() || word == one.plural());
        if meant && let Some(id) = kairan_db::addresses::holder(c, one.as_str(), slug)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// 保管する
pub(crate) async fn archive(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let taken = workflow::archive(&app.ctx, &actor(&staff), &id).await;
    match tried(words, taken)? {
        Ok(()) => {
            let done = words.get("保管しました。いつでも下書きに戻せます。");
            Ok(app.go(&format!("/admin/documents/{id}"), done))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::default()).await,
    }
}

/// 下書きに戻す
pub(crate) async fn restore(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let taken = workflow::restore(&app.ctx, &actor(&staff), &id).await;
    match tried(words, taken)? {
        Ok(()) => {
            let done = words.get("下書きに戻しました。");
            Ok(app.go(&format!("/admin/documents/{id}/edit"), done))
        }
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::default()).await,
    }
}

/// 削除する
pub(crate) async fn delete(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let taken = workflow::delete(&app.ctx, &actor(&staff), &id).await;
    match tried(words, taken)? {
        Ok(()) => Ok(app.go("/admin/documents", words.get("削除しました。"))),
        Err(problem) => show(&app, &request, &staff, id, Some(problem), Typed::default()).await,
    }
}
