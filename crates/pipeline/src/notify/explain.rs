//! Why one citizen was told, or not: clause by clause, and what the ledger says.

use chrono::NaiveDate;
use kairan_audience::{Verdict, evaluate_with};
use kairan_db::{citizens, notices, time::jst_from_utc};
use serde::Serialize;

use super::{live_document, site_data, words::labels};
use crate::{Context, Error, Result};

/// One thing that was told.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The run.
    pub notice: String,
    /// `publish`, `reminder:…` or `correction:…`.
    pub occasion: String,
    /// `inbox`, `mail` or `line`.
    pub channel: String,
    /// The state of the delivery or of its message.
    pub state: String,
    /// Why not.
    pub reason: Option<String>,
    /// When it was written down (JST).
    pub at: String,
}

/// Why, for one citizen and one document.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Who.
    pub citizen: String,
    /// 文書
    pub document: String,
    /// 件名
    pub title: String,
    /// The day looked at (JST).
    pub on: NaiveDate,
    /// The rule in plain words; `None`: the document is for nobody.
    pub rule: Option<String>,
    /// `yes`, `no` or `unknown`.
    pub verdict: String,
    /// Facts that could still decide.
    pub missing: Vec<String>,
    /// Clause by clause.
    pub reasons: Vec<String>,
    /// Keys of the children it is about.
    pub children: Vec<String>,
    /// What was told so far.
    pub told: Vec<Step>,
}

/// Explains a citizen's relation to a live document, on a day or today.
///
/// # Errors
/// Where the document is not live or there is no such citizen.
pub fn explain(
    context: &Context,
    citizen: &str,
    document_id: &str,
    on: Option<NaiveDate>,
) -> Result<Explanation> {
    let today = on.unwrap_or_else(|| context.clock.now_jst().date());
    let (site, found, facts, told) = context.db.read(|c| {
        let site = site_data(c)?;
        let found = live_document(c, &site, document_id)?;
        let facts = citizens::facts(c, &[citizen.to_owned()])?.pop();
        let told = notices::told_about(c, document_id, citizen)?;
        Ok((site, found, facts, told))
    })?;
    let Some((_, document)) = found else {
        return Err(Error::Refused(format!(
            "文書 {document_id} は公開されていません"
        )));
    };
    let Some((_, facts)) = facts else {
        return Err(Error::Refused(format!(
            "市民 {citizen} は見つかりません。退会した方の情報は残っていません"
        )));
    };
    let rule = kairan_content::audience(&document, &site);
    let labels = labels(&site);
    let outcome = rule
        .as_ref()
        .map(|rule| evaluate_with(rule, &facts, today, &site.area_tree(), &labels));
    let verdict = match outcome.as_ref().map(|one| one.verdict) {
        Some(Verdict::Yes) => "yes",
        Some(Verdict::Unknown) => "unknown",
        _ => "no",
    };
    Ok(Explanation {
        citizen: citizen.to_owned(),
        document: document_id.to_owned(),
        title: document.title,
        on: today,
        rule: rule.as_ref().map(|rule| rule.describe(&labels)),
        verdict: verdict.to_owned(),
        missing: outcome
            .as_ref()
            .map(|one| one.missing.clone())
            .unwrap_or_default(),
        reasons: outcome
            .as_ref()
            .map(|one| one.reasons.sentences())
            .unwrap_or_default(),
        children: outcome.map(|one| one.children).unwrap_or_default(),
        told: told
            .into_iter()
            .map(|one| Step {
                notice: one.notice_id,
                occasion: one.occasion,
                channel: one.channel,
                state: one.message_state.unwrap_or(one.state),
                reason: one.reason,
                at: jst_from_utc(one.created_at)
                    .format("%Y-%m-%dT%H:%M")
                    .to_string(),
            })
            .collect(),
    })
}
