//! What travels when somebody opens an edit page for the first time: the page, its styles, scripts and icons, and the same
//! of the true page in its frame.

use std::collections::BTreeSet;

use anyhow::Result;
use tokio::runtime::Runtime;

use super::Options;
use super::browser::Browser;
use super::office::Office;
use crate::corpus::Corpus;
use crate::database::Database;
use crate::report::{Limit, Report};

/// Bytes after compression, in kB.
const LIMIT: f64 = 150.0;

/// Opens the page of one article.
pub(super) fn run(report: &mut Report, options: &Options, runtime: &Runtime) -> Result<()> {
    let office = Office::new("weight", 50, Database::Sqlite, &options.common)?;
    office.installation.import()?;
    office.installation.publish(&["--all", "--no-notice"])?;
    let server = office.open()?;
    let mut browser = office.someone(&server)?;
    let id = Corpus::new(options.common.seed).article(1).id();
    let path = format!("/admin/documents/{id}/edit");
    let (files, bytes) = runtime.block_on(everything(&mut browser, &path))?;
    report.fact("edit page: requests", files as f64);
    report.limited(
        "edit page with all it shows, gzip, kB",
        bytes as f64 / 1_000.0,
        Limit::AtMost(LIMIT),
    );
    Ok(())
}

/// Number and bytes of a page and of all that it loads, frames and what those load too.
async fn everything(browser: &mut Browser, page: &str) -> Result<(usize, usize)> {
    let mut waiting = vec![page.to_owned()];
    let mut seen = BTreeSet::from([page.to_owned()]);
    let mut bytes = 0;
    while let Some(path) = waiting.pop() {
        let (travelling, answer) = browser.weigh(&path).await?;
        bytes += travelling;
        for found in loaded(&path, &answer.text()) {
            if seen.insert(found.clone()) {
                waiting.push(found);
            }
        }
    }
    Ok((seen.len(), bytes))
}

/// What a page, script or style has the browser load, as paths of this server.
fn loaded(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in ["<link ", "<script ", "<img ", "<use ", "<iframe "] {
        for inner in text.split(tag).skip(1) {
            let inner = inner.split('>').next().unwrap_or_default();
            let follows = tag != "<link " || inner.contains("stylesheet") || inner.contains("icon");
            for name in [" href=\"", " src=\""] {
                let value = format!(" {inner}");
                if let Some((_, value)) = value.split_once(name).filter(|_| follows) {
                    found.extend(value.split('"').next().map(str::to_owned));
                }
            }
        }
    }
    for begin in ["from \"", "import \"", "import(\"", "url(\"", "url("] {
        for inner in text.split(begin).skip(1) {
            found.extend(inner.split(['"', ')']).next().map(str::to_owned));
        }
    }
    found
        .iter()
        .filter_map(|one| {
            let one = one.split('#').next()?.replace("&amp;", "&");
            match one.strip_prefix("./") {
                Some(name) => Some(format!("{}/{name}", path.rsplit_once('/')?.0)),
                None => one.starts_with('/').then_some(one),
            }
        })
        .collect()
}
