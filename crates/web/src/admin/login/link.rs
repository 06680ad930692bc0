//! A password that is set by a link in a mail: the first one of an account, or another one.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDateTime;
use kairan_db::AnyConnection;
use kairan_db::staff::{self, Account, Purpose};
use serde::Serialize;
use serde_json::json;

use super::slow;
use crate::admin::password::{self, own_names};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limit;

/// What a link is for, and how it looks.
pub(super) struct Link {
    pub(super) purpose: Purpose,
    pub(super) template: &'static str,
    /// In Japanese; the words hold the other languages.
    pub(super) title: &'static str,
    /// What the audit log says of it.
    pub(super) action: &'static str,
}

#[derive(Serialize)]
struct View<'a> {
    name: &'a str,
    mail: &'a str,
    token: &'a str,
    minimum: usize,
    error: Option<String>,
}

impl Link {
    /// Asks for a password.
    pub(super) async fn ask(
        &self,
        app: &App,
        request: &HttpRequest,
        token: &str,
    ) -> Result<HttpResponse> {
        let account = self.owner(app, token).await?;
        self.show(app, request, &account, token, None).await
    }

    /// Sets the password of the form, and does what else belongs to it. The inner error is the form once more, with what is
    /// wrong with the password.
    pub(super) async fn set(
        &self,
        app: &App,
        request: &HttpRequest,
        token: &str,
        posted: &Posted,
        mut also: impl FnMut(&mut AnyConnection, &Account, NaiveDateTime) -> kairan_db::Result<()>
        + Send
        + 'static,
    ) -> Result<std::result::Result<Account, HttpResponse>> {
        app.limiter.check(request)?;
        let account = self.owner(app, token).await?;
        let names = own_names(app, &account).await?;
        if let Err(problem) = password::read(posted, &names) {
            let words = app.spoken(request);
            let error = words.say(problem.words(), &problem.values());
            let form = self.show(app, request, &account, token, Some(error));
            return Ok(Err(form.await?));
        }
        let hash = slow::hash(posted.one("password").to_owned()).await?;
        let (now, by) = (app.ctx.clock.now(), account.by(&limit::origin(request)));
        let (token, purpose, action) = (token.to_owned(), self.purpose, self.action);
        let done = app
            .ctx
            .write(move |c| {
                let Some(id) = staff::redeem_token(c, purpose, &token, now)? else {
                    return Ok(None);
                };
                staff::set_password(c, &id, &hash, now)?;
                also(c, &account, now)?;
                by.record(c, action, &format!("staff:{id}"), &json!({}), now)?;
                staff::find(c, &id)
            })
            .await?;
        done.map(Ok).ok_or(Error::NotFound)
    }

    /// Whose link it is; 404 for one that is over, used, or never was, or where a password would open nothing.
    async fn owner(&self, app: &App, token: &str) -> Result<Account> {
        let (token, now, purpose) = (token.to_owned(), app.ctx.clock.now(), self.purpose);
        let find = move |c: &mut AnyConnection| match staff::token_owner(c, purpose, &token, now)? {
            Some(id) => staff::find(c, &id),
            None => Ok(None),
        };
        let found = app.ctx.read(find).await?;
        found
            .filter(|account| app.takes_password(account))
            .ok_or(Error::NotFound)
    }

    async fn show(
        &self,
        app: &App,
        request: &HttpRequest,
        account: &Account,
        token: &str,
        error: Option<String>,
    ) -> Result<HttpResponse> {
        let status = match error {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let view = View {
            name: &account.name,
            mail: &account.mail,
            token,
            minimum: staff::MIN_LENGTH,
            error,
        };
        let title = app.spoken(request).get(self.title);
        let screen = Screen::new(self.template, title).status(status);
        app.screen(request, None, screen, &view).await
    }
}
