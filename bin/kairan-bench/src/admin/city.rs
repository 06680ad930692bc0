//! A site whose tags mean people, and the people.

use std::fs;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use kairan_db::citizens::{self, NOTICE_PURPOSE, NewCitizen, NewConsent};
use kairan_db::{Db, notices::Channel, seal::Keyring};

use crate::corpus;
use crate::population::{
    AREAS, ATTRIBUTES, LINE, MAIL, Person, Population, TOPICS, area_key, flag_key,
};
use crate::progress::said;

/// The day on which people have their ages.
pub(super) const ON: NaiveDate =
    NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day of the calendar");

/// People loaded in one transaction.
const BATCH: usize = 20_000;

/// Rewrites what a generated site says of people: every tag means a topic, and the profile knows all that is asked.
pub(super) fn found(site: &Path) -> Result<()> {
    let flags: String = (0..ATTRIBUTES)
        .map(|at| {
            format!(
                "  - {{ key: {}, type: flag, label: 項目{at} }}\n",
                flag_key(at)
            )
        })
        .collect();
    fs::write(
        site.join("profile.yaml"),
        format!(
            "fields:\n  - {{ key: area, type: choice, label: 地区, options: areas }}\n  \
             - {{ key: birth_date, type: birth-date, label: 生まれた日 }}\n  \
             - {{ key: due_date, type: date, label: 出産予定日 }}\n  \
             - {{ key: children, type: people, label: お子さん }}\n{flags}"
        ),
    )?;
    let areas: String = (0..AREAS)
        .map(|area| format!("- {{ key: {}, label: 第{area}地区 }}\n", area_key(area)))
        .collect();
    fs::write(site.join("taxonomy/areas.yaml"), areas)?;
    let topic = |number: usize| flag_key((number % usize::from(TOPICS)) as u8);
    let tags = corpus::tags(|number| format!(", matches: {{ flag: {} }}", topic(number)));
    Ok(fs::write(site.join("taxonomy/tags.yaml"), tags)?)
}

/// People who answer the profile, with the ways to them that they want.
pub(super) fn settle(db: &Db, number: usize, seed: u64) -> Result<()> {
    let keys = Keyring::generate();
    let now = ON.and_hms_opt(0, 0, 0).unwrap_or_default();
    let mut people = Population::new(seed, ON).take(number).enumerate();
    loop {
        let batch: Vec<NewCitizen> = people
            .by_ref()
            .take(BATCH)
            .map(|(at, person)| citizen(at, &person))
            .collect();
        if batch.is_empty() {
            return Ok(());
        }
        db.write(|c| citizens::load(c, &keys, &batch, now))?;
        if batch.len() == BATCH {
            said(format_args!("{BATCH} citizens more"));
        }
    }
}

fn citizen(at: usize, person: &Person) -> NewCitizen {
    let (mail, line) = (person.has(MAIL), person.has(LINE));
    let wanted = [(mail, Channel::Mail), (line, Channel::Line)];
    NewCitizen {
        lang: "ja".to_owned(),
        facts: person.facts(),
        mails: mail
            .then(|| format!("citizen-{at:07}@example.jp"))
            .into_iter()
            .collect(),
        line: line.then(|| format!("U{at:032x}")),
        consents: wanted
            .into_iter()
            .filter(|(wants, _)| *wants)
            .map(|(_, channel)| consent(channel))
            .collect(),
        ..NewCitizen::default()
    }
}

fn consent(channel: Channel) -> NewConsent {
    NewConsent {
        channel,
        purpose: NOTICE_PURPOSE.to_owned(),
        granted: true,
        version: "1".to_owned(),
        source: "import".to_owned(),
    }
}
