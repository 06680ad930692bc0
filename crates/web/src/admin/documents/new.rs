//! 新しい記事: from a template, from one of the staff's own, or from a copy.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use kairan_content::{Kind, SiteData};
use kairan_db::editing::{self, Filter, Order, Page};
use kairan_db::staff::{Account, EVERYWHERE, Role};
use kairan_db::{AnyConnection, addresses, documents};
use kairan_editor::{duplicate, new_document, templates};
use kairan_pipeline::drafts;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::opened::Opened;
use super::people::People;
use crate::admin::guard::{Staff, Write};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Deserialize)]
pub(crate) struct Ask {
    /// A word of the title of what is to be copied.
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct View {
    builtin: Vec<Card>,
    own: Vec<Card>,
    departments: Vec<Department>,
    q: String,
    searched: bool,
    found: Vec<Card>,
}

/// Something to begin with.
#[derive(Serialize)]
struct Card {
    /// The value of the button: `template:…`, `own:…`, `copy:…`
    from: String,
    kind: String,
    label: String,
    description: String,
    /// Of a template of the staff's own: its number, and whether this reader may throw it away.
    number: i64,
    mine: bool,
}

#[derive(Serialize)]
struct Department {
    key: String,
    name: String,
}

/// What one may begin with.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    ask: web::Query<Ask>,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let site = app.site().await?;
    let kind = |kind: &str| {
        Kind::parse(kind)
            .map_or("", |kind| words.kind(kind))
            .to_owned()
    };
    let own_key = staff.by().key;
    let q = ask.into_inner().q;
    let wanted = q.clone();
    let (own, found, people) = app
        .ctx
        .read(move |c| {
            let filter = Filter {
                title: Some(wanted.trim()),
                ..Filter::default()
            };
            let page = Page {
                offset: 0,
                limit: 20,
            };
            let found = if wanted.trim().is_empty() {
                Vec::new()
            } else {
                editing::list(c, &filter, Order::Updated, page)?.0
            };
            Ok((editing::templates(c)?, found, People::load(c)?))
        })
        .await?;
    let view = View {
        builtin: templates::all()
            .iter()
            .map(|template| Card {
                from: format!("template:{}", template.key),
                kind: words.kind(template.kind).to_owned(),
                label: words.get(template.label).to_owned(),
                description: words.get(template.description).to_owned(),
                number: 0,
                mine: false,
            })
            .collect(),
        own: own
            .into_iter()
            .map(|template| Card {
                from: format!("own:{}", template.id),
                kind: kind(&template.kind),
                description: words.say(
                    "{name}さんが作ったひな形",
                    &[("name", &people.name(words, &template.author))],
                ),
                number: template.id,
                mine: template.author == own_key || staff.who.is_administrator(),
                label: template.name,
            })
            .collect(),
        departments: departments(&site, &staff.who),
        searched: !q.trim().is_empty(),
        found: found
            .into_iter()
            .map(|row| Card {
                from: format!("copy:{}", row.id),
                kind: kind(&row.kind),
                label: row.title,
                description: words.get(row.stage.label()).to_owned(),
                number: 0,
                mine: false,
            })
            .collect(),
        q,
    };
    let screen = Screen::new("documents/new", words.get("新しい記事を書く"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

/// The departments somebody may write for.
fn departments(site: &SiteData, who: &Account) -> Vec<Department> {
    site.departments
        .iter()
        .filter(|one| who.may(Role::Author, Some(&one.key)))
        .map(|one| Department {
            key: one.key.clone(),
            name: one.name.clone(),
        })
        .collect()
}

/// Makes the document and leads to its form.
pub(crate) async fn make(
    app: web::Data<App>,
    staff: Staff<Write>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (site, today, now) = (app.site().await?, app.today(), app.ctx.clock.now());
    let owner = owner(&site, &staff.who, posted.one("department"));
    let from = posted.one("from").to_owned();
    let by = staff.by();
    let made = app
        .ctx
        .transact(move |c| {
            let id = documents::new_id(now);
            let text = beginning(c, &from, &id, owner.as_deref().unwrap_or_default(), today)?;
            let made = drafts::create(c, &site, &text, &by.key, now)?;
            let subject = format!("document:{}", made.document_id);
            by.record(
                c,
                "document.create",
                &subject,
                &json!({ "from": from }),
                now,
            )?;
            Ok(made)
        })
        .await?;
    Ok(crate::admin::to(&format!(
        "/admin/documents/{}/edit",
        made.document_id
    )))
}

/// The chosen department, where one may write for it; else the first of one's own.
fn owner(site: &SiteData, who: &Account, chosen: &str) -> Option<String> {
    if !chosen.is_empty() && who.may(Role::Author, Some(chosen)) {
        return Some(chosen.to_owned());
    }
    let own = who
        .grants
        .iter()
        .map(|grant| grant.department.as_str())
        .find(|key| *key != EVERYWHERE);
    own.or_else(|| site.departments.first().map(|one| one.key.as_str()))
        .map(str::to_owned)
}

fn beginning(
    c: &mut AnyConnection,
    from: &str,
    id: &str,
    owner: &str,
    today: NaiveDate,
) -> kairan_pipeline::Result<String> {
    let unknown = || {
        kairan_pipeline::Error::Refused(
            "選んだひな形が見つかりません。一覧から選び直してください。".to_owned(),
        )
    };
    match from.split_once(':') {
        Some(("template", key)) => {
            let template = templates::find(key).ok_or_else(unknown)?;
            Ok(new_document(template, id, owner, today))
        }
        Some(("own", number)) => {
            let number = number.parse().map_err(|_| unknown())?;
            let source = editing::template_source(c, number)?;
            copy(c, &source, id)
        }
        Some(("copy", other)) => {
            let source = Opened::load(c, other)?.source;
            copy(c, &source, id)
        }
        _ => Err(unknown()),
    }
}

/// A text as that of another document.
pub(super) fn copy(
    c: &mut AnyConnection,
    source: &str,
    id: &str,
) -> kairan_pipeline::Result<String> {
    let values = kairan_editor::FormValues::read(source);
    let slug = free_slug(c, values.kind().as_str(), values.text("slug"), id)?;
    duplicate(source, id, &slug).map_err(|error| kairan_pipeline::Error::Refused(error.to_string()))
}

/// The slug with a number behind it that nobody has.
pub(super) fn free_slug(
    c: &mut AnyConnection,
    kind: &str,
    slug: &str,
    id: &str,
) -> kairan_pipeline::Result<String> {
    let own = format!("draft-{}", id.to_ascii_lowercase());
    if slug.is_empty() {
        return Ok(own);
    }
    for number in 2..100 {
        let tried = format!("{slug}-{number}");
        if kairan_content::is_slug(&tried) && addresses::holder(c, kind, &tried)?.is_none() {
            return Ok(tried);
        }
    }
    Ok(own)
}

impl From<kairan_editor::ApplyError> for Error {
    fn from(error: kairan_editor::ApplyError) -> Self {
        Self::internal(&error)
    }
}
