//! `/admin/account`: one's own account. What would help a stranger at an open screen asks for the password again.

mod app;
mod secret;
mod sessions;
mod sso;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::{self, Session};
use serde::Serialize;

use super::guard::{Own, Staff};
use super::names::{self, GrantView};
use super::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

pub(crate) use app::{page as app_page, send as app_send};
pub(crate) use secret::{codes, password};
pub(crate) use sessions::end as end_session;
pub(crate) use sso::{SsoView, link, unlink, view as sso_view};

#[derive(Serialize)]
struct View {
    name: String,
    mail: String,
    languages: [Choice; 2],
    grants: Vec<GrantView>,
    sessions: Vec<SessionView>,
    others: bool,
    has_totp: bool,
    codes_left: i64,
    minimum: usize,
    has_password: bool,
    takes_password: bool,
    sso: Option<SsoView>,
    problem: Option<Problem>,
}

#[derive(Serialize)]
struct Choice {
    key: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct SessionView {
    id: String,
    origin: String,
    agent: String,
    began: String,
    seen: String,
    current: bool,
}

/// What went wrong, and in which form of the screen.
#[derive(Serialize)]
pub(super) struct Problem {
    form: &'static str,
    text: String,
}

/// The account.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Own>,
) -> Result<HttpResponse> {
    show(&app, &request, &staff, None).await
}

/// The language of the screens.
pub(crate) async fn language(
    app: web::Data<App>,
    staff: Staff<Own>,
    posted: Posted,
) -> Result<HttpResponse> {
    let lang = match posted.one("lang") {
        "ja" => "ja",
        "en" => "en",
        _ => return Err(Error::BadRequest("そのことばは選べません。")),
    };
    let (id, now) = (staff.who.id.clone(), app.ctx.clock.now());
    app.ctx
        .write(move |c| staff::set_lang(c, &id, lang, now))
        .await?;
    let mut who = staff.who;
    who.lang = lang.to_owned();
    let said = app.words(Some(&who)).get("画面のことばを変えました。");
    Ok(app.go("/admin/account", said))
}

async fn show(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Own>,
    problem: Option<(&'static str, String)>,
) -> Result<HttpResponse> {
    let (id, now) = (staff.who.id.clone(), app.ctx.clock.now());
    let issuer = app.sign_on().map(|sso| sso.issuer().to_owned());
    let (sessions, codes_left, has_password, sso) = app
        .ctx
        .read(move |c| {
            Ok((
                staff::sessions(c, &id, now)?,
                staff::recovery_codes_left(c, &id)?,
                staff::password_hash(c, &id)?.is_some(),
                sso_view(c, issuer.as_deref(), &id)?,
            ))
        })
        .await?;
    let words = app.words(Some(&staff.who));
    let site = app.site().await?;
    let language = |key, label| Choice {
        key,
        label,
        chosen: staff.who.lang == key,
    };
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let view = View {
        name: staff.who.name.clone(),
        mail: staff.who.mail.clone(),
        languages: [language("ja", "日本語"), language("en", "English")],
        grants: names::grants(words, &site, &staff.who.grants),
        others: sessions.len() > 1,
        sessions: sessions
            .into_iter()
            .map(|session| view_of(session, &staff.session.id))
            .collect(),
        has_totp: staff.who.has_totp,
        codes_left,
        minimum: staff::MIN_LENGTH,
        has_password,
        takes_password: app.takes_password(&staff.who),
        sso,
        problem: problem.map(|(form, text)| Problem { form, text }),
    };
    let screen = Screen::new("account/account", words.get("自分の設定")).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}

/// The browser and the system behind what a browser calls itself, as far as people know them by name; else all it says.
fn browser(agent: &str) -> String {
    let named = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    // Each of them also calls itself by the names of those below it.
    let program = named(&[
        ("Edg", "Microsoft Edge"),
        ("Firefox", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = named(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program}（{system}）"),
        _ => agent.to_owned(),
    }
}

fn view_of(session: Session, current: &str) -> SessionView {
    SessionView {
        current: session.id == current,
        origin: session.origin,
        agent: browser(&session.agent),
        began: names::instant(session.created_at),
        seen: names::instant(session.seen_at),
        id: session.id,
    }
}
