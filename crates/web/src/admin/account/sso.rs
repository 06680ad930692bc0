//! The link with the city's provider: made anew by whoever knows the password of now, taken away at any time.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::AnyConnection;
use kairan_db::staff;
use serde::Serialize;

use super::secret::knows;
use super::show;
use crate::admin::guard::{Own, Staff};
use crate::admin::login::Onward;
use crate::admin::{Posted, names, sso};
use crate::app::App;
use crate::error::{Error, Result};

/// What the screens of an account show of it.
#[derive(Serialize)]
pub(crate) struct SsoView {
    /// Since when it is linked.
    linked: Option<String>,
}

/// The link of an account; `None` where there is no provider.
pub(crate) fn view(
    c: &mut AnyConnection,
    issuer: Option<&str>,
    account: &str,
) -> kairan_db::Result<Option<SsoView>> {
    let Some(issuer) = issuer else {
        return Ok(None);
    };
    let identity = staff::identity(c, account, issuer)?;
    Ok(Some(SsoView {
        linked: identity.map(|identity| names::instant(identity.linked_at)),
    }))
}

/// Leads to the provider and back here.
pub(crate) async fn link(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Own>,
    posted: Posted,
) -> Result<HttpResponse> {
    let provider = app.sign_on().ok_or(Error::NotFound)?;
    if let Err(text) = knows(&app, &request, &staff, &posted).await? {
        return show(&app, &request, &staff, Some(("sso", text))).await;
    }
    sso::leave(&app, &request, provider, Onward::home(), Some(staff.who.id)).await
}

/// Takes the link away.
pub(crate) async fn unlink(
    app: web::Data<App>,
    staff: Staff<Own>,
    _: Posted,
) -> Result<HttpResponse> {
    app.sign_on().ok_or(Error::NotFound)?;
    let (who, by, now) = (staff.who.id.clone(), staff.by(), app.ctx.clock.now());
    app.ctx
        .write(move |c| sso::unlink(c, &who, &by, now))
        .await?;
    let said = app
        .words(Some(&staff.who))
        .get("庁内アカウントとの結びつきを外しました。");
    Ok(app.go("/admin/account", said))
}
