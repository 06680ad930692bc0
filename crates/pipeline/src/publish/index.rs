//! The search index of a release: one small segment for what changed, or all of it anew.

use chrono::{Duration, NaiveDateTime};
use kairan_db::releases::{Release, ReleaseKind};
use kairan_db::{AnyConnection, live};
use kairan_index::{
    CacheClass, Changes, Fetch, FetchError, IndexBuilder, IndexError, IndexOutput, Merge, merge,
    update,
};
use kairan_site::{Catalogue, Class, Rendered, index_document};

use super::Options;
use super::plan::IndexState;
use crate::catalogue::DbCatalogue;
use crate::{Context, Error, Result, transaction};

/// The objects of the index, and its state after they are in the store.
pub(super) struct IndexChange {
    pub(super) objects: Vec<(String, Rendered)>,
    /// Names that can go: nothing has referred to them for a while.
    pub(super) deletions: Vec<String>,
    pub(super) state: IndexState,
}

/// How long readers may hold an old pointer.
const GRACE: Duration = Duration::hours(1);
/// Documents read at a time.
const TOGETHER: usize = 500;

/// What a release does to the index; `None`: nothing. The same answer each time it is asked until the release
/// is in the store, since the state it starts from changes only then.
pub(super) fn change(
    ctx: &Context,
    release: &Release,
    options: &Options,
    touched: &[String],
    now: NaiveDateTime,
) -> Result<Option<IndexChange>> {
    let state = transaction::read(&ctx.db, IndexState::load)?;
    let full = release.kind == ReleaseKind::Full;
    if !full && !options.merge && touched.is_empty() {
        return Ok(None);
    }
    let store = FromStore(ctx);
    let step = match &state {
        Some(state) if options.merge => {
            let which = state.manifest.merge_due().unwrap_or(Merge::Newer);
            merge(&state.manifest, &store, which)
        }
        Some(state) if !full => update(&state.manifest, &store, &changes(ctx, touched)?),
        _ => build(ctx)?,
    };
    let output = match step {
        Ok(output) => output,
        // What the store has is lost or damaged: the documents are all there.
        Err(error) => {
            tracing::warn!(%error, "the search index is built anew");
            build(ctx)?.map_err(refused)?
        }
    };
    Ok(Some(settle(state.unwrap_or_default(), output, now)))
}

fn changes(ctx: &Context, touched: &[String]) -> Result<Changes> {
    let catalogue = DbCatalogue::open(ctx)?;
    let mut changes = Changes::default();
    for touched in touched.chunks(TOGETHER) {
        let ids: Vec<&str> = touched.iter().map(String::as_str).collect();
        catalogue.expect(&ids)?;
        for id in ids {
            match catalogue.document(id)? {
                Some(live) => changes.upserts.push(index_document(&live, &catalogue)?),
                None => changes.deletes.push(id.to_owned()),
            }
        }
    }
    Ok(changes)
}

/// All of it. Time grows with the site.
fn build(ctx: &Context) -> Result<Result<IndexOutput, IndexError>> {
    let mut builder = IndexBuilder::new();
    let catalogue = DbCatalogue::open(ctx)?;
    let mut after = String::new();
    loop {
        let rows = ctx
            .db
            .read(|c: &mut AnyConnection| live::after(c, &after, TOGETHER as i64))?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.document_id);
        catalogue.read_ahead(&rows)?;
        for row in &rows {
            if let Some(live) = catalogue.document(&row.document_id)? {
                builder.add(&index_document(&live, &catalogue)?);
            }
        }
    }
    Ok(builder.finish(&catalogue.site().synonyms))
}

fn settle(before: IndexState, output: IndexOutput, now: NaiveDateTime) -> IndexChange {
    let used = output.manifest.object_names();
    let mut obsolete = before.obsolete;
    let fallen = before.manifest.object_names().into_iter();
    obsolete.extend(fallen.map(|name| (name, now)));
    obsolete.retain(|(name, _)| !used.contains(name));
    obsolete.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    obsolete.dedup_by(|later, earlier| later.0 == earlier.0);
    let over = |since: NaiveDateTime| since + GRACE <= now;
    let gone = obsolete.iter().filter(|(_, since)| over(*since));
    let deletions = gone.map(|(name, _)| stored(name)).collect();
    obsolete.retain(|(_, since)| !over(*since));
    let objects = output.objects.into_iter().map(|object| {
        let name = stored(&object.name);
        let class = match object.cache {
            CacheClass::Immutable => Class::Immutable,
            CacheClass::Pointer => Class::Pointer,
        };
        let rendered = Rendered {
            bytes: object.bytes,
            content_type: kairan_theme::content_type(&name),
            cache_control: class.cache_control(),
            class,
            valid_until: None,
        };
        (name, rendered)
    });
    IndexChange {
        objects: objects.collect(),
        deletions,
        state: IndexState {
            manifest: output.manifest,
            obsolete,
        },
    }
}

/// Where the objects of the index are in the store.
pub(super) const FOLDER: &str = "search-index/";

fn stored(name: &str) -> String {
    format!("{FOLDER}{name}")
}

fn refused(error: IndexError) -> Error {
    Error::Site(kairan_site::Error::Index(error.to_string()))
}

/// Objects of the index, read from the store by a thread that may wait.
struct FromStore<'a>(&'a Context);

impl Fetch for FromStore<'_> {
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        let object = stored(name);
        let read = self.0.store.get(&object);
        match tokio::runtime::Handle::current().block_on(read) {
            Ok(object) => Ok(object.bytes),
            Err(error) => Err(FetchError {
                name: name.to_owned(),
                why: error.to_string(),
            }),
        }
    }
}
