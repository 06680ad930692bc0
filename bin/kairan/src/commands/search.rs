//! `kairan search`: answers from the published objects alone.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use kairan_index::{Fetch, FetchError, Filters, Hit, Reader};
use serde_json::json;
use url::Url;

use crate::cli::SearchArgs;
use crate::output::{self, Format, Outcome};

/// How long a server may take for one object.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn run(arguments: &SearchArgs, format: Format) -> Result<Outcome> {
    let limit = usize::from(arguments.limit);
    let index = arguments.index.as_str();
    let hits = if index.starts_with("http://") || index.starts_with("https://") {
        let fetch = Remote::new(index)?;
        search(&fetch, &arguments.query, limit)?
    } else {
        let root = Path::new(index);
        if !root.join("search-index").is_dir() {
            bail!(
                "{index} に検索インデックス（search-index/）がありません。build の書き出し先か、公開先のフォルダーを指定してください"
            );
        }
        let fetch = |name: &str| {
            std::fs::read(root.join("search-index").join(name)).map_err(|error| FetchError {
                name: name.to_owned(),
                why: error.to_string(),
            })
        };
        search(&fetch, &arguments.query, limit)?
    };
    match format {
        Format::Json => {
            let results: Vec<_> = hits
                .iter()
                .map(|hit| json!({"url": hit.url, "title": hit.title, "score": hit.score}))
                .collect();
            output::json(&json!({ "results": results }))?;
        }
        Format::Text if hits.is_empty() => {
            output::line(format_args!(
                "「{}」に合うページはありません。",
                arguments.query
            ));
        }
        Format::Text => {
            for hit in &hits {
                output::line(format_args!(
                    "{}\n  {}\n  {}",
                    hit.title, hit.url, hit.summary
                ));
            }
        }
    }
    Ok(Outcome::Fine)
}

fn search(fetch: &dyn Fetch, query: &str, limit: usize) -> Result<Vec<Hit>> {
    Ok(Reader::open(fetch)?.search(query, &Filters::default(), limit)?)
}

/// An index behind a web server.
struct Remote {
    base: Url,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Remote {
    fn new(site: &str) -> Result<Self> {
        let site = if site.ends_with('/') {
            site.to_owned()
        } else {
            format!("{site}/")
        };
        let base = Url::parse(&site)
            .and_then(|url| url.join("search-index/"))
            .with_context(|| format!("{site} を URL として読めません"))?;
        let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            base,
            client,
            runtime,
        })
    }
}

impl Fetch for Remote {
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        let failed = |why: String| FetchError {
            name: name.to_owned(),
            why,
        };
        let url = self
            .base
            .join(name)
            .map_err(|error| failed(error.to_string()))?;
        let get = async {
            let answer = self
                .client
                .get(url.clone())
                .send()
                .await?
                .error_for_status()?;
            answer.bytes().await
        };
        let bytes = self.runtime.block_on(get).map_err(|error| {
            failed(match error.status() {
                Some(status) => format!("{url} は {status} を返しました"),
                None => format!("{url} に届きません（{error}）"),
            })
        })?;
        Ok(bytes.to_vec())
    }
}
