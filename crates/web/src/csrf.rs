//! Forms are taken from our own pages alone: a token bound to a cookie (double submit), and the Origin header.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use kairan_db::seal::Keyring;
use rand::RngCore as _;
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::app::App;
use crate::error::{Error, Result};

const COOKIE: &str = "kairan_csrf";
/// The name of the hidden field.
pub(crate) const FIELD: &str = "csrf_token";

/// The token for a page's forms, and the cookie it is bound to where the browser has none yet.
pub(crate) struct Csrf {
    pub(crate) token: String,
    pub(crate) cookie: Option<Cookie<'static>>,
}

/// For a page with a form.
pub(crate) fn issue(app: &App, request: &HttpRequest) -> Csrf {
    if let Some(known) = request
        .cookie(COOKIE)
        .filter(|cookie| plausible(cookie.value()))
    {
        return Csrf {
            token: token(&app.ctx.keys, known.value()),
            cookie: None,
        };
    }
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    let value = hex::encode(bytes);
    let token = token(&app.ctx.keys, &value);
    let cookie = Cookie::build(COOKIE, value)
        .path("/")
        .http_only(true)
        .secure(app.is_tls())
        .same_site(SameSite::Lax)
        .finish();
    Csrf {
        token,
        cookie: Some(cookie),
    }
}

/// Refuses a form that does not come from one of our pages.
pub(crate) fn check(app: &App, request: &HttpRequest, given: Option<&str>) -> Result<()> {
    if !from_here(app, request) {
        return Err(Error::Forbidden(
            "ほかのサイトから送られた内容は受け付けません。このサイトのページからやり直してください。",
        ));
    }
    let cookie = request.cookie(COOKIE);
    let good = match (cookie, given) {
        (Some(cookie), Some(given)) if plausible(cookie.value()) => {
            let wanted = token(&app.ctx.keys, cookie.value());
            bool::from(wanted.as_bytes().ct_eq(given.as_bytes()))
        }
        _ => false,
    };
    if good {
        Ok(())
    } else {
        Err(Error::Forbidden(
            "ページを開いてから時間がたったか、クッキーが使えません。クッキーを使えるようにして、ページを開き直してください。",
        ))
    }
}

/// Something that this browser alone sends with every request, once it has opened a page with a form: what was begun in one
/// browser is not ended in another.
pub(crate) fn browser(request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(COOKIE)?;
    plausible(cookie.value()).then(|| cookie.value().to_owned())
}

fn plausible(value: &str) -> bool {
    value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit())
}

fn token(keys: &Keyring, cookie: &str) -> String {
    keys.blind_index("csrf", cookie).as_str().to_owned()
}

/// Whether the browser says that the form was on our own page. Pages under `no-referrer` send `Origin: null`; then
/// `Sec-Fetch-Site`, or else the token alone, has to do.
fn from_here(app: &App, request: &HttpRequest) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return false;
    }
    let Some(origin) = text(header::ORIGIN.as_str()).filter(|origin| *origin != "null") else {
        return true;
    };
    let Ok(origin) = Url::parse(origin) else {
        return false;
    };
    let own = Url::parse(&app.ctx.app_url).is_ok_and(|own| own.origin() == origin.origin());
    let authority = match (origin.host_str(), origin.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => return false,
    };
    own || text(header::HOST.as_str()) == Some(authority.as_str())
}
