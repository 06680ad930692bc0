//! The audience that follows from tags.

use chrono::NaiveDate;
use kairan_audience::{Rule, TagClause, Verdict, audience_of, verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arbitrary::{any_day, areas, born_part, full_facts, thinned};
use crate::rule;

fn derived(when: Option<Value>, tags: &[(&str, Option<Value>)]) -> Option<Value> {
    let when = when.map(rule);
    let rules: Vec<_> = tags
        .iter()
        .map(|(facet, m)| (*facet, m.clone().map(rule)))
        .collect();
    let tags: Vec<_> = rules
        .iter()
        .map(|(facet, matches)| TagClause {
            facet,
            key: "t",
            matches: matches.as_ref(),
        })
        .collect();
    audience_of(when.as_ref(), &tags).map(|r| r.to_json())
}

#[test]
fn neither_rule_nor_tags_mean_nobody() {
    assert_eq!(derived(None, &[]), None);
    assert_eq!(derived(None, &[("support", None)]), None);
}

#[test]
fn when_replaces_the_tags() {
    let when = json!({ "everyone": true });
    assert_eq!(
        derived(Some(when.clone()), &[("age", Some(json!({ "flag": "x" })))]),
        Some(when)
    );
}

#[test]
fn alternatives_within_a_facet_conditions_across() {
    let found = derived(
        None,
        &[
            ("age", Some(json!({ "child": { "age": "0" } }))),
            ("age", Some(json!({ "child": { "age": "1" } }))),
            ("age", Some(json!({ "child": { "age": "3" } }))),
            ("area", Some(json!({ "area": ["kita"] }))),
            ("support", None),
        ],
    );
    assert_eq!(
        found,
        Some(json!({ "all": [
        { "any": [{ "child": { "age": "0..1" } }, { "child": { "age": "3" } }] },
        { "area": ["kita"] },
    ] }))
    );
}

#[test]
fn facets_about_children_mean_the_same_child() {
    let found = derived(
        None,
        &[
            ("age", Some(json!({ "child": { "age": "0..2" } }))),
            ("state", Some(json!({ "child": { "trait": "preterm" } }))),
            ("state", Some(json!({ "household": ["single"] }))),
        ],
    );
    assert_eq!(
        found,
        Some(json!({ "any": [
        { "child": { "age": "0..2", "trait": "preterm" } },
        { "all": [{ "child": { "age": "0..2" } }, { "household": ["single"] }] },
    ] }))
    );
}

#[test]
fn overlapping_ages_intersect_and_impossible_combinations_go() {
    let found = derived(
        None,
        &[
            ("age", Some(json!({ "child": { "age": "0..5" } }))),
            (
                "age",
                Some(json!({ "child": { "expecting": { "weeks": "0..42" } } })),
            ),
            ("school", Some(json!({ "child": { "age": "3..9" } }))),
        ],
    );
    assert_eq!(found, Some(json!({ "child": { "age": "3..5" } })));
}

#[test]
fn a_contradiction_of_tags_is_left_for_the_checker() {
    let found = derived(
        None,
        &[
            ("age", Some(json!({ "child": { "age": "0" } }))),
            ("school", Some(json!({ "child": { "age": "9" } }))),
        ],
    );
    assert_eq!(
        found,
        Some(json!({ "child": { "all": [{ "age": "0" }, { "age": "9" }] } }))
    );
}

#[test]
fn different_reference_dates_stay_apart_but_mean_one_child() {
    let found = derived(
        None,
        &[
            (
                "age",
                Some(json!({ "child": { "age": "0..5", "as_of": "fiscal-year-start" } })),
            ),
            (
                "age2",
                Some(json!({ "child": { "age": "0..18", "through": "fiscal-year-end" } })),
            ),
            ("age3", Some(json!({ "child": { "age": "3.." } }))),
        ],
    );
    assert_eq!(
        found,
        Some(json!({ "child": { "all": [
        { "age": "0..5", "as_of": "fiscal-year-start" },
        { "age": "0..18", "through": "fiscal-year-end" },
        { "age": "3.." },
    ] } }))
    );
}

#[test]
fn a_tag_for_everyone_opens_its_facet() {
    let everyone = json!({ "everyone": true });
    let flag = json!({ "flag": "x" });
    assert_eq!(
        derived(
            None,
            &[("a", Some(everyone.clone())), ("b", Some(flag.clone()))]
        ),
        Some(flag)
    );
    assert_eq!(
        derived(None, &[("a", Some(everyone.clone()))]),
        Some(everyone)
    );
}

/// What deriving must mean, said without any product: some child (or none) that satisfies one tag of every facet.
fn meant(facets: &[Vec<Rule>], full: &Value, on: NaiveDate) -> bool {
    let of = |children: Vec<Value>| {
        let mut one = full.clone();
        one["children"] = json!(children);
        thinned(&one, 127)
    };
    let all = full["children"].as_array().unwrap().clone();
    let mut candidates: Vec<_> = all.iter().map(|child| of(vec![child.clone()])).collect();
    candidates.push(of(Vec::new()));
    candidates.iter().any(|facts| {
        facets.iter().all(|tags| {
            tags.iter()
                .any(|tag| verdict(tag, facts, on, &areas()) == Verdict::Yes)
        })
    })
}

fn tag() -> impl Strategy<Value = Rule> {
    prop_oneof![
        4 => born_part().prop_map(|part| json!({ "child": part })),
        1 => (born_part(), any::<bool>()).prop_map(|(part, x)| {
            json!({ "all": [{ "child": part }, { "flag": if x { "x" } else { "y" } }] })
        }),
        1 => Just(json!({ "flag": "x" })),
        1 => Just(json!({ "area": ["north"] })),
    ]
    .prop_map(rule)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn deriving_means_one_child_for_all_facets(
        facets in prop::collection::vec(prop::collection::vec(tag(), 1..4), 1..4), full in full_facts(), on in any_day(),
    ) {
        let names = ["a", "b", "c"];
        let tags: Vec<_> = facets
            .iter()
            .zip(names)
            .flat_map(|(tags, facet)| tags.iter().map(move |t| TagClause { facet, key: "t", matches: Some(t) }))
            .collect();
        let derived = audience_of(None, &tags).unwrap();
        prop_assert_eq!(&Rule::from_json(&derived.to_json()).unwrap(), &derived);
        let mut answered = full.clone();
        for child in answered["children"].as_array_mut().unwrap() {
            if child.get("traits").is_none() {
                child["traits"] = json!([]);
            }
        }
        let found = verdict(&derived, &thinned(&answered, 127), on, &areas());
        prop_assert_eq!(found == Verdict::Yes, meant(&facets, &answered, on), "{}", derived.to_json());
    }
}
