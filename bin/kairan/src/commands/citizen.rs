//! `kairan citizen`: people from a file, one person's data, and its end.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use kairan_db::{audit, citizens};
use kairan_pipeline::{Context, site_data};
use serde_json::json;

use super::open;
use crate::output::{self, Format, Outcome};

/// Citizens loaded in one transaction.
const BATCH: usize = 1_000;

/// The consent text that people of an imported file agreed to elsewhere.
const CONSENT: &str = "import";

pub(super) fn import(config: &Path, file: &Path, dry_run: bool, format: Format) -> Result<Outcome> {
    let kind = match file.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => citizens::Format::Csv,
        Some("jsonl") => citizens::Format::JsonLines,
        _ => bail!("{} は .csv か .jsonl ではありません", file.display()),
    };
    let text = std::fs::read_to_string(file).with_context(|| {
        format!(
            "{} を読めません。場所と、文字コードが UTF-8 であることを確かめてください",
            file.display()
        )
    })?;
    let (_runtime, context) = open(config)?;
    match load(&context, &text, kind, dry_run)? {
        Ok(report) => {
            match format {
                Format::Json => output::json(&report)?,
                Format::Text => output::line(format_args!(
                    "{} 人のうち {} 人を登録しました。すでに登録されていた人 {} 人。{}",
                    report["rows"],
                    report["added"],
                    report["existing"],
                    if dry_run {
                        "（確かめただけで、登録していません）"
                    } else {
                        ""
                    }
                )),
            }
            Ok(Outcome::Fine)
        }
        Err(problems) => {
            match format {
                Format::Json => {
                    let problems: Vec<_> = problems
                        .iter()
                        .map(|one| json!({"line": one.line, "column": one.column, "message": one.message}))
                        .collect();
                    output::json(&json!({ "problems": problems }))?;
                }
                Format::Text => {
                    for problem in &problems {
                        output::line(problem);
                    }
                    output::line(format_args!(
                        "問題が {} 件あり、だれも登録していません。",
                        problems.len()
                    ));
                }
            }
            Ok(Outcome::Problems)
        }
    }
}

/// Reads and loads people; the inner error is every problem of the file.
pub(super) fn load(
    context: &Context,
    text: &str,
    format: citizens::Format,
    dry_run: bool,
) -> Result<Result<serde_json::Value, Vec<citizens::ImportProblem>>> {
    let current = context
        .db
        .read(|c| Ok(site_data::current(c, &context.theme)))??;
    let today = context.clock.now_jst().date();
    let areas = current.data.area_tree();
    let rows = match citizens::parse_import(text, format, &current.data.profile, &areas, today) {
        Ok(rows) => rows,
        Err(problems) => return Ok(Err(problems)),
    };
    let (mut added, mut existing) = (0, 0);
    if !dry_run {
        for batch in rows.chunks(BATCH) {
            let now = context.clock.now();
            let done = context
                .db
                .write(|c| citizens::import(c, &context.keys, batch, CONSENT, now))?;
            added += done.added;
            existing += done.existing;
        }
    }
    Ok(Ok(
        json!({ "rows": rows.len(), "added": added, "existing": existing, "dry_run": dry_run }),
    ))
}

pub(super) fn export(config: &Path, id: &str) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    let now = context.clock.now();
    let data = context.db.write(|c| {
        let data = citizens::export(c, &context.keys, id)?;
        audit::record(c, "cli", "citizen.export", id, &json!({}), now)?;
        Ok(data)
    })?;
    output::json(&data)?;
    Ok(Outcome::Fine)
}

pub(super) fn erase(config: &Path, id: &str, format: Format) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    let now = context.clock.now();
    context.db.write(|c| {
        citizens::leave(c, id, now)?;
        audit::record(c, "cli", "citizen.erase", id, &json!({}), now)?;
        Ok(())
    })?;
    match format {
        Format::Json => output::json(&json!({ "erased": id }))?,
        Format::Text => output::line(format_args!("{id} の連絡先と回答を消しました。")),
    }
    Ok(Outcome::Fine)
}

/// How many contact points get nothing, and why: never whose they are.
pub(super) fn stopped(config: &Path, format: Format) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    let counts = context.db.read(citizens::suppressed_counts)?;
    match format {
        Format::Json => {
            let items: Vec<_> = counts
                .iter()
                .map(|(channel, reason, count)| {
                    json!({ "channel": channel, "reason": reason, "count": count })
                })
                .collect();
            output::json(&json!({ "stopped": items }))?;
        }
        Format::Text if counts.is_empty() => output::line("送るのを止めている連絡先はありません。"),
        Format::Text => {
            for (channel, reason, count) in &counts {
                output::line(format_args!("{channel} {}: {count}", in_words(reason)));
            }
        }
    }
    Ok(Outcome::Fine)
}

fn in_words(reason: &str) -> &str {
    match reason {
        "unknown_recipient" => "unknown_recipient（宛先がない）",
        "undeliverable" => "undeliverable（何度も戻ってくる）",
        "unsubscribed" => "unsubscribed（本人が受け取りをやめた）",
        "unfollowed" => "unfollowed（LINEでブロックされた）",
        other => other,
    }
}
