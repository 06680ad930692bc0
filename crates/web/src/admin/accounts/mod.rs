//! `/admin/staff`: who may log in and what they may do, for administrators.

mod add;
mod change;
mod member;
mod roles;

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff;
use serde::Serialize;

use super::Screen;
use super::guard::{Administer, Staff};
use super::names::{self, GrantView};
use crate::app::App;
use crate::error::Result;

pub(crate) use add::{page as add_page, send as add};
pub(crate) use change::{
    end, end_sessions, invite, name, reinstate, reset_app, roles as set_roles, suspend, unlink,
};
pub(crate) use member::page as member;

#[derive(Serialize)]
struct View {
    people: Vec<Person>,
}

#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
    mail: String,
    grants: Vec<GrantView>,
    state: &'static str,
    state_label: String,
    last_login: Option<String>,
    has_totp: bool,
}

/// Everybody.
pub(crate) async fn list(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
) -> Result<HttpResponse> {
    let (site, all) = (app.site().await?, app.ctx.read(staff::list).await?);
    let words = app.words(Some(&staff.who));
    let people = all
        .into_iter()
        .map(|account| Person {
            grants: names::grants(words, &site, &account.grants),
            state: account.state.as_str(),
            state_label: names::state(words, account.state).to_owned(),
            last_login: account.last_login_at.map(names::instant),
            has_totp: account.has_totp,
            id: account.id,
            name: account.name,
            mail: account.mail,
        })
        .collect();
    let screen = Screen::new("staff/list", words.get("職員"));
    app.screen(&request, Some(&staff.who), screen, &View { people })
        .await
}
