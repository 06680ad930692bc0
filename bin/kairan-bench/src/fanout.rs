//! One article, a whole city, one mail each: from the request to the last mail in the outbox.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use chrono::NaiveDate;

use crate::corpus::address;
use crate::database::Database;
use crate::generate;
use crate::installation::Installation;
use crate::measure::Costs;
use crate::progress::said;
use crate::report::Report;
use crate::scratch;

/// Articles of the site beside the ones that people are told of.
const ARTICLES: u64 = 20;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many citizens; every one has a mail address and wants mails
    #[arg(long, default_value_t = 10_000)]
    citizens: u64,
    #[command(flatten)]
    common: crate::Common,
}

/// Publishes one article with a notice to everyone a round; every round must leave exactly one mail a citizen.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let common = &options.common;
    let mut report = Report::new("fanout");
    report.setting("citizens", options.citizens);
    report.setting("runs", common.runs);
    report.setting("database", Database::Sqlite.name());
    report.setting("mail", "a folder");
    let folder = scratch::folder(common.dir.as_deref())?.join("fanout");
    scratch::clear(&folder)?;
    let articles = ARTICLES + u64::from(common.runs);
    let installation = Installation::new(&folder, articles, Database::Sqlite, common)?;
    installation.run(&["migrate"])?;
    installation.import()?;
    installation.publish(&["--all", "--no-notice"])?;
    let file = folder.join("citizens.jsonl");
    let on = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default();
    generate::citizens(options.citizens, &file, &installation.site, on, common.seed)?;
    let load = installation.run(&["citizen", "import", &file.to_string_lossy()])?;
    said(format_args!(
        "{} citizens imported: {:.2} s of CPU",
        options.citizens, load.cpu
    ));
    let mut told = Costs::default();
    let (mut first, mut last) = (f64::NAN, f64::NAN);
    for round in 1..=common.runs {
        let slug = address(ARTICLES + u64::from(round));
        notice(&installation.site, &slug)?;
        installation.import()?;
        let before = fs::read_dir(&installation.outbox)?.count();
        let cost = installation.publish(&[&slug])?;
        let mails = fs::read_dir(&installation.outbox)?.count() - before;
        ensure!(
            mails as u64 == options.citizens,
            "{slug}: {mails} mails for {} citizens",
            options.citizens
        );
        said(format_args!("{slug}: {mails} mails, {:.2} s", cost.wall));
        first = if round == 1 { cost.wall } else { first };
        last = cost.wall;
        told.push(cost);
    }
    for (name, costs) in [
        ("import citizens", &Costs::once(load)),
        ("publish and tell everyone", &told),
    ] {
        let Costs { wall, cpu, memory } = costs;
        report.row(
            name,
            [
                ("wall s", wall, 2),
                ("cpu s", cpu, 2),
                ("peak MiB", memory, 0),
            ],
        );
    }
    report.fact(
        "mails a second",
        options.citizens as f64 / told.wall.median(),
    );
    report.fact(
        "CPU a mail, ms",
        told.cpu.median() * 1e3 / options.citizens as f64,
    );
    // What was told before must not make telling dearer.
    report.fact("the last round to the first", last / first);
    scratch::clear(&folder)?;
    Ok(report)
}

/// Gives an article a notice to everyone.
fn notice(site: &Path, slug: &str) -> Result<()> {
    let path = site.join("content/articles").join(format!("{slug}.md"));
    let text = fs::read_to_string(&path)?;
    let text = text.replacen(
        "target: { text: ",
        "notice: { channels: [mail] }\ntarget: { when: { everyone: true }, text: ",
        1,
    );
    // Nobody is told of what can no longer be applied for, and the corpus is of the past.
    let lines = text.lines().map(|line| {
        if line.starts_with("deadline: ") {
            "anytime: true"
        } else {
            line
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    Ok(fs::write(&path, text)?)
}
