//! `kairan audience`: who a rule is for.

use std::{
    io::{BufRead, stdin},
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use kairan_audience::Rule;
use kairan_pipeline::{notify, site_data};
use serde_json::json;

use super::{find_document, open};
use crate::output::{self, Format, Outcome};

/// JSON lines in, JSON lines out: one answer for each line, in order; a line with mistakes answers `{"problems":[…]}`.
pub(super) fn eval() -> Result<Outcome> {
    let mut problems = false;
    let mut input = stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input
            .read_until(b'\n', &mut line)
            .context("標準入力を読めません")?
            == 0
        {
            return Ok(Outcome::problems(problems));
        }
        // What is not UTF-8 is not JSON either: the reader says so with its place.
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            continue;
        }
        let answer = kairan_audience::eval(text.trim()).unwrap_or_else(|found| {
            problems = true;
            let found: Vec<_> = found
                .iter()
                .map(|problem| json!({"path": problem.path, "message": problem.message, "fix": problem.fix}))
                .collect();
            json!({ "problems": found })
        });
        output::line(answer);
    }
}

/// How many people a rule, or the audience of a live document, is for.
pub(super) fn count(
    config: &Path,
    rule: Option<&str>,
    document: Option<&str>,
    on: Option<NaiveDate>,
    format: Format,
) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    let on = on.unwrap_or_else(|| context.clock.now_jst().date());
    let current = context
        .db
        .read(|c| Ok(site_data::current(c, &context.theme)))??;
    let rule = match (rule, document) {
        (Some(text), _) => read_rule(text)?,
        (None, Some(word)) => {
            let id = find_document(&context, word)?;
            let catalogue = kairan_pipeline::catalogue::DbCatalogue::open(&context)?;
            let live = kairan_site::Catalogue::document(&catalogue, &id)?
                .with_context(|| format!("文書「{word}」は公開されていません"))?;
            kairan_content::audience(&live.document, &current.data)
                .with_context(|| format!("文書「{word}」には対象者の条件がありません"))?
        }
        (None, None) => bail!("--rule か --document を指定してください"),
    };
    let areas = current.data.area_tree();
    let tally = context
        .db
        .snapshot(|c| kairan_db::audience::tally(c, &rule, on, &areas))?;
    match format {
        Format::Json => output::json(&json!({
            "on": on, "yes": tally.yes, "no": tally.no, "unknown": tally.unknown,
        }))?,
        Format::Text => output::line(format_args!(
            "{on} の時点で、当てはまる {} 人、当てはまらない {} 人、回答がなく分からない {} 人",
            tally.yes, tally.no, tally.unknown
        )),
    }
    Ok(Outcome::Fine)
}

fn read_rule(text: &str) -> Result<Rule> {
    let value = serde_json::from_str(text).context("--rule を JSON として読めません")?;
    Rule::from_json(&value).map_err(|problems| {
        let said: Vec<String> = problems
            .iter()
            .map(|problem| format!("{} {} {}", problem.path, problem.message, problem.fix))
            .collect();
        anyhow::anyhow!("--rule に誤りがあります: {}", said.join(" / "))
    })
}

/// Why one citizen is told of a document, or not, and what the ledger says.
pub(super) fn explain(
    config: &Path,
    citizen: &str,
    document: &str,
    format: Format,
) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    let id = find_document(&context, document)?;
    let found = notify::explain(&context, citizen, &id, None)?;
    if format == Format::Json {
        output::json(&found)?;
        return Ok(Outcome::Fine);
    }
    output::line(format_args!("{}（{}）", found.title, found.document));
    output::line(format_args!(
        "登録者 {} / {} の時点",
        found.citizen, found.on
    ));
    output::line(format_args!(
        "条件: {}",
        found
            .rule
            .as_deref()
            .unwrap_or("なし（だれにも知らせません）")
    ));
    output::line(format_args!("判定: {}", verdict(&found.verdict)));
    for reason in &found.reasons {
        output::line(format_args!("  ・{reason}"));
    }
    if !found.missing.is_empty() {
        output::line(format_args!(
            "  回答がない項目: {}",
            found.missing.join("、")
        ));
    }
    if !found.children.is_empty() {
        output::line(format_args!(
            "  当てはまるお子さん: {}",
            found.children.join("、")
        ));
    }
    if found.told.is_empty() {
        output::line("お知らせ: 送られていません");
    }
    for step in &found.told {
        let reason = step
            .reason
            .as_deref()
            .map(|reason| format!("（{reason}）"))
            .unwrap_or_default();
        output::line(format_args!(
            "お知らせ {}（{}） {}: {}{reason} {}",
            step.notice, step.occasion, step.channel, step.state, step.at
        ));
    }
    Ok(Outcome::Fine)
}

fn verdict(word: &str) -> &str {
    match word {
        "yes" => "対象です（yes）",
        "no" => "対象ではありません（no）",
        "unknown" => "回答がないため分かりません（unknown）",
        other => other,
    }
}
