//! Known-item search: pages that are known to exist, asked for by two words of their title, and the bytes it takes.

mod queries;
mod scan;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::Result;
use kairan_index::{Fetch, FetchError, Filters, Reader};

use crate::corpus::{Corpus, Dialect, address};
use crate::measure::{self, Series};
use crate::progress::said;
use crate::report::{Limit, Report};
use crate::scratch;
use queries::Kind;

/// Results looked at.
const SHOWN: usize = 10;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many articles the site has
    #[arg(long, default_value_t = 10_000)]
    articles: u64,
    /// Queries of each kind
    #[arg(long, default_value_t = 75)]
    queries: usize,
    #[command(flatten)]
    common: crate::Common,
}

/// Ranks of the pages asked for.
#[derive(Default)]
struct Score {
    asked: usize,
    found: usize,
    reciprocal: f64,
    scan: f64,
}

impl Score {
    fn recall(&self) -> f64 {
        self.found as f64 / self.asked as f64
    }

    fn mrr(&self) -> f64 {
        self.reciprocal / self.asked as f64
    }
}

/// Builds the site with the program and asks its published index.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let common = &options.common;
    let mut report = Report::new("search");
    report.setting("articles", options.articles);
    let base = scratch::folder(common.dir.as_deref())?;
    let site = scratch::corpus(&base, options.articles, common.seed, Dialect::Kairan)?;
    let out = base.join("out-known-items");
    scratch::clear(&out)?;
    let mut build = Command::new(common.kairan()?);
    measure::run(
        build
            .arg("build")
            .arg("--site")
            .arg(site)
            .arg("--out")
            .arg(&out),
    )?;
    said(format_args!("built; asking"));

    let corpus = Corpus::new(common.seed);
    let articles: Vec<_> = (1..=options.articles)
        .map(|number| corpus.article(number))
        .collect();
    let queries = queries::make(&articles, options.queries, common.seed);
    let (mut all, mut bytes, mut objects, mut ms) = (
        Score::default(),
        Series::default(),
        Series::default(),
        Series::default(),
    );
    for kind in Kind::ALL {
        let mut score = Score::default();
        for query in queries.iter().filter(|query| query.kind == kind) {
            let fetch = Counting::new(&out.join("search-index"));
            let began = Instant::now();
            let hits = Reader::open(&fetch)?.search(&query.text(), &Filters::default(), SHOWN)?;
            ms.push(began.elapsed().as_secs_f64() * 1e3);
            let read = fetch.read.into_inner();
            bytes.push(read.bytes as f64 / 1024.0);
            objects.push(read.names.len() as f64);
            let wanted = format!("/articles/{}/", address(query.number));
            let rank = hits.iter().position(|hit| hit.url == wanted);
            for score in [&mut score, &mut all] {
                score.asked += 1;
                score.found += usize::from(rank.is_some());
                score.reciprocal += rank.map_or(0.0, |rank| 1.0 / (rank + 1) as f64);
            }
            let scanned = scan::reciprocal_rank(&articles, query);
            score.scan += scanned;
            all.scan += scanned;
        }
        say(&mut report, kind.name(), &score);
    }
    say(&mut report, "all", &all);
    report.row(
        "first query of a visit",
        [
            ("KiB read", &bytes, 0),
            ("objects", &objects, 0),
            ("ms", &ms, 1),
        ],
    );
    report.limited("recall@10, all kinds", all.recall(), Limit::AtLeast(0.907));
    report.limited("MRR@10, all kinds", all.mrr(), Limit::AtLeast(0.713));
    scratch::clear(&out)?;
    Ok(report)
}

fn say(report: &mut Report, name: &str, score: &Score) {
    report.fact(format!("{name}: queries"), score.asked as f64);
    report.fact(format!("{name}: recall@10"), score.recall());
    report.fact(format!("{name}: MRR@10"), score.mrr());
    report.fact(
        format!("{name}: MRR@10 of a scan of the whole text"),
        score.scan / score.asked as f64,
    );
}

/// Reads objects of a folder and counts them, as the first search of a visit does.
struct Counting {
    folder: PathBuf,
    read: RefCell<Read>,
}

#[derive(Default)]
struct Read {
    names: BTreeSet<String>,
    bytes: usize,
}

impl Counting {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            read: RefCell::default(),
        }
    }
}

impl Fetch for Counting {
    fn fetch(&self, name: &str) -> Result<Vec<u8>, FetchError> {
        let bytes = std::fs::read(self.folder.join(name)).map_err(|error| FetchError {
            name: name.to_owned(),
            why: error.to_string(),
        })?;
        let mut read = self.read.borrow_mut();
        // What was read once is in the browser's cache.
        if read.names.insert(name.to_owned()) {
            read.bytes += bytes.len();
        }
        Ok(bytes)
    }
}
