//! A new password, new recovery codes: both for whoever knows the password of now.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::{self, Stage};
use kairan_pipeline::letters;
use serde_json::json;

use super::show;
use crate::admin::guard::{self, Own, Staff};
use crate::admin::login::{self, slow};
use crate::admin::password::{self as choice, changed_letter, own_names};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

/// Said where the password of now is wrong.
pub(super) const WRONG: &str = "いまのパスワードが違います。";

/// Whether `current` is the password of now. Failures count as those of the log-in do; `Err` holds what to say.
pub(super) async fn knows(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Own>,
    posted: &Posted,
) -> Result<std::result::Result<(), String>> {
    let words = app.words(Some(&staff.who));
    let patience = login::Patience::of_code(&staff.who);
    if let Some(seconds) = patience.wait(app).await? {
        let wait = "続けて間違えたため、あと {seconds} 秒ほど待ってからやり直してください。";
        return Ok(Err(words.say(wait, &[("seconds", &seconds.to_string())])));
    }
    let id = staff.who.id.clone();
    let hash = app.ctx.read(move |c| staff::password_hash(c, &id)).await?;
    if slow::verify(posted.one("current").to_owned(), hash).await? {
        return Ok(Ok(()));
    }
    patience.failed(app, request).await?;
    Ok(Err(words.get(WRONG).to_owned()))
}

/// A new password. Every other log-in is over, and this one gets a new cookie.
pub(crate) async fn password(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Own>,
    posted: Posted,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    if let Err(text) = knows(&app, &request, &staff, &posted).await? {
        return show(&app, &request, &staff, Some(("password", text))).await;
    }
    let names = own_names(&app, &staff.who).await?;
    if let Err(problem) = choice::read(&posted, &names) {
        let text = words.say(problem.words(), &problem.values());
        return show(&app, &request, &staff, Some(("password", text))).await;
    }
    let hash = slow::hash(posted.one("password").to_owned()).await?;
    let (keys, now, city) = (
        app.ctx.keys.clone(),
        app.ctx.clock.now(),
        app.site().await?.settings.title.clone(),
    );
    let (own, who, by, session) = (
        app.clone(),
        staff.who.clone(),
        staff.by(),
        staff.session.clone(),
    );
    let cookie = app
        .ctx
        .write(move |c| {
            staff::set_password(c, &who.id, &hash, now)?;
            staff::revoke_all(c, &who.id, None)?;
            letters::enqueue(c, &keys, &changed_letter(&own, &who, &city), now)?;
            let subject = format!("staff:{}", who.id);
            by.record(c, "staff.password", &subject, &json!({}), now)?;
            let (origin, agent) = (&session.origin, &session.agent);
            staff::open_session(c, &who.id, Stage::Full, origin, agent, now)
        })
        .await?;
    let said = words.get("パスワードを変えました。ほかの場所でのログインは終わりました。");
    let mut answer = app.go("/admin/account", said);
    login::put(&mut answer, &guard::cookie(&app, cookie.as_str()));
    Ok(answer)
}

/// New recovery codes, shown once.
pub(crate) async fn codes(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Own>,
    posted: Posted,
) -> Result<HttpResponse> {
    if let Err(text) = knows(&app, &request, &staff, &posted).await? {
        return show(&app, &request, &staff, Some(("codes", text))).await;
    }
    let (keys, id, by) = (app.ctx.keys.clone(), staff.who.id.clone(), staff.by());
    let now = app.ctx.clock.now();
    let codes = app
        .ctx
        .write(move |c| {
            let codes = staff::new_recovery_codes(c, &keys, &id)?;
            by.record(c, "staff.codes", &format!("staff:{id}"), &json!({}), now)?;
            Ok(codes)
        })
        .await?;
    shown(&app, &request, &staff, codes).await
}

/// The page of recovery codes.
pub(super) async fn shown(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Own>,
    codes: Vec<String>,
) -> Result<HttpResponse> {
    let view = login::Codes {
        codes,
        next: "/admin/account".to_owned(),
        form: None,
    };
    let title = app.words(Some(&staff.who)).get("回復コード");
    let screen = Screen::new("login/codes", title);
    let mut answer = app.screen(request, Some(&staff.who), screen, &view).await?;
    answer.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(answer)
}
