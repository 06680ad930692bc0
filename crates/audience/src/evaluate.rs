//! The verdict with its reasons: which clause, which child, which answer is missing.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::age::{age_in_months, age_in_years};
use crate::areas::Areas;
use crate::describe::Labels;
use crate::facts::Facts;
use crate::rule::{ChildClause, Rule};
use crate::verdict::{Verdict, one_child, verdict};

/// The answer to "is this for me?", explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Yes, no or unknown.
    pub verdict: Verdict,
    /// Unanswered fields that can still change the answer, sorted; empty unless unknown. A field that was answered less
    /// exactly than the rule asks (a district for a town, a child without traits) counts as unanswered.
    pub missing: Vec<String>,
    /// Why, clause by clause.
    pub reasons: Reason,
    /// Keys of the children through whom it is a yes, in the order of the facts; empty when no child decided.
    pub children: Vec<String>,
}

/// One node of the explanation; it has the shape of the rule, with one node for every child under a child clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Whom the clause means, in plain Japanese; under a child clause, which child.
    pub text: String,
    /// What it gave.
    pub verdict: Verdict,
    /// The child this node is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child: Option<String>,
    /// The field to answer, where that would decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// How the verdict came about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inner: Vec<Reason>,
}

/// Evaluates a rule for one citizen on a day; keys stand for themselves in the reasons.
pub fn evaluate(rule: &Rule, facts: &Facts, on: NaiveDate, areas: &Areas) -> Outcome {
    evaluate_with(rule, facts, on, areas, &Labels::default())
}

/// As [`evaluate`], with labels in the reasons.
pub fn evaluate_with(
    rule: &Rule,
    facts: &Facts,
    on: NaiveDate,
    areas: &Areas,
    labels: &Labels,
) -> Outcome {
    let keys = facts.child_keys();
    let explainer = Explainer {
        facts,
        on,
        areas,
        labels,
        keys: &keys,
    };
    let reasons = explainer.rule(rule);
    let mut missing = BTreeSet::new();
    collect_missing(&reasons, &mut missing);
    let mut deciding = BTreeSet::new();
    if reasons.verdict == Verdict::Yes {
        explainer.deciding(rule, &reasons, &mut deciding);
    }
    Outcome {
        verdict: reasons.verdict,
        missing: missing.into_iter().collect(),
        children: keys
            .iter()
            .filter(|key| deciding.contains(key.as_str()))
            .cloned()
            .collect(),
        reasons,
    }
}

/// Only what is unknown all the way down from the root can change the answer.
fn collect_missing(reason: &Reason, missing: &mut BTreeSet<String>) {
    if reason.verdict == Verdict::Unknown {
        missing.extend(reason.missing.clone());
        for inner in &reason.inner {
            collect_missing(inner, missing);
        }
    }
}

struct Explainer<'a> {
    facts: &'a Facts,
    on: NaiveDate,
    areas: &'a Areas,
    labels: &'a Labels,
    keys: &'a [String],
}

impl Explainer<'_> {
    fn rule(&self, rule: &Rule) -> Reason {
        let inner: Vec<_> = match rule {
            Rule::Child(clause) => self.children(clause),
            _ => rule.inner().iter().map(|r| self.rule(r)).collect(),
        };
        let verdicts = inner.iter().map(|reason| reason.verdict);
        let verdict = match rule {
            Rule::All(_) => Verdict::all(verdicts),
            Rule::Any(_) => Verdict::any(verdicts),
            Rule::Not(_) => !Verdict::all(verdicts),
            _ => verdict(rule, self.facts, self.on, self.areas),
        };
        // A clause without inner rules reads one field at most.
        let field = || rule.fields().into_iter().next();
        let is_leaf = rule.inner().is_empty();
        Reason {
            text: rule.describe(self.labels),
            verdict,
            child: None,
            missing: (is_leaf && verdict == Verdict::Unknown)
                .then(field)
                .flatten(),
            inner,
        }
    }

    fn children(&self, clause: &ChildClause) -> Vec<Reason> {
        if clause.is_expecting() {
            return Vec::new();
        }
        let children = self.facts.children.list().unwrap_or_default();
        let reasons = children.iter().zip(self.keys).map(|(child, key)| Reason {
            text: format!("お子さん {key}（{}）", self.age_text(child.birth_date)),
            verdict: one_child(clause, child, self.on),
            child: Some(key.clone()),
            missing: None,
            inner: Vec::new(),
        });
        reasons.collect()
    }

    /// The children of those child clauses that carry a yes: not below `not`, and every yes branch of `any` counts.
    fn deciding<'r>(&self, rule: &Rule, reason: &'r Reason, found: &mut BTreeSet<&'r str>) {
        if reason.verdict != Verdict::Yes {
            return;
        }
        match rule {
            Rule::Child(_) => {
                let yes = reason.inner.iter().filter(|r| r.verdict == Verdict::Yes);
                found.extend(yes.filter_map(|r| r.child.as_deref()));
            }
            Rule::All(rules) | Rule::Any(rules) => {
                for (rule, reason) in rules.iter().zip(&reason.inner) {
                    self.deciding(rule, reason, found);
                }
            }
            _ => {}
        }
    }

    fn age_text(&self, birth: NaiveDate) -> String {
        match (age_in_years(birth, self.on), age_in_months(birth, self.on)) {
            (Some(years @ 0..=2), Some(months)) => format!("{years}歳{}か月", months % 12),
            (Some(years), _) => format!("{years}歳"),
            _ => "まだ生まれていません".to_owned(),
        }
    }
}

impl Reason {
    /// The explanation as sentences, one for every clause, in the order of the rule.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        self.collect_sentences(&mut sentences);
        sentences
    }

    fn collect_sentences(&self, sentences: &mut Vec<String>) {
        let clauses = self.inner.iter().filter(|r| r.child.is_none());
        if self.inner.iter().any(|r| r.child.is_none()) {
            for clause in clauses {
                clause.collect_sentences(sentences);
            }
            return;
        }
        let end = match self.verdict {
            Verdict::Yes => "に当てはまります。",
            Verdict::No => "には当てはまりません。",
            Verdict::Unknown => "に当てはまるかどうかは、まだ分かりません。",
        };
        let children: Vec<_> = self
            .inner
            .iter()
            .filter(|child| child.verdict == self.verdict)
            .map(|child| child.text.as_str())
            .collect();
        let who = if children.is_empty() || self.verdict == Verdict::No {
            String::new()
        } else {
            format!("（{}）", children.join("、"))
        };
        sentences.push(format!("{}{end}{who}", self.text));
    }
}
