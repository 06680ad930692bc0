//! verifying → live: pages are read where the public reads them; only then is anybody told.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::StreamExt;
use kairan_db::releases::{self, ReleaseState};
use kairan_db::{AnyConnection, live};
use kairan_delivery::crash;
use kairan_site::{Card, Catalogue};
use serde::Deserialize;

use super::{Options, PUBLISH, SKIPPED, VERIFIED};
use crate::catalogue::DbCatalogue;
use crate::context::{Context, blocking};
use crate::notify::{Released, after_release};
use crate::{Error, Result, site_data, transaction};

/// For one page.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Pages read at a time.
const PARALLEL: usize = 8;
/// Pages between two commits.
const TOGETHER: i64 = 256;
/// Waits between attempts within one run of the job; after that the job itself waits.
const WAITS: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_millis(600),
    Duration::from_millis(1_500),
];

#[derive(Deserialize)]
struct Payload {
    release: i64,
}

/// A page to be read.
#[derive(Clone)]
struct Page {
    document_id: String,
    edition_id: i64,
    url: String,
    /// Hash that the page must show.
    edition: String,
}

/// Verifies a release. Documents whose pages are readable are told of at once; the others are tried again.
///
/// # Errors
/// Those of the database, and [`Error::Refused`] with the first page that cannot be read.
pub(crate) async fn verify(ctx: &Context, payload: &str) -> Result<()> {
    let payload: Payload = serde_json::from_str(payload).map_err(|source| Error::Stored {
        what: "ジョブ",
        source,
    })?;
    let id = payload.release;
    let http = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .build()
        .map_err(|error| Error::Broken(error.to_string()))?;
    let mut problem = None;
    for wait in std::iter::once(None).chain(WAITS.iter().map(Some)) {
        if let Some(wait) = wait {
            tokio::time::sleep(*wait).await;
        }
        problem = all(ctx, &http, id).await?;
        if problem.is_none() {
            return finish(ctx, id).await;
        }
    }
    match problem {
        Some(problem) => Err(Error::Refused(problem)),
        None => Ok(()),
    }
}

/// Reads every page that is still to be read, some at a time; what is wrong with the first that cannot be read.
async fn all(ctx: &Context, http: &reqwest::Client, release: i64) -> Result<Option<String>> {
    let (mut problem, mut after) = (None, String::new());
    loop {
        let (pages, last) = pages(ctx, release, after).await?;
        let Some(last) = last else {
            return Ok(problem);
        };
        after = last;
        if pages.is_empty() {
            continue;
        }
        let (read, failed) = read_all(http, &pages).await;
        if failed.is_none() {
            crash::point("verified");
        }
        // Where none can be read, the others cannot either.
        let nothing = read.is_empty();
        settle(ctx, release, read).await?;
        if failed.is_none() {
            crash::point("live");
        }
        problem = problem.or(failed);
        if nothing {
            return Ok(problem);
        }
    }
}

/// The next pages that are still to be read, and the last document looked at; `None` at the end. A document that
/// another release changed meanwhile is that one's.
async fn pages(ctx: &Context, release: i64, after: String) -> Result<(Vec<Page>, Option<String>)> {
    let ctx = ctx.clone();
    blocking(move || {
        let documents = ctx
            .db
            .read(|c| releases::documents_with(c, release, PUBLISH, &after, TOGETHER))?;
        let ids: Vec<&str> = documents
            .iter()
            .map(|one| one.document_id.as_str())
            .collect();
        let rows = ctx.db.read(|c| live::by_ids(c, &ids))?;
        let rows: HashMap<&str, &live::Live> = rows
            .iter()
            .map(|row| (row.document_id.as_str(), row))
            .collect();
        let mut pages = Vec::new();
        let mut overtaken = Vec::new();
        for document in &documents {
            let row = rows.get(document.document_id.as_str()).copied();
            let row = row.filter(|row| Some(row.edition_id) == document.edition_id);
            let Some(row) = row else {
                overtaken.push(document.document_id.as_str());
                continue;
            };
            let card: Card = serde_json::from_str(&row.card).map_err(|source| Error::Stored {
                what: "公開中の文書",
                source,
            })?;
            pages.push(Page {
                document_id: row.document_id.clone(),
                edition_id: row.edition_id,
                url: format!("{}{}", ctx.public_url.trim_end_matches('/'), card.path),
                edition: card.edition,
            });
        }
        if !overtaken.is_empty() {
            ctx.db
                .write(|c| releases::mark_documents(c, release, &overtaken, SKIPPED))?;
        }
        let last = documents.last().map(|one| one.document_id.clone());
        Ok((pages, last))
    })
    .await
}

/// Those that show their edition, and what is wrong with the first other.
async fn read_all(http: &reqwest::Client, pages: &[Page]) -> (Vec<Page>, Option<String>) {
    let requests = pages.iter().cloned().map(|page: Page| {
        let http = http.clone();
        async move {
            let answer = shows(&http, &page).await;
            (page, answer)
        }
    });
    let mut answers = futures::stream::iter(requests).buffer_unordered(PARALLEL);
    let (mut read, mut problem) = (Vec::new(), None);
    while let Some((page, answer)) = answers.next().await {
        match answer {
            Ok(()) => read.push(page),
            Err(reason) => {
                tracing::info!(url = %page.url, %reason, "page not verified yet");
                problem = problem.or(Some(reason));
            }
        }
    }
    (read, problem)
}

async fn shows(http: &reqwest::Client, page: &Page) -> Result<(), String> {
    let url = &page.url;
    let unreadable = |error: reqwest::Error| {
        format!(
            "公開ページ {url} を読めません（{error}）。公開サーバーが動いているか、site.url が正しいかを確かめてください"
        )
    };
    let response = http
        .get(url)
        .header("Cache-Control", "no-cache")
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(unreadable)?;
    let body = response.text().await.map_err(unreadable)?;
    let mark = format!(r#"name="kairan:edition" content="{}""#, page.edition);
    if body.contains(&mark) {
        Ok(())
    } else {
        Err(format!(
            "公開ページ {url} がまだ新しい版になっていません。途中のキャッシュの設定を確かめてください"
        ))
    }
}

/// Marks what was read and decides its notices, in one transaction; with the last of them the release is live.
async fn settle(ctx: &Context, release: i64, read: Vec<Page>) -> Result<()> {
    if read.is_empty() {
        return Ok(());
    }
    let ctx = ctx.clone();
    blocking(move || {
        let now = ctx.clock.now();
        transaction::write(&ctx.db, |c| {
            let row = releases::get(c, release)?;
            let options: Options =
                serde_json::from_str(&row.options).map_err(|source| Error::Stored {
                    what: "公開処理",
                    source,
                })?;
            let read = still(c, release, &read)?;
            let ids: Vec<&str> = read.iter().map(|page| page.document_id.as_str()).collect();
            releases::mark_documents(c, release, &ids, VERIFIED)?;
            // Who tells nobody need not know what the documents say.
            if !options.no_notice {
                let released = released(c, &ctx, &read)?;
                after_release(c, &ctx, &released, now)?;
            }
            if releases::documents_with(c, release, PUBLISH, "", 1)?.is_empty() {
                releases::set_state(c, release, ReleaseState::Live, None, now)?;
                releases::conclude(c, release, now)?;
            }
            Ok(())
        })
    })
    .await
}

/// Those whose edition is still the live one, and whose release waits for them.
fn still<'p>(c: &mut AnyConnection, release: i64, read: &'p [Page]) -> Result<Vec<&'p Page>> {
    let ids: Vec<&str> = read.iter().map(|page| page.document_id.as_str()).collect();
    let open = releases::documents_of(c, release, &ids)?;
    let open: HashSet<&str> = open
        .iter()
        .filter(|one| one.action == PUBLISH)
        .map(|one| one.document_id.as_str())
        .collect();
    let live = live::by_ids(c, &ids)?;
    let live: HashSet<(&str, i64)> = live
        .iter()
        .map(|row| (row.document_id.as_str(), row.edition_id))
        .collect();
    let still = read.iter().filter(|page| {
        let id = page.document_id.as_str();
        open.contains(id) && live.contains(&(id, page.edition_id))
    });
    Ok(still.collect())
}

/// What notices are decided by.
fn released(c: &mut AnyConnection, ctx: &Context, read: &[&Page]) -> Result<Vec<Released>> {
    let ids: Vec<&str> = read.iter().map(|page| page.document_id.as_str()).collect();
    let current = site_data::current(c, &ctx.theme)?;
    let catalogue = DbCatalogue::within(c, current);
    catalogue.expect(&ids)?;
    let mut released = Vec::new();
    for page in read {
        if let Some(live) = catalogue.document(&page.document_id)? {
            released.push(Released {
                document_id: page.document_id.clone(),
                edition_id: page.edition_id,
                document: live.document.clone(),
                url: page.url.clone(),
                no_notice: false,
                ahead: false,
            });
        }
    }
    Ok(released)
}

/// Nothing is to be read: a withdrawal, or all of it was.
async fn finish(ctx: &Context, release: i64) -> Result<()> {
    let now = ctx.clock.now();
    ctx.write(move |c| {
        let row = releases::get(c, release)?;
        if row.state == ReleaseState::Verifying {
            releases::set_state(c, release, ReleaseState::Live, None, now)?;
            releases::conclude(c, release, now)?;
        }
        Ok(())
    })
    .await
}
