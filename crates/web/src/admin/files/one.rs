//! One file: what it is, where it is used, its bytes.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::site;
use kairan_db::staff::Role;
use kairan_db::uploads::{self, FOLDER, Listed, Use};
use kairan_media::{Kind, Limits, size_text};
use serde::Serialize;

use super::upload::Problem;
use super::view::{FileView, UseView, people};
use crate::admin::Screen;
use crate::admin::guard::{Permission, Read, Staff};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Serialize)]
struct View {
    file: FileView,
    uses: Vec<UseView>,
    live: bool,
    may_replace: bool,
    may_remove: bool,
    extension: String,
    most: String,
    problem: Option<Problem>,
}

/// What it is and where it is used.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    name: web::Path<String>,
) -> Result<HttpResponse> {
    let (file, uses) = find(&app, &name).await?;
    show(&app, &request, &staff, (file, uses), None).await
}

/// The screen, after a wish that was not granted too.
pub(super) async fn show<P: Permission>(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<P>,
    (file, uses): (Listed, Vec<Use>),
    problem: Option<Problem>,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let site = app.site().await?;
    let people = people(app).await?;
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let extension = file.path.rsplit_once('.').map_or("", |(_, end)| end);
    let view = View {
        live: uses.iter().any(|one| one.live),
        may_replace: may_replace(staff, &uses),
        may_remove: may_remove(staff, &file),
        extension: format!(".{extension}"),
        most: size_text(most(&file)),
        uses: uses
            .into_iter()
            .map(|one| UseView::of(words, &site, one))
            .collect(),
        file: FileView::of(words, &people, file),
        problem,
    };
    let screen = Screen::new("files/one", &view.file.name).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}

/// Bytes that new content may have.
fn most(file: &Listed) -> u64 {
    let limits = Limits::default();
    if file.content_type.starts_with("image/") {
        limits.image
    } else {
        limits.file
    }
}

/// The file with this name below `files/`, and what uses it.
pub(super) async fn find(app: &App, name: &str) -> Result<(Listed, Vec<Use>)> {
    let path = format!("{FOLDER}{name}");
    let found = app
        .ctx
        .read(move |c| match uploads::get(c, &path)? {
            Some(file) => Ok(Some((file, uploads::usage(c, &path)?))),
            None => Ok(None),
        })
        .await?;
    found.ok_or(Error::NotFound)
}

/// What readers see is changed only by those who publish it.
pub(super) fn may_replace<P: Permission>(staff: &Staff<P>, uses: &[Use]) -> bool {
    let permitted = |one: &Use| {
        let role = if one.live {
            Role::Publisher
        } else {
            Role::Author
        };
        staff.may(role, one.owner.as_deref())
    };
    staff.may(Role::Author, None) && uses.iter().all(permitted)
}

/// One's own, or anybody's for those who publish.
pub(super) fn may_remove<P: Permission>(staff: &Staff<P>, file: &Listed) -> bool {
    let own = file.uploaded_by.as_deref() == Some(staff.by().key.as_str());
    let role = if own { Role::Author } else { Role::Publisher };
    staff.may(role, None)
}

/// The bytes. Images are shown, everything else is handed over to be saved; nothing in it may run.
pub(crate) async fn raw(
    app: web::Data<App>,
    request: HttpRequest,
    _: Staff<Read>,
    name: web::Path<String>,
) -> Result<HttpResponse> {
    let path = format!("{FOLDER}{name}");
    let key = path.clone();
    let file = app.ctx.read(move |c| uploads::get(c, &key)).await?;
    let file = file.ok_or(Error::NotFound)?;
    let tag = format!("\"{}\"", file.sha256);
    let known = request.headers().get(header::IF_NONE_MATCH);
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header(("cross-origin-resource-policy", "same-origin"));
    if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    let bytes = app
        .ctx
        .read(move |c| site::file_bytes(c, &path))
        .await?
        .ok_or(Error::NotFound)?;
    // A site folder may hold anything; what we would not take is not named either.
    let known = Kind::ALL
        .iter()
        .find(|kind| kind.content_type() == file.content_type);
    let image = known.is_some_and(|kind| kind.is_image());
    let last = name.rsplit('/').next().unwrap_or_default();
    answer.insert_header(ContentDisposition {
        disposition: if image {
            DispositionType::Inline
        } else {
            DispositionType::Attachment
        },
        parameters: vec![DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: last.as_bytes().to_vec(),
        })],
    });
    let content_type = known.map_or("application/octet-stream", |kind| kind.content_type());
    Ok(answer.content_type(content_type).body(bytes))
}
