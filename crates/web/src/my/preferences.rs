//! `/my/preferences/{token}`: what was answered, how notices come, and leaving. The link in a mail stands for a log-in.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_audience::{Answer, Facts, FieldKind};
use kairan_content::SiteData;
use kairan_db::citizens::{
    self, Citizen, Contact, LinkPurpose, NOTICE_PURPOSE, Preferences, Recipient, Redeemed,
    UNSUBSCRIBED,
};
use kairan_db::notices::Channel;
use serde::Serialize;
use serde_json::json;

use super::addresses::{Address, CONFIRM, addresses, confirm_anew};
use super::form::{Answers, Check, FormView, Problems, read_facts};
use super::line::{self, LineView};
use super::register::{consent, interests};
use super::{Sent, token, value, with_cookie};
use crate::app::App;
use crate::csrf;
use crate::error::{Error, Result};
use crate::line::{LINK_TOKEN, plausible};
use crate::page::{Message, MessageLink};

#[derive(Serialize)]
struct View<'a> {
    csrf_token: &'a str,
    problems: &'a Problems,
    saved: bool,
    addresses: Vec<Address>,
    line: Option<LineView>,
    by_mail: Check,
    by_line: Option<Check>,
    form: FormView,
    leave: Check,
}

/// Who followed the link.
struct Visitor {
    citizen: Citizen,
    recipient: Option<Recipient>,
    /// The contact point whose link was followed.
    contact_id: String,
}

/// The form, filled with what is known.
pub(crate) async fn page(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let visitor = visitor(&app, &request).await?;
    let site = app.site().await?;
    let mut answers = Answers::known(&visitor.citizen.facts, &site);
    for key in &visitor.citizen.preferences.interests {
        answers.add("interest", key);
    }
    for channel in [Channel::Mail, Channel::Line] {
        if visitor.gets(channel) {
            answers.add("channel", channel.as_str());
        }
    }
    let saved = request.query_string() == "saved=1";
    let problems = Problems::default();
    show(&app, &request, &visitor, &answers, &problems, saved).await
}

/// Changes, one more row for a child, or the end.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    sent: Sent,
) -> Result<HttpResponse> {
    csrf::check(&app, &request, value(&sent, csrf::FIELD))?;
    let visitor = visitor(&app, &request).await?;
    let mut answers = Answers::sent(&sent);
    let mut problems = Problems::default();
    match value(&sent, "action") {
        Some("more-children") => answers.more_rows(),
        Some("leave") if answers.ticked("leave", "yes") => return leave(&app, visitor).await,
        Some("leave") => problems.add(
            "leave",
            "消してよければ、印を付けてからもう一度押してください。",
        ),
        Some("link-line") => {
            let token = value(&sent, LINK_TOKEN).filter(|token| plausible(token));
            let token = token.ok_or(Error::NotFound)?;
            return line::go_on(&app, visitor.citizen.key, token).await;
        }
        Some("unlink-line") => {
            line::unlink(&app, visitor.citizen.key).await?;
            return Ok(super::to(&format!("{}?saved=1", request.path())));
        }
        Some(action) if action.starts_with(CONFIRM) => {
            app.limiter.check(&request)?;
            let contact = action.trim_start_matches(CONFIRM);
            return confirm_anew(&app, visitor.recipient.as_ref(), contact).await;
        }
        _ => {
            let site = app.site().await?;
            let facts = read_facts(&site, &answers, app.today(), &mut problems);
            check_sensitive(&site, &answers, &facts, &mut problems);
            if problems.is_empty() {
                save(&app, visitor, &site, &answers, facts).await?;
                return Ok(super::to(&format!("{}?saved=1", request.path())));
            }
        }
    }
    show(&app, &request, &visitor, &answers, &problems, false).await
}

/// What needs a consent of its own must have it.
pub(super) fn check_sensitive(
    site: &SiteData,
    answers: &Answers,
    facts: &Facts,
    problems: &mut Problems,
) {
    let answered = site.profile.fields.iter().any(|field| {
        field.sensitive
            && match field.kind {
                FieldKind::Flag => facts.flag(&field.key).is_some(),
                FieldKind::Choice => !facts.area.is_not_answered(),
                FieldKind::BirthDate => !facts.birth_date.is_not_answered(),
                FieldKind::Date => !facts.due_date.is_not_answered(),
                FieldKind::People => !matches!(facts.children, Answer::NotAnswered),
                FieldKind::Choices => !facts.household.is_not_answered(),
            }
    });
    if answered && !answers.ticked("consent.sensitive", "yes") {
        problems.add(
            "consent.sensitive",
            "答えにくいことに答えたときは、その使いみちへの同意も必要です。同意しないときは「答えない」を選んでください。",
        );
    }
}

impl Visitor {
    fn gets(&self, channel: Channel) -> bool {
        self.recipient
            .as_ref()
            .is_some_and(|recipient| recipient.permits(channel, NOTICE_PURPOSE))
    }

    fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.recipient.iter().flat_map(|one| &one.contacts)
    }

    fn has(&self, channel: Channel) -> bool {
        self.contacts().any(|contact| contact.channel == channel)
    }

    fn contact(&self, id: &str) -> Option<&Contact> {
        self.contacts().find(|contact| contact.id == id)
    }
}

async fn visitor(app: &App, request: &HttpRequest) -> Result<Visitor> {
    let (token, today, keys) = (token(request), app.today(), app.ctx.keys.clone());
    let found = app
        .ctx
        .read(move |c| {
            let link = citizens::follow_link(c, &keys, LinkPurpose::Preferences, &token, today)?;
            let Some(Redeemed {
                citizen_key,
                contact_id,
            }) = link
            else {
                return Ok(None);
            };
            let recipient = citizens::recipients(c, std::slice::from_ref(&citizen_key))?.pop();
            let citizen = citizens::get(c, &citizen_key)?;
            Ok(citizen.map(|citizen| Visitor {
                citizen,
                recipient,
                contact_id: contact_id.unwrap_or_default(),
            }))
        })
        .await?;
    found.ok_or(Error::NotFound)
}

async fn save(
    app: &App,
    visitor: Visitor,
    site: &SiteData,
    answers: &Answers,
    facts: Facts,
) -> Result<()> {
    let mut preferences = Preferences {
        interests: interests(site, answers),
        ..visitor.citizen.preferences.clone()
    };
    let mut consents = Vec::new();
    // Who wants mail again, by a link to this very address, wants it there.
    let again = !visitor.gets(Channel::Mail) && answers.ticked("channel", Channel::Mail.as_str());
    let resumed = visitor
        .contact(&visitor.contact_id)
        .filter(|contact| again && contact.suppressed.as_deref() == Some(UNSUBSCRIBED))
        .map(|contact| contact.id.clone());
    for channel in [Channel::Mail, Channel::Line] {
        let (before, after) = (
            visitor.gets(channel),
            answers.ticked("channel", channel.as_str()),
        );
        if before != after && visitor.has(channel) {
            consents.push(consent(channel, NOTICE_PURPOSE, "preferences", after));
            // The record of consent alone decides from here on.
            preferences.channels.remove(channel.as_str());
        }
    }
    if answers.ticked("consent.sensitive", "yes") {
        consents.push(consent(Channel::Inbox, "sensitive", "preferences", true));
    }
    let (key, lang) = (visitor.citizen.key, visitor.citizen.lang);
    let now = app.ctx.clock.now();
    app.ctx
        .write(move |c| {
            citizens::update_facts(c, &key, &facts, now)?;
            citizens::update_preferences(c, &key, &preferences, &lang)?;
            if let Some(contact) = &resumed {
                citizens::suppress(c, contact, None, now)?;
            }
            for consent in &consents {
                citizens::record_consent(c, &key, consent, now)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

async fn leave(app: &App, visitor: Visitor) -> Result<HttpResponse> {
    let (key, now) = (visitor.citizen.key, app.ctx.clock.now());
    app.ctx
        .write(move |c| {
            citizens::leave(c, &key, now)?;
            let subject = format!("citizen:{key}");
            kairan_db::audit::record(c, "citizen", "citizen.leave", &subject, &json!({}), now)?;
            Ok(())
        })
        .await?;
    app.message(&Message {
        heading: "登録を消しました",
        paragraphs: vec![
            "メールアドレスと、登録された内容をすべて消しました。お知らせは、もう届きません。"
                .to_owned(),
            "ご利用ありがとうございました。また必要になったら、いつでも登録できます。".to_owned(),
        ],
        link: Some(MessageLink {
            href: "/".to_owned(),
            label: "トップページへ",
        }),
    })
    .await
}

async fn show(
    app: &App,
    request: &HttpRequest,
    visitor: &Visitor,
    answers: &Answers,
    problems: &Problems,
    saved: bool,
) -> Result<HttpResponse> {
    let frame = app.frame().await?;
    let csrf = csrf::issue(app, request);
    let check =
        |name: &str, value: &str, label: &str| Check::new(name, value, label, answers, problems);
    let recipient = visitor.recipient.as_ref();
    let link_token = crate::line::link::query(request);
    let view = View {
        csrf_token: &csrf.token,
        problems,
        saved,
        addresses: addresses(app, recipient)?,
        line: line::view(app, recipient, link_token, &csrf.token),
        by_mail: check("channel", "mail", "お知らせをメールで受け取る"),
        by_line: visitor
            .has(Channel::Line)
            .then(|| check("channel", "line", "お知らせをLINEで受け取る")),
        form: FormView::new(&frame.data, answers, problems, app.today()),
        leave: check(
            "leave",
            "yes",
            "登録された内容をすべて消すことを確かめました",
        ),
    };
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let title = if problems.is_empty() {
        "登録内容と受け取り方"
    } else {
        "エラー：登録内容と受け取り方"
    };
    let response = frame.answer(app, status, "my/preferences", title, &view)?;
    Ok(with_cookie(response, &csrf))
}
