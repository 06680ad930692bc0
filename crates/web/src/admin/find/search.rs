//! 全文検索 over the newest text of everything, drafts included.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kairan_db::changes::Scope;
use kairan_finder::{Finder, SearchRequest};
use kairan_pipeline::Context;
use kairan_pipeline::search::follow;
use tokio::sync::Mutex;

use crate::app::App;
use crate::error::{Error, Result};

/// Documents a search may find; more than anybody pages through.
const MOST: usize = 1_000;

/// How long a search waits for what was saved just before it. An index that is made anew takes longer, and goes on by itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// The index of staff: local to this machine, rebuilt from the database whenever it is lost.
#[derive(Default)]
pub(crate) struct Staff {
    folder: Option<PathBuf>,
    finder: OnceLock<Option<Arc<Finder>>>,
    /// Whoever brings it up to date.
    turn: Mutex<()>,
    /// Whether it has been up to date since it was opened.
    complete: AtomicBool,
}

impl Staff {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            ..Self::default()
        }
    }

    /// Opened at the first use. `None` where another process of this machine has it: titles alone are searched then.
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

    /// Brings it up to date, one after the other: whoever waited finds little left to do.
    pub(crate) async fn catch_up(self: Arc<Self>, ctx: Context) -> Result<Option<Arc<Finder>>> {
        let staff = Arc::clone(&self);
        let opened = tokio::task::spawn_blocking(move || staff.open())
            .await
            .map_err(|error| Error::internal(&error))?;
        if let Some(finder) = &opened {
            let _turn = self.turn.lock().await;
            follow(&ctx, finder, Scope::Staff).await?;
            self.complete.store(true, Ordering::Relaxed);
        }
        Ok(opened)
    }
}

/// Ids of the documents that have these words, best first; `None` where only titles can be searched.
pub(super) async fn search(app: &App, query: &str) -> Result<Option<Vec<String>>> {
    let staff = Arc::clone(&app.staff_finder);
    let current = tokio::spawn(Arc::clone(&staff).catch_up(app.ctx.clone()));
    let finder = match tokio::time::timeout(PATIENCE, current).await {
        Ok(done) => done.map_err(|error| Error::internal(&error))??,
        // What it has of an index it had once is more than titles.
        Err(_) if staff.complete.load(Ordering::Relaxed) => staff.open(),
        Err(_) => None,
    };
    let Some(finder) = finder else {
        return Ok(None);
    };
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
