//! What a notice would do, before it does it: nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use kairan_audience::{Facts, Labels, Verdict, evaluate_with, verdict};
use kairan_db::{
    audience::{self, Selection},
    citizens, notices,
};
use serde::Serialize;

use super::{
    decide::widened_fields,
    live_document,
    person::{Terms, choices},
    site_data,
    words::labels,
};
use crate::{Context, Error, Result};

/// People looked at together.
const PAGE: u32 = 2_000;

/// Whom a notice would reach, and how.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NoticePlan {
    /// 文書
    pub document: String,
    /// 件名
    pub title: String,
    /// The rule in plain words.
    pub rule: String,
    /// People who match today.
    pub matched: i64,
    /// Of them, those whose answers are open, in fields that the city widens.
    pub widened: i64,
    /// Channel → `send` or the reason why not → how many.
    pub channels: BTreeMap<String, BTreeMap<String, i64>>,
    /// Whether this round was told already: then publishing again tells nobody.
    pub told_before: bool,
}

/// Looks at everybody who matches a live document today. Cost grows with the number of people who match.
///
/// # Errors
/// Where the document is not live, has no notice or is for nobody.
pub fn plan(context: &Context, document_id: &str) -> Result<NoticePlan> {
    let (site, found) = context.db.read(|c| {
        let site = site_data(c)?;
        let found = live_document(c, &site, document_id)?;
        Ok((site, found))
    })?;
    let Some((_, document)) = found else {
        return Err(Error::Refused(format!(
            "文書 {document_id} は公開されていません"
        )));
    };
    let Some(wish) = &document.notice else {
        return Err(Error::Refused(
            "この文書には notice: がないため、だれにも知らせません".to_owned(),
        ));
    };
    let Some(rule) = kairan_content::audience(&document, &site) else {
        return Err(Error::Refused(
            "対象者の条件がないため、だれにも知らせません。target.when か年齢・対象のタグを付けてください".to_owned(),
        ));
    };
    let on = context.clock.now_jst().date();
    let areas = site.area_tree();
    let names: Vec<String> = wish
        .channels
        .iter()
        .map(|one| format!("{one:?}").to_lowercase())
        .collect();
    let terms = Terms {
        channels: &names,
        pressing: wish.urgency != kairan_content::Urgency::Normal,
        category: &document.category,
        daily_cap: context.notices.daily_cap,
    };
    let mut plan = NoticePlan {
        document: document_id.to_owned(),
        title: document.title.clone(),
        rule: rule.describe(&labels(&site)),
        told_before: context
            .db
            .read(|c| notices::latest_round(c, document_id))?
            .is_some_and(|round| round >= super::decide::round_of(wish)),
        ..NoticePlan::default()
    };
    let selection = Selection {
        rule: &rule,
        on,
        areas: &areas,
        since: None,
    };
    let widen = widened_fields(&site, &context.notices);
    let prepared = context.db.read(|c| {
        if widen.is_empty() {
            audience::prepare(c, &selection)
        } else {
            audience::prepare_possible(c, &selection)
        }
    })?;
    let labels = Labels::default();
    let open_alone = |facts: &Facts| {
        let outcome = evaluate_with(&rule, facts, on, &areas, &labels);
        outcome.verdict == Verdict::Unknown
            && outcome.missing.iter().all(|field| widen.contains(field))
    };
    let mut addresses = BTreeSet::new();
    let mut after: Option<String> = None;
    loop {
        let (keys, widened, people) = context.db.read(|c| {
            let keys = prepared.page(c, after.as_deref(), PAGE)?;
            let (mut matching, mut widened) = (Vec::new(), 0);
            for (key, facts) in citizens::facts(c, &keys)? {
                let sure = verdict(&rule, &facts, on, &areas) == Verdict::Yes;
                if sure || (!widen.is_empty() && open_alone(&facts)) {
                    matching.push(key);
                    widened += i64::from(!sure);
                }
            }
            let people = citizens::recipients(c, &matching)?;
            Ok((keys, widened, people))
        })?;
        let Some(last) = keys.last() else { break };
        after = Some(last.clone());
        plan.matched += i64::try_from(people.len()).unwrap_or(i64::MAX);
        plan.widened += widened;
        for person in &people {
            for choice in choices(&terms, person, 0, &mut addresses) {
                let word = choice.refusal.map_or("send", |(_, reason)| reason);
                let channel = plan.channels.entry(choice.channel.to_string()).or_default();
                *channel.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    Ok(plan)
}
