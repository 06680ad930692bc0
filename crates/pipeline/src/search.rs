//! 検索: the finder follows what happens to documents.

use kairan_db::changes::{self, Change, ChangeAction, Scope};
use kairan_db::{AnyConnection, documents, editions, live, time};
use kairan_finder::{Change as Told, Finder, FinderDocument};
use kairan_site::{Catalogue, Live, index_document};

use crate::catalogue::{DbCatalogue, parse};
use crate::context::{Context, blocking};
use crate::{Error, Result, site_data, transaction};
use std::sync::Arc;

/// Documents of one commit of the finder.
const BATCH: i64 = 200;

/// Brings the finder up to date: published documents for [`Scope::Live`], the newest edition of each for
/// [`Scope::Staff`]. Returns how many documents changed. Cost grows with what happened since last time; after
/// a restart it goes on from the finder's own cursor.
///
/// # Errors
/// Those of the database, and [`Error::Refused`] with what the finder says.
pub async fn follow(ctx: &Context, finder: &Arc<Finder>, scope: Scope) -> Result<usize> {
    let (ctx, finder) = (ctx.clone(), Arc::clone(finder));
    blocking(move || {
        let mut told = 0;
        let synonyms = transaction::read(&ctx.db, |c| site_data::current(c, &ctx.theme));
        if let Ok(current) = synonyms {
            finder.set_synonyms(&current.data.synonyms);
        }
        loop {
            let cursor = finder
                .cursor()
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            let batch = ctx.db.read(|c| changes::since(c, scope, cursor, BATCH))?;
            let Some(last) = batch.last() else {
                return Ok(told);
            };
            let changes = read(&ctx, scope, &batch)?;
            finder
                .apply(&changes, &last.sequence.to_string())
                .map_err(|error| Error::Refused(error.to_string()))?;
            told += batch.len();
        }
    })
    .await
}

fn read(ctx: &Context, scope: Scope, batch: &[Change]) -> Result<Vec<Told>> {
    let catalogue = DbCatalogue::open(ctx)?;
    if scope == Scope::Live {
        let ids: Vec<&str> = batch
            .iter()
            .map(|change| change.document_id.as_str())
            .collect();
        catalogue.expect(&ids)?;
    }
    batch
        .iter()
        .map(|change| {
            let edition = match (change.action, change.edition_id) {
                (ChangeAction::Put, Some(edition)) => edition,
                _ => return Ok(Told::Delete(change.document_id.clone())),
            };
            let document = match scope {
                Scope::Live => published(ctx, &catalogue, change)?,
                Scope::Staff => staffs(ctx, &catalogue, change, edition)?,
            };
            Ok(match document {
                Some(document) => Told::Upsert(Box::new(document)),
                None => Told::Delete(change.document_id.clone()),
            })
        })
        .collect()
}

fn published(
    ctx: &Context,
    catalogue: &DbCatalogue<'_>,
    change: &Change,
) -> Result<Option<FinderDocument>> {
    let Some(live) = catalogue.document(&change.document_id)? else {
        return Ok(None);
    };
    let row = ctx.db.read(|c| live::get(c, &change.document_id))?;
    let mut document = finder_document(&live, catalogue)?;
    document.state = "published".to_owned();
    if let Some(row) = row {
        document.sort_time = time::jst_from_utc(row.listed_at);
    }
    Ok(Some(document))
}

/// The newest edition, also where its text cannot be read yet: staff find it by its title.
fn staffs(
    ctx: &Context,
    catalogue: &DbCatalogue<'_>,
    change: &Change,
    edition: i64,
) -> Result<Option<FinderDocument>> {
    let found = ctx.db.read(|c: &mut AnyConnection| {
        let document = documents::find(c, &change.document_id)?;
        let edition = editions::get(c, edition)?;
        let source = editions::source(c, edition.id)?;
        Ok(document.map(|document| (document, edition, source)))
    })?;
    let Some((document, edition, source)) = found else {
        return Ok(None);
    };
    let site = catalogue.site();
    let cx = kairan_content::Context::new(site, None);
    let mut told = match parse(&document.kind, &document.id, &source, &cx) {
        Ok(text) => finder_document(&Live::new(text, None, &site.settings.lang), catalogue)?,
        Err(_) => FinderDocument {
            id: document.id,
            title: document.title,
            kind: document.kind,
            lang: document.lang,
            ..FinderDocument::default()
        },
    };
    told.state = edition.state.as_str().to_owned();
    told.sort_time = time::jst_from_utc(document.updated_at);
    if let Some(owner) = document.owner {
        told.department = owner;
    }
    Ok(Some(told))
}

fn finder_document(live: &Live, catalogue: &DbCatalogue<'_>) -> Result<FinderDocument> {
    let indexed = index_document(live, catalogue)?;
    let owner = live.document.owner.as_ref();
    Ok(FinderDocument {
        id: indexed.id,
        title: indexed.title,
        summary: indexed.summary,
        labels_text: indexed.labels_text,
        body_text: indexed.body_text,
        kind: indexed.kind,
        category: indexed.category,
        tags: indexed.tags,
        state: String::new(),
        department: owner.unwrap_or(&live.document.contact).clone(),
        lang: indexed.lang,
        facets: indexed.facets,
        windows: indexed.windows,
        sort_time: indexed.published,
    })
}
