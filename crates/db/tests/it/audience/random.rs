//! Random rules, facts and days, dense around 29 February, 1 April and month ends.

use chrono::{Days, NaiveDate};
use kairan_audience::{Areas, Facts, Grade, Rule};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const AREAS: [&str; 6] = ["city", "north", "south", "kita", "minami", "elsewhere"];
const HOUSEHOLD: [&str; 3] = ["single", "dual", "many"];
const FLAGS: [&str; 4] = ["x", "y", "z", "never"];
const TRAITS: [&str; 2] = ["preterm", "multiple"];

pub(crate) fn areas() -> Areas {
    Areas::from_parents([
        ("city", None),
        ("north", Some("city")),
        ("south", Some("city")),
        ("kita", Some("north")),
        ("minami", Some("south")),
    ])
}

pub(crate) fn day() -> impl Strategy<Value = NaiveDate> {
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let awkward = (2004..2033_i32, 1..=12_u32, 0..3, 0..5_u64).prop_map(move |(y, m, kind, n)| {
        let base = match kind {
            0 => date(y, 3, 1),
            1 => date(y, 4, 1),
            _ => date(y, m, 1),
        };
        base + Days::new(n) - Days::new(2)
    });
    let plain = (0..10_500_u64).prop_map(move |n| date(2004, 1, 1) + Days::new(n));
    prop_oneof![awkward, plain]
}

fn keys(of: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(of, 1..=most)
}

fn bounds(max: u32) -> impl Strategy<Value = String> {
    (0..=max, 0..=max, 0..4).prop_map(|(a, b, kind)| match kind {
        0 => format!("{a}"),
        1 => format!("{a}.."),
        2 => format!("..{b}"),
        _ => format!("{}..{}", a.min(b), a.max(b)),
    })
}

fn grade() -> impl Strategy<Value = String> {
    let all: Vec<&str> = Grade::all().map(|g| g.key()).collect();
    (0..all.len(), 0..all.len())
        .prop_map(move |(a, b)| format!("{}..{}", all[a.min(b)], all[a.max(b)]))
}

fn as_of() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(json!("fiscal-year-start"))),
        1 => day().prop_map(|d| Some(json!(d.to_string()))),
    ]
}

fn object(entries: Vec<(&str, Option<Value>)>) -> Value {
    let given = entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

fn part() -> impl Strategy<Value = Value> {
    let age = prop::option::weighted(0.6, bounds(20));
    let months = prop::option::weighted(0.3, bounds(240));
    let grade = prop::option::weighted(0.3, grade());
    let traits = prop::option::weighted(0.4, keys(&TRAITS, 2));
    (age, months, grade, traits, any::<bool>(), as_of()).prop_map(
        |(age, months, grade, traits, through, as_of)| {
            let ends = |b: &Option<String>| b.as_ref().is_some_and(|b| !b.ends_with(".."));
            let through =
                (through && (ends(&age) || ends(&months))).then(|| json!("fiscal-year-end"));
            let none = age.is_none() && months.is_none() && grade.is_none() && traits.is_none();
            let age = age.or_else(|| none.then(|| "0..".to_owned()));
            object(vec![
                ("age", age.map(Value::from)),
                ("months", months.map(Value::from)),
                ("grade", grade.map(Value::from)),
                ("trait", traits.map(Value::from)),
                ("through", through),
                ("as_of", as_of),
            ])
        },
    )
}

fn expecting() -> impl Strategy<Value = Value> {
    (bounds(42), as_of()).prop_map(|(weeks, as_of)| {
        object(vec![
            ("expecting", Some(json!({ "weeks": weeks }))),
            ("as_of", as_of),
        ])
    })
}

pub(crate) fn rule() -> impl Strategy<Value = Rule> {
    let leaf = prop_oneof![
        1 => Just(json!({ "everyone": true })),
        4 => part().prop_map(|part| json!({ "child": part })),
        1 => (part(), part()).prop_map(|(a, b)| json!({ "child": { "all": [a, b] } })),
        1 => expecting().prop_map(|part| json!({ "child": part })),
        1 => (part(), expecting()).prop_map(|(a, b)| json!({ "child": { "all": [a, b] } })),
        1 => (bounds(80), as_of())
            .prop_map(|(age, as_of)| json!({ "self": object(vec![("age", Some(age.into())), ("as_of", as_of)]) })),
        2 => keys(&AREAS, 2).prop_map(|keys| json!({ "area": keys })),
        1 => keys(&HOUSEHOLD, 2).prop_map(|keys| json!({ "household": keys })),
        2 => prop::sample::select(FLAGS.to_vec()).prop_map(|key| json!({ "flag": key })),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|rules| json!({ "all": rules })),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|rules| json!({ "any": rules })),
            inner.prop_map(|rule| json!({ "not": rule })),
        ]
    })
    .prop_map(|json| Rule::from_json(&json).unwrap())
}

fn child() -> impl Strategy<Value = Value> {
    let traits = prop::option::of(prop::sample::subsequence(&TRAITS, 0..=2));
    (day(), traits).prop_map(|(birth, traits)| {
        let birth = Some(json!(birth.to_string()));
        object(vec![
            ("birth_date", birth),
            ("traits", traits.map(Value::from)),
        ])
    })
}

/// `None`: not answered; `Some(Null)`: answered, none.
fn answer<T: Into<Value> + std::fmt::Debug>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<Value>> {
    (value, 0..10).prop_map(|(value, kind)| match kind {
        0 | 1 => None,
        2 => Some(Value::Null),
        _ => Some(value.into()),
    })
}

pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    let own = day().prop_map(|d| (d - Days::new(40 * 365)).to_string());
    let flags = prop::collection::btree_map(
        prop::sample::select(FLAGS[..3].to_vec()).prop_map(str::to_owned),
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from)],
        0..=3,
    );
    (
        answer(own),
        answer(prop::sample::select(AREAS.to_vec())),
        answer(prop::collection::vec(child(), 0..4).prop_map(Value::from)),
        answer(day().prop_map(|d| d.to_string())),
        answer(
            prop::sample::subsequence(&HOUSEHOLD, 0..=3)
                .prop_map(|keys| Value::from(keys.to_vec())),
        ),
        answer(flags.prop_map(|map| Value::Object(map.into_iter().collect()))),
    )
        .prop_map(|(birth, area, children, due, household, flags)| {
            let json = object(vec![
                ("birth_date", birth),
                ("area", area),
                ("children", children),
                ("due_date", due),
                ("household", household),
                ("flags", flags),
            ]);
            Facts::from_json(&json).unwrap()
        })
}
