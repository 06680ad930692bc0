//! Setting up an authenticator app: a QR code, the same key to be typed, and a code that shows that it works. Then the
//! recovery codes, once.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::{self, Account, Enrolment, Stage};
use kairan_pipeline::letters;
use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;
use serde_json::json;

use super::{Onward, Way, arrive, city};
use crate::admin::carry::Carried;
use crate::admin::guard::{self, Half};
use crate::admin::{Posted, Screen, password};
use crate::app::App;
use crate::error::{Error, Result};

/// Light modules around a QR code, as its standard has it.
const QUIET: usize = 4;

#[derive(Serialize)]
pub(crate) struct View<'a> {
    next: &'a str,
    carried: Option<&'a str>,
    error: Option<String>,
    /// In groups of four, to be typed.
    key: String,
    mail: &'a str,
    /// Where the form goes.
    action: &'static str,
    /// Where the picture comes from.
    picture: &'static str,
}

/// Recovery codes, shown once.
#[derive(Serialize)]
pub(crate) struct Codes {
    pub(crate) codes: Vec<String>,
    /// Where it goes on.
    pub(crate) next: String,
    /// A form that waits to be sent again.
    pub(crate) form: Option<Carried>,
}

/// Shows what the app needs.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    half: Half,
    way: web::Query<Way>,
) -> Result<HttpResponse> {
    let onward = Onward::by(&way);
    if half.session.stage == Stage::Code {
        return Ok(crate::admin::to(&onward.address("/admin/login/code")));
    }
    show(&app, &request, &half.who, &onward, None).await
}

/// A code of the new app.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    half: Half,
    posted: Posted,
) -> Result<HttpResponse> {
    app.limiter.check(&request)?;
    let onward = Onward::of(&posted);
    // Who has an app must show a code of it, not set up another.
    if half.session.stage == Stage::Code {
        return Ok(crate::admin::to(&onward.address("/admin/login/code")));
    }
    let Some(codes) = set_up(&app, &half.who, &half.origin, posted.one("code")).await? else {
        let error = app.words(Some(&half.who)).get(WRONG).to_owned();
        return show(&app, &request, &half.who, &onward, Some(error)).await;
    };
    // The codes are shown in place of the screen it leads to.
    let arrived = arrive(&app, &request, &half.who, &onward).await?;
    let view = Codes {
        codes,
        next: onward.next.clone(),
        form: onward.form(&app),
    };
    let title = app.words(Some(&half.who)).get("回復コード");
    let mut answer = app
        .screen(&request, None, Screen::new("login/codes", title), &view)
        .await?;
    for cookie in arrived.headers().get_all(header::SET_COOKIE) {
        answer
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    Ok(answer)
}

pub(crate) const WRONG: &str =
    "確認コードが違います。いま認証アプリに出ている6けたの数字を入力してください。";

/// Takes the app into use, and makes new recovery codes; `None` where the code is not one of the app's.
pub(crate) async fn set_up(
    app: &App,
    account: &Account,
    origin: &str,
    code: &str,
) -> Result<Option<Vec<String>>> {
    let (keys, now) = (app.ctx.keys.clone(), app.ctx.clock.now());
    let (id, by, code) = (account.id.clone(), account.by(origin), code.to_owned());
    // Who had an app already is told: somebody else may have set up this one.
    let letter = match account.has_totp {
        true => Some(password::app_letter(app, account, &city(app).await?)),
        false => None,
    };
    Ok(app
        .ctx
        .write(move |c| {
            if !staff::confirm_totp(c, &keys, &id, &code, now)? {
                return Ok(None);
            }
            let codes = staff::new_recovery_codes(c, &keys, &id)?;
            by.record(c, "staff.totp", &format!("staff:{id}"), &json!({}), now)?;
            if let Some(letter) = &letter {
                letters::enqueue(c, &keys, letter, now)?;
            }
            Ok(Some(codes))
        })
        .await?)
}

/// What the app is told, as long as it is not confirmed.
pub(crate) async fn pending(app: &App, account: &Account) -> Result<Enrolment> {
    let (keys, id, city) = (app.ctx.keys.clone(), account.id.clone(), city(app).await?);
    Ok(app
        .ctx
        .write(move |c| staff::pending_totp(c, &keys, &id, &city))
        .await?)
}

pub(super) async fn show(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    onward: &Onward,
    error: Option<String>,
) -> Result<HttpResponse> {
    let enrolment = pending(app, account).await?;
    let status = status(error.as_ref());
    let view = View {
        next: &onward.next,
        carried: onward.carried.as_deref(),
        error,
        key: grouped(&enrolment.key),
        mail: &account.mail,
        action: "/admin/login/enrol",
        picture: "/admin/login/enrol.svg",
    };
    let title = app.spoken(request).get("認証アプリの登録");
    let screen = Screen::new("login/enrol", title).status(status);
    app.screen(request, None, screen, &view).await
}

fn status(error: Option<&String>) -> StatusCode {
    match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    }
}

/// The QR code of an app that waits to be confirmed, for whoever is setting it up: on the way in, or on their own account.
pub(crate) async fn qr(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let known = guard::known(&request).filter(|known| known.session.stage != Stage::Code);
    let Some(known) = known else {
        return Err(Error::LoggedOut);
    };
    let url = pending(&app, &known.account).await?.url;
    let svg = picture(&url).ok_or(Error::Internal)?;
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(svg))
}

/// A QR code as a picture of squares, black on white also in a dark screen.
pub(crate) fn picture(text: &str) -> Option<String> {
    use std::fmt::Write as _;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (at, color) in colors.iter().enumerate() {
        if *color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            write!(path, "M{x} {y}h1v1h-1z").ok()?;
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

/// In groups of four.
pub(crate) fn grouped(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    groups.join(" ")
}
