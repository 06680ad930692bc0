//! 二人が同じところを書いたとき: both texts, field by field and line by line, and a choice for each field.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::AnyConnection;
use kairan_db::editing::Reason;
use kairan_db::editions;
use kairan_db::staff::Role;
use kairan_editor::{FormValues, Merged, Surroundings, apply, merge, three_way};
use serde::Serialize;

use super::keep::{self, Clash, Keep, Sent};
use super::known::InDatabase;
use super::opened::{Opened, text_at};
use super::people::People;
use super::when::lately;
use crate::admin::guard::{Staff, Write};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct View {
    id: String,
    title: String,
    /// Who wrote the other text, and when.
    other: String,
    other_at: String,
    /// What the form was made over.
    edition: i64,
    revision: i64,
    /// Over which text the choice is made.
    their_edition: i64,
    their_revision: i64,
    mine: String,
    fields: Vec<Field>,
    /// What is joined without asking.
    joined: usize,
}

#[derive(Serialize)]
struct Field {
    id: String,
    label: String,
    mine: Side,
    theirs: Side,
}

/// What somebody made of a field.
#[derive(Serialize)]
struct Side {
    change: Option<serde_json::Value>,
    body: Option<serde_json::Value>,
}

/// The page that shows both, 409.
pub(super) async fn show(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Write>,
    sent: &Sent,
    document: String,
    clash: Clash,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let title = words.get("ほかの人も書き換えていました").to_owned();
    let site = app.site().await?;
    let (app2, who, today, now) = (
        app.clone(),
        staff.who.clone(),
        app.today(),
        app.ctx.clock.now(),
    );
    let (edition, revision) = (sent.edition, sent.revision);
    let view = app
        .ctx
        .ask(move |c| {
            let words = app2.words(Some(&who));
            let other = People::load(c)?.name(words, &clash.edition.author);
            let known = InDatabase::new(c);
            let around = Surroundings {
                site: &site,
                known: &known,
                today,
            };
            let three = three_way(&clash.base, &clash.mine, &clash.theirs, &around);
            let side = |comparison: &kairan_editor::Comparison, id: &str| -> Side {
                let change = comparison.fields.iter().find(|one| one.id == id);
                let body = comparison.body.as_ref().filter(|_| id == "body");
                Side {
                    change: change.and_then(|one| serde_json::to_value(one).ok()),
                    body: body.and_then(|one| serde_json::to_value(one).ok()),
                }
            };
            let label = |id: &str| {
                let fields = three.mine.fields.iter().chain(&three.theirs.fields);
                fields
                    .into_iter()
                    .find(|one| one.id == id)
                    .map_or_else(|| words.get("本文").to_owned(), |one| one.label.clone())
            };
            let fields: Vec<Field> = clash
                .fields
                .iter()
                .map(|id| Field {
                    label: label(id),
                    mine: side(&three.mine, id),
                    theirs: side(&three.theirs, id),
                    id: id.clone(),
                })
                .collect();
            let changes = three.mine.changes + three.theirs.changes;
            Ok(View {
                id: document,
                title: clash.edition.title.clone(),
                other,
                other_at: lately(words, clash.edition.updated_at, now),
                edition,
                revision,
                their_edition: clash.edition.id,
                their_revision: clash.edition.revision,
                mine: clash.mine,
                joined: changes.saturating_sub(fields.len() * 2),
                fields,
            })
        })
        .await?;
    let screen = Screen::new("documents/conflict", &title).status(StatusCode::CONFLICT);
    app.screen(request, Some(&staff.who), screen, &view).await
}

/// What became of the choice.
enum Settled {
    Saved,
    Again(Box<Clash>),
}

/// The choice: for each field, whose.
pub(crate) async fn settle(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let document = path.into_inner();
    let id = document.clone();
    let opened = app.ctx.ask(move |c| Ok(Opened::load(c, &id)?)).await?;
    staff.must(Role::Author, opened.document.owner.as_deref())?;
    let sent = Sent::of(&posted)?;
    let theirs = (
        posted.number("their_edition").unwrap_or_default(),
        posted.number("their_revision").unwrap_or_default(),
    );
    // A browser sends line ends of its own; the autosave has the very bytes.
    let typed = posted.one("mine").to_owned();
    let picks: Vec<(String, bool)> = posted
        .pairs()
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("pick.")?.to_owned(), value == "mine")))
        .collect();
    let site = app.site().await?;
    let now = app.ctx.clock.now();
    let job = Keep {
        document: document.clone(),
        sent: sent.clone(),
        by: staff.by(),
        reason: Reason::Save,
        name: None,
    };
    let settled = keep::writing(&app, move |c| {
        let mine = waiting(c, &job, &typed)?;
        let draft = kairan_pipeline::drafts::open(c, &job.document, &job.by.key, now)?;
        let current = editions::source(c, draft.id)?;
        let base = text_at(c, &job.document, sent.edition, sent.revision)?;
        let base = base.unwrap_or_else(|| current.clone());
        let unseen = (draft.id, draft.revision) != theirs;
        let (mine_now, theirs_now) = chosen(&mine, &current, &picks);
        let text = match merge(&base, &mine_now, &theirs_now) {
            Merged::Clean(text) if !unseen => text,
            // Somebody was faster again: what is new is shown.
            Merged::Clean(text) if text == current => text,
            Merged::Clean(_) => {
                let fields = keep::differing(&mine, &current);
                return Ok(Settled::Again(Box::new(Clash {
                    edition: draft,
                    base,
                    mine,
                    theirs: current,
                    fields,
                })));
            }
            Merged::Conflict { fields } => {
                return Ok(Settled::Again(Box::new(Clash {
                    edition: draft,
                    base,
                    mine,
                    theirs: current,
                    fields,
                })));
            }
        };
        // What was written stays to be found, also where it was not chosen.
        let words = "合わせる前の文";
        let whole = Keep {
            name: Some(words.to_owned()),
            ..job.clone()
        };
        let kept = keep::save(c, &site, &whole, &draft, &mine, now)?;
        keep::save(c, &site, &job, &kept.edition, &text, now)?;
        kairan_db::editing::clear_autosave(c, job.sent.edition, &job.by.key)?;
        Ok(Settled::Saved)
    })
    .await?;
    match settled {
        Settled::Saved => {
            let said = app
                .words(Some(&staff.who))
                .get("選んだ内容で保存しました。合わせる前の文も、履歴に残っています。");
            Ok(app.go(&format!("/admin/documents/{document}/edit"), said))
        }
        Settled::Again(clash) => {
            let sent = Sent::of(&posted)?;
            show(&app, &request, &staff, &sent, document, *clash).await
        }
    }
}

/// The text that waits for the choice: as kept when the two clashed, else as the page carried it.
fn waiting(c: &mut AnyConnection, job: &Keep, typed: &str) -> kairan_db::Result<String> {
    let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = kairan_db::editing::autosave(c, job.sent.edition, &job.by.key)?;
    Ok(kept
        .map(|kept| kept.source)
        .filter(|kept| plain(kept) == plain(typed))
        .unwrap_or_else(|| plain(typed)))
}

/// Both texts with each chosen field made equal, so that joining them asks nothing more.
fn chosen(mine: &str, theirs: &str, picks: &[(String, bool)]) -> (String, String) {
    let (my_values, their_values) = (FormValues::read(mine), FormValues::read(theirs));
    let of = |values: &FormValues, wanted: bool| -> Vec<(String, String)> {
        let belongs = |name: &str, field: &str| {
            name.strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let picked = |name: &str| {
            picks
                .iter()
                .any(|(field, mine)| *mine == wanted && belongs(name, field))
        };
        let pairs = values.to_pairs();
        pairs.into_iter().filter(|(name, _)| picked(name)).collect()
    };
    let into = |text: &str, values: &FormValues, pairs: &[(String, String)]| {
        let posted = FormValues::posted(values, pairs);
        apply(text, values, &posted).unwrap_or_else(|_| text.to_owned())
    };
    let from_theirs = of(&their_values, false);
    let from_mine = of(&my_values, true);
    (
        into(mine, &my_values, &from_theirs),
        into(theirs, &their_values, &from_mine),
    )
}
