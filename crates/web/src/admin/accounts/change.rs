//! What an administrator does with an account. Each is written into the audit log; what shuts an account acts at once.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use kairan_db::staff::{self, Account, State};
use kairan_db::{AnyConnection, Error as DbError};
use kairan_pipeline::letters::{self, Letter};
use serde_json::{Value, json};

use super::add::{invite as write_to, said as roles_said};
use super::member::{find, show};
use super::roles as form;
use crate::admin::Posted;
use crate::admin::guard::{Administer, Staff};
use crate::app::App;
use crate::error::{Error, Result};

type Id = web::Path<String>;

/// Something done with an account, as the audit log and the administrator are told.
struct Deed {
    action: &'static str,
    detail: Value,
    said: &'static str,
}

impl Deed {
    fn new(action: &'static str) -> Self {
        Self {
            action,
            detail: json!({}),
            said: "",
        }
    }

    /// With more for the audit log.
    fn with(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// What the administrator reads afterwards.
    fn said(mut self, said: &'static str) -> Self {
        self.said = said;
        self
    }
}

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
    let detail = json!({ "from": roles_said(&account.grants), "to": roles_said(&grants) });
    let deed = Deed::new("staff.roles")
        .with(detail)
        .said("役割を変えました。");
    act(
        &app,
        &request,
        &staff,
        account,
        deed,
        move |c, account, _| staff::set_grants(c, &account.id, &grants),
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
    let name = posted.one("name").trim().to_owned();
    if name.is_empty() {
        let words = app.words(Some(&staff.who));
        let error = words.get("氏名を入力してください。").to_owned();
        return show(&app, &request, &staff, account, Some(error)).await;
    }
    let deed = Deed::new("staff.rename").said("氏名を変えました。");
    act(
        &app,
        &request,
        &staff,
        account,
        deed,
        move |c, account, now| staff::rename(c, &account.id, &name, now),
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
    let deed = Deed::new("staff.suspend").said("停止しました。ログインは、いま終わりました。");
    act(&app, &request, &staff, account, deed, |c, account, now| {
        staff::suspend(c, &account.id, now)
    })
    .await
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
    let deed = Deed::new("staff.reinstate").said("再開しました。役割を確かめてください。");
    act(&app, &request, &staff, account, deed, |c, account, now| {
        staff::reinstate(c, &account.id, now)
    })
    .await
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
    if posted.one("sure") != "yes" {
        let words = app.words(Some(&staff.who));
        let error = words
            .get("離任にするには、確認の欄に印を付けてください。")
            .to_owned();
        return show(&app, &request, &staff, account, Some(error)).await;
    }
    let deed = Deed::new("staff.end")
        .said("離任にしました。承認待ちの記事は、ほかの人に頼み直してください。");
    act(&app, &request, &staff, account, deed, |c, account, now| {
        staff::end(c, &account.id, now)
    })
    .await
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
    let keys = app.ctx.keys.clone();
    let letter = reset_letter(&app, &account, &app.site().await?.settings.title);
    let deed = Deed::new("staff.reset-totp")
        .said("認証アプリの登録を消しました。次のログインで登録し直します。");
    act(
        &app,
        &request,
        &staff,
        account,
        deed,
        move |c, account, now| {
            staff::reset_totp(c, &account.id, now)?;
            staff::revoke_all(c, &account.id, None)?;
            letters::enqueue(c, &keys, &letter, now).map(drop)
        },
    )
    .await
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
    let deed = Deed::new("staff.end-sessions").said("ログインをすべて終わらせました。");
    act(&app, &request, &staff, account, deed, |c, account, _| {
        staff::revoke_all(c, &account.id, None).map(drop)
    })
    .await
}

/// Takes the link with the city's provider away: the next log-in there links anew.
pub(crate) async fn unlink(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    id: Id,
    _: Posted,
) -> Result<HttpResponse> {
    let account = find(&app, &id).await?;
    let deed = Deed::new("staff.sso-unlink").said("庁内アカウントとの結びつきを外しました。");
    act(&app, &request, &staff, account, deed, |c, account, _| {
        staff::unlink_identities(c, &account.id).map(drop)
    })
    .await
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
    let (own, city) = (app.clone(), app.site().await?.settings.title.clone());
    let deed = Deed::new("staff.invite").said("招待のメールをもう一度送りました。");
    act(
        &app,
        &request,
        &staff,
        account,
        deed,
        move |c, account, now| write_to(c, &own, account, &city, now),
    )
    .await
}

/// Does it and writes it down, together, and leads back to the account; what its state does not allow is told there.
async fn act(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Administer>,
    account: Account,
    deed: Deed,
    mut change: impl FnMut(&mut AnyConnection, &Account, NaiveDateTime) -> kairan_db::Result<()>
    + Send
    + 'static,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let (of, by, now) = (account.clone(), staff.by(), app.ctx.clock.now());
    let Deed {
        action,
        detail,
        said,
    } = deed;
    let done = app
        .ctx
        .write(move |c| {
            change(c, &of, now)?;
            let subject = format!("staff:{}", of.id);
            by.record(c, action, &subject, &detail, now).map(drop)
        })
        .await;
    match done {
        Ok(()) => Ok(app.go(&format!("/admin/staff/{}", account.id), words.get(said))),
        Err(kairan_pipeline::Error::Db(DbError::State { .. })) => {
            let problem =
                words.get("最後の管理者は外せません。先に、ほかの人を管理者にしてください。");
            show(app, request, staff, account, Some(problem.to_owned())).await
        }
        Err(error) => Err(error.into()),
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
