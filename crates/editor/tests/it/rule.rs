//! A rule built as rows, as a browser shows and posts it.

use kairan_audience::Rule;
use kairan_content::diagnostic::Report;
use kairan_content::yaml::{self, Limits};
use kairan_editor::{Control, Form, FormValues, RuleView, apply, rows};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use crate::city::around;

type Pairs = Vec<(String, String)>;

fn document(rule: &str) -> String {
    format!(
        "---\nkind: article\ntarget:\n  text: 市民 # だれ\n  when: {rule} # 条件\nslug: a\n---\n本文\n"
    )
}

fn shown(values: &FormValues) -> Option<RuleView> {
    let form = Form::new(values, &around());
    match &form.field("target.when")?.control {
        Control::Rule { by_rows, .. } => by_rows.clone(),
        _ => None,
    }
}

/// What a browser posts of rows that nobody touched.
fn pairs(view: &RuleView) -> Pairs {
    let mut out: Pairs = Vec::new();
    let mut put = |name: String, value: &str| out.push((name, value.to_owned()));
    put("target.when.join".to_owned(), view.join);
    for group in &view.groups {
        put(format!("{}.join", group.id), group.join);
        for row in &group.rows {
            put(format!("{}.about", row.id), &row.about.value);
            put(
                format!("{}.not", row.id),
                if row.turned { "not" } else { "" },
            );
            put(format!("{}.from", row.id), &row.from);
            put(format!("{}.to", row.id), &row.to);
            for option in row.keys.iter().flat_map(|group| &group.options) {
                if option.selected {
                    put(format!("{}.keys", row.id), &option.value);
                }
            }
            if row.through {
                put(format!("{}.through", row.id), "true");
            }
            for day in row.days.iter().filter(|day| day.selected) {
                put(format!("{}.as_of", row.id), &day.value);
            }
            put(format!("{}.date", row.id), &row.date);
        }
    }
    out
}

/// The rule as a reader of the text that was written finds it.
fn rule_of(values: &FormValues) -> Rule {
    let empty = document("null");
    let source = apply(&empty, &FormValues::read(&empty), values).expect("applied");
    let written = FormValues::read(&source);
    let mut report = Report::default();
    let node = yaml::read(
        written.text("target.when"),
        0,
        Limits::DOCUMENT,
        &mut report,
    );
    let json = node.expect("YAML").to_json();
    Rule::from_json(&json).unwrap_or_else(|all| panic!("{all:?} in {source}"))
}

fn press(pairs: &mut Pairs, action: &str) -> FormValues {
    rows::act(pairs, action);
    FormValues::posted(&FormValues::read(&document("null")), pairs)
}

#[test]
fn a_rule_is_built_by_buttons_alone() {
    let mut now: Pairs = vec![
        ("target.when.join".to_owned(), "all".to_owned()),
        ("target.when.add".to_owned(), "child.age".to_owned()),
    ];
    let values = press(&mut now, "add:target.when");
    let view = shown(&values).unwrap();
    assert_eq!(view.groups[0].rows[0].about.label, "お子さん");
    assert_eq!(view.groups[0].rows[0].shape, "range");
    // Still to be filled in: it is written as such, and complained of.
    assert_eq!(values.text("target.when"), "child: { age: \"\" }");

    let mut now = pairs(&view);
    let put = |pairs: &mut Pairs, name: &str, value: &str| {
        pairs.retain(|(old, _)| old != name);
        pairs.push((name.to_owned(), value.to_owned()));
    };
    put(&mut now, "target.when.0.0.to", "２");
    put(&mut now, "target.when.0.add", "area");
    let view = shown(&press(&mut now, "add:target.when.0")).unwrap();
    let mut now = pairs(&view);
    put(&mut now, "target.when.0.1.keys", "kitamachi");
    put(&mut now, "target.when.0.1.not", "not");
    put(&mut now, "target.when.add", "flag.newcomer");
    let values = press(&mut now, "add:target.when");
    let view = shown(&values).unwrap();
    assert_eq!(view.groups.len(), 2);
    assert_eq!(
        rule_of(&values).to_json(),
        json!({ "all": [
            { "all": [{ "child": { "age": "..2" } }, { "not": { "area": ["kitamachi"] } }] },
            { "flag": "newcomer" },
        ] })
    );
    let mut now = pairs(&view);
    let values = press(&mut now, "remove:target.when.0.0");
    assert_eq!(
        values.text("target.when"),
        "all:\n  - not: { area: [kitamachi] }\n  - flag: newcomer"
    );
    let mut now = pairs(&shown(&values).unwrap());
    press(&mut now, "remove:target.when.0.0");
    let values = press(&mut now, "remove:target.when.0.0");
    assert_eq!(values.text("target.when"), "");
}

#[test]
fn what_rows_cannot_show_is_shown_as_it_is_and_kept() {
    let source = document("{ not: { any: [ { flag: newcomer }, { area: [kita] } ] } }");
    let base = FormValues::read(&source);
    assert_eq!(shown(&base), None);
    let posted = FormValues::posted(&base, &base.to_pairs());
    assert_eq!(apply(&source, &base, &posted).unwrap(), source);
}

#[test]
fn what_the_city_does_not_ask_any_more_stays_ticked() {
    let base = FormValues::read(&document(
        "{ any: [ { flag: old }, { area: [gone, kita] } ] }",
    ));
    let view = shown(&base).unwrap();
    let ticked: Vec<_> = view.groups[0].rows[1]
        .keys
        .iter()
        .flat_map(|group| &group.options)
        .filter(|option| option.selected)
        .map(|option| (option.value.as_str(), option.known))
        .collect();
    assert_eq!(ticked, [("kita", true), ("gone", false)]);
    assert_eq!(FormValues::posted(&base, &pairs(&view)), base);
}

fn range(max: u32) -> impl Strategy<Value = String> {
    (0..=max, 0..=max, 0..4).prop_map(|(a, b, kind)| match kind {
        0 => format!("{a}"),
        1 => format!("{a}.."),
        2 => format!("..{b}"),
        _ => format!("{}..{}", a.min(b), a.max(b)),
    })
}

/// A child is asked for one thing, with what may stand beside it.
fn child() -> impl Strategy<Value = Json> {
    let measure = prop_oneof![
        range(20).prop_map(|age| ("age", json!(age))),
        range(40).prop_map(|months| ("months", json!(months))),
        select(vec![
            "elem-1",
            "nursery-0..elem-3",
            "junior-1..",
            "..high-2"
        ])
        .prop_map(|grade| ("grade", json!(grade))),
    ];
    (measure, any::<(bool, bool)>(), day()).prop_map(|((key, range), (preterm, through), day)| {
        let mut part = json!({ key: range });
        if preterm {
            part["trait"] = json!(["preterm"]);
        }
        let ends = range.as_str().is_some_and(|text| !text.ends_with(".."));
        if through && ends && key != "grade" {
            part["through"] = json!("fiscal-year-end");
        }
        if let Some(day) = day {
            part["as_of"] = json!(day);
        }
        json!({ "child": part })
    })
}

fn day() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![None, Some("fiscal-year-start"), Some("2027-04-02")])
}

fn condition() -> impl Strategy<Value = Json> {
    let clause = prop_oneof![
        child(),
        (range(99), day()).prop_map(|(age, day)| match day {
            Some(day) => json!({ "self": { "age": age, "as_of": day } }),
            None => json!({ "self": { "age": age } }),
        }),
        range(42).prop_map(|weeks| json!({ "child": { "expecting": { "weeks": weeks } } })),
        Just(json!({ "child": { "trait": ["multiple", "preterm"] } })),
        select(vec![vec!["kita"], vec!["minami", "kita"]]).prop_map(|keys| json!({ "area": keys })),
        Just(json!({ "household": ["single-parent", "siblings"] })),
        Just(json!({ "flag": "newcomer" })),
    ];
    (clause, any::<bool>()).prop_map(|(clause, not)| match not {
        true => json!({ "not": clause }),
        false => clause,
    })
}

fn joined(inner: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    let several = prop::collection::vec(inner, 2..4);
    (several, any::<bool>()).prop_map(|(rules, all)| match all {
        true => json!({ "all": rules }),
        false => json!({ "any": rules }),
    })
}

fn rows_can_show() -> impl Strategy<Value = Json> {
    let group = prop_oneof![condition(), joined(condition())];
    prop_oneof![condition(), joined(condition()), joined(group)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn rows_mean_the_rule_they_show(rule in rows_can_show()) {
        let written = Rule::from_json(&rule).map_err(|all| TestCaseError::fail(format!("{all:?}")))?;
        let source = document(&rule.to_string());
        let base = FormValues::read(&source);
        let view = shown(&base).expect("rows");
        // Nobody touched it: byte for byte.
        let posted = FormValues::posted(&base, &pairs(&view));
        prop_assert_eq!(&apply(&source, &base, &posted).unwrap(), &source);
        // Built anew from the same rows: the same rule.
        let empty = FormValues::read(&document("null"));
        let anew = FormValues::posted(&empty, &pairs(&view));
        let sorted = |rule: &Rule| rule.to_json().to_string().replace("\"minami\",\"kita\"", "\"kita\",\"minami\"").replace("\"multiple\",\"preterm\"", "\"preterm\",\"multiple\"");
        prop_assert_eq!(sorted(&rule_of(&anew)), sorted(&written));
        // As a text, and back: the same rows.
        let text = vec![("target.when".to_owned(), anew.text("target.when").to_owned())];
        prop_assert_eq!(shown(&FormValues::posted(&empty, &text)), shown(&anew));
    }

    #[test]
    fn one_row_changed_leaves_every_other_line(rule in rows_can_show(), age in 0u32..90) {
        let source = document(&rule.to_string());
        let base = FormValues::read(&source);
        let mut now = pairs(&shown(&base).expect("rows"));
        now.push(("target.when.9.0.about".to_owned(), "self".to_owned()));
        now.push(("target.when.9.0.from".to_owned(), age.to_string()));
        let posted = FormValues::posted(&base, &now);
        let text = apply(&source, &base, &posted).unwrap();
        prop_assert!(text.starts_with("---\nkind: article\ntarget:\n  text: 市民 # だれ\n  when:"));
        prop_assert!(text.ends_with("\nslug: a\n---\n本文\n"), "{}", text);
        prop_assert_eq!(FormValues::read(&text).text("target.when").is_empty(), false);
    }
}
