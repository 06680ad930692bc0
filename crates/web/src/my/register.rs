//! `/my/register`: the form, and the mail that asks whether it is meant.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Duration;
use kairan_audience::Facts;
use kairan_content::SiteData;
use kairan_db::citizens::{
    self, NOTICE_PURPOSE, NewConsent, Preferences, Registered, Registration,
};
use kairan_db::notices::Channel;
use kairan_db::seal::normalise_mail;
use kairan_pipeline::confirm::{self, ConfirmMail, Letter};
use serde::Serialize;

use super::form::{Answers, Check, FormView, Problems, read_facts};
use super::{
    CONFIRM_HOURS, CONSENT_VERSION, LINK_DAYS, Sent, preferences_path, value, with_cookie,
};
use crate::app::App;
use crate::csrf;
use crate::error::Result;
use crate::page::Message;

#[derive(Serialize)]
struct View<'a> {
    csrf_token: &'a str,
    problems: &'a Problems,
    mail: &'a str,
    mail_error: Option<String>,
    by_mail: Check,
    form: FormView,
    consent: Check,
}

/// The empty form.
pub(crate) async fn page(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let mut answers = Answers::default();
    answers.add("channel", "mail");
    show(
        &app,
        &request,
        &answers,
        &Problems::default(),
        StatusCode::OK,
    )
    .await
}

/// A filled form, or the wish for one more row.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse> {
    csrf::check(&app, &request, value(&sent, csrf::FIELD))?;
    let mut answers = Answers::sent(&sent);
    if value(&sent, "action") == Some("more-children") {
        answers.more_rows();
        return show(
            &app,
            &request,
            &answers,
            &Problems::default(),
            StatusCode::OK,
        )
        .await;
    }
    app.limiter.check(&request)?;
    let site = app.site().await?;
    let mut problems = Problems::default();
    check_mail(answers.one("mail"), &mut problems);
    let facts = read_facts(&site, &answers, app.today(), &mut problems);
    check_consent(&site, &answers, &facts, &mut problems);
    if !problems.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&app, &request, &answers, &problems, status).await;
    }
    register(&app, &site, answers, facts).await?;
    Ok(super::to("/my/sent"))
}

/// The same for every address: whether one is registered is told to its owner alone, by mail.
pub(crate) async fn sent(app: web::Data<App>) -> Result<HttpResponse> {
    app.message(&Message {
        heading: "メールを送りました",
        paragraphs: vec![
            "入力されたメールアドレスに、メールを送りました。メールの中のリンクを開いて、続けてください。"
                .to_owned(),
            format!("リンクは {CONFIRM_HOURS} 時間有効です。登録は、リンクを開いてボタンを押すまで完了しません。"),
            "数分待っても届かないときは、迷惑メールの入れ物を見るか、アドレスを確かめてもう一度お試しください。"
                .to_owned(),
        ],
        link: None,
    })
    .await
}

pub(crate) fn check_mail(mail: &str, problems: &mut Problems) {
    if mail.is_empty() {
        problems.add("mail", "メールアドレスを入力してください。");
    } else if normalise_mail(mail).is_none() {
        problems.add(
            "mail",
            "メールアドレスの形になっていません。例：hanako@example.jp",
        );
    } else if !can_be_sent_to(mail) {
        problems.add(
            "mail",
            "このメールアドレスには送れません。「.」が続くか、@ のすぐ前にあるアドレスは、別のアドレスに変えてからお試しください。",
        );
    }
}

/// Old mobile addresses with two dots in a row are no addresses by the standard, and most relays refuse them.
fn can_be_sent_to(mail: &str) -> bool {
    let local = mail.rsplit_once('@').map_or(mail, |(local, _)| local);
    mail.is_ascii() && !local.contains("..") && !local.starts_with('.') && !local.ends_with('.')
}

fn check_consent(site: &SiteData, answers: &Answers, facts: &Facts, problems: &mut Problems) {
    super::preferences::check_sensitive(site, answers, facts, problems);
    if !answers.ticked("consent", "yes") {
        problems.add(
            "consent",
            "登録するには、個人情報の扱いへの同意が必要です。",
        );
    }
}

pub(super) fn interests(site: &SiteData, answers: &Answers) -> Vec<String> {
    let given = answers.all("interest");
    let known = site.categories.iter().map(|category| &category.key);
    known.filter(|key| given.contains(key)).cloned().collect()
}

pub(super) fn consent(channel: Channel, purpose: &str, source: &str, granted: bool) -> NewConsent {
    NewConsent {
        channel,
        purpose: purpose.to_owned(),
        granted,
        version: CONSENT_VERSION.to_owned(),
        source: source.to_owned(),
    }
}

async fn register(app: &App, site: &SiteData, answers: Answers, facts: Facts) -> Result<()> {
    let mut consents = vec![consent(Channel::Inbox, NOTICE_PURPOSE, "register", true)];
    if answers.ticked("channel", "mail") {
        consents.push(consent(Channel::Mail, NOTICE_PURPOSE, "register", true));
    }
    if answers.ticked("consent.sensitive", "yes") {
        consents.push(consent(Channel::Inbox, "sensitive", "register", true));
    }
    let preferences = Preferences {
        interests: interests(site, &answers),
        ..Preferences::default()
    };
    let (lang, title) = (site.settings.lang.clone(), site.settings.title.clone());
    let mail = answers.one("mail").to_owned();
    let (keys, now, today) = (app.ctx.keys.clone(), app.ctx.clock.now(), app.today());
    let own = app.clone();
    let lifetime = Duration::hours(i64::from(CONFIRM_HOURS));
    app.ctx
        .write(move |c| {
            let registration = Registration {
                mail: &mail,
                lang: &lang,
                facts: &facts,
                preferences: &preferences,
                consents: &consents,
            };
            let registered = citizens::register(c, &keys, &registration, lifetime, now)?;
            let (letter, path, hours) = match &registered {
                Registered::New { token, .. } | Registered::Stopped { token, .. } => {
                    let path = format!("my/confirm/{}", token.as_str());
                    (Letter::Confirm, path, CONFIRM_HOURS)
                }
                Registered::Known { contact_id, .. } => (
                    Letter::Preferences,
                    preferences_path(&keys, contact_id, today),
                    u32::try_from(LINK_DAYS * 24).unwrap_or_default(),
                ),
                // The form was checked for this already.
                Registered::InvalidMail => return Ok(()),
            };
            let letter = ConfirmMail {
                letter,
                to: mail.clone(),
                site: title.clone(),
                url: own.app_address(&path),
                hours,
            };
            confirm::enqueue(c, &keys, &letter, now)?;
            Ok(())
        })
        .await?;
    Ok(())
}

async fn show(
    app: &App,
    request: &HttpRequest,
    answers: &Answers,
    problems: &Problems,
    status: StatusCode,
) -> Result<HttpResponse> {
    let frame = app.frame().await?;
    let csrf = csrf::issue(app, request);
    let check =
        |name: &str, value: &str, label: &str| Check::new(name, value, label, answers, problems);
    let view = View {
        csrf_token: &csrf.token,
        problems,
        mail: answers.one("mail"),
        mail_error: problems.of("mail"),
        by_mail: check("channel", "mail", "お知らせをメールで受け取る"),
        form: FormView::new(&frame.data, answers, problems, app.today()),
        consent: check("consent", "yes", "個人情報の扱いに同意します"),
    };
    let title = if problems.is_empty() {
        "お知らせの登録"
    } else {
        "エラー：お知らせの登録"
    };
    let response = frame.answer(app, status, "my/register", title, &view)?;
    Ok(with_cookie(response, &csrf))
}
