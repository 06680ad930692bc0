//! 全文検索 over the newest text of everything, drafts included.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use kairan_db::changes::Scope;
use kairan_finder::{Finder, SearchRequest};
use kairan_pipeline::search::follow;

use crate::app::App;
use crate::error::{Error, Result};

/// Documents a search may find; more than anybody pages through.
const MOST: usize = 1_000;

/// The index of staff: local to this machine, rebuilt from the database whenever it is lost.
#[derive(Default)]
pub(crate) struct Staff {
    folder: Option<PathBuf>,
    finder: OnceLock<Option<Arc<Finder>>>,
}

impl Staff {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            finder: OnceLock::new(),
        }
    }

    /// Opened at the first search. `None` where another process of this machine has it: titles alone are searched then.
    fn open(&self) -> Option<Arc<Finder>> {
        self.finder
            .get_or_init(|| {
                let folder = self.folder.as_ref()?;
                match Finder::open(folder) {
                    Ok(finder) => Some(Arc::new(finder)),
                    Err(error) => {
                        tracing::warn!(%error, "staff search by titles alone");
                        None
                    }
                }
            })
            .clone()
    }
}

/// Ids of the documents that have these words, best first; `None` where only titles can be searched.
pub(super) async fn search(app: &App, query: &str) -> Result<Option<Vec<String>>> {
    let staff = Arc::clone(&app.staff_finder);
    let opened = tokio::task::spawn_blocking(move || staff.open())
        .await
        .map_err(|error| Error::internal(&error))?;
    let Some(finder) = opened else {
        return Ok(None);
    };
    follow(&app.ctx, &finder, Scope::Staff).await?;
    let request = SearchRequest {
        query: query.to_owned(),
        limit: MOST,
        ..SearchRequest::default()
    };
    let page = tokio::task::spawn_blocking(move || finder.search(&request))
        .await
        .map_err(|error| Error::internal(&error))?
        .map_err(|error| Error::internal(&error))?;
    Ok(Some(page.found.into_iter().map(|one| one.id).collect()))
}
