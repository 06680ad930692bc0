//! Facts as the contract writes them.

use kairan_audience::{Answer, Facts, ProblemCode, ProfileSchema, Severity};
use serde_json::json;

use crate::facts;

const CONTRACT: &str = r#"{"birth_date":"1990-05-01","area":"kitamachi","children":[{"key":"c1","birth_date":"2025-11-01","traits":["preterm"]}],"due_date":null,"household":["single-parent"],"flags":{}}"#;

#[test]
fn the_example_of_the_contract_is_kept_byte_for_byte() {
    let facts: Facts = serde_json::from_str(CONTRACT).unwrap();
    assert_eq!(serde_json::to_string(&facts).unwrap(), CONTRACT);
    assert_eq!(facts.due_date, Answer::Nothing);
    assert_eq!(facts.flag("x"), None);
}

#[test]
fn three_states_survive() {
    for text in [
        "{}",
        r#"{"area":null}"#,
        r#"{"children":null}"#,
        r#"{"children":[]}"#,
        r#"{"flags":null}"#,
        r#"{"flags":{"a":null,"b":true}}"#,
    ] {
        let facts: Facts = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&facts).unwrap(), text);
    }
    assert_eq!(facts(json!({})).children.list(), None);
    assert_eq!(
        facts(json!({ "children": null })).children.list(),
        Some(&[][..])
    );
}

#[test]
fn all_problems_of_facts_come_at_once() {
    let bad = json!({
        "birth_date": "1990-02-30", "areas": "x", "children": [{ "key": "c1" }, { "birth_date": "1/1/2020", "name": "a" }, 3],
        "household": "single-parent", "flags": { "x": "yes" },
    });
    let problems = Facts::from_json(&bad).unwrap_err();
    let places: Vec<_> = problems.iter().map(|p| (p.path.as_str(), p.code)).collect();
    assert_eq!(
        places,
        [
            ("/areas", ProblemCode::UnknownKey),
            ("/birth_date", ProblemCode::BadDate),
            ("/children/0", ProblemCode::MissingKey),
            ("/children/1/name", ProblemCode::UnknownKey),
            ("/children/1/birth_date", ProblemCode::BadDate),
            ("/children/2", ProblemCode::WrongType),
            ("/household", ProblemCode::WrongType),
            ("/flags/x", ProblemCode::WrongType),
        ]
    );
    assert!(problems[0].fix.contains("area"), "{}", problems[0]);
}

#[test]
fn profile_schema_is_read_and_checked() {
    let schema: ProfileSchema = serde_yaml::from_str(
        "fields:\n  - { key: children, type: people, label: お子さん, options: [{ key: preterm, label: 低出生体重 }] }\n  \
         - { key: area, type: choice, label: 地区, options: areas }\n  \
         - { key: own, type: birth-date, label: 生年月日, sensitive: true }\n  \
         - { key: household, type: choices, label: 世帯 }\n  - { key: area, type: flag, label: 旗 }\n",
    )
    .unwrap();
    assert_eq!(schema.traits().collect::<Vec<_>>(), ["preterm"]);
    let found: Vec<_> = schema
        .check()
        .into_iter()
        .map(|p| (p.path, p.code, p.severity))
        .collect();
    assert_eq!(
        found,
        [
            (
                "/fields/2/key".to_owned(),
                ProblemCode::UnreadableField,
                Severity::Warning
            ),
            (
                "/fields/3".to_owned(),
                ProblemCode::MissingKey,
                Severity::Error
            ),
            (
                "/fields/4/key".to_owned(),
                ProblemCode::Duplicate,
                Severity::Error
            ),
        ]
    );
    let unknown = serde_yaml::from_str::<ProfileSchema>(
        "fields: [{ key: a, type: flag, label: b, colour: red }]",
    );
    assert!(unknown.is_err());
}
