//! 公開の進み具合: made, uploaded, read at its address, told.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::editing::Stage;
use kairan_db::notices::{self, Notice, NoticeState};
use kairan_db::releases::{self, ReleaseKind, ReleaseState};
use kairan_pipeline::publish;
use serde::Serialize;
use serde_json::Value;

use super::dossier::{Dossier, Head};
use crate::admin::Screen;
use crate::admin::documents::when::{fully, lately};
use crate::admin::guard::{Read, Staff};
use crate::admin::notices::Account;
use crate::admin::words::Language;
use crate::app::App;
use crate::error::Result;

/// One of the four parts of the way.
#[derive(Serialize)]
struct Part {
    /// `done`, `now`, or nothing yet.
    class: &'static str,
    icon: &'static str,
    label: String,
    text: String,
    link: Option<String>,
    link_text: String,
    value: i64,
    max: i64,
}

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    head: Head,
    /// There is a release.
    any: bool,
    /// Nothing changes any more by itself.
    over: bool,
    /// When it will begin.
    scheduled: Option<String>,
    stages: Vec<Part>,
    url: String,
    error: Option<String>,
    failed: bool,
    skipped: Vec<String>,
    notice: Option<Account>,
    started: String,
    withdrawal: bool,
    log: Vec<Value>,
}

/// The last release of a document.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let words = app.words(Some(&staff.who));
    let (own, site, wanted) = (app.get_ref().clone(), app.site().await?, id.clone());
    let (dossier, release, notice) = app
        .ctx
        .ask(move |c| {
            let dossier = Dossier::load(c, &own, site, &wanted)?;
            let release = releases::of_document(c, &wanted, 1)?.into_iter().next();
            let edition = dossier.opened.edition.id.to_string();
            let all = notices::of_document(c, &wanted)?;
            let newest = all.into_iter().rfind(|one| one.edition_id == edition);
            let notice = match newest {
                Some(notice) => Some((
                    notices::account(c, &notice.id)?,
                    notices::not_reached(c, &notice.id)?,
                )),
                None => None,
            };
            Ok((dossier, release, notice))
        })
        .await?;
    let progress = match &release {
        Some(release) => Some(publish::progress(&app.ctx, release.id).await?),
        None => None,
    };
    let url = format!(
        "{}{}",
        app.ctx.public_url.trim_end_matches('/'),
        dossier.path.as_deref().unwrap_or("/")
    );
    let told = notice.as_ref().map(|((notice, _), _)| notice.clone());
    let account =
        notice.map(|((notice, account), missed)| Account::new(words, &notice, &account, &missed));
    let withdrawal = release
        .as_ref()
        .is_some_and(|one| matches!(one.kind, ReleaseKind::Withdraw | ReleaseKind::Expire));
    let state = progress.as_ref().map(|one| one.state);
    let failed = state == Some(ReleaseState::Failed);
    let telling = told.as_ref().is_some_and(is_open);
    let scheduled = dossier
        .opened
        .edition
        .publish_at
        .filter(|_| dossier.opened.stage == Stage::Scheduled)
        .map(|at| fully(words, at));
    let over = state.is_none_or(ReleaseState::is_finished) && !telling && scheduled.is_none();
    let view = View {
        head: dossier.head(words, None),
        any: progress.is_some(),
        over,
        scheduled,
        stages: progress.as_ref().map_or_else(Vec::new, |progress| {
            stages(words, progress, withdrawal, &url, account.as_ref(), telling)
        }),
        url,
        error: progress.as_ref().and_then(|one| one.error.clone()),
        failed,
        skipped: progress.as_ref().map_or_else(Vec::new, |one| {
            one.skipped.iter().map(ToString::to_string).collect()
        }),
        notice: account,
        started: release.as_ref().map_or_else(String::new, |one| {
            lately(words, one.created_at, dossier.now)
        }),
        withdrawal,
        log: Vec::new(),
    };
    let screen = Screen::new("workflow/progress", words.get("公開の進み具合"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

fn is_open(notice: &Notice) -> bool {
    matches!(
        notice.state,
        NoticeState::Materialising | NoticeState::Sending | NoticeState::Paused
    )
}

fn stages(
    words: &Language,
    progress: &publish::Progress,
    withdrawal: bool,
    url: &str,
    account: Option<&Account>,
    telling: bool,
) -> Vec<Part> {
    let state = progress.state;
    let past = |end: ReleaseState| state != ReleaseState::Failed && state > end;
    let at = |stages: &[ReleaseState]| stages.contains(&state);
    let class = |done: bool, now: bool| match (done, now) {
        (true, _) => "done",
        (false, true) => "now",
        _ => "",
    };
    let of = |n: i64, m: i64, template: &'static str| {
        words.say(template, &[("n", &n.to_string()), ("m", &m.to_string())])
    };
    let live = past(ReleaseState::Verifying);
    let mut all = vec![
        Part {
            class: class(
                past(ReleaseState::Rendering),
                at(&[ReleaseState::Planned, ReleaseState::Rendering]),
            ),
            icon: "doc",
            label: words.get("ページを作る").to_owned(),
            text: of(progress.rendered, progress.to_render, "{n} / {m}ページ"),
            link: None,
            link_text: String::new(),
            value: progress.rendered,
            max: progress.to_render,
        },
        Part {
            class: class(
                past(ReleaseState::Uploading),
                at(&[ReleaseState::Uploading]),
            ),
            icon: "up",
            label: words.get("サイトに置く").to_owned(),
            text: of(progress.uploaded, progress.to_upload, "{n} / {m}個"),
            link: None,
            link_text: String::new(),
            value: progress.uploaded,
            max: progress.to_upload,
        },
        Part {
            class: class(live, at(&[ReleaseState::Verifying])),
            icon: "globe",
            label: if withdrawal {
                words.get("取り下げを確かめる").to_owned()
            } else {
                words.get("公開を確かめる").to_owned()
            },
            text: if live && !withdrawal {
                words
                    .get("外から読んで、同じ版だと確かめました。")
                    .to_owned()
            } else if live {
                words.get("サイトから外しました。").to_owned()
            } else {
                words.get("公開の場所から読んで確かめます。").to_owned()
            },
            link: (live && !withdrawal).then(|| url.to_owned()),
            link_text: words.get("公開中のページを開く").to_owned(),
            value: 0,
            max: 0,
        },
    ];
    if !withdrawal {
        all.push(match account {
            Some(account) => Part {
                class: class(!telling, telling),
                icon: "send",
                label: words.get("知らせる").to_owned(),
                text: words.say(
                    "{n} / {m}人",
                    &[("n", &account.done), ("m", &account.matched)],
                ),
                link: Some(format!("/admin/notices/{}", account.id)),
                link_text: words.get("お知らせの内訳を見る").to_owned(),
                value: account.done_count,
                max: account.matched_count,
            },
            None => Part {
                class: class(live, false),
                icon: "send",
                label: words.get("知らせる").to_owned(),
                text: if live {
                    words
                        .get("この公開では、だれにも知らせていません。")
                        .to_owned()
                } else {
                    words.get("公開を確かめてから知らせます。").to_owned()
                },
                link: None,
                link_text: String::new(),
                value: 0,
                max: 0,
            },
        });
    }
    all
}
