//! 自動保存: what is being typed is kept apart from the saved texts, and the page is told what is to be mended.

use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use kairan_db::editing::{self, Stage};
use kairan_db::staff::Role;
use kairan_editor::{Form, Problems, Surroundings, counts};
use serde::Serialize;
use serde_json::{Value, json};

use super::head::{Crumb, Next, to_write};
use super::keep::{Sent, Written};
use super::known::InDatabase;
use super::opened::Opened;
use super::page::{path_of, read};
use super::side::{self, Checks};
use super::suggest;
use super::when::clock;
use crate::admin::Posted;
use crate::admin::guard::{Staff, Write};
use crate::app::App;
use crate::error::Result;

/// What the page is told.
#[derive(Serialize)]
struct Answer {
    /// The time of day in Japan; `None` where nothing could be kept.
    saved_at: Option<String>,
    line: String,
    /// The revision of the text as it stands: another than the form's means that somebody else saved.
    revision_now: i64,
    edition_now: i64,
    /// Somebody else saved, or the text is not to be written any more.
    stale: Option<String>,
    /// Why nothing could be kept.
    refused: Option<String>,
    /// The list of checks, as its template writes it.
    checks: String,
    errors: usize,
    warnings: usize,
    /// Verdicts by section, as HTML.
    verdicts: Vec<(String, String)>,
    /// Messages by field, as HTML.
    messages: Vec<(String, String)>,
    counts: Option<Value>,
    /// What stands under the title of a draft as it is now.
    next: Option<Next>,
    /// いまいる場所, as its template writes it.
    crumb: String,
    preview_version: String,
}

/// Keeps what a tab sends, and answers with what is to be said of it.
pub(crate) async fn keep(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let mut sent = Sent::of(&posted)?;
    suggest::ignore(&mut sent.pairs);
    let wanted = id.clone();
    let (opened, written, sent) = app
        .ctx
        .ask(move |c| {
            let opened = Opened::load(c, &wanted)?;
            let written = Written::read(c, &opened, &sent)?;
            Ok((opened, written, sent))
        })
        .await?;
    staff.must(Role::Author, opened.document.owner.as_deref())?;
    let (by, now) = (staff.by(), app.ctx.clock.now());
    let (text, refused) = match written.text {
        Ok(text) => (text, None),
        Err(error) => (written.base, Some(error.to_string())),
    };
    if refused.is_none() {
        let (text, who) = (text.clone(), staff.who.id.clone());
        app.ctx
            .write(move |c| {
                editing::put_autosave(c, sent.edition, &by.key, sent.revision, &text, now)?;
                editing::seen(c, &id, &who, now)
            })
            .await?;
    }
    let moved = (sent.edition, sent.revision) != (opened.edition.id, opened.edition.revision);
    let answer = answer(&app, &staff, opened, text, refused, moved, now).await?;
    Ok(HttpResponse::Ok().json(answer))
}

async fn answer(
    app: &web::Data<App>,
    staff: &Staff<Write>,
    opened: Opened,
    text: String,
    refused: Option<String>,
    moved: bool,
    now: NaiveDateTime,
) -> Result<Answer> {
    let (site, today) = (app.site().await?, app.today());
    let (app2, who) = (app.clone(), staff.who.clone());
    let answer = app
        .ctx
        .ask(move |c| {
            let words = app2.words(Some(&who));
            let extra =
                kairan_pipeline::drafts::references(c, &site, &opened.document.id, &text, now)?;
            let known = InDatabase::new(c);
            let around = Surroundings {
                site: &site,
                known: &known,
                today,
            };
            let problems = Problems::of(&text, &path_of(&opened), &around, &extra);
            let values = kairan_editor::FormValues::read(&text);
            let form = Form::new(&values, &around).with_problems(&problems);
            let checks = side::checks(words, &form, &problems);
            let stale = if !opened.is_writable() {
                Some(words.get("この記事は承認待ちか公開の予約中になりました。書いた内容は自動保存に残っています。"))
            } else if moved {
                Some(words.get("ほかの人が保存しました。保存すると、書いた所を合わせます。"))
            } else {
                None
            };
            let document = read(&opened, &text, &site, today);
            let crumb = Crumb::of(words, &opened.document.kind, &site, document.as_ref());
            let time = clock(now);
            Ok(Answer {
                line: words.say("自動保存しました {time}", &[("time", &time)]),
                saved_at: refused.is_none().then_some(time),
                revision_now: opened.edition.revision,
                edition_now: opened.edition.id,
                stale: stale.map(str::to_owned),
                refused,
                errors: checks.errors,
                warnings: checks.warnings,
                verdicts: verdicts(&words.theme, &form)?,
                messages: messages(&words.theme, &form)?,
                checks: words.theme.render("documents/checks", &Listed { checks: &checks }).map_err(kairan_site::Error::from)?,
                next: (opened.stage == Stage::Draft)
                    .then(|| to_write(words, checks.errors, checks.first())),
                crumb: words.theme.render("documents/crumb", &crumb).map_err(kairan_site::Error::from)?,
                counts: document.map(|one| json!(counts(&one))),
                preview_version: now.and_utc().timestamp_millis().to_string(),
            })
        })
        .await?;
    Ok(answer)
}

#[derive(Serialize)]
struct Listed<'a> {
    checks: &'a Checks,
}

type Pieces = kairan_pipeline::Result<Vec<(String, String)>>;

fn verdicts(theme: &kairan_theme::Theme, form: &Form) -> Pieces {
    form.sections
        .iter()
        .map(|section| {
            let html = theme
                .render("documents/verdict", &json!({ "verdict": section.verdict }))
                .map_err(kairan_site::Error::from)?;
            let id = serde_json::to_value(section.id).unwrap_or_default();
            Ok((id.as_str().unwrap_or_default().to_owned(), html))
        })
        .collect()
}

/// The messages under every field that has some; the page takes those of all others away.
fn messages(theme: &kairan_theme::Theme, form: &Form) -> Pieces {
    let mut out = Vec::new();
    let fields = form.sections.iter().flat_map(|section| &section.fields);
    let mut waiting: Vec<Value> = fields
        .filter_map(|field| serde_json::to_value(field).ok())
        .collect();
    while let Some(field) = waiting.pop() {
        for row in field
            .get("rows")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let inner = row.get("fields").and_then(Value::as_array);
            waiting.extend(inner.into_iter().flatten().cloned());
        }
        let some = field.get("problems").and_then(Value::as_array);
        if some.is_some_and(|list| !list.is_empty()) {
            let html = theme
                .render("documents/messages", &field)
                .map_err(kairan_site::Error::from)?;
            let id = field.get("id").and_then(Value::as_str).unwrap_or_default();
            out.push((id.to_owned(), html));
        }
    }
    Ok(out)
}
