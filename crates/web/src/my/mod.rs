//! `/my/…`: what citizens do themselves.

mod addresses;
pub(crate) mod confirm;
pub(crate) mod form;
mod line;
pub(crate) mod login;
pub(crate) mod notice;
pub(crate) mod preferences;
pub(crate) mod register;
pub(crate) mod unsubscribe;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{Duration, NaiveDate};
use kairan_db::citizens::LinkPurpose;
use kairan_db::seal::Keyring;

use crate::csrf::Csrf;

/// Version of the texts people consent to; to be changed with the words in the templates.
pub(crate) const CONSENT_VERSION: &str = "2026-11";

/// How long a confirmation link is good, in hours.
const CONFIRM_HOURS: u32 = 24;

/// How long a link to the preferences is good that somebody asked for, in days.
const LINK_DAYS: i64 = 3;

/// A form as sent.
pub(crate) type Sent = web::Form<Vec<(String, String)>>;

/// Without a log-in there is nothing to see yet.
pub(crate) async fn entrance() -> HttpResponse {
    to("/my/login")
}

/// The inner pages of my page need a log-in.
pub(crate) async fn inner(path: web::Path<String>) -> crate::error::Result<HttpResponse> {
    match path.split('/').next() {
        Some("profile" | "notices" | "summary.json") => Ok(to("/my/login")),
        _ => Err(crate::error::Error::NotFound),
    }
}

pub(crate) fn to(place: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, place))
        .finish()
}

/// Puts the cookie of a form's token on the answer.
pub(crate) fn with_cookie(mut response: HttpResponse, csrf: &Csrf) -> HttpResponse {
    if let Some(cookie) = &csrf.cookie
        && let Err(error) = response.add_cookie(cookie)
    {
        tracing::error!(%error, "a cookie could not be set");
    }
    response
}

/// The path of a link to the preferences of whoever has a contact point, and the last day it is good.
fn preferences_path(keys: &Keyring, contact_id: &str, today: NaiveDate) -> String {
    let until = today + Duration::days(LINK_DAYS);
    let token = kairan_db::citizens::signed_link(keys, LinkPurpose::Preferences, contact_id, until);
    format!("my/preferences/{token}")
}

/// The first value of a field of a form.
pub(crate) fn value<'a>(sent: &'a [(String, String)], name: &str) -> Option<&'a str> {
    sent.iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// The text of a link in an address.
fn token(request: &HttpRequest) -> String {
    request
        .match_info()
        .get("token")
        .unwrap_or_default()
        .to_owned()
}
