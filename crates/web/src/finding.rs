//! Searching the published index, for the page and the API alike.

use kairan_index::{
    FacetFilter, FetchError, Filters, MANIFEST_NAME, Reader, Results, SearchRequest,
};

use crate::app::App;
use crate::error::{Error, Result};

/// The last result anybody may page to: memory grows with it.
pub(crate) const DEEPEST: usize = 10_000;

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) query: String,
    pub(crate) kind: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) lang: Option<String>,
    pub(crate) open: bool,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

impl App {
    /// Answers from the objects on the store; before the first publication nothing is found.
    pub(crate) async fn find(&self, wanted: Wanted) -> Result<Results> {
        let there = self
            .ctx
            .store
            .head(&format!("search-index/{MANIFEST_NAME}"))
            .await
            .map_err(|error| Error::internal(&error))?;
        if there.is_none() {
            return Ok(Results::default());
        }
        let now = self.ctx.clock.now_jst();
        let store = self.ctx.store.clone();
        let runtime = tokio::runtime::Handle::current();
        let request = SearchRequest {
            filters: Filters {
                facets: facets(&wanted),
                open_at: wanted.open.then_some(now),
            },
            query: wanted.query,
            offset: wanted.offset,
            limit: wanted.limit,
        };
        let run = move || {
            let fetch = |name: &str| {
                let object = runtime.block_on(store.get(&format!("search-index/{name}")));
                object
                    .map(|object| object.bytes)
                    .map_err(|error| FetchError {
                        name: name.to_owned(),
                        why: error.to_string(),
                    })
            };
            Reader::open(&fetch)?.run(&request)
        };
        tokio::task::spawn_blocking(run)
            .await
            .map_err(|error| Error::internal(&error))?
            .map_err(|error| Error::internal(&error))
    }
}

fn facets(wanted: &Wanted) -> Vec<FacetFilter> {
    let asked = [
        ("kind", &wanted.kind),
        ("category", &wanted.category),
        ("tag", &wanted.tag),
        ("lang", &wanted.lang),
    ];
    let facets = asked.into_iter().filter_map(|(field, value)| {
        Some(FacetFilter {
            field: field.to_owned(),
            any_of: vec![value.clone()?],
        })
    });
    facets.collect()
}
