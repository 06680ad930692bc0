//! Why somebody is told, in the words of a letter: what holds, and nothing about what does not. What the profile calls sensitive is not named, since a
//! mail is read over shoulders too.

use std::collections::{BTreeMap, BTreeSet};

use kairan_audience::{FieldKind, Labels, Outcome, Reason, Rule, Verdict};
use kairan_content::SiteData;

/// The city's words for reasons.
pub(super) struct Reasons {
    labels: Labels,
    /// Labels of fields by the name rules know them by.
    fields: BTreeMap<String, String>,
    sensitive: BTreeSet<String>,
}

const END: &str = "ため、お送りしています。";
const EVERYONE: &str = "登録されているみなさんにお送りしています。";
const SENSITIVE: &str = "登録された内容に当てはまるため、お送りしています。";

impl Reasons {
    pub(super) fn new(site: &SiteData, labels: Labels) -> Self {
        let (mut fields, mut sensitive) = (BTreeMap::new(), BTreeSet::new());
        for field in &site.profile.fields {
            let name = field_name(field.kind, &field.key);
            if field.sensitive {
                sensitive.insert(name.clone());
            }
            fields.insert(name, field.label.clone());
        }
        Self {
            labels,
            fields,
            sensitive,
        }
    }

    pub(super) fn labels(&self) -> &Labels {
        &self.labels
    }

    /// Why the rule holds, clause by clause.
    pub(super) fn told(&self, rule: &Rule, outcome: &Outcome) -> Vec<String> {
        let mut sentences = Vec::new();
        self.collect(rule, &outcome.reasons, &mut sentences);
        if sentences.is_empty() {
            sentences.push(EVERYONE.to_owned());
        }
        sentences
    }

    /// Why somebody is told although answers are missing.
    pub(super) fn widened(&self, missing: &[String]) -> Vec<String> {
        let names: Vec<&str> = missing
            .iter()
            .map(|name| self.fields.get(name).map_or(name.as_str(), String::as_str))
            .collect();
        vec![format!(
            "「{}」の登録がなく、当てはまるかどうかが分からないため、念のためお送りしています。",
            names.join("」「")
        )]
    }

    fn collect(&self, rule: &Rule, reason: &Reason, sentences: &mut Vec<String>) {
        if reason.verdict != Verdict::Yes {
            return;
        }
        if let Rule::All(rules) | Rule::Any(rules) = rule {
            for (rule, reason) in rules.iter().zip(&reason.inner) {
                self.collect(rule, reason, sentences);
            }
            return;
        }
        let sensitive = rule
            .fields()
            .iter()
            .any(|field| self.sensitive.contains(field));
        let sentence = if sensitive {
            SENSITIVE.to_owned()
        } else {
            self.sentence(rule, reason)
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }

    /// One clause that holds.
    fn sentence(&self, rule: &Rule, reason: &Reason) -> String {
        let people = rule.describe(&self.labels);
        match rule {
            Rule::Everyone => EVERYONE.to_owned(),
            Rule::Child(clause) if !clause.is_expecting() => {
                let which = people.strip_suffix("のお子さんがいる方").unwrap_or(&people);
                // A quotation within a quotation.
                let which = which.replace('「', "『").replace('」', "』");
                format!("{}が「{which}」に当てはまる{END}", children(reason))
            }
            Rule::Child(_) => {
                let which = people.strip_suffix("の方").unwrap_or(&people);
                format!("「{which}」に当てはまる{END}")
            }
            Rule::SelfAge { .. } => {
                let which = people.strip_suffix("の方").unwrap_or(&people);
                format!("ご自身の年齢が「{which}」に当てはまる{END}")
            }
            Rule::Area(_) => match people.strip_suffix("の方") {
                Some(lives) => format!("{lives}の{END}"),
                None => format!("{}の{END}", people.strip_suffix("方").unwrap_or(&people)),
            },
            Rule::Household(_) => {
                let which = people.strip_suffix("に当てはまる方").unwrap_or(&people);
                format!("ご家庭のことが「{which}」に当てはまる{END}")
            }
            Rule::Flag(_) => {
                let which = people.strip_suffix("に当てはまる方").unwrap_or(&people);
                format!("{which}と登録されている{END}")
            }
            // What does not hold, and why, is said as the people it leaves.
            Rule::Not(_) | Rule::All(_) | Rule::Any(_) => format!("「{people}」に含まれる{END}"),
        }
    }
}

/// The children who fit, by their ages: their keys mean nothing to people.
fn children(reason: &Reason) -> String {
    let fitting: Vec<String> = reason
        .inner
        .iter()
        .filter(|child| child.verdict == Verdict::Yes)
        .map(|child| {
            let key = child.child.as_deref().unwrap_or_default();
            let age = child.text.strip_prefix(&format!("お子さん {key}"));
            format!("お子さん{}", age.unwrap_or_default())
        })
        .collect();
    fitting.join("と")
}

/// The name by which rules know a field of the profile.
pub(super) fn field_name(kind: FieldKind, key: &str) -> String {
    match kind {
        FieldKind::Flag => format!("flags.{key}"),
        kind => kind
            .facts_key()
            .map_or_else(|| key.to_owned(), str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use kairan_audience::{Facts, evaluate_with};
    use kairan_content::{MemorySource, check_site};
    use serde_json::json;

    use super::*;

    fn site() -> SiteData {
        let source = MemorySource::new()
            .with("kairan.toml", "[site]\ntitle = \"みのり市\"\nurl = \"https://www.example.jp/\"\nlang = \"ja\"\n")
            .with(
                "profile.yaml",
                "fields:\n  - { key: children, type: people, label: お子さん, options: [{ key: preterm, label: 早く生まれた }] }\n  \
                 - { key: birth_date, type: birth-date, label: 生年月日 }\n  - { key: due_date, type: date, label: 出産予定日 }\n  \
                 - { key: area, type: choice, label: お住まいの地区, options: areas }\n  \
                 - { key: household, type: choices, label: ご家庭のこと, options: [{ key: single-parent, label: ひとり親 }] }\n  \
                 - { key: newcomer, type: flag, label: 市に来たばかり }\n  - { key: disabled, type: flag, label: 障害者手帳を持っている, sensitive: true }\n",
            )
            .with("taxonomy/areas.yaml", "- { key: kita, label: 北部, children: [ { key: kitamachi, label: 北町 } ] }\n- { key: minami, label: 南部 }\n")
            .with("taxonomy/categories.yaml", "[]\n")
            .with("taxonomy/tags.yaml", "[]\n")
            .with("taxonomy/departments.yaml", "[]\n");
        let checked = check_site(&source, "2026-12-01".parse().unwrap());
        checked
            .site
            .unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
    }

    fn facts() -> Facts {
        Facts::from_json(&json!({
            "birth_date": "1960-05-01", "area": "kitamachi", "due_date": "2027-03-01", "household": ["single-parent"],
            "children": [
                { "key": "c1", "birth_date": "2025-11-01", "traits": ["preterm"] },
                { "key": "c2", "birth_date": "2020-04-01", "traits": [] },
            ],
            "flags": { "newcomer": true, "disabled": true },
        }))
        .unwrap()
    }

    /// Every kind of clause, one rule a line and its sentences under it.
    #[test]
    fn reasons_read_as_a_letter_does() {
        let site = site();
        let reasons = Reasons::new(&site, super::super::words::labels(&site));
        let areas = site.area_tree();
        let mut page = String::new();
        for rule in [
            json!({ "everyone": true }),
            json!({ "child": { "age": "0..2" } }),
            json!({ "child": { "age": "0..18", "through": "fiscal-year-end" } }),
            json!({ "child": { "months": "12..18" } }),
            json!({ "child": { "grade": "nursery-0" } }),
            json!({ "child": { "grade": "elem-1..high-3" } }),
            json!({ "child": { "age": "6", "as_of": "fiscal-year-start" } }),
            json!({ "child": { "trait": "preterm" } }),
            json!({ "child": { "age": "0..2", "trait": "preterm" } }),
            json!({ "child": { "expecting": { "weeks": "20.." } } }),
            json!({ "child": { "expecting": { "weeks": "0..42" } } }),
            json!({ "self": { "age": "65.." } }),
            json!({ "self": { "age": "60..70", "as_of": "fiscal-year-start" } }),
            json!({ "area": ["kitamachi"] }),
            json!({ "area": ["kita", "minami"] }),
            json!({ "household": ["single-parent"] }),
            json!({ "flag": "newcomer" }),
            json!({ "flag": "disabled" }),
            json!({ "all": [{ "child": { "age": "0..2" } }, { "area": ["kita"] }] }),
            json!({ "any": [{ "child": { "age": "15..18" } }, { "flag": "newcomer" }, { "flag": "disabled" }] }),
            json!({ "all": [{ "any": [{ "child": { "age": "1" } }, { "child": { "grade": "elem-1" } }] }, { "household": ["single-parent"] }] }),
            json!({ "not": { "area": ["minami"] } }),
            json!({ "not": { "child": { "age": "10.." } } }),
            json!({ "not": { "any": [{ "area": ["minami"] }, { "self": { "age": "..5" } }] } }),
            json!({ "not": { "not": { "flag": "disabled" } } }),
        ] {
            let read = Rule::from_json(&rule).unwrap();
            let on = "2026-12-01".parse().unwrap();
            let outcome = evaluate_with(&read, &facts(), on, &areas, reasons.labels());
            assert_eq!(outcome.verdict, Verdict::Yes, "{rule}");
            page += &format!("{rule}\n");
            for sentence in reasons.told(&read, &outcome) {
                page += &format!("  {sentence}\n");
            }
        }
        let missing = ["children".to_owned(), "flags.newcomer".to_owned()];
        page += &format!(
            "not answered\n  {}\n",
            reasons.widened(&missing).join("\n  ")
        );
        insta::assert_snapshot!(page);
    }
}
