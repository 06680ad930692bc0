//! Rules in plain Japanese.

use kairan_audience::{Labels, ProfileSchema};
use serde_json::{Value, json};

use crate::rule;

fn said(value: Value) -> String {
    let schema: ProfileSchema = serde_json::from_value(json!({ "fields": [
        { "key": "children", "type": "people", "label": "お子さん", "options": [{ "key": "preterm", "label": "低出生体重" }] },
        { "key": "household", "type": "choices", "label": "世帯", "options": [{ "key": "single", "label": "ひとり親" }] },
        { "key": "evacuated", "type": "flag", "label": "市外に避難している" },
    ] }))
    .unwrap();
    let labels = Labels::new(&schema, [("kitamachi", "北町"), ("minamimachi", "南町")]);
    rule(value).describe(&labels)
}

#[test]
fn rules_are_said_plainly() {
    for (value, expected) in [
        (json!({ "everyone": true }), "すべての方"),
        (
            json!({ "all": [{ "child": { "age": "0..2" } }, { "area": ["kitamachi"] }] }),
            "0歳から2歳までのお子さんがいる方で、北町にお住まいの方",
        ),
        (
            json!({ "child": { "age": "0..18", "through": "fiscal-year-end" } }),
            "18歳になって最初の3月31日までのお子さんがいる方",
        ),
        (
            json!({ "child": { "age": "3..18", "through": "fiscal-year-end" } }),
            "3歳から18歳になって最初の3月31日までのお子さんがいる方",
        ),
        (
            json!({ "child": { "months": "3..4", "trait": "preterm" } }),
            "3か月から4か月まで、「低出生体重」のお子さんがいる方",
        ),
        (
            json!({ "child": { "grade": "elem-1..junior-3" } }),
            "小1から中3までのお子さんがいる方",
        ),
        (
            json!({ "child": { "grade": "nursery-0", "as_of": "fiscal-year-start" } }),
            "その年度の4月1日の時点で0歳児クラスのお子さんがいる方",
        ),
        (
            json!({ "child": { "expecting": { "weeks": "0..42" } } }),
            "妊娠中の方",
        ),
        (
            json!({ "child": { "expecting": { "weeks": "12..15" } } }),
            "妊娠12週から15週までの方",
        ),
        (json!({ "self": { "age": "65.." } }), "65歳以上の方"),
        (
            json!({ "self": { "age": "75", "as_of": "2026-09-15" } }),
            "2026年9月15日の時点で75歳の方",
        ),
        (
            json!({ "area": ["kitamachi", "minamimachi"] }),
            "北町または南町にお住まいの方",
        ),
        (json!({ "household": ["single"] }), "ひとり親に当てはまる方"),
        (
            json!({ "flag": "evacuated" }),
            "「市外に避難している」に当てはまる方",
        ),
        (
            json!({ "not": { "area": ["kitamachi"] } }),
            "北町以外にお住まいの方",
        ),
        (
            json!({ "not": { "child": { "age": "0" } } }),
            "0歳のお子さんがいない方",
        ),
        (
            json!({ "not": { "child": { "expecting": { "weeks": "0..42" } } } }),
            "妊娠中ではない方",
        ),
        (
            json!({ "not": { "self": { "age": "65.." } } }),
            "65歳以上ではない方",
        ),
        (
            json!({ "not": { "household": ["single"] } }),
            "ひとり親に当てはまらない方",
        ),
        (
            json!({ "not": { "any": [{ "flag": "a" }, { "area": ["kitamachi"] }] } }),
            "（「a」に当てはまる方、または北町にお住まいの方）に当てはまらない方",
        ),
        (
            json!({ "all": [{ "any": [{ "flag": "a" }, { "flag": "b" }] }, { "area": ["kitamachi"] }] }),
            "（「a」に当てはまる方、または「b」に当てはまる方）で、北町にお住まいの方",
        ),
    ] {
        assert_eq!(said(value), expected);
    }
}
