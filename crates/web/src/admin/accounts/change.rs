//! What an administrator does with an account. Each is written into the audit log; what shuts an account acts at once.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::staff::{self, Account, Purpose, State};
use kairan_db::{AnyConnection, Error as DbError};
use kairan_pipeline::letters::{self, Letter};
use serde_json::{Value, json};

use super::add::{invitation, said};
use super::member::{find, show};
use super::roles as form;
use crate::admin::Posted;
use crate::admin::guard::{Administer, Staff};
use crate::app::App;
use crate::error::{Error, Result};

type Id = web::Path<String>;

/// Gives exactly the roles of the form.
pub(crate) async fn roles(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    posted: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let words = app.words(Some(&staff.who));
    let grants = match form::read(&posted, &*app.site().await?, words) {
        Ok(grants) => grants,
        Err(error) => return show(&app, &request, &staff, account, Some(error)).await,
    };
    let detail = json!({ "from": said(&account.grants), "to": said(&grants) });
    let done = act(
        &app,
        &staff,
        &account,
        "staff.roles",
        detail,
        move |c, account| staff::set_grants(c, &account.id, &grants),
    )
    .await?;
    answer(
        &app,
        &request,
        &staff,
        account,
        done,
        words.get("役割を変えました。"),
    )
    .await
}

/// Writes another name.
pub(crate) async fn name(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    posted: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let words = app.words(Some(&staff.who));
    let name = posted.one("name").trim().to_owned();
    if name.is_empty() {
        let error = words.get("氏名を入力してください。").to_owned();
        return show(&app, &request, &staff, account, Some(error)).await;
    }
    let now = app.ctx.clock.now();
    let done = act(
        &app,
        &staff,
        &account,
        "staff.rename",
        json!({}),
        move |c, account| staff::rename(c, &account.id, &name, now),
    )
    .await?;
    answer(
        &app,
        &request,
        &staff,
        account,
        done,
        words.get("氏名を変えました。"),
    )
    .await
}

/// 停止
pub(crate) async fn suspend(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    _: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let now = app.ctx.clock.now();
    let done = act(
        &app,
        &staff,
        &account,
        "staff.suspend",
        json!({}),
        move |c, account| staff::suspend(c, &account.id, now),
    )
    .await?;
    let said = app
        .words(Some(&staff.who))
        .get("停止しました。ログインは、いま終わりました。");
    answer(&app, &request, &staff, account, done, said).await
}

/// 再開
pub(crate) async fn reinstate(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    _: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let now = app.ctx.clock.now();
    let done = act(
        &app,
        &staff,
        &account,
        "staff.reinstate",
        json!({}),
        move |c, account| staff::reinstate(c, &account.id, now),
    )
    .await?;
    let said = app
        .words(Some(&staff.who))
        .get("再開しました。役割を確かめてください。");
    answer(&app, &request, &staff, account, done, said).await
}

/// 離任
pub(crate) async fn end(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    posted: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let words = app.words(Some(&staff.who));
    if posted.one("sure") != "yes" {
        let error = words
            .get("離任にするには、確認の欄に印を付けてください。")
            .to_owned();
        return show(&app, &request, &staff, account, Some(error)).await;
    }
    let now = app.ctx.clock.now();
    let done = act(
        &app,
        &staff,
        &account,
        "staff.end",
        json!({}),
        move |c, account| staff::end(c, &account.id, now),
    )
    .await?;
    let said = words.get("離任にしました。承認待ちの記事は、ほかの人に頼み直してください。");
    answer(&app, &request, &staff, account, done, said).await
}

/// Takes the authenticator app away: whoever lost the telephone and the recovery codes sets up another one.
pub(crate) async fn reset_app(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    _: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let (keys, now) = (app.ctx.keys.clone(), app.ctx.clock.now());
    let letter = reset_letter(&app, &account, &app.site().await?.settings.title);
    let done = act(
        &app,
        &staff,
        &account,
        "staff.reset-totp",
        json!({}),
        move |c, account| {
            staff::reset_totp(c, &account.id, now)?;
            staff::revoke_all(c, &account.id, None)?;
            letters::enqueue(c, &keys, &letter, now).map(drop)
        },
    )
    .await?;
    let said = app
        .words(Some(&staff.who))
        .get("認証アプリの登録を消しました。次のログインで登録し直します。");
    answer(&app, &request, &staff, account, done, said).await
}

/// Ends every log-in of the account.
pub(crate) async fn end_sessions(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    _: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let done = act(
        &app,
        &staff,
        &account,
        "staff.end-sessions",
        json!({}),
        |c, account| staff::revoke_all(c, &account.id, None).map(drop),
    )
    .await?;
    let said = app
        .words(Some(&staff.who))
        .get("ログインをすべて終わらせました。");
    answer(&app, &request, &staff, account, done, said).await
}

/// Writes the invitation again: the last one got lost or is over.
pub(crate) async fn invite(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    _: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    if account.state != State::Invited {
        return Err(Error::BadRequest("この職員は、もう登録を終えています。"));
    }
    let (keys, now) = (app.ctx.keys.clone(), app.ctx.clock.now());
    let (own, city) = (app.clone(), app.site().await?.settings.title.clone());
    let done = act(
        &app,
        &staff,
        &account,
        "staff.invite",
        json!({}),
        move |c, account| {
            let token = staff::issue_token(c, &account.id, Purpose::Invite, now)?;
            let letter = invitation(&own, account, &city, token.as_str());
            letters::enqueue(c, &keys, &letter, now).map(drop)
        },
    )
    .await?;
    let said = app
        .words(Some(&staff.who))
        .get("招待のメールをもう一度送りました。");
    answer(&app, &request, &staff, account, done, said).await
}

/// Does it and writes it down, together; what the state of the account does not allow is told, in the inner error.
async fn act(
    app: &App,
    staff: &Staff<Administer>,
    account: &Account,
    action: &'static str,
    detail: Value,
    mut change: impl FnMut(&mut AnyConnection, &Account) -> kairan_db::Result<()> + Send + 'static,
) -> Result<std::result::Result<(), String>> {
    let (account, by, now) = (account.clone(), staff.by(), app.ctx.clock.now());
    let done = app
        .ctx
        .write(move |c| {
            change(c, &account)?;
            let subject = format!("staff:{}", account.id);
            by.record(c, action, &subject, &detail, now).map(drop)
        })
        .await;
    match done {
        Ok(()) => Ok(Ok(())),
        Err(kairan_pipeline::Error::Db(DbError::State { .. })) => Ok(Err(app
            .words(Some(&staff.who))
            .get("最後の管理者は外せません。先に、ほかの人を管理者にしてください。")
            .to_owned())),
        Err(error) => Err(error.into()),
    }
}

async fn answer(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Administer>,
    account: Account,
    done: std::result::Result<(), String>,
    said: &str,
) -> Result<HttpResponse> {
    match done {
        Ok(()) => Ok(app.go(&format!("/admin/staff/{}", account.id), said)),
        Err(problem) => show(app, request, staff, account, Some(problem)).await,
    }
}

fn reset_letter(app: &App, account: &Account, city: &str) -> Letter {
    let words = app.words(Some(account));
    Letter {
        to: account.mail.clone(),
        subject: words.say("【{city}】認証アプリの登録が消されました", &[("city", city)]),
        paragraphs: vec![
            words.say("{name} さん", &[("name", &account.name)]),
            words.get("管理者が、あなたの認証アプリの登録と回復コードを消しました。次のログインのときに登録し直してください。").to_owned(),
            words.get("心当たりがないときは、すぐに管理者に知らせてください。").to_owned(),
        ],
        link: None,
    }
}
