//! The second factor: a code of the authenticator app, or a recovery code.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::audit;
use kairan_db::staff::{self, Account, Stage};
use serde::Serialize;
use serde_json::json;

use super::patience::Patience;
use super::{Onward, Way, arrive};
use crate::admin::guard::Half;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct View<'a> {
    next: &'a str,
    carried: Option<&'a str>,
    error: Option<String>,
    /// In a demo, where nobody has the app.
    demo: Option<Demo>,
}

#[derive(Serialize)]
struct Demo {
    code: Option<String>,
}

/// Asks for the code.
pub(crate) async fn ask(
    app: web::Data<App>,
    request: HttpRequest,
    half: Half,
    way: web::Query<Way>,
) -> Result<HttpResponse> {
    let onward = Onward::by(&way);
    if half.session.stage == Stage::Enrol {
        return Ok(crate::admin::to(&onward.address("/admin/login/enrol")));
    }
    show(&app, &request, &half.who, &onward, None).await
}

/// A code.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    half: Half,
    posted: Posted,
) -> Result<HttpResponse> {
    app.limiter.check(&request)?;
    let (words, onward) = (app.words(Some(&half.who)), Onward::of(&posted));
    if half.session.stage == Stage::Enrol {
        return Ok(crate::admin::to(&onward.address("/admin/login/enrol")));
    }
    let patience = Patience::of_code(&half.who);
    if let Some(seconds) = patience.wait(&app).await? {
        let error = words.say(
            "続けて間違えたため、あと {seconds} 秒ほど待ってからやり直してください。",
            &[("seconds", &seconds.to_string())],
        );
        let problem = Some((StatusCode::TOO_MANY_REQUESTS, error));
        let mut page = show(&app, &request, &half.who, &onward, problem).await?;
        page.headers_mut()
            .insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        return Ok(page);
    }
    if !taken(&app, &half, posted.one("code")).await? {
        patience.failed(&app, &request).await?;
        let error = words
            .get("確認コードが違うか、もう使われました。認証アプリの次の数字が出るのを待って入力してください。")
            .to_owned();
        let problem = Some((StatusCode::UNPROCESSABLE_ENTITY, error));
        return show(&app, &request, &half.who, &onward, problem).await;
    }
    arrive(&app, &request, &half.who, &onward).await
}

/// Whether it is a code of the app, or a recovery code; either is good once.
async fn taken(app: &App, half: &Half, code: &str) -> Result<bool> {
    let (keys, now) = (app.ctx.keys.clone(), app.ctx.clock.now());
    let (account, code) = (half.who.clone(), code.trim().to_owned());
    let by = account.by(&half.origin);
    Ok(app
        .ctx
        .write(move |c| {
            if staff::accept_code(c, &keys, &account.id, &code, now)? {
                return Ok(true);
            }
            let recovered = staff::use_recovery_code(c, &keys, &account.id, &code, now)?;
            if recovered {
                let left = staff::recovery_codes_left(c, &account.id)?;
                let subject = format!("staff:{}", account.id);
                let detail = json!({ "left": left });
                audit::record(c, &by, "staff.recovery-code", &subject, &detail, now)?;
            }
            Ok(recovered)
        })
        .await?)
}

pub(super) async fn show(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    onward: &Onward,
    problem: Option<(StatusCode, String)>,
) -> Result<HttpResponse> {
    let (status, error) = match problem {
        Some((status, error)) => (status, Some(error)),
        None => (StatusCode::OK, None),
    };
    let demo = if app.serve.dev_outbox.is_some() {
        let (keys, id, now) = (
            app.ctx.keys.clone(),
            account.id.clone(),
            app.ctx.clock.now(),
        );
        let code = app
            .ctx
            .read(move |c| staff::next_code(c, &keys, &id, now))
            .await?;
        Some(Demo { code })
    } else {
        None
    };
    let view = View {
        next: &onward.next,
        carried: onward.carried.as_deref(),
        error,
        demo,
    };
    let title = app.spoken(request).get("確認コード");
    let screen = Screen::new("login/code", title).status(status);
    app.screen(request, None, screen, &view).await
}
