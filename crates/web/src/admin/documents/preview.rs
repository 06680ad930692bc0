//! 市民に見えるページ: the page as the site would show it, in a frame that runs nothing.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};
use kairan_db::{editing, site};
use kairan_pipeline::preview;
use serde::Deserialize;

use super::opened::Opened;
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::{Error, Result};

/// No script runs, no form is sent; links open in windows of their own. The frame keeps its origin, since icons and
/// styles come from it; without scripts that gives it nothing.
const POLICY: &str = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

#[derive(Deserialize)]
pub(crate) struct Which {
    /// A kept text by its number.
    kept: Option<i64>,
    /// `saved`: the draft as it was saved, also for whoever is typing.
    #[serde(default)]
    text: String,
}

/// The true page of a text: what its writer was typing last, else the draft.
pub(crate) async fn page(
    app: web::Data<App>,
    staff: Staff<Read>,
    path: web::Path<String>,
    which: web::Query<Which>,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let (key, ctx, which) = (staff.by().key, app.ctx.clone(), which.into_inner());
    let wanted = id.clone();
    let text = app
        .ctx
        .ask(move |c| {
            if let Some(kept) = which.kept {
                return Ok(editing::revision_source(c, &wanted, kept)?.1);
            }
            let opened = Opened::load(c, &wanted)?;
            let typed = match which.text.as_str() {
                "saved" => None,
                _ => editing::autosave(c, opened.edition.id, &key)?,
            };
            Ok(typed.map_or(opened.source, |typed| typed.source))
        })
        .await?;
    let wanted = id.clone();
    let page = tokio::task::spawn_blocking(move || preview::page(&ctx, &wanted, &text))
        .await
        .map_err(|error| Error::internal(&error))??;
    let html = match page {
        Some(page) => at_home(&page, &id),
        None => {
            let words = app.words(Some(&staff.who));
            words.theme.render(
                "documents/no-preview",
                &serde_json::json!({ "lang": words.key }),
            )?
        }
    };
    Ok(framed(
        HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(html),
    ))
}

/// Links open elsewhere, and files come from here: those of a draft are not published yet.
fn at_home(page: &str, id: &str) -> String {
    let files = format!("=\"/admin/documents/{id}/preview/files/");
    without_scripts(page)
        .replacen("<head>", "<head><base target=\"_blank\">", 1)
        .replace("=\"/files/", &files)
}

/// They would not run anyway; browsers complain of each.
fn without_scripts(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, script)) = rest.split_once("<script") {
        out.push_str(before);
        rest = script
            .split_once("</script>")
            .map_or("", |(_, after)| after);
    }
    out + rest
}

fn framed(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// A file that the page shows, published or not.
pub(crate) async fn file(
    app: web::Data<App>,
    _staff: Staff<Read>,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse> {
    let (_, hash, name) = path.into_inner();
    if hash.len() != 16 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotFound);
    }
    let wanted = name.clone();
    let bytes = app
        .ctx
        .read(move |c| {
            for file in site::files_with_hash(c, &hash)? {
                if file.path.rsplit('/').next() == Some(wanted.as_str()) {
                    return site::file_bytes(c, &file.path);
                }
            }
            Ok(None)
        })
        .await?
        .ok_or(Error::NotFound)?;
    let content_type = kairan_theme::content_type(&name);
    Ok(framed(
        HttpResponse::Ok().content_type(content_type).body(bytes),
    ))
}
