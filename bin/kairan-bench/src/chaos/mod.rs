//! A small city whose program is killed again and again: nobody may be left out, told twice, or told without being meant.

mod books;
mod campaign;
mod fresh;
mod judge;
mod people;
mod plan;
mod readers;
mod samples;
mod town;
mod weather;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use kairan_test_support::smtp_faults::{MailFault, Received};

use crate::database::Database;
use crate::progress::said;
use crate::report::{Limit, Report};
use crate::scratch;
use campaign::{Campaign, Tally, drain};
use judge::{Case, Ledger, Taken, Verdict, judge};
use plan::Plan;
use samples::Samples;
use town::Town;

/// Messages that one worker may have under way: ten for each of three connections to the relay, one to LINE.
const AT_ONCE: f64 = 31.0;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How often to kill
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    kills: u64,
    /// Seed of city, schedule, faults and instants
    #[arg(long, default_value_t = 20_261_121)]
    seed: u64,
    /// The database; PostgreSQL is started for the campaign
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    db: Database,
    /// How many citizens
    #[arg(long, default_value_t = 300)]
    citizens: u64,
    /// How many articles that tell people
    #[arg(long, default_value_t = 18)]
    articles: u64,
    /// Where the city is built; else memory (/dev/shm) or the temporary folder
    #[arg(long)]
    dir: Option<std::path::PathBuf>,
    /// Leave the city where it is
    #[arg(long)]
    keep: bool,
    /// The program `kairan`; else KAIRAN_BIN, else the one beside this program
    #[arg(long)]
    kairan: Option<std::path::PathBuf>,
}

/// Runs one campaign and judges it. What is missing to run one is an error.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("chaos");
    report.setting("kills", options.kills);
    report.setting("seed", options.seed);
    report.setting("database", options.db.name());
    report.setting("citizens", options.citizens);
    report.setting("articles", options.articles);
    let kairan = crate::kairan(options.kairan.as_deref())?;
    let folder =
        scratch::folder(options.dir.as_deref())?.join(format!("chaos-{}", std::process::id()));
    scratch::clear(&folder)?;
    let database = options.db.open(&folder)?;
    let plan = Plan::new(options.citizens, options.articles, options.seed);
    let town = Town::new(&folder, kairan, database, options.seed)?;
    town.settle_in(&plan)?;
    let stop = AtomicBool::new(false);
    let (tally, samples) = std::thread::scope(|scope| {
        let sampler = scope.spawn(|| samples::sample(&town, &plan, options.seed, &stop));
        let tally = Campaign::new(&town, &plan, options.kills, options.seed).run();
        stop.store(true, Ordering::Relaxed);
        (tally, sampler.join().unwrap_or_default())
    });
    conclude(&mut report, &town, &plan, &tally?, &samples)?;
    if options.keep {
        said(format_args!("the city is in {}", folder.display()));
    } else {
        scratch::clear(&folder)?;
    }
    Ok(report)
}

/// Peace, the verdict, and once more with the relay's log to settle what was in doubt.
fn conclude(
    report: &mut Report,
    town: &Town,
    plan: &Plan,
    tally: &Tally,
    samples: &Samples,
) -> Result<()> {
    let open = drain(town, false)?;
    let db = town.db()?;
    let (expected, contacts) = (plan.tellings(), contacts(plan));
    let verdict = |report: &mut Report, when: &str| -> Result<Verdict> {
        let (books, ledger) = (books::read(&db)?, ledger(town, plan));
        let case = Case {
            expected: &expected,
            contacts: &contacts,
            books: &books,
            ledger: &ledger,
        };
        let verdict = judge(&case);
        for (kind, findings) in verdict.kinds() {
            none(report, &format!("{kind}{when}"), findings);
        }
        report.fact(
            format!("mails and LINE messages taken{when}"),
            ledger.taken.len() as f64,
        );
        Ok(verdict)
    };
    report.fact("workers killed", tally.workers as f64);
    report.fact("of these, beside one that went on", tally.beside as f64);
    report.fact("commands killed", tally.commands as f64);
    report.fact("tellings", expected.len() as f64);
    let first = verdict(report, "")?;
    report.fact("messages in doubt", first.in_doubt as f64);
    report.fact("of these, taken", first.doubted_and_taken as f64);
    let killed = first.in_doubt_by_kill as f64 / tally.kills() as f64;
    report.limited(
        "messages in doubt for each kill",
        killed,
        Limit::AtMost(AT_ONCE),
    );
    for (what, count) in [
        ("messages open", open.messages),
        ("jobs open", open.jobs),
        ("jobs given up", open.dead_jobs),
        ("releases open", open.releases),
        ("notices open", open.notices),
    ] {
        report.limited(what, count as f64, Limit::AtMost(0.0));
    }
    report.fact("accounts read", samples.read as f64);
    report.fact("of these, while under way", samples.under_way as f64);
    none(report, "accounts that do not add up", &samples.unbalanced);
    none(report, "accounts that could not be read", &samples.broken);
    none(report, "workers that ended by themselves", &tally.ended);
    none(
        report,
        "objects unlike a fresh city's",
        &fresh::differences(town, plan)?,
    );
    drain(town, true)?;
    let second = verdict(report, ", with the relay's log")?;
    report.fact(
        "messages in doubt, with the relay's log",
        second.in_doubt as f64,
    );
    Ok(())
}

/// A figure that must be zero; what it counts is said on standard error.
fn none(report: &mut Report, name: &str, findings: &[String]) {
    for finding in findings.iter().take(10) {
        said(format_args!("{name}: {finding}"));
    }
    report.limited(name, findings.len() as f64, Limit::AtMost(0.0));
}

fn contacts(plan: &Plan) -> BTreeMap<String, BTreeSet<String>> {
    let people = plan.people.iter();
    people
        .map(|one| (one.key.clone(), one.contacts(true, true).cloned().collect()))
        .collect()
}

/// Everything the other side wrote down.
fn ledger(town: &Town, plan: &Plan) -> Ledger {
    let mut ledger = Ledger {
        shown: town.readers.shown(plan),
        ..Ledger::default()
    };
    for mail in town.sink.received() {
        let identity = identity(&mail);
        if mail.fault == MailFault::DropAfterDot {
            ledger.unanswered.insert(identity.clone());
        }
        ledger.taken.push(Taken {
            identity,
            contact: mail.to,
            at: mail.at,
        });
    }
    for mail in town.sink.turned_away() {
        let identity = identity(&mail);
        match mail.fault {
            MailFault::AfterDot(reply) if reply.starts_with('5') => ledger.refused.insert(identity),
            // A program may have written everything before it heard of the break.
            MailFault::LoseAfterDot | MailFault::DropInContent(_) => {
                ledger.unanswered.insert(identity)
            }
            _ => false,
        };
    }
    for request in town.line.accepted() {
        let users = request.body["to"].as_array().cloned().unwrap_or_default();
        for user in users {
            ledger.taken.push(Taken {
                identity: request.retry_key.clone(),
                contact: user.as_str().unwrap_or_default().to_owned(),
                at: request.at,
            });
        }
    }
    ledger
}

/// The Message-ID without brackets.
fn identity(mail: &Received) -> String {
    let line = mail
        .content
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "));
    line.unwrap_or_default().trim_matches(['<', '>']).to_owned()
}
