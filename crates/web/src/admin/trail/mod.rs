//! `/admin/audit` (監査記録): who did what, when, from where. Filters stand in the address; what they leave is also to be
//! had as CSV.

mod csv;
mod detail;
mod filter;
pub(crate) mod labels;

use std::collections::{BTreeSet, HashMap};

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::SiteData;
use kairan_db::audit::{self, AuditEvent};
use kairan_db::{AnyConnection, documents, staff};
use kairan_pipeline::settings::Part;
use serde::Serialize;

use super::guard::{Administer, Staff};
use super::names;
use super::words::Language;
use super::{Screen, settings};
use crate::app::App;
use crate::error::Result;
use filter::{Asked, Filter};

pub(crate) use csv::export;

/// Events on one page.
const PAGE: i64 = 100;

#[derive(Serialize)]
struct View {
    events: Vec<Event>,
    people: Vec<Choice>,
    areas: Vec<Choice>,
    asked: Asked,
    error: Option<String>,
    older: Option<String>,
    newest: Option<String>,
    csv: String,
}

#[derive(Serialize)]
struct Choice {
    key: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct Event {
    at: String,
    actor: String,
    action: String,
    action_key: String,
    subject: String,
    link: Option<String>,
    facts: Vec<detail::Fact>,
    /// What there are no words for, as JSON.
    rest: String,
    origin: String,
}

/// Names of staff by their key in the log.
struct Names(HashMap<String, String>);

impl Names {
    async fn read(app: &App) -> Result<Self> {
        let all = app.ctx.read(staff::list).await?;
        let named = |account: staff::Account| (format!("staff:{}", account.id), account.name);
        Ok(Self(all.into_iter().map(named).collect()))
    }

    fn of(&self, words: &Language, key: &str) -> String {
        match key {
            "system" => words.get("自動").to_owned(),
            "cli" => words.get("コマンド").to_owned(),
            "citizen" => words.get("住民").to_owned(),
            "visitor" => words.get("ログイン前の人").to_owned(),
            key if let Some(part) = key.strip_prefix("site:").and_then(Part::parse) => {
                settings::label(words, part).to_owned()
            }
            key => self.0.get(key).cloned().unwrap_or_else(|| key.to_owned()),
        }
    }
}

/// The log, newest first.
pub(crate) async fn list(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let (filter, error) = match asked.filter(words) {
        Ok(filter) => (filter, None),
        Err(error) => (Filter::default(), Some(error)),
    };
    let events = page(&app, filter, PAGE + 1).await?;
    let (names, titles) = (Names::read(&app).await?, titles(&app, &events).await?);
    let site = app.site().await?;
    let more = events.len() > usize::try_from(PAGE).unwrap_or_default();
    let older = more.then(|| events.get(events.len().saturating_sub(2)));
    let older = older
        .flatten()
        .map(|last| asked.address("/admin/audit", Some(last.id)));
    let mut people: Vec<Choice> = names
        .0
        .iter()
        .map(|(key, name)| (key.as_str(), name.clone()))
        .chain(["system", "cli", "citizen", "visitor"].map(|key| (key, names.of(words, key))))
        .map(|(key, label)| Choice {
            chosen: asked.who.as_deref() == Some(key),
            key: key.to_owned(),
            label,
        })
        .collect();
    people.sort_by(|a, b| a.label.cmp(&b.label));
    let view = View {
        events: events
            .into_iter()
            .take(usize::try_from(PAGE).unwrap_or_default())
            .map(|event| view_of(event, &site, &names, &titles, words))
            .collect(),
        people,
        areas: labels::AREAS
            .iter()
            .map(|area| Choice {
                key: (*area).to_owned(),
                label: labels::area(words, area).to_owned(),
                chosen: asked.action.as_deref() == Some(area),
            })
            .collect(),
        error,
        older,
        newest: asked.before.map(|_| asked.address("/admin/audit", None)),
        csv: asked.address("/admin/audit.csv", None),
        asked: asked.into_inner(),
    };
    let screen = Screen::new("audit/list", words.get("監査記録"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

async fn page(app: &App, filter: Filter, limit: i64) -> Result<Vec<AuditEvent>> {
    Ok(app
        .ctx
        .read(move |c| audit::list(c, &filter.trail(), limit))
        .await?)
}

/// 題名 of the documents that events are about, by the key in the log; those that are gone have none.
async fn titles(app: &App, events: &[AuditEvent]) -> Result<HashMap<String, String>> {
    let subjects = events.iter().map(|event| event.subject.as_str());
    let ids: BTreeSet<String> = subjects
        .filter_map(|subject| subject.strip_prefix("document:"))
        .map(str::to_owned)
        .collect();
    let find = move |c: &mut AnyConnection| {
        let found = ids.iter().map(|id| documents::find(c, id));
        found.collect::<kairan_db::Result<Vec<_>>>()
    };
    let found = app.ctx.read(find).await?.into_iter().flatten();
    let titled = |one: documents::Document| (format!("document:{}", one.id), one.title);
    Ok(found.map(titled).collect())
}

fn view_of(
    event: AuditEvent,
    site: &SiteData,
    names: &Names,
    titles: &HashMap<String, String>,
    words: &Language,
) -> Event {
    let (facts, rest) = detail::told(words, site, names, &event.detail);
    let title = titles.get(&event.subject).cloned();
    let link = match event.subject.split_once(':') {
        Some(("staff", id)) => Some(format!("/admin/staff/{id}")),
        Some(("document", id)) => Some(format!("/admin/documents/{id}/history")),
        Some(("notice", id)) => Some(format!("/admin/notices/{id}")),
        _ => None,
    };
    Event {
        at: names::instant(event.at),
        actor: names.of(words, &event.actor),
        action: labels::action(words, &event.action).to_owned(),
        action_key: event.action,
        subject: title.unwrap_or_else(|| names.of(words, &event.subject)),
        link,
        facts,
        rest,
        origin: event.origin,
    }
}
