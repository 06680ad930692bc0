//! `POST /api/v1/eligibility`: for which documents somebody is meant. The profile is not kept, and stands in no log.

use std::sync::{Arc, PoisonError};

use actix_web::{HttpResponse, web};
use kairan_audience::{Facts, Rule, RuleSet, Verdict, parse_date};
use kairan_content::{Kind, audience};
use kairan_site::{Catalogue, ListKey};
use serde::Serialize;
use serde_json::Value;

use super::answer::Listing;
use crate::app::App;
use crate::error::{Error, Result};

/// Ordinals read in one go.
const WINDOW: u32 = 500;

/// The rules of all documents that have one, as of a change.
pub(crate) struct Rules {
    /// Number of the last change, and what the tags meant then.
    of: (u32, String),
    documents: Vec<Ruled>,
}

struct Ruled {
    id: String,
    kind: Kind,
    title: String,
    path: String,
    rule: Rule,
}

#[derive(Serialize)]
struct Item {
    id: String,
    kind: Kind,
    title: String,
    url: String,
    verdict: Verdict,
}

pub(crate) async fn eligibility(app: web::Data<App>, body: web::Bytes) -> Result<HttpResponse> {
    let body: Value = serde_json::from_slice(&body).map_err(|_| {
        Error::BadRequest("本文を JSON として読み取れません。{\"profile\": {…}} を送ってください。")
    })?;
    let Some(map) = body.as_object() else {
        return Err(Error::BadRequest(
            "本文は {\"profile\": {…}} の形にしてください。",
        ));
    };
    if let Some(unknown) = map
        .keys()
        .find(|key| !matches!(key.as_str(), "profile" | "on"))
    {
        return Err(Error::parameter(
            unknown,
            "知らない項目です。使えるのは profile と on です。",
        ));
    }
    let profile = map
        .get("profile")
        .ok_or_else(|| Error::parameter("profile", "profile がありません。"))?;
    let facts = Facts::from_json(profile).map_err(|problems| {
        let first = problems.into_iter().next();
        let (path, message) = first.map_or_else(Default::default, |p| (p.path, p.message));
        Error::parameter(&format!("profile{path}"), message)
    })?;
    let on = match map.get("on") {
        None | Some(Value::Null) => app.today(),
        Some(on) => on.as_str().and_then(parse_date).ok_or_else(|| {
            Error::parameter("on", "2026-04-01 のような実在する日付にしてください。")
        })?,
    };
    let own = app.clone();
    let items = app
        .ask(move |catalogue| {
            let rules = rules(&own, catalogue)?;
            let site = catalogue.site();
            let set = RuleSet::compile(
                rules.documents.iter().map(|d| &d.rule),
                on,
                &site.area_tree(),
            );
            let citizen = set.citizen(&facts);
            let origin = site.settings.url.trim_end_matches('/');
            let met = rules.documents.iter().zip(set.verdicts(&citizen));
            let mut items: Vec<Item> = met
                .filter(|(_, verdict)| *verdict != Verdict::No)
                .map(|(document, verdict)| Item {
                    id: document.id.clone(),
                    kind: document.kind,
                    title: document.title.clone(),
                    url: format!("{origin}{}", document.path),
                    verdict,
                })
                .collect();
            items.sort_by_key(|item| item.verdict != Verdict::Yes);
            Ok(items)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(Listing { items, next: None }))
}

/// The rules, read anew after a change; reading them costs with all documents.
fn rules(app: &App, catalogue: &dyn Catalogue) -> Result<Arc<Rules>> {
    let site = catalogue.site();
    let of = (
        catalogue.last_change()?,
        serde_json::to_string(&site.facets)?,
    );
    let kept = app
        .rules
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some(kept) = kept.filter(|kept| kept.of == of) {
        return Ok(kept);
    }
    let mut documents = Vec::new();
    let mut upper = catalogue.last_ordinal(&ListKey::All)?;
    while upper > 0 {
        let lower = upper.saturating_sub(WINDOW - 1).max(1);
        for (_, card) in catalogue.range(&ListKey::All, lower, upper)? {
            let Some(live) = catalogue.document(&card.id)? else {
                continue;
            };
            if let Some(rule) = audience(&live.document, site) {
                documents.push(Ruled {
                    id: card.id.clone(),
                    kind: card.kind,
                    title: card.title.clone(),
                    path: card.path.clone(),
                    rule,
                });
            }
        }
        upper = lower - 1;
    }
    let rules = Arc::new(Rules { of, documents });
    *app.rules.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&rules));
    Ok(rules)
}
