//! One member of staff.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::{self, Account, State};
use kairan_db::{documents, editing};
use serde::Serialize;

use super::roles::RolesView;
use crate::admin::Screen;
use crate::admin::account::{SsoView, sso_view};
use crate::admin::guard::{Administer, Staff};
use crate::admin::names::{self, GrantView};
use crate::app::App;
use crate::error::{Error, Result};

/// Reviews that are named when somebody leaves.
const REVIEWS: i64 = 50;

#[derive(Serialize)]
struct View {
    id: String,
    name: String,
    mail: String,
    state: &'static str,
    state_label: String,
    grants: Vec<GrantView>,
    roles: RolesView,
    has_totp: bool,
    created: String,
    last_login: Option<String>,
    sessions: usize,
    sso: Option<SsoView>,
    own: bool,
    shut: bool,
    invited: bool,
    reviews: Vec<ReviewView>,
    problem: Option<String>,
}

#[derive(Serialize)]
struct ReviewView {
    document: String,
    title: String,
    since: String,
}

/// The account, and what can be done with it.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: web::Path<String>,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    show(&app, &request, &staff, account, None).await
}

pub(super) async fn find(app: &App, id: &str) -> Result<Account> {
    let id = id.to_owned();
    let found = app.ctx.read(move |c| staff::find(c, &id)).await?;
    found.ok_or(Error::NotFound)
}

pub(super) async fn show(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Administer>,
    account: Account,
    problem: Option<String>,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let site = app.site().await?;
    let (id, now) = (account.id.clone(), app.ctx.clock.now());
    let issuer = app.sign_on().map(|sso| sso.issuer().to_owned());
    let (sessions, sso, reviews) = app
        .ctx
        .read(move |c| {
            let sessions = staff::sessions(c, &id, now)?.len();
            let sso = sso_view(c, issuer.as_deref(), &id)?;
            let mut reviews = Vec::new();
            for review in editing::reviews_for(c, &id, REVIEWS)? {
                if let Some(document) = documents::find(c, &review.document_id)? {
                    reviews.push(ReviewView {
                        document: document.id,
                        title: document.title,
                        since: names::instant(review.submitted_at),
                    });
                }
            }
            Ok((sessions, sso, reviews))
        })
        .await?;
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let title = account.name.clone();
    let view = View {
        grants: names::grants(words, &site, &account.grants),
        roles: RolesView::new(words, &site, &account.grants),
        state: account.state.as_str(),
        state_label: names::state(words, account.state).to_owned(),
        has_totp: account.has_totp,
        created: names::instant(account.created_at),
        last_login: account.last_login_at.map(names::instant),
        sessions,
        sso,
        own: account.id == staff.who.id,
        shut: matches!(account.state, State::Suspended | State::Ended),
        invited: account.state == State::Invited,
        reviews,
        problem,
        id: account.id,
        name: account.name,
        mail: account.mail,
    };
    let screen = Screen::new("staff/member", &title).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}
