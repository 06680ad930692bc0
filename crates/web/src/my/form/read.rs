//! From what was typed to facts: not answered, answered with none, or answered.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use kairan_audience::{Answer, Child, Facts, Field, FieldKind, Options};
use kairan_content::{Area, SiteData};

use super::answers::Answers;
use super::dates::read_day;
use super::problems::Problems;

struct Reading<'a> {
    site: &'a SiteData,
    answers: &'a Answers,
    today: NaiveDate,
    problems: &'a mut Problems,
}

/// The facts; whatever is wrong goes to `problems`. `today` is a day in Japan.
pub(crate) fn read_facts(
    site: &SiteData,
    answers: &Answers,
    today: NaiveDate,
    problems: &mut Problems,
) -> Facts {
    let mut reading = Reading {
        site,
        answers,
        today,
        problems,
    };
    let mut facts = Facts::default();
    let mut flags = BTreeMap::new();
    for field in &site.profile.fields {
        match field.kind {
            FieldKind::Choice => facts.area = reading.area(field),
            FieldKind::BirthDate => facts.birth_date = reading.birth_date(),
            FieldKind::Date => facts.due_date = reading.due_date(),
            FieldKind::People => facts.children = reading.children(field),
            FieldKind::Choices => facts.household = reading.household(field),
            FieldKind::Flag => reading.flag(field, &mut flags),
        }
    }
    if !flags.is_empty() {
        facts.flags = Answer::Given(flags);
    }
    facts
}

impl Reading<'_> {
    fn area(&mut self, field: &Field) -> Answer<String> {
        let given = self.answers.one("area");
        if given.is_empty() {
            return Answer::NotAnswered;
        }
        let known = match &field.options {
            Some(Options::List(list)) => list.iter().any(|choice| choice.key == given),
            _ => knows(&self.site.areas, given),
        };
        if !known {
            self.problems.add(
                "area",
                format!("{}を、一覧から選び直してください。", field.label),
            );
            return Answer::NotAnswered;
        }
        Answer::Given(given.to_owned())
    }

    fn birth_date(&mut self) -> Answer<NaiveDate> {
        match self.day("birth_date") {
            Some(day) if day > self.today => {
                self.problems
                    .add("birth_date", "今日より前の日付を選んでください。");
                Answer::NotAnswered
            }
            Some(day) => Answer::Given(day),
            None => Answer::NotAnswered,
        }
    }

    fn due_date(&mut self) -> Answer<NaiveDate> {
        let none = self.answers.ticked("due_date.none", "yes");
        match self.day("due_date") {
            Some(_) if none => {
                self.contradiction("due_date", "予定日");
                Answer::NotAnswered
            }
            Some(day) if (day - self.today).abs() > Duration::days(310) => {
                self.problems.add(
                    "due_date",
                    "出産予定日が今日から離れすぎています。年を確かめてください。",
                );
                Answer::NotAnswered
            }
            Some(day) => Answer::Given(day),
            None if none => Answer::Nothing,
            None => Answer::NotAnswered,
        }
    }

    fn children(&mut self, field: &Field) -> Answer<Vec<Child>> {
        let mut children = Vec::new();
        for n in 1..=self.answers.rows() {
            let row = format!("children.{n}");
            let traits = self.answers.all(&format!("{row}.trait"));
            match self.day(&row) {
                Some(day) if day > self.today => self.problems.add(
                    &row,
                    format!("{n}人目：生まれた日は、今日までの日付を選んでください。これから生まれるお子さんは、出産予定日に入れてください。"),
                ),
                Some(birth_date) => children.push(Child {
                    key: None,
                    birth_date,
                    traits: traits_of(field, traits),
                }),
                None if self.answers.parts(&row).is_none() && !traits.is_empty() => {
                    self.problems.add(&row, format!("{n}人目：生まれた日も選んでください。"));
                }
                None => {}
            }
        }
        let none = self.answers.ticked("children.none", "yes");
        match (children.is_empty(), none) {
            (false, true) => {
                self.contradiction("children.none", "お子さん");
                Answer::NotAnswered
            }
            (false, false) => Answer::Given(children),
            (true, true) => Answer::Given(Vec::new()),
            (true, false) => Answer::NotAnswered,
        }
    }

    fn household(&mut self, field: &Field) -> Answer<Vec<String>> {
        let given = self.answers.all("household");
        let none = given.iter().any(|key| key == "none");
        let ticked = known_keys(field, given);
        match (ticked.is_empty(), none) {
            (false, true) => {
                self.contradiction("household", "当てはまるもの");
                Answer::NotAnswered
            }
            (true, false) => Answer::NotAnswered,
            _ => Answer::Given(ticked),
        }
    }

    fn flag(&mut self, field: &Field, flags: &mut BTreeMap<String, Option<bool>>) {
        let name = format!("flags.{}", field.key);
        match self.answers.one(&name) {
            "" => {}
            "yes" => drop(flags.insert(field.key.clone(), Some(true))),
            "no" => drop(flags.insert(field.key.clone(), Some(false))),
            _ => self
                .problems
                .add(&name, "「はい」「いいえ」「答えない」から選んでください。"),
        }
    }

    fn day(&mut self, name: &str) -> Option<NaiveDate> {
        match read_day(self.answers.parts(name)?) {
            Ok(day) => Some(day),
            Err(text) => {
                let which = name.strip_prefix("children.").map(|n| format!("{n}人目："));
                self.problems
                    .add(name, format!("{}{text}", which.unwrap_or_default()));
                None
            }
        }
    }

    fn contradiction(&mut self, name: &str, what: &str) {
        self.problems.add(
            name,
            format!("{what}を入れたうえで「ない」にも印が付いています。どちらかにしてください。"),
        );
    }
}

fn knows(areas: &[Area], key: &str) -> bool {
    areas
        .iter()
        .any(|area| area.key == key || knows(&area.children, key))
}

fn known_keys(field: &Field, given: &[String]) -> Vec<String> {
    let Some(Options::List(list)) = &field.options else {
        return Vec::new();
    };
    let chosen = list.iter().filter(|choice| given.contains(&choice.key));
    chosen.map(|choice| choice.key.clone()).collect()
}

/// Nothing ticked: not answered; 「どれも当てはまらない」: none.
fn traits_of(field: &Field, given: &[String]) -> Option<Vec<String>> {
    (!given.is_empty()).then(|| known_keys(field, given))
}
