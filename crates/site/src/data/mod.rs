//! Content as JSON: `/data/v1/…`, made from the same public view of a document as the API's answers.

mod changes;
mod kind;
mod openapi;
mod taxonomy;

use chrono::NaiveDateTime;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::ObjectKey;
use crate::library::public_document;
use crate::rendered::Until;
use crate::view::Site;
use crate::view::top::emergencies;
use crate::view::when::iso;

/// A page of a list: what is on it, and where the one before it is.
#[derive(Serialize)]
struct Listing<T> {
    items: Vec<T>,
    /// Root-relative address of the next older page.
    next: Option<String>,
}

#[derive(Serialize)]
struct EmergencyJson {
    id: String,
    path: String,
    title: String,
    summary: String,
    /// First instant (JST) at which it no longer holds.
    until: Option<String>,
}

impl Site {
    /// JSON objects; `None` where there is nothing under this name.
    pub(crate) fn json(
        &self,
        key: &ObjectKey,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<Option<Vec<u8>>> {
        Ok(match key {
            ObjectKey::Data(kind, id) => match catalogue.document(id)? {
                Some(live) if live.document.kind == *kind => {
                    Some(serde_json::to_vec(&public_document(&live, catalogue)?)?)
                }
                _ => None,
            },
            ObjectKey::DataNewest(kind) => kind::json(*kind, None, catalogue)?,
            ObjectKey::DataPage(kind, page) => kind::json(*kind, Some(*page), catalogue)?,
            ObjectKey::Taxonomy => Some(taxonomy::json(catalogue.site())?),
            ObjectKey::OpenApi => Some(openapi::json(&self.view.title, &self.origin)?),
            ObjectKey::ChangesNewest => changes::json(None, catalogue)?,
            ObjectKey::ChangesPage(page) => changes::json(Some(*page), catalogue)?,
            ObjectKey::JsonFeed => Some(self.json_feed(catalogue)?),
            ObjectKey::Emergency => Some(emergency_json(catalogue, now, until)?),
            _ => None,
        })
    }
}

fn emergency_json(
    catalogue: &dyn Catalogue,
    now: NaiveDateTime,
    until: &mut Until,
) -> Result<Vec<u8>> {
    let items = emergencies(catalogue, now, until)?
        .into_iter()
        .map(|(card, end)| EmergencyJson {
            id: card.id.clone(),
            path: card.path.clone(),
            title: card.title.clone(),
            summary: card.summary.clone(),
            until: end.map(iso),
        });
    Ok(serde_json::to_vec(&Listing {
        items: items.collect(),
        next: None,
    })?)
}
