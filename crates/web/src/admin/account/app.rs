//! Another authenticator app: a new telephone. The old one is good until the new one has shown a code.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::secret::{knows, shown};
use crate::admin::guard::{Own, Staff};
use crate::admin::login;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct View<'a> {
    error: Option<String>,
    key: String,
    mail: &'a str,
    picture: &'static str,
}

/// Shows what the new app needs.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Own>,
) -> Result<HttpResponse> {
    show(&app, &request, &staff, None).await
}

/// The password of now, and a code of the new app.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Own>,
    posted: Posted,
) -> Result<HttpResponse> {
    if let Err(text) = knows(&app, &request, &staff, &posted).await? {
        return show(&app, &request, &staff, Some(text)).await;
    }
    let code = posted.one("code");
    match login::set_up(&app, &staff.who, &staff.origin, code).await? {
        Some(codes) => shown(&app, &request, &staff, codes).await,
        None => {
            let text = app.words(Some(&staff.who)).get(login::WRONG).to_owned();
            show(&app, &request, &staff, Some(text)).await
        }
    }
}

async fn show(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Own>,
    error: Option<String>,
) -> Result<HttpResponse> {
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let enrolment = login::pending(app, &staff.who).await?;
    let view = View {
        error,
        key: login::grouped(&enrolment.key),
        mail: &staff.who.mail,
        picture: "/admin/login/enrol.svg",
    };
    let title = app.words(Some(&staff.who)).get("認証アプリの登録");
    let screen = Screen::new("account/app", title).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}
