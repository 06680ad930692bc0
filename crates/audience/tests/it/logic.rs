//! The laws of three values, and the three ways to a verdict that must agree.

use kairan_audience::{Outcome, Reason, Rule, RuleSet, Verdict, evaluate, verdict};
use proptest::prelude::*;
use serde_json::json;

use crate::arbitrary::{any_day, any_rule, areas, full_facts, thinned};
use crate::{day, facts, rule};

fn three() -> impl Strategy<Value = Verdict> {
    prop::sample::select(vec![Verdict::Yes, Verdict::No, Verdict::Unknown])
}

proptest! {
    #[test]
    fn kleene(a in three(), b in three(), c in three()) {
        prop_assert_eq!(a.and(b), b.and(a));
        prop_assert_eq!(a.and(b).and(c), a.and(b.and(c)));
        prop_assert_eq!(a.or(b).or(c), a.or(b.or(c)));
        prop_assert_eq!(!(a.and(b)), (!a).or(!b));
        prop_assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)));
        prop_assert_eq!(!!a, a);
        prop_assert_eq!(Verdict::all([a, b, c]), a.and(b).and(c));
        prop_assert_eq!(Verdict::any([a, b, c]), a.or(b).or(c));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn three_ways_agree(rule in any_rule(), full in full_facts(), kept in 0..128_u8, on in any_day()) {
        let (areas, facts) = (areas(), thinned(&full, kept));
        let direct = verdict(&rule, &facts, on, &areas);
        let outcome = evaluate(&rule, &facts, on, &areas);
        prop_assert_eq!(outcome.verdict, direct);
        let set = RuleSet::compile([&rule, &Rule::Not(Box::new(rule.clone()))], on, &areas);
        let compiled: Vec<_> = set.verdicts(&set.citizen(&facts)).collect();
        prop_assert_eq!(compiled, vec![direct, !direct]);
        prop_assert_eq!(outcome.missing.is_empty(), direct != Verdict::Unknown);
        let fields = rule.fields();
        prop_assert!(outcome.missing.iter().all(|field| fields.contains(field)));
    }

    #[test]
    fn answering_more_never_turns_the_answer(
        rule in any_rule(), full in full_facts(), kept in 0..128_u8, more in 0..128_u8, on in any_day(),
    ) {
        let areas = areas();
        let before = verdict(&rule, &thinned(&full, kept), on, &areas);
        let after = verdict(&rule, &thinned(&full, kept | more), on, &areas);
        prop_assert!(before == Verdict::Unknown || before == after, "{:?} to {:?}", before, after);
    }

    /// What is not missing cannot change the answer: with everything else withheld, it stays as it is.
    #[test]
    fn only_missing_fields_decide(rule in any_rule(), full in full_facts(), kept in 0..128_u8, on in any_day()) {
        let areas = areas();
        let outcome = evaluate(&rule, &thinned(&full, kept), on, &areas);
        let names = ["birth_date", "area", "children", "due_date", "household", "flags.x", "flags.y"];
        let mut others = kept;
        for (bit, name) in names.iter().enumerate() {
            if !outcome.missing.iter().any(|m| m == name) {
                others |= 1 << bit;
            }
        }
        let after = verdict(&rule, &thinned(&full, others), on, &areas);
        prop_assert_eq!(after, outcome.verdict);
    }

    #[test]
    fn json_round_trip(rule in any_rule(), full in full_facts(), kept in 0..128_u8) {
        prop_assert_eq!(&Rule::from_json(&rule.to_json()).unwrap(), &rule);
        let text = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Rule>(&text).unwrap(), &rule);
        let facts = thinned(&full, kept);
        let text = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(serde_json::from_str::<kairan_audience::Facts>(&text).unwrap(), facts);
    }
}

fn outcome(r: serde_json::Value, f: serde_json::Value) -> Outcome {
    evaluate(&rule(r), &facts(f), day("2026-11-20"), &areas())
}

#[test]
fn reasons_have_the_shape_of_the_rule_and_name_the_child() {
    let found = outcome(
        json!({ "all": [{ "child": { "age": "0..2" } }, { "area": ["kita"] }] }),
        json!({ "children": [
            { "key": "c1", "birth_date": "2018-01-01" },
            { "key": "c2", "birth_date": "2025-11-01" },
        ] }),
    );
    assert_eq!(found.verdict, Verdict::Unknown);
    assert_eq!(found.missing, ["area"]);
    assert!(
        found.children.is_empty(),
        "nobody is told of a child before the rule is a yes"
    );
    let [child, area] = found.reasons.inner.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (child.verdict, area.verdict),
        (Verdict::Yes, Verdict::Unknown)
    );
    let per_child: Vec<_> = child
        .inner
        .iter()
        .map(|r: &Reason| (r.child.as_deref().unwrap(), r.verdict))
        .collect();
    assert_eq!(per_child, [("c1", Verdict::No), ("c2", Verdict::Yes)]);
    let expected = [
        "0歳から2歳までのお子さんがいる方に当てはまります。（お子さん c2（1歳0か月））",
        "kitaにお住まいの方に当てはまるかどうかは、まだ分かりません。",
    ];
    assert_eq!(found.reasons.sentences(), expected);
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["reasons"]["inner"][1]["missing"], "area");
}

/// A child added later renames none of the others, so nobody is told twice.
#[test]
fn keys_of_children_are_stable() {
    let two = facts(
        json!({ "children": [{ "birth_date": "2025-01-01" }, { "birth_date": "2025-01-01" }] }),
    );
    let three = facts(json!({ "children": [
        { "birth_date": "2026-03-03" }, { "birth_date": "2025-01-01" }, { "birth_date": "2025-01-01" },
    ] }));
    assert_eq!(two.child_keys(), ["2025-01-01#1", "2025-01-01#2"]);
    assert_eq!(three.child_keys()[1..], two.child_keys());
}
