//! この条件に合う登録者: the number beside the form at a million citizens, asked for as the form does after every click.

use std::fs;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::runtime::Runtime;

use super::office::Office;
use super::{Options, city};
use crate::audience::rules;
use crate::corpus::Corpus;
use crate::database::Database;
use crate::measure::Series;
use crate::progress::said;
use crate::report::{Limit, Report};

/// What the slowest rule may take, in milliseconds.
const LIMIT: f64 = 300.0;

/// Articles whose audience follows from their tags.
const TAGGED: u64 = 10;

/// Counts each article's audience in turn.
pub(super) fn run(report: &mut Report, options: &Options, runtime: &Runtime) -> Result<()> {
    let rules = rules::twenty();
    let number = rules.len() as u64 + TAGGED;
    let office = Office::new("audience", number, Database::Postgres, &options.common)?;
    let installation = &office.installation;
    city::found(&installation.site)?;
    let corpus = Corpus::new(options.common.seed);
    for (at, spec) in rules.iter().enumerate() {
        let slug = crate::corpus::address(at as u64 + 1);
        let path = installation
            .site
            .join(format!("content/articles/{slug}.md"));
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let rule = json!(spec.rule()?);
        let text = text.replacen(
            "target: { text:",
            &format!("target: {{ when: {rule}, text:"),
            1,
        );
        fs::write(&path, text)?;
    }
    installation.import()?;
    said(format_args!("{} citizens on PostgreSQL", options.citizens));
    city::settle(&installation.db()?, options.citizens, options.common.seed)?;
    let server = office.open()?;
    let mut browser = office.someone(&server)?;
    let mut slowest = f64::NAN;
    for one in 1..=number {
        let article = corpus.article(one);
        let place = format!("/admin/documents/{}", article.id());
        let page = runtime.block_on(browser.get(&format!("{place}/edit")))?;
        let mut fields = page.form("edit")?;
        fields.retain(|(name, _)| name != "body");
        let (mut times, mut matched) = (Series::default(), Series::default());
        for round in 0..=options.common.runs {
            let path = format!("{place}/audience");
            let answer = runtime.block_on(browser.post(&path, &fields, 200))?;
            if round > 0 {
                times.push(answer.took);
                let told: serde_json::Value = serde_json::from_slice(&answer.body)?;
                matched.push(told["matched"].as_f64().context("no number")?);
            }
        }
        slowest = slowest.max(times.median());
        let name = match rules.get(one as usize - 1) {
            Some(spec) => spec.name.to_owned(),
            None => format!("{} tags of {} groups", article.tags.len(), article.groups()),
        };
        report.row(name, [("ms", &times, 1), ("people", &matched, 0)]);
    }
    report.limited(
        format!("audience of {}, slowest median, ms", options.citizens),
        slowest,
        Limit::AtMost(LIMIT),
    );
    Ok(())
}
