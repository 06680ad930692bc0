//! Forms whose log-in ended while somebody typed: they pass through the log-in page, sealed, and are offered again after it.
//! Nothing of them is kept on the server.
//!
//! Only what came from one of our own pages is carried: otherwise another site could have a form sent for whoever logs in
//! next.

use actix_web::dev::ServiceRequest;
use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use futures::StreamExt as _;
use kairan_db::seal::{Keyring, Place};
use serde::{Deserialize, Serialize};

use super::{form, login};
use crate::app::App;
use crate::csrf;
use crate::error::{Error, Result};

/// The name of the hidden field.
pub(crate) const FIELD: &str = "carried";
/// The most text that is carried, in bytes.
const LARGEST: usize = 3 * 1024 * 1024;

const PLACE: Place<'static> = Place {
    table: "carried",
    row: "form",
    purpose: "login",
};

/// A form on its way through the log-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Carried {
    /// Where it was sent, below `/admin`.
    pub(crate) action: String,
    /// Its fields in order, without the token.
    pub(crate) fields: Vec<(String, String)>,
}

impl Carried {
    pub(crate) fn seal(&self, keys: &Keyring) -> Result<String> {
        let plain = serde_json::to_vec(self)?;
        keys.seal(PLACE, &plain)
            .map_err(|error| Error::internal(&error))
    }

    /// What was sealed here; `None` for anything else.
    pub(crate) fn open(keys: &Keyring, sealed: &str) -> Option<Self> {
        let plain = keys.open(PLACE, sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// The fields of a form, which the request still holds afterwards. `None` where there are none to be read: too much, files.
pub(crate) async fn read(request: &mut ServiceRequest) -> Result<Option<Vec<(String, String)>>> {
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Ok(None);
    }
    let mut body = web::BytesMut::new();
    let mut payload = request.take_payload();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| Error::BadRequest("送信が途中で切れました。"))?;
        if body.len() + piece.len() > form::LARGEST {
            return Err(Error::BadRequest("送られた内容が大きすぎます。"));
        }
        body.extend_from_slice(&piece);
    }
    let body = body.freeze();
    let fields = url::form_urlencoded::parse(&body)
        .into_owned()
        .collect::<Vec<_>>();
    request.set_payload(body.into());
    Ok(Some(fields))
}

/// The log-in page, with the form where there is one; a page that was only to be looked at comes after the log-in.
pub(crate) async fn to_login(
    app: &App,
    request: &HttpRequest,
    form: Option<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let Some(mut fields) = form else {
        let wanted = request.uri().path_and_query().map(|all| all.as_str());
        let wanted = wanted.filter(|_| request.method() == actix_web::http::Method::GET);
        return Ok(super::to(&login::address(wanted)));
    };
    let token = fields
        .iter()
        .find(|(name, _)| name == csrf::FIELD)
        .map(|(_, value)| value.clone());
    csrf::check(app, request, token.as_deref())?;
    fields.retain(|(name, _)| name != csrf::FIELD);
    let size: usize = fields
        .iter()
        .map(|(name, text)| name.len() + text.len())
        .sum();
    if size > LARGEST {
        return Err(Error::BadRequest(
            "ログインが切れていて、送られた内容は大きすぎるため、引きつげません。別のタブでログインしてから、このページを読み込み直さずに前の画面に戻り、もう一度送ってください。",
        ));
    }
    let action = request
        .uri()
        .path_and_query()
        .map(|all| all.as_str().to_owned())
        .unwrap_or_default();
    let carried = Carried { action, fields }.seal(&app.ctx.keys)?;
    let mut page = login::carrying(app, request, carried).await?;
    page.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(page)
}
