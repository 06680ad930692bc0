//! 受付前, 受付中, まもなく締切, 受付終了, and when each begins.

use chrono::NaiveDateTime;
use kairan_content::{Context, Document, Reception, next_change, parse, states};
use proptest::prelude::*;

fn document(front: &str) -> Document {
    let source = format!(
        "---\nkind: news\nslug: a\ntitle: a\nsummary: a\ncategory: a\ncontact: a\n{front}\n---\n"
    );
    let parsed = parse("a.md", source.as_bytes(), &Context::without_site());
    assert_eq!(parsed.diagnostics, []);
    parsed.document.expect("a document")
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("an instant")
}

fn said(document: &Document, instant: &str) -> Option<&'static str> {
    states(document, at(instant))
        .reception
        .map(Reception::label)
}

#[test]
fn a_deadline_goes_through_its_states() {
    let document = document("deadline: { opens: 2026-12-01, closes: 2026-12-25 }");
    assert_eq!(said(&document, "2026-11-30T23:59"), Some("受付前"));
    assert_eq!(said(&document, "2026-12-01T00:00"), Some("受付中"));
    assert_eq!(said(&document, "2026-12-18T23:59"), Some("受付中"));
    assert_eq!(said(&document, "2026-12-19T00:00"), Some("まもなく締切"));
    assert_eq!(said(&document, "2026-12-25T23:59"), Some("まもなく締切"));
    assert_eq!(said(&document, "2026-12-26T00:00"), Some("受付終了"));
    let mut instant = at("2026-01-01T00:00");
    let mut changes = Vec::new();
    while let Some(next) = next_change(&document, instant) {
        changes.push(next.format("%m-%dT%H:%M").to_string());
        instant = next;
    }
    assert_eq!(changes, ["12-01T00:00", "12-19T00:00", "12-26T00:00"]);
}

#[test]
fn of_several_the_pressing_one_counts() {
    let document = document(
        "deadline:\n  - { closes: 2026-12-10T17:00 }\n  - { opens: 2027-01-10, closes: 2027-02-10 }",
    );
    assert_eq!(said(&document, "2026-12-05T00:00"), Some("まもなく締切"));
    assert_eq!(said(&document, "2026-12-10T17:00"), Some("受付前"));
    assert_eq!(said(&document, "2027-03-01T00:00"), Some("受付終了"));
}

#[test]
fn without_a_deadline() {
    assert_eq!(
        said(&document("anytime: true"), "2026-12-05T00:00"),
        Some("受付中")
    );
    assert_eq!(said(&document(""), "2026-12-05T00:00"), None);
    assert_eq!(
        next_change(&document("anytime: true"), at("2026-12-05T00:00")),
        None
    );
    let online = document("apply: { via: online, url: \"https://example.lg.jp/\" }");
    assert!(states(&online, at("2026-12-05T00:00")).online);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_changes_before_the_next_change(hours in 0i64..9000, step in 1i64..400) {
        let document = document(
            "deadline:\n  - { opens: 2026-03-01T09:00, closes: 2026-04-10 }\n  - { closes: 2026-09-30T17:00 }",
        );
        let now = at("2026-01-01T00:00") + chrono::Duration::hours(hours);
        let later = now + chrono::Duration::hours(step);
        match next_change(&document, now) {
            Some(next) if next <= later => prop_assert_ne!(states(&document, next), states(&document, now)),
            _ => prop_assert_eq!(states(&document, later), states(&document, now)),
        }
    }
}
