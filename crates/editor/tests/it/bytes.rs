//! An unchanged form is an unchanged document.

use kairan_editor::{FormValues, apply};
use proptest::prelude::*;

use crate::examples::{documents, written_ways};

fn untouched(source: &str) -> String {
    let base = FormValues::read(source);
    let posted = FormValues::posted(&base, &base.to_pairs());
    assert_eq!(posted, base);
    apply(source, &base, &posted).expect("applied")
}

#[test]
fn every_example_survives_a_round_through_the_form() {
    for (name, text) in documents() {
        for source in written_ways(&text) {
            assert_eq!(untouched(&source), source, "{name}");
        }
    }
}

#[test]
fn rare_characters_and_odd_writing_survive() {
    let sources = [
        "",
        "本文だけ\r\n",
        "---\n---\n",
        "---\nkind: [article\n---\n本文",
        "---\nkind: article\nkind: news\n---\n",
        "---\ntitle: 閉じていない\n",
        "---\nkind: article\ntitle: \"𠮷野家\\u3000か\u{3099}👨‍👩‍👧\"\n---\n𠮷\u{3099}👩🏽‍🚒\r\nか\u{3099}\r",
        "---\nkind: article\ntitle:\nsummary: ~\ntags: []\nnotice: {}\nrelated: [ ]\nextra: { a: [1, 2] }\n---\n",
        "---\nkind: article\ntitle: |\n  一行\n  二行\nsummary: >-\n  折り\n  返し\ndeadline: 来週\n---\n",
        "---\nkind: article\ntarget: 市民\nnotice: メール\nupdated: [a]\ndeadline: [{ closes: 2026-13-45, x: 1 }]\n---\n",
        "---\n{ kind: news, title: a, tags: [ x , x ] }\n---\n\0本文\0",
        "---\nkind: article\nanytime: はい\npublish_at: 2026-12-25 09:00:30\nreview_by: いつか\n---\n",
        "---\nkind: ブログ\nslug: 007\ntitle: 2026\n---\n",
    ];
    for source in sources {
        assert_eq!(untouched(source), source);
    }
}

#[test]
fn two_megabytes_are_quick() {
    let line = "子育て𠮷\u{3099}の手当について、お知らせします。\r\n";
    let body = line.repeat(2_000_000 / line.len());
    let source = format!("---\r\nkind: page\r\ntitle: 前\r\n---\r\n{body}");
    let start = std::time::Instant::now();
    let base = FormValues::read(&source);
    let mut pairs = base.to_pairs();
    for pair in &mut pairs {
        match pair.0.as_str() {
            "title" => pair.1 = "後".to_owned(),
            "body" => pair.1.push_str("終わり"),
            _ => {}
        }
    }
    let posted = FormValues::posted(&base, &pairs);
    let text = apply(&source, &base, &posted).expect("applied");
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    assert_eq!(
        text,
        format!("{}終わり", source.replace("title: 前", "title: 後"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_survives(source in "(\u{feff})?(---\r?\n)?([ -~ぁ-ん漢字𠮷：\t]{0,20}\r?\n){0,8}(---\r?\n)?.{0,40}") {
        prop_assert_eq!(untouched(&source), source);
    }

    #[test]
    fn any_title_is_written_so_that_it_reads_back(title in "[^\r\n\0]{1,60}", quote in 0usize..3) {
        let quote = ["", "'", "\""][quote];
        let source = format!("---\nkind: page # 種別\ntitle: {quote}前{quote}   # 件名\nslug: a\n---\n本文\n");
        let base = FormValues::read(&source);
        let posted = FormValues::posted(&base, &[("title".to_owned(), title)]);
        let text = apply(&source, &base, &posted).expect("applied");
        prop_assert_eq!(FormValues::read(&text), posted);
        prop_assert!(text.starts_with("---\nkind: page # 種別\n"));
        prop_assert!(text.ends_with("\nslug: a\n---\n本文\n"));
    }
}
