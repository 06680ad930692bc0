//! Who is there, and what they may do: in the types of the handlers.
//!
//! `entry` looks once at the cookie of a log-in; `Staff<P>` is what a handler asks for, and there is none for whoever may
//! not. A form whose log-in has ended is not lost: the log-in page carries it through (`carry`).

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, ResponseError as _, web};
use kairan_db::audit::By;
use kairan_db::staff::{self, Account, Role, Session, Stage};
use serde_json::Value;

use super::carry;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limit;

/// The cookie of a log-in.
const COOKIE: &str = "kairan_staff";

/// What a handler asks for: the least role it needs.
pub(crate) trait Permission: 'static {
    /// `None`: being logged in is enough.
    const LEAST: Option<Role>;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $least:expr;)*) => {
        $($(#[$doc])* pub(crate) struct $name;
        impl Permission for $name { const LEAST: Option<Role> = $least; })*
    };
}

permissions! {
    /// One's own account: whoever is logged in, with or without a role.
    Own = None;
    /// Reads everything: any role.
    Read = Some(Role::Author);
    /// 作成者 and above.
    Write = Some(Role::Author);
    /// 承認者 and above.
    Review = Some(Role::Reviewer);
    /// 公開担当 and above.
    Publish = Some(Role::Publisher);
    /// 管理者
    Administer = Some(Role::Administrator);
}

/// A member of staff who holds a role that permits `P` in some department; [`Staff::may`] decides for a given one.
pub(crate) struct Staff<P: Permission> {
    pub(crate) who: Account,
    pub(crate) session: Session,
    /// The address that asks.
    pub(crate) origin: String,
    permission: PhantomData<P>,
}

impl<P: Permission> Staff<P> {
    /// Whether they may do what `role` may with something of this department; what belongs to none is everybody's.
    pub(crate) fn may(&self, role: Role, department: Option<&str>) -> bool {
        self.who.may(role, department)
    }

    /// The same as an answer: 403 where they may not.
    pub(crate) fn must(&self, role: Role, department: Option<&str>) -> Result<()> {
        if self.may(role, department) {
            Ok(())
        } else {
            Err(NOT_PERMITTED)
        }
    }

    /// Who does it and from where, for `audit::record` in the transaction of the change.
    pub(crate) fn by(&self) -> By {
        self.who.by(&self.origin)
    }

    /// Writes into the audit log what changes nothing in the database.
    pub(crate) async fn audit(
        &self,
        app: &App,
        action: &'static str,
        subject: &str,
        detail: Value,
    ) -> Result<()> {
        let (by, subject, now) = (self.by(), subject.to_owned(), app.ctx.clock.now());
        app.ctx
            .write(move |c| by.record(c, action, &subject, &detail, now))
            .await?;
        Ok(())
    }
}

const NOT_PERMITTED: Error = Error::NotPermitted(
    "この操作に必要な役割がありません。担当の部署と役割は、アカウントの画面で確かめられます。要るときは管理者に相談してください。",
);

impl<P: Permission> FromRequest for Staff<P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match known(request) {
            Some(Known { account, session }) if session.stage == Stage::Full => {
                let permitted = P::LEAST.is_none_or(|role| account.may(role, None));
                if permitted {
                    Ok(Self {
                        who: account,
                        session,
                        origin: limit::origin(request),
                        permission: PhantomData,
                    })
                } else {
                    Err(NOT_PERMITTED)
                }
            }
            _ => Err(Error::LoggedOut),
        })
    }
}

/// Somebody whose password was right, and who still owes the second factor.
pub(crate) struct Half {
    pub(crate) who: Account,
    pub(crate) session: Session,
    pub(crate) origin: String,
}

impl FromRequest for Half {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match known(request) {
            Some(Known { account, session }) if session.stage != Stage::Full => Ok(Self {
                who: account,
                session,
                origin: limit::origin(request),
            }),
            _ => Err(Error::LoggedOut),
        })
    }
}

/// Whose cookie it is, at whatever stage.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) account: Account,
    pub(crate) session: Session,
}

/// What `entry` found out.
pub(crate) fn known(request: &HttpRequest) -> Option<Known> {
    request.extensions().get::<Known>().cloned()
}

/// Finds out who asks, and leads whoever must log in to the log-in.
pub(crate) async fn entry(
    app: web::Data<App>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let found = match find(&app, request.request()).await {
        Ok(found) => found,
        Err(error) => return Ok(request.into_response(error.error_response())),
    };
    let logged_in = found
        .as_ref()
        .is_some_and(|known| known.session.stage == Stage::Full);
    // What a form without a log-in holds is read here, since no handler will.
    let form = if request.method() == Method::POST && !logged_in {
        match carry::read(&mut request).await {
            Ok(form) => form,
            Err(error) => return Ok(request.into_response(error.error_response())),
        }
    } else {
        None
    };
    if let Some(found) = found {
        request.extensions_mut().insert(found);
    }
    let response = next.call(request).await?.map_into_boxed_body();
    let logged_out = matches!(
        response.response().extensions().get::<Error>(),
        Some(Error::LoggedOut)
    );
    if !logged_out || by_script(response.request()) {
        return Ok(response);
    }
    let (request, _) = response.into_parts();
    // An error of this layer is an answer like any other, so that it is shown as a page.
    let answer = carry::to_login(&app, &request, form)
        .await
        .unwrap_or_else(|error| error.error_response());
    Ok(ServiceResponse::new(request, answer))
}

/// Whether a script asks, which is told so (401), and not a person who is to see a page.
fn by_script(request: &HttpRequest) -> bool {
    request
        .headers()
        .get("sec-fetch-mode")
        .is_some_and(|mode| mode != "navigate")
}

async fn find(app: &App, request: &HttpRequest) -> Result<Option<Known>> {
    let Some(cookie) = request.cookie(COOKIE) else {
        return Ok(None);
    };
    let (cookie, now) = (cookie.value().to_owned(), app.ctx.clock.now());
    let found = app
        .ctx
        .read(move |c| staff::session(c, &cookie, now))
        .await?;
    let Some((account, session)) = found else {
        return Ok(None);
    };
    if staff::is_stale(&session, now) {
        let id = session.id.clone();
        app.ctx.write(move |c| staff::touch(c, &id, now)).await?;
    }
    Ok(Some(Known { account, session }))
}

/// The cookie of a log-in; gone when the browser is closed.
pub(crate) fn cookie(app: &App, value: &str) -> Cookie<'static> {
    Cookie::build(COOKIE, value.to_owned())
        .path("/admin")
        .http_only(true)
        .secure(app.is_tls())
        .same_site(SameSite::Lax)
        .finish()
}

/// Takes the cookie away.
pub(crate) fn no_cookie(app: &App) -> Cookie<'static> {
    let mut cookie = cookie(app, "");
    cookie.make_removal();
    cookie
}
