//! The taxonomy as JSON: what tags, categories, areas and departments are called, and whom tags mean.

use kairan_content::{Area, Category, Department, Facet, LifeEvent, SiteData};
use serde::Serialize;

use crate::error::Result;

#[derive(Serialize)]
struct TaxonomyJson<'a> {
    categories: &'a [Category],
    facets: &'a [Facet],
    areas: &'a [Area],
    departments: &'a [Department],
    life_events: &'a [LifeEvent],
}

pub(super) fn json(site: &SiteData) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&TaxonomyJson {
        categories: &site.categories,
        facets: &site.facets,
        areas: &site.areas,
        departments: &site.departments,
        life_events: &site.life_events,
    })?)
}
