//! The static site, where it is published into a folder, and the theme's own files.

use std::path::{Path, PathBuf};

use actix_files::NamedFile;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_pipeline::workflow::gone_at;
use kairan_storage::{IMMUTABLE, Meta, check_name};

use crate::app::App;
use crate::error::{Error, Result};

/// Everything no other route answers.
pub(crate) async fn site(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Error::NotFound);
    }
    match &app.serve.static_site {
        Some(root) => from_folder(&app, root, &request).await,
        None => elsewhere(&app, &request).await,
    }
}

/// A file of the theme, by its hash: pages of this side need them also where the site is published elsewhere.
pub(crate) async fn asset(
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (hash, name) = path.into_inner();
    let themes = [&*app.ctx.theme, &app.languages.of("ja").theme];
    let known = themes
        .into_iter()
        .filter_map(|theme| theme.asset(&name))
        .find(|asset| asset.hash == hash);
    if let Some(asset) = known {
        return Ok(HttpResponse::Ok()
            .content_type(asset.content_type)
            .insert_header((header::CACHE_CONTROL, IMMUTABLE))
            .insert_header((header::ETAG, format!("\"{hash}\"")))
            .body(asset.bytes.clone().into_owned()));
    }
    // A page published with an older theme.
    site(app, request).await
}

/// The published site has its own origin: what is not ours is there.
async fn elsewhere(app: &App, request: &HttpRequest) -> Result<HttpResponse> {
    let site = app.site().await?;
    let (home, app_url) = (&site.settings.url, &app.ctx.app_url);
    if home.trim_end_matches('/') == app_url.trim_end_matches('/')
        || request.path().starts_with("//")
    {
        return Err(Error::NotFound);
    }
    let target = format!("{}{}", home.trim_end_matches('/'), request.uri());
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, target))
        .finish())
}

async fn from_folder(app: &App, root: &Path, request: &HttpRequest) -> Result<HttpResponse> {
    let raw = request.path().trim_start_matches('/');
    let Some(name) = decoded(raw) else {
        return missing(app, root, request).await;
    };
    let directory = name.is_empty() || name.ends_with('/');
    let name = if directory {
        format!("{name}index.html")
    } else {
        name
    };
    let Some(file) = readable(root, &name) else {
        if !directory && readable(root, &format!("{name}/index.html")).is_some() {
            let query = request
                .uri()
                .query()
                .map(|q| format!("?{q}"))
                .unwrap_or_default();
            return Ok(HttpResponse::MovedPermanently()
                .insert_header((header::LOCATION, format!("/{raw}/{query}")))
                .finish());
        }
        return missing(app, root, request).await;
    };
    let file = tokio::task::spawn_blocking(move || NamedFile::open(file))
        .await
        .map_err(|error| Error::internal(&error))?
        .map_err(|error| Error::internal(&error))?;
    let mut response = file
        .prefer_utf8(false)
        .use_last_modified(true)
        .disable_content_disposition()
        .into_response(request);
    described(&name, &mut response);
    Ok(response)
}

/// The reader is told the same as from any other store.
fn described(name: &str, response: &mut HttpResponse) {
    let meta = Meta::for_name(name);
    let headers = response.headers_mut();
    for (key, value) in [
        (header::CONTENT_TYPE, meta.content_type),
        (header::CACHE_CONTROL, meta.cache_control),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(key, value);
        }
    }
}

async fn missing(app: &App, root: &Path, request: &HttpRequest) -> Result<HttpResponse> {
    if request.method() == Method::HEAD {
        return Err(Error::NotFound);
    }
    let path = request.path().to_owned();
    let gone = app.ctx.read(move |c| gone_at(c, &path)).await?.is_some();
    let status = if gone {
        StatusCode::GONE
    } else {
        StatusCode::NOT_FOUND
    };
    let page = match readable(root, "404.html") {
        Some(file) => tokio::fs::read(file).await.ok(),
        None => None,
    };
    let page = page.ok_or(Error::NotFound)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(page))
}

/// Percent-decoded; `None` where that is no UTF-8.
fn decoded(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The file of this name, if it is one that was published: no dot files, nothing that a link leads out of the folder.
fn readable(root: &Path, name: &str) -> Option<PathBuf> {
    check_name(name).ok()?;
    let hidden = |part: &str| part.starts_with('.') && part != ".well-known";
    if name.split('/').any(hidden) {
        return None;
    }
    let root = root.canonicalize().ok()?;
    let file = root.join(name).canonicalize().ok()?;
    (file.starts_with(&root) && file.is_file()).then_some(file)
}
