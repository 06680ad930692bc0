//! `/admin/invitation/{token}`: the first password of an account, then the authenticator app.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::Purpose;

use super::link::Link;
use super::{Onward, second_factor};
use crate::admin::Posted;
use crate::app::App;
use crate::error::Result;

const LINK: Link = Link {
    purpose: Purpose::Invite,
    template: "login/invitation",
    title: "職員の登録",
    action: "staff.join",
};

/// Asks for a password.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse> {
    LINK.ask(&app, &request, &token).await
}

/// A password.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    token: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let nothing_else = |_: &mut _, _: &_, _| Ok(());
    match LINK
        .set(&app, &request, &token, &posted, nothing_else)
        .await?
    {
        Ok(account) => second_factor(&app, &request, &account, &Onward::home()).await,
        Err(form) => Ok(form),
    }
}
