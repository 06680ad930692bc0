//! 保管, 戻す, 削除: what becomes of documents that readers do not see.

use kairan_content::{Kind, SiteData};
use kairan_db::documents::Document;
use kairan_db::editing::{self, Reference};
use kairan_db::staff::Role;
use kairan_db::{AnyConnection, addresses, documents, editions, live};
use serde_json::json;

use super::{Actor, Refusal};
use crate::{Context, Result, drafts, site_data};

/// Everything that points at a document, of drafts and of what readers see, each document once.
///
/// # Errors
/// Those of the database.
pub fn references(
    c: &mut AnyConnection,
    document: &Document,
    limit: i64,
) -> Result<Vec<Reference>> {
    let plural = Kind::parse(&document.kind).map_or("pages", Kind::plural);
    let names = [
        document.id.clone(),
        document.slug.clone(),
        format!("{}/{}", document.kind, document.slug),
        format!("{plural}/{}", document.slug),
    ];
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut found = editing::referring_to(c, &names, limit)?;
    let published = live::referring_to(c, &names)?;
    let ids: Vec<&str> = published.iter().map(|(id, _)| id.as_str()).collect();
    for row in documents::by_ids(c, &ids)? {
        let link = published.iter().find(|(id, _)| *id == row.id);
        found.push(Reference {
            document_id: row.id,
            kind: row.kind,
            title: row.title,
            role: link.map_or_else(String::new, |(_, link)| link.role.clone()),
        });
    }
    // A bare slug may mean a document of another kind: then it is that one's.
    found.retain(|one| one.document_id != document.id);
    found.sort_by(|a, b| (&a.title, &a.document_id).cmp(&(&b.title, &b.document_id)));
    found.dedup_by(|a, b| a.document_id == b.document_id);
    Ok(found)
}

/// Whether the menu of the site leads to a document, by its id, its slug or an old one.
///
/// # Errors
/// Those of the database.
pub fn in_menu(c: &mut AnyConnection, site: &SiteData, document: &Document) -> Result<bool> {
    if site.menu.documents().next().is_none() {
        return Ok(false);
    }
    let old = addresses::redirects_to(c, &document.id)?;
    let mut slugs = old
        .iter()
        .map(|one| one.slug.as_str())
        .chain([document.slug.as_str()]);
    Ok(slugs.any(|slug| site.menu.names(&document.kind, &document.id, slug)))
}

/// 保管する: a document that is not published is set aside; its texts stay.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn archive(ctx: &Context, actor: &Actor, document: &str) -> Result<()> {
    let (own, actor, document) = (ctx.clone(), actor.clone(), document.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let row = documents::get(c, &document)?;
        actor.must(Role::Author, row.owner.as_deref())?;
        if live::get(c, &document)?.is_some() {
            return Err(Refusal::State("公開中").into());
        }
        editing::archive(c, &document, now)?;
        actor.record(c, "document.archive", &document, &json!({}), now)
    })
    .await
}

/// 下書きに戻す: a new draft with the last text of a document that was set aside or withdrawn.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn restore(ctx: &Context, actor: &Actor, document: &str) -> Result<()> {
    let (own, actor, document) = (ctx.clone(), actor.clone(), document.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let row = documents::get(c, &document)?;
        actor.must(Role::Author, row.owner.as_deref())?;
        if let Some(open) = editions::open(c, &document)? {
            return Err(Refusal::State(open.state.label()).into());
        }
        let edition = drafts::open(c, &document, &actor.key(), now)?;
        let detail = json!({ "edition": edition.id });
        actor.record(c, "document.restore", &document, &detail, now)
    })
    .await
}

/// 削除する: only what readers never saw, and nothing points at.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn delete(ctx: &Context, actor: &Actor, document: &str) -> Result<()> {
    let (own, actor, document) = (ctx.clone(), actor.clone(), document.to_owned());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let row = documents::get(c, &document)?;
        actor.must(Role::Author, row.owner.as_deref())?;
        if row.first_published_at.is_some() {
            return Err(Refusal::WasPublished.into());
        }
        let site = site_data::current(c, &own.theme)?.data;
        if in_menu(c, &site, &row)? {
            return Err(Refusal::InMenu.into());
        }
        let pointing = references(c, &row, 1_000)?.len();
        if pointing > 0 {
            return Err(Refusal::ReferredTo(pointing).into());
        }
        // The log keeps what the tables no longer have.
        let detail = json!({ "kind": row.kind, "slug": row.slug, "title": row.title });
        actor.record(c, "document.delete", &document, &detail, now)?;
        editing::erase(c, &document, now)?;
        Ok(())
    })
    .await
}
