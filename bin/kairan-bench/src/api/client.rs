//! A small client: so many connections, each with one request after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::header::{ETAG, IF_NONE_MATCH};
use tokio::runtime::Runtime;

use crate::measure::Series;

/// How long a server may take to make its search index.
const PATIENCE: Duration = Duration::from_secs(120);

/// Addresses asked for in turn, and the status each must have.
#[derive(Clone)]
pub(super) struct Target {
    urls: Vec<String>,
    tags: Option<Vec<String>>,
    pub(super) status: u16,
}

impl Target {
    pub(super) fn new(urls: Vec<String>, status: u16) -> Self {
        Self {
            urls,
            tags: None,
            status,
        }
    }

    /// Asked for by somebody who has them already.
    pub(super) fn with_tags(urls: Vec<String>, tags: Vec<String>) -> Self {
        Self {
            urls,
            tags: Some(tags),
            status: 304,
        }
    }
}

/// What a while of asking gave.
pub(super) struct Took {
    pub(super) requests: usize,
    /// A second.
    pub(super) rate: f64,
    /// Milliseconds.
    pub(super) times: Series,
}

/// Connections that are kept.
pub(super) struct Client {
    runtime: Runtime,
    connections: Vec<reqwest::Client>,
}

impl Client {
    pub(super) fn new(connections: usize) -> Result<Self> {
        // A second installation is an error that changes nothing.
        drop(rustls::crypto::ring::default_provider().install_default());
        let one = || reqwest::Client::builder().pool_max_idle_per_host(1).build();
        Ok(Self {
            // One thread is enough to keep a server busy, and leaves it the others.
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()?,
            connections: (0..connections.max(1))
                .map(|_| one())
                .collect::<Result<_, _>>()?,
        })
    }

    /// Asks over all connections for so many seconds.
    pub(super) fn ask(&self, target: &Target, seconds: u64) -> Result<Took> {
        let (turn, target) = (Arc::new(AtomicUsize::new(0)), Arc::new(target.clone()));
        let began = Instant::now();
        let until = began + Duration::from_secs(seconds);
        let times = self.runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for http in &self.connections {
                tasks.spawn(repeat(
                    http.clone(),
                    Arc::clone(&target),
                    Arc::clone(&turn),
                    until,
                ));
            }
            let mut times = Vec::new();
            while let Some(ended) = tasks.join_next().await {
                times.extend(ended??);
            }
            Ok::<_, anyhow::Error>(times)
        })?;
        ensure!(!times.is_empty(), "no answer within {seconds} s");
        Ok(Took {
            requests: times.len(),
            rate: times.len() as f64 / began.elapsed().as_secs_f64(),
            times: times.into(),
        })
    }

    /// Whether each address answers with its status.
    pub(super) fn answers(&self, target: &Target) -> Result<bool> {
        self.runtime.block_on(async {
            for turn in 0..target.urls.len() {
                if once(&self.connections[0], target, turn).await?.0 != target.status {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// The `ETag` of each address.
    pub(super) fn tags(&self, urls: &[String]) -> Result<Vec<String>> {
        self.runtime.block_on(async {
            let mut tags = Vec::with_capacity(urls.len());
            for url in urls {
                let response = self.connections[0]
                    .get(url)
                    .send()
                    .await?
                    .error_for_status()?;
                let tag = response
                    .headers()
                    .get(ETAG)
                    .with_context(|| format!("{url} has no ETag"))?;
                tags.push(tag.to_str()?.to_owned());
            }
            Ok(tags)
        })
    }

    /// Waits until a search finds something.
    pub(super) fn until_found(&self, url: &str) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        self.runtime.block_on(async {
            loop {
                let found = async {
                    self.connections[0]
                        .get(url)
                        .send()
                        .await?
                        .error_for_status()?
                        .text()
                        .await
                };
                match found.await {
                    Ok(text) if !text.contains("\"items\":[]") => return Ok(()),
                    last if Instant::now() > until => bail!("{url} finds nothing: {last:?}"),
                    _ => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        })
    }
}

async fn repeat(
    http: reqwest::Client,
    target: Arc<Target>,
    turn: Arc<AtomicUsize>,
    until: Instant,
) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    while Instant::now() < until {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        let (status, time) = once(&http, &target, turn).await?;
        ensure!(
            status == target.status,
            "status {status} instead of {}",
            target.status
        );
        times.push(time.as_secs_f64() * 1e3);
    }
    Ok(times)
}

/// One request to its last byte.
async fn once(http: &reqwest::Client, target: &Target, turn: usize) -> Result<(u16, Duration)> {
    let at = turn % target.urls.len();
    let mut request = http.get(&target.urls[at]);
    if let Some(tags) = &target.tags {
        request = request.header(IF_NONE_MATCH, &tags[at]);
    }
    let began = Instant::now();
    let response = request.send().await?;
    let status = response.status().as_u16();
    response.bytes().await?;
    Ok((status, began.elapsed()))
}
