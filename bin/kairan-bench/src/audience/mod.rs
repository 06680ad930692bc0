//! Rules as SQL on a big city: Kairan's tables against hand-written SQL on tables made for it, in one PostgreSQL.

mod peer;
mod reverse;
pub(crate) mod rules;

use std::time::Instant;

use anyhow::{Result, ensure};
use chrono::NaiveDate;
use kairan_audience::Areas;
use kairan_db::{Db, audience, citizens, seal::Keyring};

use crate::measure::Series;
use crate::population::{AREAS, Population, area_key};
use crate::postgres::Postgres;
use crate::progress::said;
use crate::report::{Limit, Report};

/// The day on which people have their ages.
const ON: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day of the calendar");

/// People loaded in one transaction.
const BATCH: usize = 20_000;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many citizens
    #[arg(long, default_value_t = 1_000_000)]
    citizens: usize,
    /// An empty database to use; else a private server is started
    #[arg(long)]
    postgres: Option<String>,
    /// Rounds that count
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// Seed of people and rules
    #[arg(long, default_value_t = 20_261_120)]
    seed: u64,
}

/// Counts each rule in turn on both sides, after one round that does not count.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("audience");
    report.setting("citizens", options.citizens);
    report.setting("runs", options.runs);
    let areas = Areas::from_parents((0..AREAS).map(|area| (area_key(area), None::<String>)));
    let server = match &options.postgres {
        Some(url) => Ok(Postgres::given(url)),
        None => Postgres::start(),
    };
    match server {
        Ok(server) => forward(&mut report, &server, options, &areas)?,
        Err(error) => report.missing(format!("{error:#}")),
    }
    reverse::run(&mut report, options.runs, options.seed, ON, &areas)?;
    Ok(report)
}

fn forward(report: &mut Report, server: &Postgres, options: &Options, areas: &Areas) -> Result<()> {
    let db = Db::open(server.url(), &kairan_db::Options::default())?;
    db.migrate()?;
    load(report, &db, options)?;
    let mut ratios = Series::default();
    for (number, spec) in rules::twenty().iter().enumerate() {
        let (rule, sql) = (spec.rule()?, peer::sql(spec, ON)?);
        let (mut theirs, mut ours, mut found) = (Series::default(), Series::default(), 0);
        for round in 0..=options.runs {
            let began = Instant::now();
            let expected = db.read(|c| peer::count(c, &sql))?;
            let peer = began.elapsed().as_secs_f64() * 1e3;
            let began = Instant::now();
            found = db.read(|c| audience::count(c, &rule, ON, areas))?;
            let kairan = began.elapsed().as_secs_f64() * 1e3;
            ensure!(
                found == expected,
                "rule {number}: Kairan counts {found}, the peer {expected}"
            );
            if round > 0 {
                theirs.push(peer);
                ours.push(kairan);
            }
        }
        let ratio = ours.median() / theirs.median();
        ratios.push(ratio);
        let mut single = Series::default();
        single.push(ratio);
        let mut hits = Series::default();
        hits.push(found as f64);
        let cells = [
            ("peer ms", &theirs, 2),
            ("kairan ms", &ours, 2),
            ("ratio", &single, 2),
            ("hits", &hits, 0),
        ];
        report.row(format!("{number:>2} {}", spec.name), cells);
        said(format_args!(
            "rule {number}: {found} people, ratio {ratio:.2}"
        ));
    }
    report.limited(
        "ratio, median of the rules",
        ratios.median(),
        Limit::AtMost(1.5),
    );
    report.limited("ratio, worst rule", ratios.max(), Limit::AtMost(1.5));
    Ok(())
}

/// Loads both sides from the same people, a batch at a time.
fn load(report: &mut Report, db: &Db, options: &Options) -> Result<()> {
    let keys = Keyring::generate();
    let now = ON.and_hms_opt(0, 0, 0).unwrap_or_default();
    db.write(peer::create)?;
    let mut people = Population::new(options.seed, ON);
    let (mut ours, mut theirs) = (0.0, 0.0);
    for first in (0..options.citizens).step_by(BATCH) {
        let people: Vec<_> = people
            .by_ref()
            .take(BATCH.min(options.citizens - first))
            .collect();
        let began = Instant::now();
        let citizen = |facts| citizens::NewCitizen {
            lang: "ja".to_owned(),
            facts,
            ..Default::default()
        };
        let new: Vec<_> = people
            .iter()
            .map(|person| citizen(person.facts()))
            .collect();
        db.write(|c| citizens::load(c, &keys, &new, now))?;
        ours += began.elapsed().as_secs_f64();
        let began = Instant::now();
        db.write(|c| peer::load(c, first, &people))?;
        theirs += began.elapsed().as_secs_f64();
        if (first / BATCH).is_multiple_of(10) {
            said(format_args!(
                "{} of {} citizens loaded",
                first + people.len(),
                options.citizens
            ));
        }
    }
    let began = Instant::now();
    db.write(peer::index)?;
    theirs += began.elapsed().as_secs_f64();
    db.read(peer::vacuum)?;
    report.fact("loading, Kairan, s", ours);
    report.fact("loading and indexing, peer, s", theirs);
    Ok(())
}
