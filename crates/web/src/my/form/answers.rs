//! What was typed, before it means anything: nothing of it is lost where something is wrong.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use kairan_audience::{Answer, Facts};
use kairan_content::SiteData;

use super::{FIRST_ROWS, MOST_ROWS};

/// Values by name of field.
#[derive(Default)]
pub(crate) struct Answers(BTreeMap<String, Vec<String>>);

impl Answers {
    /// Of a form as sent.
    pub(crate) fn sent(pairs: &[(String, String)]) -> Self {
        let mut answers = Self::default();
        for (name, value) in pairs {
            answers.add(name, value.trim());
        }
        answers
    }

    /// Of facts that are known.
    pub(crate) fn known(facts: &Facts, site: &SiteData) -> Self {
        let mut answers = Self::default();
        if let Answer::Given(area) = &facts.area {
            answers.add("area", area);
        }
        answers.date("birth_date", &facts.birth_date);
        answers.date("due_date", &facts.due_date);
        if let Some(children) = facts.children.list() {
            if children.is_empty() {
                answers.add("children.none", "yes");
            }
            for (n, child) in (1..).zip(children) {
                let row = format!("children.{n}");
                answers.day(&row, child.birth_date);
                for key in child.traits.iter().flatten() {
                    answers.add(&format!("{row}.trait"), key);
                }
                if child.traits.as_ref().is_some_and(Vec::is_empty) {
                    answers.add(&format!("{row}.trait"), "none");
                }
            }
            answers.add("children.rows", &(children.len() + 1).to_string());
        }
        if let Some(ticked) = facts.household.list() {
            if ticked.is_empty() {
                answers.add("household", "none");
            }
            for key in ticked {
                answers.add("household", key);
            }
        }
        for key in site.profile.flags() {
            if let Some(answer) = facts.flag(key) {
                answers.add(&format!("flags.{key}"), if answer { "yes" } else { "no" });
            }
        }
        answers
    }

    fn date(&mut self, name: &str, answer: &Answer<NaiveDate>) {
        match answer {
            Answer::NotAnswered => {}
            Answer::Nothing => self.add(&format!("{name}.none"), "yes"),
            Answer::Given(day) => self.day(name, *day),
        }
    }

    fn day(&mut self, name: &str, day: NaiveDate) {
        self.add(&format!("{name}.year"), &day.year().to_string());
        self.add(&format!("{name}.month"), &day.month().to_string());
        self.add(&format!("{name}.day"), &day.day().to_string());
    }

    /// One more value.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        let values = self.0.entry(name.to_owned()).or_default();
        values.push(value.to_owned());
    }

    /// The first value; empty where there is none.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    /// Every value.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str, value: &str) -> bool {
        self.all(name).iter().any(|given| given == value)
    }

    /// Year, month and day as typed; `None` where all three are empty.
    pub(crate) fn parts(&self, name: &str) -> Option<[&str; 3]> {
        let part = |part: &str| self.one(&format!("{name}.{part}"));
        let parts = [part("year"), part("month"), part("day")];
        parts.iter().any(|part| !part.is_empty()).then_some(parts)
    }

    /// How many rows for children the form has.
    pub(crate) fn rows(&self) -> usize {
        let typed = self.one("children.rows").parse().unwrap_or(FIRST_ROWS);
        typed.clamp(FIRST_ROWS, MOST_ROWS)
    }

    /// One more row for a child.
    pub(crate) fn more_rows(&mut self) {
        let rows = (self.rows() + 1).min(MOST_ROWS);
        self.0
            .insert("children.rows".to_owned(), vec![rows.to_string()]);
    }
}
