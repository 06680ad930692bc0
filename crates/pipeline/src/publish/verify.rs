//! verifying → live: pages are read where the public reads them; only then is anybody told.

use std::time::Duration;

use futures::StreamExt;
use kairan_db::releases::{self, ReleaseState};
use kairan_db::{AnyConnection, live};
use kairan_delivery::crash;
use kairan_site::{Card, Catalogue, Live};
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
    let mut problem = None;
    for wait in std::iter::once(None).chain(WAITS.iter().map(Some)) {
        if let Some(wait) = wait {
            tokio::time::sleep(*wait).await;
        }
        let pages = pages(ctx, id).await?;
        if pages.is_empty() {
            return finish(ctx, id).await;
        }
        let (read, failed) = read_all(&pages).await?;
        if failed.is_none() {
            crash::point("verified");
        }
        settle(ctx, id, read).await?;
        problem = failed;
        if problem.is_none() {
            crash::point("live");
            return Ok(());
        }
    }
    match problem {
        Some(problem) => Err(Error::Refused(problem)),
        None => Ok(()),
    }
}

/// The pages that are still to be read. A document that another release changed meanwhile is that one's.
async fn pages(ctx: &Context, release: i64) -> Result<Vec<Page>> {
    let ctx = ctx.clone();
    blocking(move || {
        let documents = ctx.db.read(|c| releases::documents(c, release))?;
        let mut pages = Vec::new();
        let mut overtaken = Vec::new();
        for document in documents.iter().filter(|one| one.action == PUBLISH) {
            let row = ctx.db.read(|c| live::get(c, &document.document_id))?;
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
                document_id: row.document_id,
                edition_id: row.edition_id,
                url: format!("{}{}", ctx.public_url.trim_end_matches('/'), card.path),
                edition: card.edition,
            });
        }
        if !overtaken.is_empty() {
            ctx.db
                .write(|c| releases::mark_documents(c, release, &overtaken, SKIPPED))?;
        }
        Ok(pages)
    })
    .await
}

/// Those that show their edition, and what is wrong with the first other.
async fn read_all(pages: &[Page]) -> Result<(Vec<Page>, Option<String>)> {
    let http = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .build()
        .map_err(|error| Error::Broken(error.to_string()))?;
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
    Ok((read, problem))
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
            let mut released = Vec::with_capacity(read.len());
            let mut marked: Vec<&str> = Vec::with_capacity(read.len());
            let still = releases::documents(c, release)?;
            for page in &read {
                let open = still
                    .iter()
                    .any(|one| one.document_id == page.document_id && one.action == PUBLISH);
                let Some(live) = document(c, &ctx, page)?.filter(|_| open) else {
                    continue;
                };
                marked.push(&page.document_id);
                released.push(Released {
                    document_id: page.document_id.clone(),
                    edition_id: page.edition_id,
                    document: live.document.clone(),
                    url: page.url.clone(),
                    no_notice: options.no_notice,
                });
            }
            releases::mark_documents(c, release, &marked, VERIFIED)?;
            after_release(c, &ctx, &released, now)?;
            let open = releases::documents(c, release)?;
            if !open.iter().any(|one| one.action == PUBLISH) {
                releases::set_state(c, release, ReleaseState::Live, None, now)?;
            }
            Ok(())
        })
    })
    .await
}

/// The document, if the edition that was read is still the live one.
fn document(
    c: &mut AnyConnection,
    ctx: &Context,
    page: &Page,
) -> Result<Option<std::sync::Arc<Live>>> {
    let row = live::get(c, &page.document_id)?;
    if row.is_none_or(|row| row.edition_id != page.edition_id) {
        return Ok(None);
    }
    let current = site_data::current(c, &ctx.theme)?;
    Ok(DbCatalogue::within(c, current).document(&page.document_id)?)
}

/// Nothing is to be read: a withdrawal, or all of it was.
async fn finish(ctx: &Context, release: i64) -> Result<()> {
    let now = ctx.clock.now();
    ctx.write(move |c| {
        let row = releases::get(c, release)?;
        if row.state == ReleaseState::Verifying {
            releases::set_state(c, release, ReleaseState::Live, None, now)?;
        }
        Ok(())
    })
    .await
}
