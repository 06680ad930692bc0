//! `/admin/…`: where staff write, review, publish and see what became of it.

mod account;
mod accounts;
mod carry;
mod documents;
mod files;
mod find;
mod form;
pub(crate) mod guard;
mod login;
mod names;
mod notices;
mod password;
mod redirects;
mod routes;
mod settings;
mod shell;
mod sso;
mod trail;
mod words;
mod workflow;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use kairan_db::staff::Stage;

use crate::error::{Error, Result};

pub(crate) use find::StaffFinder;
pub(crate) use form::Posted;
pub(crate) use routes::configure;
pub use routes::{ADMIN_ROUTES, AdminRoute};
pub(crate) use shell::Screen;
pub(crate) use words::{Language, Languages};

/// Leads to another screen (303).
pub(crate) fn to(place: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, place))
        .finish()
}

/// Who asks from among the screens of staff, where somebody is logged in.
pub(crate) fn at_work(request: &HttpRequest) -> Option<guard::Known> {
    let within = request.path().starts_with("/admin");
    guard::known(request).filter(|known| within && known.session.stage == Stage::Full)
}

/// What no address of the table answers: without a log-in everything leads to the log-in.
pub(crate) async fn elsewhere(request: HttpRequest) -> Result<HttpResponse> {
    Err(match guard::known(&request) {
        Some(known) if known.session.stage == Stage::Full => Error::NotFound,
        _ => Error::LoggedOut,
    })
}
