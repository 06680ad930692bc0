//! A rule in plain Japanese, for the page, the editor and the reasons.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use crate::profile::{FieldKind, ProfileSchema};
use crate::range::{AsOf, Bounds, GradeRange};
use crate::rule::{ChildClause, ChildPart, Rule};

/// Labels for the keys that rules contain. A key without a label stands for itself.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Areas.
    pub areas: HashMap<String, String>,
    /// Traits of a child.
    pub traits: HashMap<String, String>,
    /// Household options.
    pub household: HashMap<String, String>,
    /// Flags.
    pub flags: HashMap<String, String>,
}

impl Labels {
    /// The labels of a profile together with those of areas.
    pub fn new<K: Into<String>, L: Into<String>>(
        schema: &ProfileSchema,
        areas: impl IntoIterator<Item = (K, L)>,
    ) -> Self {
        let list = |kind| {
            schema
                .choices(kind)
                .map(|c| (c.key.clone(), c.label.clone()))
                .collect::<HashMap<_, _>>()
        };
        let flags = schema.fields.iter().filter(|f| f.kind == FieldKind::Flag);
        Self {
            areas: areas
                .into_iter()
                .map(|(key, label)| (key.into(), label.into()))
                .collect(),
            traits: list(FieldKind::People),
            household: list(FieldKind::Choices),
            flags: flags.map(|f| (f.key.clone(), f.label.clone())).collect(),
        }
    }
}

fn label<'a>(labels: &'a HashMap<String, String>, key: &'a str) -> &'a str {
    labels.get(key).map_or(key, String::as_str)
}

fn either(labels: &HashMap<String, String>, keys: &[String]) -> String {
    keys.iter()
        .map(|key| label(labels, key))
        .collect::<Vec<_>>()
        .join("または")
}

impl Rule {
    /// The rule as a phrase about people, ending in 方: 「0歳から2歳までのお子さんがいる方で、北町にお住まいの方」.
    pub fn describe(&self, labels: &Labels) -> String {
        match self {
            Self::Everyone => "すべての方".to_owned(),
            Self::Child(clause) => describe_child(clause, labels),
            Self::SelfAge { age, as_of } => {
                format!("{}{}の方", as_of_text(*as_of), count(*age, "歳"))
            }
            Self::Area(keys) => format!("{}にお住まいの方", either(&labels.areas, keys)),
            Self::Household(keys) => {
                format!("{}に当てはまる方", either(&labels.household, keys))
            }
            Self::Flag(key) => format!("「{}」に当てはまる方", label(&labels.flags, key)),
            Self::All(rules) => rules
                .iter()
                .map(|rule| rule.described_inside(labels, matches!(rule, Self::Any(_))))
                .collect::<Vec<_>>()
                .join("で、"),
            Self::Any(rules) => rules
                .iter()
                .map(|rule| rule.described_inside(labels, matches!(rule, Self::All(_))))
                .collect::<Vec<_>>()
                .join("、または"),
            Self::Not(rule) => rule.describe_not(labels),
        }
    }

    /// The opposite, in the words in which people say it.
    fn describe_not(&self, labels: &Labels) -> String {
        match self {
            Self::Not(rule) => rule.describe(labels),
            Self::Area(keys) => format!("{}以外にお住まいの方", either(&labels.areas, keys)),
            Self::SelfAge { .. } => with_ending(&self.describe(labels), "の方", "ではない方"),
            Self::Child(clause) if clause.is_expecting() => {
                with_ending(&self.describe(labels), "の方", "ではない方")
            }
            Self::Child(_) => with_ending(&self.describe(labels), "がいる方", "がいない方"),
            Self::Household(keys) => {
                format!("{}に当てはまらない方", either(&labels.household, keys))
            }
            Self::Flag(key) => format!("「{}」に当てはまらない方", label(&labels.flags, key)),
            Self::Everyone | Self::All(_) | Self::Any(_) => {
                format!("{}に当てはまらない方", self.described_inside(labels, true))
            }
        }
    }

    fn described_inside(&self, labels: &Labels, grouped: bool) -> String {
        let text = self.describe(labels);
        if grouped && self.inner().len() > 1 {
            format!("（{text}）")
        } else {
            text
        }
    }
}

fn with_ending(text: &str, from: &str, to: &str) -> String {
    format!("{}{to}", text.strip_suffix(from).unwrap_or(text))
}

fn describe_child(clause: &ChildClause, labels: &Labels) -> String {
    let conditions: Vec<_> = clause
        .parts
        .iter()
        .flat_map(|part| part.conditions(labels))
        .collect();
    let conditions = conditions.join("、");
    match (clause.is_expecting(), clause.asks_of_born()) {
        (true, false) => format!("{conditions}の方"),
        _ => format!("{conditions}のお子さんがいる方"),
    }
}

impl ChildPart {
    /// Its conditions, each ready to be followed by の.
    fn conditions(&self, labels: &Labels) -> Vec<String> {
        let mut list = Vec::new();
        let at = as_of_text(self.as_of);
        let age_text =
            |bounds: Bounds, unit: &str| match bounds.to.filter(|_| self.through_fiscal_year_end) {
                Some(to) => {
                    let from = bounds.from.filter(|from| *from > 0 && *from < to);
                    let from = from.map_or_else(String::new, |n| format!("{n}{unit}から"));
                    format!("{at}{from}{to}{unit}になって最初の3月31日まで")
                }
                None => format!("{at}{}", count(bounds, unit)),
            };
        list.extend(self.age.map(|age| age_text(age, "歳")));
        list.extend(self.months.map(|months| age_text(months, "か月")));
        list.extend(self.grade.map(|grade| format!("{at}{}", grades(grade))));
        list.extend(
            self.traits
                .iter()
                .map(|key| format!("「{}」", label(&labels.traits, key))),
        );
        list.extend(self.expecting.map(|weeks| match (weeks.lower(), weeks.to) {
            (0, None | Some(40..)) => format!("{at}妊娠中"),
            _ => format!("{at}妊娠{}", count(weeks, "週")),
        }));
        list
    }
}

/// A number range: 「0歳」「0歳から2歳まで」「65歳以上」「5歳以下」.
fn count(bounds: Bounds, unit: &str) -> String {
    match (bounds.from, bounds.to) {
        (Some(from), Some(to)) if from == to => format!("{from}{unit}"),
        (Some(from), Some(to)) => format!("{from}{unit}から{to}{unit}まで"),
        (None, Some(to)) => format!("{to}{unit}以下"),
        (from, None) => format!("{}{unit}以上", from.unwrap_or(0)),
    }
}

fn grades(range: GradeRange) -> String {
    if range.first == range.last {
        range.first.label().to_owned()
    } else {
        format!("{}から{}まで", range.first.label(), range.last.label())
    }
}

fn as_of_text(as_of: Option<AsOf>) -> String {
    match as_of {
        None => String::new(),
        Some(AsOf::FiscalYearStart) => "その年度の4月1日の時点で".to_owned(),
        Some(AsOf::Date(date)) => format!("{}の時点で", date_text(date)),
    }
}

pub(crate) fn date_text(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
