//! Looking for documents to refer to: by a word of their title.

use actix_web::{HttpResponse, web};
use kairan_content::{Kind, is_id};
use kairan_db::editing::{self, Filter, Order, Page, Row};
use kairan_db::{AnyConnection, addresses, documents};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

/// As many as are shown.
const SHOWN: i64 = 12;

#[derive(Deserialize)]
pub(crate) struct Ask {
    #[serde(default)]
    q: String,
    /// One kind alone.
    #[serde(default)]
    kind: String,
}

#[derive(Serialize)]
struct Found {
    value: String,
    label: String,
}

/// Titles that hold a word, for a list under the field.
pub(crate) async fn list(
    app: web::Data<App>,
    _staff: Staff<Read>,
    ask: web::Query<Ask>,
) -> Result<HttpResponse> {
    let ask = ask.into_inner();
    let found = app
        .ctx
        .read(move |c| {
            search(
                c,
                &ask.q,
                Some(ask.kind.as_str()).filter(|kind| !kind.is_empty()),
            )
        })
        .await?;
    let found: Vec<Found> = found
        .into_iter()
        .map(|row| Found {
            value: row.id,
            label: row.title,
        })
        .collect();
    Ok(HttpResponse::Ok().json(found))
}

fn search(c: &mut AnyConnection, word: &str, kind: Option<&str>) -> kairan_db::Result<Vec<Row>> {
    let word = word.trim();
    if word.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter {
        kind,
        title: Some(word),
        ..Filter::default()
    };
    let page = Page {
        offset: 0,
        limit: SHOWN,
    };
    Ok(editing::list(c, &filter, Order::Updated, page)?.0)
}

fn kind_of(field: &str) -> Option<&'static str> {
    (field == "faqs").then(|| Kind::Faq.as_str())
}

/// What the word in the field's box finds; the box is emptied.
pub(super) async fn for_field(
    app: &App,
    pairs: &mut [(String, String)],
    field: &str,
) -> Result<Vec<Value>> {
    let name = format!("{field}.new");
    let word = pairs
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    for (key, value) in pairs.iter_mut() {
        if *key == name {
            value.clear();
        }
    }
    let kind = kind_of(field);
    let found = app.ctx.read(move |c| {
        if let Some(document) = named(c, &word, kind)? {
            return Ok(vec![(document.id, document.title, document.kind)]);
        }
        let rows = search(c, &word, kind)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, row.title, row.kind))
            .collect())
    });
    Ok(found
        .await?
        .into_iter()
        .map(|(id, title, kind)| {
            json!({
                "value": id,
                "label": title,
                "kind": Kind::parse(&kind).map_or("", Kind::label),
            })
        })
        .collect())
}

/// Boxes for references that were filled in and not looked up: the one document that fits takes their place; where none or
/// several do, the box is emptied, since a reference to nothing would only be one more problem.
pub(super) async fn resolve(app: &App, pairs: &mut [(String, String)]) -> Result<()> {
    for (name, value) in pairs.iter_mut() {
        let Some(field) = name.strip_suffix(".new") else {
            continue;
        };
        if value.trim().is_empty() {
            continue;
        }
        let (word, kind) = (value.clone(), kind_of(field));
        let found = app
            .ctx
            .read(move |c| {
                if let Some(document) = named(c, &word, kind)? {
                    return Ok(Some(document.id));
                }
                let mut rows = search(c, &word, kind)?;
                Ok((rows.len() == 1).then(|| rows.remove(0).id))
            })
            .await?;
        *value = found.unwrap_or_default();
    }
    Ok(())
}

/// Boxes for references while somebody types into them: half a word is no reference.
pub(super) fn ignore(pairs: &mut [(String, String)]) {
    for (name, value) in pairs.iter_mut() {
        if name.ends_with(".new") {
            value.clear();
        }
    }
}

/// The document that an id, a slug or `kind/slug` means.
fn named(
    c: &mut AnyConnection,
    name: &str,
    kind: Option<&str>,
) -> kairan_db::Result<Option<documents::Document>> {
    let name = name.trim();
    if is_id(name) {
        return documents::find(c, name);
    }
    let (kind, slug) = match name.split_once('/') {
        Some((kind, slug)) => (Some(kind), slug),
        None => (kind, name),
    };
    let Some(kind) = kind else { return Ok(None) };
    match addresses::holder(c, kind, slug)? {
        Some(holder) => documents::find(c, &holder),
        None => Ok(None),
    }
}
