//! `kairan notice`: what a notice would do, did, and how to stop or mend it.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Result, bail};
use kairan_db::{Error as DbError, audit, notices};
use kairan_pipeline::{Context, notify};
use serde_json::json;

use super::{find_document, open};
use crate::cli::Notice;
use crate::output::{self, Format, Outcome};

pub(super) fn run(config: &Path, command: &Notice, format: Format) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    match command {
        Notice::Plan { id } => return plan(&context, id, format),
        Notice::Status { id } => return status(&context, id, format),
        Notice::Pause { id } => change(&context, id, "pause", format, |c, _| {
            notices::pause(c, id)?;
            Ok("止めました。kairan notice resume で続けられます。".to_owned())
        }),
        Notice::Resume { id } => change(&context, id, "resume", format, |c, now| {
            notify::resume(c, id, now)?;
            Ok("続けます。".to_owned())
        }),
        Notice::Cancel { id, reason } => change(&context, id, "cancel", format, |c, now| {
            let stopped = notices::cancel(c, id, reason, now)?;
            Ok(format!(
                "取りやめました。送る前だった {stopped} 通は送りません。"
            ))
        }),
        Notice::Correct { id, text } => {
            let made = notify::correct(&context, id, text)?;
            match format {
                Format::Json => output::json(&json!({ "notice": made }))?,
                Format::Text => output::line(format_args!(
                    "訂正のお知らせ {made} を作りました。kairan notice status {made} で確かめられます。"
                )),
            }
            Ok(())
        }
    }?;
    Ok(Outcome::Fine)
}

/// One step on a notice, noted in the audit log with it.
fn change(
    context: &Context,
    id: &str,
    action: &str,
    format: Format,
    step: impl Fn(&mut kairan_db::AnyConnection, chrono::NaiveDateTime) -> kairan_db::Result<String>,
) -> Result<()> {
    let now = context.clock.now();
    let said = context.db.write(|c| {
        let said = step(c, now)?;
        audit::record(c, "cli", &format!("notice.{action}"), id, &json!({}), now)?;
        Ok(said)
    })?;
    match format {
        Format::Json => output::json(&json!({ "notice": id, "action": action })),
        Format::Text => {
            output::line(said);
            Ok(())
        }
    }
}

fn plan(context: &Context, word: &str, format: Format) -> Result<Outcome> {
    let plan = notify::plan(context, &find_document(context, word)?)?;
    if format == Format::Json {
        output::json(&plan)?;
        return Ok(Outcome::Fine);
    }
    output::line(format_args!(
        "{}\n条件: {}\n当てはまる人: {} 人",
        plan.title, plan.rule, plan.matched
    ));
    if plan.widened > 0 {
        output::line(format_args!(
            "そのうち、答えがないため念のため知らせる人（[notices] widen）: {} 人",
            plan.widened
        ));
    }
    for (channel, counts) in &plan.channels {
        output::line(format_args!(
            "{}: {}",
            channel_name(channel),
            listed(counts)
        ));
    }
    if plan.told_before {
        output::line(
            "この回（round）はすでに知らせています。もう一度公開しても、だれにも送りません。",
        );
    }
    Ok(Outcome::Fine)
}

/// The runs meant by the id of one, or by a document.
fn meant(context: &Context, word: &str) -> Result<Vec<String>> {
    match context.db.read(|c| notices::get(c, word)) {
        Ok(notice) => return Ok(vec![notice.id]),
        Err(DbError::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let document = find_document(context, word)?;
    let all = context.db.read(|c| notices::of_document(c, &document))?;
    if all.is_empty() {
        bail!("文書「{word}」のお知らせはまだありません");
    }
    Ok(all.into_iter().map(|notice| notice.id).collect())
}

fn status(context: &Context, word: &str, format: Format) -> Result<Outcome> {
    let mut balanced = true;
    let mut all = Vec::new();
    for id in meant(context, word)? {
        let (notice, account, missed) = context.db.snapshot(|c| {
            let (notice, account) = notices::account(c, &id)?;
            Ok((notice, account, notices::not_reached(c, &id)?))
        })?;
        balanced &= account.balanced;
        if format == Format::Text {
            print(&notice, &account, &missed);
        }
        all.push(json!({
            "notice": notice.id,
            "document": notice.document_id,
            "round": notice.round,
            "occasion": notice.occasion,
            "state": notice.state.as_str(),
            "channels": account.channels,
            "people": account.people,
            "not_reached": missed,
            "balanced": account.balanced,
        }));
    }
    if format == Format::Json {
        match all.as_slice() {
            [one] => output::json(one)?,
            _ => output::json(&json!({ "notices": all }))?,
        }
    }
    Ok(Outcome::problems(!balanced))
}

fn print(notice: &notices::Notice, account: &notices::Account, missed: &BTreeMap<String, i64>) {
    output::line(format_args!(
        "お知らせ {}（文書 {}、{} 回目、{}）: {}",
        notice.id,
        notice.document_id,
        notice.round,
        notice.occasion,
        notice.state.as_str()
    ));
    for (channel, one) in &account.channels {
        output::line(format_args!(
            "  {}: 候補 {} = {}",
            channel_name(channel),
            one.candidates,
            listed(&one.states)
        ));
        for (reason, count) in &one.reasons {
            output::line(format_args!("      {reason}: {count}"));
        }
    }
    let people = &account.people;
    output::line(format_args!(
        "  人: 対象 {} = メールか LINE で届いた {} + 送信中 {} + 不明 {} + マイページだけ {} + 届いていない {}",
        people.matched,
        people.pushed,
        people.open,
        people.in_doubt,
        people.inbox_only,
        people.not_reached
    ));
    for (reason, count) in missed {
        output::line(format_args!("      {reason}: {count}"));
    }
    output::line(if account.balanced {
        "  数は合っています。"
    } else {
        "  数が合っていません。"
    });
}

fn channel_name(channel: &str) -> &str {
    match channel {
        "inbox" => "マイページ",
        "mail" => "メール",
        "line" => "LINE",
        other => other,
    }
}

fn listed(counts: &BTreeMap<String, i64>) -> String {
    let parts: Vec<_> = counts
        .iter()
        .map(|(word, count)| format!("{word} {count}"))
        .collect();
    if parts.is_empty() {
        "0".to_owned()
    } else {
        parts.join(" + ")
    }
}
