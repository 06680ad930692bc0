//! Input that is too deep or too strange gives a problem and never a crash.

use kairan_audience::{ProblemCode, Rule, eval};
use serde_json::{Map, Value, json};

fn nested(depth: usize, key: &str) -> Value {
    let mut value = json!({ "flag": "x" });
    for _ in 0..depth {
        let inner = if key == "not" {
            value
        } else {
            Value::Array(vec![value])
        };
        let mut map = Map::new();
        map.insert(key.to_owned(), inner);
        value = Value::Object(map);
    }
    value
}

/// serde_json's own drop descends the stack, so deep values are taken apart from the outside.
fn dismantle(mut value: Value) {
    while let Value::Object(map) = value {
        let Some((_, inner)) = map.into_iter().next() else {
            return;
        };
        value = match inner {
            Value::Array(mut list) => list.pop().unwrap_or_default(),
            other => other,
        };
    }
}

#[test]
fn ten_thousand_deep_is_a_problem_and_no_overflow() {
    for key in ["not", "all", "any"] {
        let deep = nested(10_000, key);
        let problems = Rule::from_json(&deep).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, ProblemCode::TooDeep);
        dismantle(deep);
    }
    let line = format!(
        r#"{{"rule":{}{{"flag":"x"}}{},"profile":{{}},"on":"2026-04-01"}}"#,
        r#"{"not":"#.repeat(10_000),
        "}".repeat(10_000)
    );
    assert_eq!(eval(&line).unwrap_err()[0].code, ProblemCode::TooDeep);
}

#[test]
fn the_limit_is_where_it_is_said_to_be() {
    let deepest = Rule::from_json(&nested(Rule::MAX_DEPTH - 1, "not")).unwrap();
    assert_eq!(Rule::from_json(&deepest.to_json()).unwrap(), deepest);
    assert!(Rule::from_json(&nested(Rule::MAX_DEPTH, "not")).is_err());
}

#[test]
fn a_misspelt_key_is_named() {
    let problems = Rule::from_json(&json!({ "hosehold": ["x"] })).unwrap_err();
    assert_eq!(
        problems[0].fix,
        "「household」の書き間違いではありませんか。"
    );
    let shown = serde_json::to_value(&problems[0]).unwrap();
    assert_eq!(shown["code"], "unknown-key");
    assert_eq!(shown["severity"], "error");
}
