//! `content-schema/vectors/`: the cases that Rust, the databases and JavaScript share.

use kairan_audience::age::{
    Unit, age_in_months, age_in_years, attained, grade_of, weeks_expecting,
};
use kairan_audience::{Areas, Facts, Rule, RuleSet, Verdict, evaluate, verdict};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::day;

fn load<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let path = format!(
        "{}/../../content-schema/vectors/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    rule: Value,
    profile: Value,
    on: String,
    #[serde(default)]
    areas: serde_json::Map<String, Value>,
    verdict: Verdict,
    missing: Vec<String>,
    children: Option<Vec<String>>,
}

#[test]
fn rules() {
    let cases: Vec<Case> = load("rules.json");
    assert!(cases.len() >= 150, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let areas = Areas::from_parents(case.areas.iter().map(|(k, p)| (k.as_str(), p.as_str())));
        let rule = Rule::from_json(&case.rule).unwrap_or_else(|p| panic!("{}: {p:?}", case.name));
        let facts = Facts::from_json(&case.profile).unwrap();
        let on = day(&case.on);
        let outcome = evaluate(&rule, &facts, on, &areas);
        let set = RuleSet::compile([&rule], on, &areas);
        let compiled: Vec<_> = set.verdicts(&set.citizen(&facts)).collect();
        let right = outcome.verdict == case.verdict
            && outcome.missing == case.missing
            && case
                .children
                .as_ref()
                .is_none_or(|c| *c == outcome.children)
            && verdict(&rule, &facts, on, &areas) == case.verdict
            && compiled == [case.verdict];
        if !right {
            wrong.push(format!("{}: {outcome:?}, compiled {compiled:?}", case.name));
        }
        assert_eq!(
            Rule::from_json(&rule.to_json()).unwrap(),
            rule,
            "{}",
            case.name
        );
        let written = serde_json::to_value(&facts).unwrap();
        assert_eq!(Facts::from_json(&written).unwrap(), facts, "{}", case.name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ages {
    ages: Vec<Age>,
    attained: Vec<Attained>,
    grades: Vec<InGrade>,
    weeks: Vec<Weeks>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Age {
    birth: String,
    on: String,
    years: Option<u32>,
    months: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attained {
    birth: String,
    n: u32,
    unit: String,
    date: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InGrade {
    birth: String,
    on: String,
    grade: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Weeks {
    due: String,
    on: String,
    weeks: Option<u32>,
}

#[test]
fn ages() {
    let vectors: Ages = load("ages.json");
    for Age {
        birth,
        on,
        years,
        months,
    } in &vectors.ages
    {
        assert_eq!(age_in_years(day(birth), day(on)), *years, "{birth} on {on}");
        assert_eq!(
            age_in_months(day(birth), day(on)),
            *months,
            "{birth} on {on}"
        );
    }
    for Attained {
        birth,
        n,
        unit,
        date,
    } in &vectors.attained
    {
        let unit = if unit == "years" {
            Unit::Years
        } else {
            Unit::Months
        };
        assert_eq!(
            attained(day(birth), *n, unit),
            Some(day(date)),
            "{birth}, {n}"
        );
    }
    for InGrade { birth, on, grade } in &vectors.grades {
        let found = grade_of(day(birth), day(on)).map(|g| g.key());
        assert_eq!(found, grade.as_deref(), "{birth} on {on}");
    }
    for Weeks { due, on, weeks } in &vectors.weeks {
        assert_eq!(weeks_expecting(day(due), day(on)), *weeks, "{due} on {on}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    name: String,
    rule: Value,
    problems: Vec<Value>,
}

#[test]
fn rule_problems() {
    let cases: Vec<Bad> = load("rule-problems.json");
    for Bad {
        name,
        rule,
        problems,
    } in &cases
    {
        let found = Rule::from_json(rule).expect_err(name);
        let places: Vec<_> = found
            .iter()
            .map(|p| json!({ "path": p.path, "code": p.code }))
            .collect();
        assert_eq!(places, *problems, "{name}");
        for problem in found {
            assert!(
                !problem.message.is_empty() && !problem.fix.is_empty(),
                "{name}"
            );
        }
    }
}
