//! What the city asks its citizens (`profile.yaml`): fields as data.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::problem::{ProblemCode, RuleProblem, step};

/// The profile of a site: the fields of the citizen's form, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSchema {
    /// The fields, in the order of the form.
    pub fields: Vec<Field>,
}

/// One question of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Key in the facts; a flag's key stands inside `flags`.
    pub key: String,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// The question as citizens see it.
    pub label: String,
    /// What can be chosen: areas, or a list. For `people`, the traits of a child.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
    /// Kept in a table of its own and shown with more care (要配慮個人情報).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// A line of help under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// The kinds of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Children, each with a birth date and traits (facts key `children`).
    People,
    /// The due date of an expected child (facts key `due_date`).
    Date,
    /// The citizen's own birth date (facts key `birth_date`).
    BirthDate,
    /// One of a hierarchy: the area (facts key `area`).
    Choice,
    /// Several of a list: the household (facts key `household`).
    Choices,
    /// Yes or no (facts key inside `flags`).
    Flag,
}

impl FieldKind {
    /// The key under which the facts hold such an answer; flags choose their own.
    pub fn facts_key(self) -> Option<&'static str> {
        match self {
            Self::People => Some("children"),
            Self::Date => Some("due_date"),
            Self::BirthDate => Some("birth_date"),
            Self::Choice => Some("area"),
            Self::Choices => Some("household"),
            Self::Flag => None,
        }
    }
}

/// What a field offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Options {
    /// The word `areas`: the hierarchy of `taxonomy/areas.yaml`.
    Named(OptionSource),
    /// A list written out.
    List(Vec<Choice>),
}

/// A list of options kept elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptionSource {
    /// `taxonomy/areas.yaml`.
    Areas,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Key written in rules.
    pub key: String,
    /// What citizens see.
    pub label: String,
}

impl ProfileSchema {
    /// The options of the fields of one kind, written out as lists.
    pub fn choices(&self, kind: FieldKind) -> impl Iterator<Item = &Choice> {
        self.fields
            .iter()
            .filter(move |f| f.kind == kind)
            .flat_map(|field| match &field.options {
                Some(Options::List(list)) => list.as_slice(),
                _ => &[],
            })
    }

    /// Keys of the traits a child can have.
    pub fn traits(&self) -> impl Iterator<Item = &str> {
        self.choices(FieldKind::People).map(|c| c.key.as_str())
    }

    /// Keys of the household options.
    pub fn household(&self) -> impl Iterator<Item = &str> {
        self.choices(FieldKind::Choices).map(|c| c.key.as_str())
    }

    /// Keys of the flags.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter(|f| f.kind == FieldKind::Flag)
            .map(|f| f.key.as_str())
    }

    /// Whether the profile has a field of this kind.
    pub fn asks(&self, kind: FieldKind) -> bool {
        self.fields.iter().any(|f| f.kind == kind)
    }

    /// Looks for what serde cannot see: keys twice, options missing, fields that no rule can read.
    pub fn check(&self) -> Vec<RuleProblem> {
        let mut problems = Vec::new();
        let mut keys = HashSet::new();
        for (i, field) in self.fields.iter().enumerate() {
            let path = step("/fields", i);
            if !keys.insert(field.key.as_str()) {
                problems.push(RuleProblem::error(
                    &step(&path, "key"),
                    ProblemCode::Duplicate,
                    format!("項目「{}」が2回あります。", field.key),
                    "どちらかの key を変えるか、1つにまとめてください。",
                ));
            }
            field.check(&path, &mut problems);
        }
        problems
    }
}

impl Field {
    fn check(&self, path: &str, problems: &mut Vec<RuleProblem>) {
        if let Some(expected) = self.kind.facts_key().filter(|k| *k != self.key) {
            problems.push(RuleProblem::warning(
                &step(path, "key"),
                ProblemCode::UnreadableField,
                format!("項目「{}」の答えは、対象者の条件から使えません。", self.key),
                format!("条件に使うときは、key を「{expected}」にしてください。"),
            ));
        }
        let choosable = matches!(self.kind, FieldKind::Choice | FieldKind::Choices);
        match &self.options {
            None if choosable => problems.push(RuleProblem::error(
                path,
                ProblemCode::MissingKey,
                format!("項目「{}」に選択肢（options）がありません。", self.key),
                "options に key と label の一覧を書いてください。地区のときは options: areas です。",
            )),
            Some(Options::List(list)) if choosable && list.is_empty() => {
                problems.push(RuleProblem::error(
                    &step(path, "options"),
                    ProblemCode::EmptyList,
                    format!("項目「{}」の選択肢が空です。", self.key),
                    "選択肢を1つ以上書いてください。",
                ));
            }
            Some(Options::List(list)) => {
                let mut keys = HashSet::new();
                for (i, choice) in list.iter().enumerate() {
                    if !keys.insert(&choice.key) {
                        problems.push(RuleProblem::error(
                            &step(&step(path, "options"), i),
                            ProblemCode::Duplicate,
                            format!("選択肢「{}」が2回あります。", choice.key),
                            "どちらかを消すか、key を変えてください。",
                        ));
                    }
                }
            }
            _ => {}
        }
    }
}
