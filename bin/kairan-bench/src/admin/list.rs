//! The list of very many documents, narrowed in several ways.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use diesel::connection::SimpleConnection;
use kairan_db::{AnyConnection, Db};
use tokio::runtime::Runtime;

use super::Options;
use super::office::Office;
use crate::corpus::Corpus;
use crate::database::Database;
use crate::measure::Series;
use crate::progress::said;
use crate::report::{Limit, Report};

/// What the slowest way to narrow the list may take, in milliseconds.
const LIMIT: f64 = 200.0;

/// A search that took longer, in milliseconds, waited for its index.
const WAITED: f64 = 1_000.0;
/// How long an index may take to be made.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// What a city of that age would have, spread over documents that were all imported in one moment: states, departments, errors,
/// days of the last change.
const SPREAD: &str = "
    UPDATE documents SET
        stage = CASE WHEN CAST(substr(slug, 3) AS INTEGER) % 10 = 0 THEN 'draft'
                     WHEN CAST(substr(slug, 3) AS INTEGER) % 50 = 1 THEN 'in_review'
                     WHEN CAST(substr(slug, 3) AS INTEGER) % 50 = 2 THEN 'scheduled'
                     WHEN CAST(substr(slug, 3) AS INTEGER) % 20 = 3 THEN 'withdrawn' ELSE 'published' END,
        owner = category,
        errors = CASE WHEN CAST(substr(slug, 3) AS INTEGER) % 100 = 0 THEN 1 ELSE 0 END;
    UPDATE documents SET live = (stage = 'published');
    UPDATE documents SET updated_at = '2024-06-01 09:00:00' WHERE CAST(substr(slug, 3) AS INTEGER) % 3 = 0;
    UPDATE documents SET updated_at = '2026-03-01 09:00:00' WHERE CAST(substr(slug, 3) AS INTEGER) % 3 = 1;
    UPDATE documents SET review_by = '2026-01-31 00:00:00' WHERE CAST(substr(slug, 3) AS INTEGER) % 40 = 0;";

/// Measures one database.
pub(super) fn run(
    report: &mut Report,
    options: &Options,
    database: Database,
    runtime: &Runtime,
) -> Result<()> {
    let office = Office::new("list", options.listed, database, &options.common)?;
    let imported = office.installation.import()?;
    said(format_args!("imported: {:.1} s of CPU", imported.cpu));
    spread(&office.installation.db()?)?;
    let server = office.open()?;
    let mut browser = office.someone(&server)?;
    let name = database.name();
    let (service, area) = words(options);
    let found = format!("/admin/documents?q={service}%20{area}");
    // The index of everything is made when the server starts; until then searches wait for it in vain.
    let began = Instant::now();
    while runtime.block_on(browser.get(&found))?.took > WAITED {
        ensure!(began.elapsed() < PATIENCE, "the search index is not made");
    }
    report.fact(
        format!("{name}: until {} can be searched, s", options.listed),
        began.elapsed().as_secs_f64(),
    );
    let deep = options.listed / 50 - 10;
    let asked = [
        ("everything", "/admin/documents".to_owned()),
        ("one state", "/admin/documents?state=draft".to_owned()),
        (
            "state, kind, category, department",
            "/admin/documents?state=published&kind=article&category=taxes&owner=taxes".to_owned(),
        ),
        (
            "of a department, by creation",
            "/admin/documents?owner=welfare&sort=created".to_owned(),
        ),
        ("written by me", "/admin/documents?view=mine".to_owned()),
        ("with errors", "/admin/documents?view=errors".to_owned()),
        ("to be reviewed", "/admin/documents?view=review".to_owned()),
        (
            "not changed for a year",
            "/admin/documents?view=stale".to_owned(),
        ),
        (
            "a page near the end",
            format!("/admin/documents?page={deep}"),
        ),
        (
            "a page near the end of a state",
            format!("/admin/documents?state=published&page={}", deep * 3 / 4),
        ),
        ("two words", found.clone()),
        ("two words in a state", format!("{found}&state=published")),
        (
            "a word of very many",
            "/admin/documents?q=%E7%94%B3%E8%AB%8B&state=draft".to_owned(),
        ),
        ("the first screen", "/admin/".to_owned()),
    ];
    let mut worst = f64::NAN;
    for (kind, path) in &asked {
        let mut times = Series::default();
        for round in 0..=options.common.runs * 4 {
            let answer = runtime.block_on(browser.get(path))?;
            ensure!(answer.body.len() > 2_000, "{path} is empty");
            if round > 0 {
                times.push(answer.took);
            }
        }
        worst = worst.max(times.median());
        report.row(format!("{name}: {kind}"), [("ms", &times, 1)]);
    }
    report.limited(
        format!("{name}: list of {}, slowest median, ms", options.listed),
        worst,
        Limit::AtMost(LIMIT),
    );
    report.fact(format!("{name}: peak MiB of the server"), server.memory()?);
    Ok(())
}

/// Words of an article, for an address.
fn words(options: &Options) -> (String, String) {
    let article = Corpus::new(options.common.seed).article(options.listed / 2);
    let percent =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    (percent(article.service), percent(article.area))
}

fn spread(db: &Db) -> Result<()> {
    db.write(|c| {
        match c {
            AnyConnection::Sqlite(c) => c.batch_execute(SPREAD)?,
            AnyConnection::Pg(c) => c.batch_execute(SPREAD)?,
        }
        Ok(())
    })?;
    Ok(())
}
