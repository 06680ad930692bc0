//! `/api/v1` under load: pages of lists, documents, answers that nothing changed, searches; beside the same JSON as files.
//!
//! The peer is `/data/v1` of the same site from the same server: the very bytes, through the same HTTP stack and machine, without a
//! database or a search index behind it. What an answer costs beyond that is the API's own.

mod client;

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::corpus::{Corpus, address};
use crate::database::Database;
use crate::installation::Installation;
use crate::measure::Series;
use crate::progress::said;
use crate::report::{Limit, Report};
use crate::rng::Rng;
use crate::scratch;
use crate::server::Server;
use client::{Client, Target};

/// Different addresses of each kind, asked for in turn.
const ADDRESSES: u64 = 200;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many articles, one site after the other
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    articles: Vec<u64>,
    /// Connections at once
    #[arg(long, default_value_t = 8)]
    connections: usize,
    /// Seconds for each kind of request in each round
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    #[command(flatten)]
    common: crate::Common,
}

/// What is asked for, and the peer it is compared with.
const KINDS: [(&str, Option<&str>); 6] = [
    ("page of a list", Some("list as a file")),
    ("list as a file", None),
    ("document", Some("document as a file")),
    ("document as a file", None),
    ("not changed (304)", None),
    ("search", None),
];

/// Figures of one kind of request over all rounds.
#[derive(Default)]
struct Figures {
    rate: Series,
    median: Series,
    slow: Series,
    cpu: Series,
}

/// Builds each site, serves it, and asks for each kind in turn.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("api");
    report.setting("connections", options.connections);
    report.setting("seconds", options.seconds);
    report.setting("runs", options.common.runs);
    report.setting("database", Database::Sqlite.name());
    let mut before: Option<Vec<Figures>> = None;
    for articles in &options.articles {
        let figures = site(options, *articles, &mut report)?;
        for ((name, peer), own) in KINDS.iter().zip(&figures) {
            if let Some(at) = KINDS.iter().position(|(other, _)| Some(*other) == *peer) {
                let ratio = own.cpu.median() / figures[at].cpu.median();
                report.fact(format!("{articles}: {name}, CPU to the file's"), ratio);
            }
        }
        if let Some(before) = &before {
            for (((name, _), small), large) in KINDS.iter().zip(before).zip(&figures) {
                let growth = large.cpu.median() / small.cpu.median();
                let name = format!("{name}: CPU to that of the smaller site");
                // A search reads more where more is found; the others must not know how large the site is.
                if *name == *"search: CPU to that of the smaller site" {
                    report.fact(name, growth);
                } else {
                    report.limited(name, growth, Limit::AtMost(2.0));
                }
            }
        }
        before = Some(figures);
    }
    Ok(report)
}

/// One site: figures in the order of [`KINDS`].
fn site(options: &Options, articles: u64, report: &mut Report) -> Result<Vec<Figures>> {
    let folder: PathBuf = scratch::folder(options.common.dir.as_deref())?.join("api");
    scratch::clear(&folder)?;
    let installation = Installation::new(&folder, articles, Database::Sqlite, &options.common)?;
    installation.run(&["migrate"])?;
    installation.import()?;
    said(format_args!("publishing {articles} articles"));
    installation.publish(&["--all", "--no-notice"])?;
    let server = Server::start(installation.command(&[
        "serve",
        "--only",
        "public",
        "--bind",
        "127.0.0.1:0",
    ]))?;
    let client = Client::new(options.connections)?;
    let targets = targets(articles, options.common.seed, &client, &server)?;
    let mut figures: Vec<Figures> = KINDS.iter().map(|_| Figures::default()).collect();
    // The first round does not count.
    for round in 0..=options.common.runs {
        for (target, figures) in targets.iter().zip(&mut figures) {
            let (cpu, took) = (server.cpu()?, client.ask(target, options.seconds)?);
            let cpu = server.cpu()? - cpu;
            if round > 0 {
                figures.rate.push(took.rate);
                figures.median.push(took.times.at(0.5));
                figures.slow.push(took.times.at(0.99));
                figures.cpu.push(cpu * 1e3 / took.requests as f64);
            }
        }
    }
    for ((name, _), own) in KINDS.iter().zip(&figures) {
        report.row(
            format!("{articles}: {name}"),
            [
                ("requests/s", &own.rate, 0),
                ("p50 ms", &own.median, 2),
                ("p99 ms", &own.slow, 2),
                ("CPU ms", &own.cpu, 3),
            ],
        );
    }
    report.fact(
        format!("{articles}: peak MiB of the server"),
        server.memory()?,
    );
    drop(server);
    scratch::clear(&folder)?;
    Ok(figures)
}

/// Addresses of every kind, each checked to answer as it should.
fn targets(articles: u64, seed: u64, client: &Client, server: &Server) -> Result<Vec<Target>> {
    let corpus = Corpus::new(seed);
    let mut rng = Rng::new(seed);
    let at = |path: String| format!("{}{path}", server.url);
    let (mut slugs, mut files, mut queries) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ADDRESSES {
        let article = corpus.article(rng.between(1, articles));
        slugs.push(at(format!("api/v1/articles/{}", address(article.number))));
        files.push(at(format!("data/v1/articles/{}.json", article.id())));
        let words = percent(&format!("{} {}", article.area, article.service));
        queries.push(at(format!("api/v1/search?q={words}&limit=10")));
    }
    client.until_found(&queries[0])?;
    let tags = client.tags(&slugs)?;
    let targets = vec![
        Target::new(vec![at("api/v1/articles?limit=20".to_owned())], 200),
        Target::new(vec![at("data/v1/articles/index.json".to_owned())], 200),
        Target::new(slugs.clone(), 200),
        Target::new(files, 200),
        Target::with_tags(slugs, tags),
        Target::new(queries, 200),
    ];
    for (target, (name, _)) in targets.iter().zip(KINDS) {
        ensure!(
            client.answers(target)?,
            "{name} does not answer with {}",
            target.status
        );
    }
    Ok(targets)
}

/// A word for a query.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
