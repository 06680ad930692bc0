//! The form as the template shows it.

use chrono::{Datelike as _, NaiveDate};
use kairan_audience::{Choice, Field, FieldKind, Options};
use kairan_content::{Area, SiteData};
use serde::Serialize;

use super::answers::Answers;
use super::dates::{DateView, Entry};
use super::problems::Problems;
use super::{MOST_ROWS, id_of};

/// The questions of the profile, those to be shown with more care apart, and the interests.
#[derive(Serialize)]
pub(crate) struct FormView {
    open: Vec<FieldView>,
    sensitive: Vec<FieldView>,
    sensitive_consent: Check,
    interests: Vec<Check>,
}

#[derive(Serialize)]
struct FieldView {
    id: String,
    name: String,
    label: String,
    help: Option<String>,
    error: Option<String>,
    choice: Option<ChoiceView>,
    date: Option<DateView>,
    none: Option<Check>,
    checks: Vec<Check>,
    flag: Option<Vec<Entry>>,
    people: Option<PeopleView>,
}

/// A box to tick.
#[derive(Serialize)]
pub(crate) struct Check {
    id: String,
    name: String,
    value: String,
    label: String,
    checked: bool,
    error: Option<String>,
}

#[derive(Serialize)]
struct ChoiceView {
    groups: Vec<Group>,
}

/// Entries under a heading, or without one.
#[derive(Serialize)]
struct Group {
    label: Option<String>,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct PeopleView {
    rows: Vec<PersonView>,
    count: usize,
    more: bool,
}

#[derive(Serialize)]
struct PersonView {
    number: usize,
    id: String,
    error: Option<String>,
    date: DateView,
    traits: Vec<Check>,
}

impl Check {
    pub(crate) fn new(
        name: &str,
        value: &str,
        label: impl Into<String>,
        answers: &Answers,
        problems: &Problems,
    ) -> Self {
        Self {
            id: format!("{}-{value}", id_of(name)),
            name: name.to_owned(),
            value: value.to_owned(),
            label: label.into(),
            checked: answers.ticked(name, value),
            error: problems.of(name),
        }
    }
}

struct Showing<'a> {
    site: &'a SiteData,
    answers: &'a Answers,
    problems: &'a Problems,
    today: NaiveDate,
}

impl FormView {
    pub(crate) fn new(
        site: &SiteData,
        answers: &Answers,
        problems: &Problems,
        today: NaiveDate,
    ) -> Self {
        let showing = Showing {
            site,
            answers,
            problems,
            today,
        };
        let (sensitive, open): (Vec<&Field>, Vec<&Field>) = site
            .profile
            .fields
            .iter()
            .partition(|field| field.sensitive);
        let views = |fields: Vec<&Field>| fields.iter().map(|field| showing.field(field)).collect();
        Self {
            open: views(open),
            sensitive: views(sensitive),
            sensitive_consent: Check::new(
                "consent.sensitive",
                "yes",
                "上の答えを、当てはまるお知らせを選ぶために使うことに同意します",
                answers,
                problems,
            ),
            interests: site
                .categories
                .iter()
                .map(|c| Check::new("interest", &c.key, &c.label, answers, problems))
                .collect(),
        }
    }
}

impl Showing<'_> {
    fn field(&self, field: &Field) -> FieldView {
        let name = match field.kind {
            FieldKind::Flag => format!("flags.{}", field.key),
            kind => kind.facts_key().unwrap_or(&field.key).to_owned(),
        };
        let mut view = FieldView {
            id: id_of(&name),
            label: field.label.clone(),
            help: field.help.clone(),
            error: self.problems.of(&name),
            choice: None,
            date: None,
            none: None,
            checks: Vec::new(),
            flag: None,
            people: None,
            name,
        };
        let this_year = self.today.year();
        match field.kind {
            FieldKind::Choice => view.choice = Some(self.choice(field)),
            FieldKind::BirthDate => {
                let years = (this_year - 115..=this_year).rev();
                view.date = Some(DateView::new("birth_date", self.answers, years));
            }
            FieldKind::Date => {
                let years = this_year - 1..=this_year + 1;
                view.date = Some(DateView::new("due_date", self.answers, years));
                view.none = Some(self.none("due_date.none", "出産の予定はない"));
            }
            FieldKind::People => {
                view.people = Some(self.people(field));
                view.none = Some(self.none("children.none", "お子さんはいない"));
                view.error = self.problems.of("children.none");
            }
            FieldKind::Choices => {
                view.checks = self.checks("household", field);
                view.none = Some(Check::new(
                    "household",
                    "none",
                    "どれも当てはまらない",
                    self.answers,
                    self.problems,
                ));
            }
            FieldKind::Flag => view.flag = Some(self.flag(&view.name)),
        }
        view
    }

    fn none(&self, name: &str, label: &str) -> Check {
        let mut check = Check::new(name, "yes", label, self.answers, self.problems);
        // The summary leads here.
        check.id = id_of(name);
        check
    }

    fn checks(&self, name: &str, field: &Field) -> Vec<Check> {
        list(field)
            .iter()
            .map(|c| Check::new(name, &c.key, &c.label, self.answers, self.problems))
            .collect()
    }

    fn flag(&self, name: &str) -> Vec<Entry> {
        let given = self.answers.one(name);
        [("", "答えない"), ("yes", "はい"), ("no", "いいえ")]
            .map(|(value, label)| Entry {
                selected: given == value,
                value: value.to_owned(),
                label: label.to_owned(),
            })
            .into()
    }

    fn choice(&self, field: &Field) -> ChoiceView {
        let given = self.answers.one("area");
        let entry = |key: &str, label: String| Entry {
            selected: key == given,
            value: key.to_owned(),
            label,
        };
        let mut groups = vec![Group {
            label: None,
            entries: vec![entry("", "答えない".to_owned())],
        }];
        if let Some(Options::List(list)) = &field.options {
            let entries = list.iter().map(|c| entry(&c.key, c.label.clone()));
            groups.push(Group {
                label: None,
                entries: entries.collect(),
            });
            return ChoiceView { groups };
        }
        for area in &self.site.areas {
            if area.children.is_empty() {
                groups.push(Group {
                    label: None,
                    entries: vec![entry(&area.key, area_label(area, 0))],
                });
                continue;
            }
            let whole = entry(&area.key, format!("{}（町名は答えない）", area.label));
            let mut entries = vec![whole];
            below(&area.children, 0, &mut |area, depth| {
                entries.push(entry(&area.key, area_label(area, depth)));
            });
            groups.push(Group {
                label: Some(area.label.clone()),
                entries,
            });
        }
        ChoiceView { groups }
    }

    fn people(&self, field: &Field) -> PeopleView {
        let count = self.answers.rows();
        let this_year = self.today.year();
        let rows = (1..=count).map(|number| {
            let name = format!("children.{number}");
            let traits = format!("{name}.trait");
            let mut checks = self.checks(&traits, field);
            if !checks.is_empty() {
                let label = "どれも当てはまらない";
                checks.push(Check::new(
                    &traits,
                    "none",
                    label,
                    self.answers,
                    self.problems,
                ));
            }
            PersonView {
                number,
                id: id_of(&name),
                error: self.problems.of(&name),
                date: DateView::new(&name, self.answers, (this_year - 25..=this_year).rev()),
                traits: checks,
            }
        });
        PeopleView {
            rows: rows.collect(),
            count,
            more: count < MOST_ROWS,
        }
    }
}

fn list(field: &Field) -> &[Choice] {
    match &field.options {
        Some(Options::List(list)) => list,
        _ => &[],
    }
}

fn below(areas: &[Area], depth: usize, each: &mut impl FnMut(&Area, usize)) {
    for area in areas {
        each(area, depth);
        below(&area.children, depth + 1, each);
    }
}

/// With its postal codes, for who knows those better than the name of the district.
fn area_label(area: &Area, depth: usize) -> String {
    let indent = "　".repeat(depth);
    if area.postal.is_empty() {
        format!("{indent}{}", area.label)
    } else {
        format!("{indent}{}（〒{}）", area.label, area.postal.join("、"))
    }
}
