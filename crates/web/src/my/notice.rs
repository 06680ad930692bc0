//! `/my/notices/{id}`: a notice as it was sent. An emergency is open to everybody: it is told before its page is verified, and says nothing about one
//! person. Everything else needs a log-in.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use kairan_db::notices;
use kairan_site::public_document;
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::error::{Error, Result};

#[derive(Serialize)]
struct View {
    /// As the mail said it.
    content: Value,
    /// The document's own text.
    html: Option<String>,
    /// Its page, where the site can be read.
    path: Option<String>,
}

/// Shows it.
pub(crate) async fn page(app: web::Data<App>, id: web::Path<String>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let found = app
        .ctx
        .read(move |c| match notices::get(c, &id) {
            Ok(notice) => Ok(Some(notice)),
            Err(kairan_db::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        })
        .await?;
    let Some(notice) = found.filter(|notice| notice.urgency == "emergency") else {
        return Ok(super::to("/my/login"));
    };
    let content: Value = serde_json::from_str(&notice.content)?;
    let document = notice.document_id.clone();
    let (html, path) = app
        .ask(move |catalogue| {
            let Some(live) = catalogue.document(&document)? else {
                return Ok((None, None));
            };
            let html = public_document(&live, catalogue)?.html;
            Ok((Some(html), Some(live.card.path.clone())))
        })
        .await?;
    let title = content
        .get("title")
        .and_then(Value::as_str)
        .ok_or(Error::NotFound)?
        .to_owned();
    let view = View {
        content,
        html,
        path,
    };
    app.page(StatusCode::OK, "my/notice", &title, &view).await
}
