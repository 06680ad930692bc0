//! Checking a rule against a site.

use kairan_audience::{ProblemCode as Code, ProfileSchema, RuleProblem, Verdict, verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arbitrary::{any_day, any_rule, areas, full_facts, thinned};
use crate::rule;

fn schema() -> ProfileSchema {
    serde_json::from_value(json!({ "fields": [
        { "key": "children", "type": "people", "label": "お子さん", "options": [
            { "key": "preterm", "label": "低出生体重" }, { "key": "multiple", "label": "多胎" },
        ] },
        { "key": "due_date", "type": "date", "label": "出産予定日" },
        { "key": "birth_date", "type": "birth-date", "label": "生年月日" },
        { "key": "area", "type": "choice", "label": "地区", "options": "areas" },
        { "key": "household", "type": "choices", "label": "世帯", "options": [
            { "key": "single", "label": "ひとり親" }, { "key": "dual", "label": "共働き" }, { "key": "many", "label": "多子" },
        ] },
        { "key": "x", "type": "flag", "label": "旗" }, { "key": "y", "type": "flag", "label": "旗" },
    ] }))
    .unwrap()
}

fn problems(value: Value) -> Vec<RuleProblem> {
    rule(value).check(&schema(), &areas())
}

fn places(value: Value) -> Vec<(String, Code)> {
    problems(value)
        .into_iter()
        .map(|p| (p.path, p.code))
        .collect()
}

fn at(path: &str, code: Code) -> Vec<(String, Code)> {
    vec![(path.to_owned(), code)]
}

#[test]
fn unknown_keys_are_found_where_they_stand() {
    assert_eq!(
        places(json!({ "all": [
            { "area": ["kita", "kitaa"] }, { "child": { "trait": "pretern" } }, { "not": { "household": ["singel"] } }, { "flag": "z" },
        ] })),
        [
            ("/all/0/area/1".to_owned(), Code::UnknownArea),
            ("/all/1/child/trait".to_owned(), Code::UnknownTrait),
            ("/all/2/not/household/0".to_owned(), Code::UnknownHousehold),
            ("/all/3/flag".to_owned(), Code::UnknownFlag),
        ]
    );
    assert!(
        problems(json!({ "area": ["kitaa"] }))[0]
            .fix
            .contains("「kita」")
    );
}

#[test]
fn a_profile_that_does_not_ask_is_named() {
    let none = ProfileSchema::default();
    for clause in [
        json!({ "child": { "age": "0" } }),
        json!({ "child": { "expecting": { "weeks": "0..42" } } }),
        json!({ "self": { "age": "0.." } }),
    ] {
        let found = rule(clause.clone()).check(&none, &areas());
        assert_eq!(found[0].code, Code::NotAsked, "{clause}");
    }
}

#[test]
fn rules_that_nobody_can_match_are_found() {
    let nobody = Code::NobodyMatches;
    for (value, path) in [
        (
            json!({ "child": { "age": "0..2", "grade": "junior-1" } }),
            "",
        ),
        (
            json!({ "child": { "age": "0..2", "months": "40..50" } }),
            "",
        ),
        (
            json!({ "child": { "age": "0", "expecting": { "weeks": "0..42" } } }),
            "",
        ),
        (
            json!({ "child": { "age": "6", "grade": "nursery-0..nursery-4" } }),
            "",
        ),
        (
            json!({ "all": [{ "area": ["kita"] }, { "area": ["minami"] }] }),
            "",
        ),
        (
            json!({ "all": [{ "area": ["north", "kita"] }, { "not": { "area": ["city"] } }] }),
            "",
        ),
        (
            json!({ "all": [{ "flag": "x" }, { "not": { "flag": "x" } }] }),
            "",
        ),
        (
            json!({ "all": [{ "household": ["single"] }, { "not": { "household": ["single", "dual"] } }] }),
            "",
        ),
        (
            json!({ "all": [{ "self": { "age": "..20" } }, { "self": { "age": "65.." } }] }),
            "",
        ),
        (
            json!({ "all": [{ "self": { "age": "20..30" } }, { "not": { "self": { "age": "18..40" } } }] }),
            "",
        ),
        (
            json!({ "all": [{ "child": { "age": "1" } }, { "not": { "child": { "age": "0..2" } } }] }),
            "",
        ),
        (
            json!({ "all": [{ "child": { "expecting": { "weeks": "..11" } } }, { "child": { "expecting": { "weeks": "12..42" } } }] }),
            "",
        ),
        (json!({ "not": { "everyone": true } }), ""),
        (
            json!({ "not": { "any": [{ "flag": "x" }, { "everyone": true }] } }),
            "",
        ),
        (
            json!({ "all": [{ "flag": "x" }, { "all": [{ "flag": "y" }, { "child": { "age": "0", "grade": "elem-1" } }] }] }),
            "/all/1/all/1",
        ),
        (
            json!({ "any": [{ "child": { "age": "0", "grade": "elem-1" } }] }),
            "/any/0",
        ),
    ] {
        assert_eq!(places(value.clone()), at(path, nobody), "{value}");
    }
}

#[test]
fn rules_that_somebody_can_match_are_left_alone() {
    for value in [
        json!({ "child": { "age": "6", "grade": "nursery-5" } }),
        json!({ "child": { "age": "7", "grade": "elem-1" } }),
        json!({ "child": { "age": "18", "through": "fiscal-year-end" } }),
        json!({ "child": { "age": "0", "months": "11" } }),
        json!({ "all": [{ "area": ["north"] }, { "area": ["kita"] }] }),
        json!({ "all": [{ "area": ["north"] }, { "not": { "area": ["kita"] } }] }),
        json!({ "all": [{ "child": { "age": "0" } }, { "child": { "age": "10" } }] }),
        json!({ "all": [{ "child": { "age": "0..2" } }, { "not": { "child": { "age": "0" } } }] }),
        json!({ "all": [{ "household": ["single", "dual"] }, { "not": { "household": ["single"] } }] }),
        json!({ "child": { "all": [{ "age": "0", "as_of": "2020-04-01" }, { "age": "10" }] } }),
    ] {
        assert_eq!(places(value.clone()), [], "{value}");
    }
}

#[test]
fn dead_branches_and_endless_pregnancies_are_warnings() {
    assert_eq!(
        places(
            json!({ "any": [{ "flag": "x" }, { "all": [{ "area": ["kita"] }, { "area": ["minami"] }] }] })
        ),
        at("/any/1", Code::DeadBranch)
    );
    assert_eq!(
        places(json!({ "child": { "expecting": { "weeks": "12.." } } })),
        at("/child/expecting/weeks", Code::ExpectingWithoutEnd)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The search for contradictions errs on one side only.
    #[test]
    fn what_somebody_matches_is_not_called_impossible(
        rule in any_rule(), full in full_facts(), on in any_day(),
    ) {
        if verdict(&rule, &thinned(&full, 127), on, &areas()) == Verdict::Yes {
            let found = rule.check(&schema(), &areas());
            prop_assert!(found.iter().all(|p| p.code != Code::NobodyMatches), "{:?}", found);
        }
    }
}
