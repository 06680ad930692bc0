//! Random rules, facts and days, dense around 29 February, 1 April and month ends.

use chrono::{Datelike, Days, NaiveDate};
use kairan_audience::{Areas, Facts, Rule};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{facts, rule};

pub(crate) const TRAITS: [&str; 2] = ["preterm", "multiple"];

pub(crate) fn areas() -> Areas {
    Areas::from_parents([
        ("city", None),
        ("north", Some("city")),
        ("south", Some("city")),
        ("kita", Some("north")),
        ("minami", Some("south")),
    ])
}

fn area_key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "city",
        "north",
        "south",
        "kita",
        "minami",
        "elsewhere",
    ])
}

/// Days within 2004 to 2032, half of them within two days of a place where calendars are awkward.
pub(crate) fn any_day() -> impl Strategy<Value = NaiveDate> {
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
    let awkward =
        (2004..2033_i32, 1..=12_u32, 0..=2_usize, 0..5_u64).prop_map(move |(y, m, kind, near)| {
            let base = match kind {
                0 => date(y, 3, 1),
                1 => date(y, 4, 1),
                _ => date(y, m, 1),
            };
            base.unwrap() + Days::new(near) - Days::new(2)
        });
    let plain = (0..10_500_u64).prop_map(move |n| date(2004, 1, 1).unwrap() + Days::new(n));
    prop_oneof![awkward, plain]
}

pub(crate) fn bounds(max: u32) -> impl Strategy<Value = String> {
    (0..=max, 0..=max, 0..4).prop_map(|(a, b, kind)| match kind {
        0 => format!("{a}"),
        1 => format!("{a}.."),
        2 => format!("..{b}"),
        _ => format!("{}..{}", a.min(b), a.max(b)),
    })
}

fn grade() -> impl Strategy<Value = String> {
    let keys: Vec<&str> = kairan_audience::Grade::all().map(|g| g.key()).collect();
    (0..keys.len(), 0..keys.len()).prop_map(move |(a, b)| {
        if a == b {
            keys[a].to_owned()
        } else {
            format!("{}..{}", keys[a.min(b)], keys[a.max(b)])
        }
    })
}

fn as_of() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(json!("fiscal-year-start"))),
        1 => any_day().prop_map(|d| Some(json!(d.to_string()))),
    ]
}

fn put(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

/// A child part that asks of born children.
pub(crate) fn born_part() -> impl Strategy<Value = Value> {
    let maybe = |p: f64| move |s: BoxedStrategy<String>| prop::option::weighted(p, s);
    (
        maybe(0.6)(bounds(20).boxed()),
        maybe(0.3)(bounds(240).boxed()),
        maybe(0.3)(grade().boxed()),
        prop::option::weighted(0.2, prop::sample::select(TRAITS.to_vec())),
        any::<bool>(),
        as_of(),
    )
        .prop_map(|(age, months, grade, has, through, as_of)| {
            let mut map = Map::new();
            let upper = |b: &Option<String>| b.as_ref().is_some_and(|b| !b.ends_with(".."));
            let through = through && (upper(&age) || upper(&months));
            put(&mut map, "age", age);
            put(&mut map, "months", months);
            put(&mut map, "grade", grade);
            put(&mut map, "trait", has);
            if map.is_empty() {
                map.insert("age".into(), json!("0.."));
            }
            put(&mut map, "through", through.then_some("fiscal-year-end"));
            put(&mut map, "as_of", as_of);
            Value::Object(map)
        })
}

fn expecting() -> impl Strategy<Value = Value> {
    (bounds(42), as_of()).prop_map(|(weeks, as_of)| {
        let mut map = Map::new();
        map.insert("expecting".into(), json!({ "weeks": weeks }));
        put(&mut map, "as_of", as_of);
        Value::Object(map)
    })
}

pub(crate) fn any_rule() -> impl Strategy<Value = Rule> {
    let leaf = prop_oneof![
        1 => Just(json!({ "everyone": true })),
        4 => born_part().prop_map(|part| json!({ "child": part })),
        1 => prop::collection::vec(born_part(), 2).prop_map(|parts| json!({ "child": { "all": parts } })),
        1 => expecting().prop_map(|part| json!({ "child": part })),
        1 => (bounds(80), as_of()).prop_map(|(age, as_of)| {
            let mut map = Map::new();
            map.insert("age".into(), json!(age));
            put(&mut map, "as_of", as_of);
            json!({ "self": map })
        }),
        2 => prop::collection::vec(area_key(), 1..3).prop_map(|keys| json!({ "area": keys })),
        1 => prop::collection::vec(prop::sample::select(vec!["single", "dual", "many"]), 1..3)
            .prop_map(|keys| json!({ "household": keys })),
        2 => prop::sample::select(vec!["x", "y"]).prop_map(|key| json!({ "flag": key })),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|rules| json!({ "all": rules })),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|rules| json!({ "any": rules })),
            inner.prop_map(|rule| json!({ "not": rule })),
        ]
    })
    .prop_map(rule)
}

fn child() -> impl Strategy<Value = Value> {
    let traits = prop::option::of(prop::sample::subsequence(TRAITS.to_vec(), 0..=2));
    (any_day(), traits).prop_map(|(birth, traits)| {
        let mut map = Map::new();
        map.insert("birth_date".into(), json!(birth.to_string()));
        put(&mut map, "traits", traits);
        Value::Object(map)
    })
}

/// Facts with every field answered somehow, to be thinned out by [`thinned`].
pub(crate) fn full_facts() -> impl Strategy<Value = Value> {
    let date = || {
        prop::option::weighted(0.8, any_day())
            .prop_map(|d| d.map_or(Value::Null, |d| json!(d.to_string())))
    };
    (
        date(),
        prop::option::weighted(0.9, area_key()),
        prop::collection::vec(child(), 0..3),
        date(),
        prop::sample::subsequence(vec!["single", "dual", "many"], 0..=3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(birth, area, children, due, household, x, y)| {
            let birth = match birth {
                Value::String(text) => {
                    let date = crate::day(&text);
                    json!(date.with_year(date.year() - 40).unwrap_or(date).to_string())
                }
                none => none,
            };
            json!({
                "birth_date": birth, "area": area, "children": children, "due_date": due,
                "household": household, "flags": { "x": x, "y": y },
            })
        })
}

/// The facts without those fields whose bit is not set; the last two bits are the flags.
pub(crate) fn thinned(full: &Value, kept: u8) -> Facts {
    let mut map = full.as_object().unwrap().clone();
    for (bit, key) in ["birth_date", "area", "children", "due_date", "household"]
        .iter()
        .enumerate()
    {
        if kept & (1 << bit) == 0 {
            map.remove(*key);
        }
    }
    let flags = map["flags"].as_object_mut().unwrap();
    for (bit, key) in [(5, "x"), (6, "y")] {
        if kept & (1 << bit) == 0 {
            flags.remove(key);
        }
    }
    facts(Value::Object(map))
}
