//! Whom a text would tell, while it is being written: numbers alone, and nothing is written.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kairan_audience::Rule;
use kairan_content::{Document, NoticeChannel, SiteData, Urgency};
use kairan_db::AnyConnection;
use kairan_db::audience::{self, Selection};
use kairan_db::citizens::{self, Recipient};
use kairan_db::notices::Channel;
use serde::Serialize;

use super::person::{Terms, choices};
use super::words::labels;
use crate::Result;

/// Up to so many people are looked at one by one; of more, about so many.
const LOOKED_AT: u32 = 1_000;

/// Whom a text would reach today.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// The rule in plain words; `None` where the text is for nobody.
    pub rule: Option<String>,
    /// People who match.
    pub matched: i64,
    /// Of them, who gets a mail.
    pub mail: i64,
    /// Who gets a LINE message.
    pub line: i64,
    /// Who finds it in the inbox alone.
    pub inbox_only: i64,
    /// Whether the numbers by channel are counted of a part and scaled up.
    pub estimated: bool,
}

/// Counts whom a text would reach on a day: the channels its notice names, or both where it has none yet. Costs a count,
/// and a look at a thousand people at most.
///
/// # Errors
/// Those of the database.
pub fn reach(
    c: &mut AnyConnection,
    site: &SiteData,
    document: &Document,
    on: NaiveDate,
) -> Result<Reach> {
    match kairan_content::audience(document, site) {
        Some(rule) => of_rule(c, site, document, &rule, on),
        None => Ok(Reach::default()),
    }
}

fn of_rule(
    c: &mut AnyConnection,
    site: &SiteData,
    document: &Document,
    rule: &Rule,
    on: NaiveDate,
) -> Result<Reach> {
    let areas = site.area_tree();
    let selection = Selection {
        rule,
        on,
        areas: &areas,
        since: None,
    };
    let prepared = audience::prepare(c, &selection)?;
    // Of a rule for few this is the whole answer, and of one for many it is found at once.
    let mut keys = prepared.page(c, None, LOOKED_AT + 1)?;
    let most = usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    let estimated = keys.len() > most;
    let mut matched = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    if estimated {
        (matched, keys) = prepared.count_and_sample(c, most)?;
    }
    let people = citizens::recipients(c, &keys)?;
    let (mail, line, inbox_only) = by_channel(document, &people);
    let scaled = |part: usize| scale(part, people.len(), matched);
    Ok(Reach {
        rule: Some(rule.describe(&labels(site))),
        matched,
        mail: scaled(mail),
        line: scaled(line),
        inbox_only: scaled(inbox_only),
        estimated,
    })
}

/// How many of these people get a mail, a LINE message, neither.
fn by_channel(document: &Document, people: &[Recipient]) -> (usize, usize, usize) {
    let both = vec![NoticeChannel::Mail, NoticeChannel::Line];
    let wish = document.notice.as_ref();
    let names: Vec<String> = wish
        .map_or(&both, |wish| &wish.channels)
        .iter()
        .map(|one| format!("{one:?}").to_lowercase())
        .collect();
    let terms = Terms {
        channels: &names,
        pressing: wish.is_some_and(|wish| wish.urgency != Urgency::Normal),
        category: &document.category,
        daily_cap: None,
    };
    let mut addresses = BTreeSet::new();
    let (mut mail, mut line, mut neither) = (0, 0, 0);
    for person in people {
        let choices = choices(&terms, person, 0, &mut addresses);
        let through = |channel| {
            choices
                .iter()
                .any(|choice| choice.channel == channel && choice.refusal.is_none())
        };
        let (by_mail, by_line) = (through(Channel::Mail), through(Channel::Line));
        mail += usize::from(by_mail);
        line += usize::from(by_line);
        neither += usize::from(!by_mail && !by_line);
    }
    (mail, line, neither)
}

/// `part` of `looked_at`, of `all`.
fn scale(part: usize, looked_at: usize, all: i64) -> i64 {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (part, looked_at) = (number(part), number(looked_at));
    if looked_at == 0 || looked_at == all {
        return part;
    }
    (part.saturating_mul(all) + looked_at / 2) / looked_at
}

#[cfg(test)]
mod tests {
    use super::scale;

    #[test]
    fn a_part_is_scaled_to_all_and_a_whole_stays() {
        assert_eq!(scale(3, 10, 10), 3);
        assert_eq!(scale(1_000, 2_000, 1_000_000), 500_000);
        assert_eq!(scale(0, 0, 5), 0);
    }
}
