//! One line of `kairan audience eval`.

use kairan_audience::eval;
use serde_json::json;

#[test]
fn a_line_is_answered() {
    let line = json!({
        "rule": { "all": [{ "child": { "age": "0..2" } }, { "area": ["kitamachi"] }] },
        "profile": { "children": [{ "key": "c1", "birth_date": "2025-11-01" }] },
        "on": "2026-11-20",
    });
    let answer = eval(&line.to_string()).unwrap();
    assert_eq!(
        answer,
        json!({
            "verdict": "unknown",
            "missing": ["area"],
            "reasons": [
                "0歳から2歳までのお子さんがいる方に当てはまります。（お子さん c1（1歳0か月））",
                "kitamachiにお住まいの方に当てはまるかどうかは、まだ分かりません。",
            ],
        })
    );
}

#[test]
fn a_hierarchy_may_come_with_the_line() {
    let line = json!({
        "rule": { "area": ["north"] }, "profile": { "area": "kitamachi" }, "on": "2026-11-20",
        "areas": { "kitamachi": "north", "north": null },
    });
    assert_eq!(eval(&line.to_string()).unwrap()["verdict"], "yes");
}

#[test]
fn problems_carry_their_place_in_the_line() {
    let line = json!({
        "rule": { "child": { "age": "2..0" } }, "profile": { "area": 1 }, "on": "2026-02-30", "onn": 1,
    });
    let problems = eval(&line.to_string()).unwrap_err();
    let places: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(places, ["/onn", "/rule/child/age", "/profile/area", "/on"]);
    assert_eq!(eval("{").unwrap_err().len(), 1);
    assert_eq!(eval("[]").unwrap_err().len(), 1);
    let missing: Vec<_> = eval("{}")
        .unwrap_err()
        .into_iter()
        .map(|p| p.path)
        .collect();
    assert_eq!(missing, ["/rule", "/profile", "/on"]);
}
