use chrono::NaiveDateTime;
use kairan_index::{FacetFilter, Filters, IndexBuilder, IndexDocument, SearchRequest, Window};

use crate::corpus::{Bucket, articles, at, document};

fn titles(bucket: &Bucket, query: &str) -> Vec<String> {
    bucket
        .find(query)
        .hits
        .into_iter()
        .map(|hit| hit.title)
        .collect()
}

#[test]
fn every_title_finds_its_document_first() {
    let documents = articles(400);
    let bucket = Bucket::of(&documents);
    for document in &documents {
        let results = bucket.find(&document.title);
        assert!(!results.relaxed, "{}", document.title);
        assert_eq!(results.hits[0].title, document.title);
    }
}

#[test]
fn a_hit_carries_what_a_result_shows() {
    let window = Window {
        opens: None,
        closes: Some(at("2026-12-25T17:00")),
    };
    let one = IndexDocument {
        summary: "お子さんを育てている方に".to_owned(),
        category: "money/child".to_owned(),
        windows: vec![window],
        ..document("A", "児童手当の手続き", "")
    };
    let hit = Bucket::of(std::slice::from_ref(&one))
        .find("児童手当")
        .hits
        .remove(0);
    assert_eq!(
        (
            hit.id,
            hit.url,
            hit.title,
            hit.summary,
            hit.kind,
            hit.category,
            hit.lang
        ),
        (
            one.id,
            one.url,
            one.title,
            one.summary,
            one.kind,
            one.category,
            one.lang
        )
    );
    assert_eq!((hit.published, hit.windows), (one.published, vec![window]));
}

#[test]
fn compounds_and_parts_of_words_are_found_exactly() {
    let documents = articles(300);
    let bucket = Bucket::of(&documents);
    for word in [
        "児童",
        "児童手当",
        "手当",
        "証明書",
        "就労証明",
        "ウォーキ",
        "うぉーきんぐ",
        "診",
        "税",
        "ごみ",
    ] {
        let folded = kairan_index::analyser::fold(word);
        let mut expected: Vec<&str> = documents
            .iter()
            .filter(|d| {
                [&d.title, &d.summary, &d.body_text]
                    .iter()
                    .any(|text| kairan_index::analyser::fold(text).contains(&folded))
            })
            .map(|d| d.id.as_str())
            .collect();
        expected.sort_unstable();
        let mut found = bucket.ids(word, Filters::default());
        found.sort_unstable();
        assert_eq!(found, expected, "{word}");
    }
}

#[test]
fn a_word_in_the_title_goes_before_words_in_the_body() {
    let bucket = Bucket::of(&[
        document("A", "お知らせ", &"児童手当の申請。".repeat(20)),
        document("B", "児童手当", "制度の説明です。"),
        document("C", "児童館の手当て教室", "児童手当とは別です。"),
        document(
            "D",
            "市からの児童手当に関する大切なお知らせ",
            "くわしくは窓口へ。",
        ),
    ]);
    assert_eq!(
        titles(&bucket, "児童手当"),
        [
            "児童手当",
            "市からの児童手当に関する大切なお知らせ",
            "お知らせ",
            "児童館の手当て教室"
        ]
    );
}

#[test]
fn all_words_are_asked_for_and_some_only_where_all_fail() {
    let bucket = Bucket::of(&[
        document("A", "保育所の申込", "選考があります"),
        document("B", "保育所の見学", "予約制です"),
        document("C", "図書館の予約", "申込は不要です"),
    ]);
    let both = bucket.find("保育所　申込");
    assert_eq!((both.total, both.relaxed), (1, false));
    // Nothing has all three: those with more words come first, those with few are left out.
    let some = bucket.find("保育所 選考 パスポート");
    assert!(some.relaxed);
    assert_eq!(
        some.hits.iter().map(|h| h.id.as_str()).collect::<Vec<_>>(),
        ["A"]
    );
    // A phrase that stands nowhere as it is falls into its terms.
    let phrase = bucket.find("保育所申込選考");
    assert!(phrase.relaxed);
    assert_eq!(phrase.hits[0].id, "A");
    let none = bucket.find("宇宙旅行");
    assert_eq!((none.total, none.relaxed), (0, true));
}

#[test]
fn latin_words_match_by_beginning_and_digits_exactly() {
    let bucket = Bucket::of(&[
        document("A", "Ｗｉ－Ｆｉの使い方", ""),
        document("B", "COVID-19ワクチン", "10回目"),
        document("C", "covid19の後遺症", "1回目"),
    ]);
    assert_eq!(bucket.find("wi-fi").total, 1);
    assert_eq!(bucket.find("Covid").total, 2);
    assert_eq!(bucket.find("１").hits[0].id, "C");
    assert_eq!(bucket.find("1").total, 1);
}

#[test]
fn synonyms_find_but_what_was_typed_goes_first() {
    let mut builder = IndexBuilder::new();
    builder.add(&document("A", "保育所入所のご案内", ""));
    builder.add(&document("B", "保活セミナー", ""));
    builder.add(&document("C", "図書館", ""));
    let groups = [vec![
        "保活".to_owned(),
        "保育所入所".to_owned(),
        "ニュウエン".to_owned(),
    ]];
    let mut bucket = Bucket::default();
    bucket.apply(&builder.finish(&groups).unwrap());
    assert_eq!(
        titles(&bucket, "保活"),
        ["保活セミナー", "保育所入所のご案内"]
    );
    assert_eq!(
        titles(&bucket, "保育所入所"),
        ["保育所入所のご案内", "保活セミナー"]
    );
    assert_eq!(titles(&bucket, "にゅうえん セミナー"), ["保活セミナー"]);
}

#[test]
fn facets_and_opening_times_restrict() {
    let with = |id: &str, category: &str, tags: &[&str], closes: Option<&str>| IndexDocument {
        category: category.to_owned(),
        tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        facets: vec![("department".to_owned(), format!("dept {id}"))],
        windows: closes
            .map(|closes| Window {
                opens: Some(at("2026-12-01T00:00")),
                closes: Some(at(closes)),
            })
            .into_iter()
            .collect(),
        ..document(id, "手当", "")
    };
    let bucket = Bucket::of(&[
        with(
            "A",
            "money/child",
            &["age-0", "area-n"],
            Some("2026-12-25T17:00"),
        ),
        with("B", "money/tax", &["age-1"], Some("2026-12-10T23:59")),
        with("C", "moneyed", &["age-0"], None),
    ]);
    let facet = |field: &str, any_of: &[&str]| FacetFilter {
        field: field.to_owned(),
        any_of: any_of.iter().map(|v| (*v).to_owned()).collect(),
    };
    let found = |facets: Vec<FacetFilter>, open_at: Option<NaiveDateTime>| {
        let mut ids = bucket.ids("手当", Filters { facets, open_at });
        ids.sort_unstable();
        ids.concat()
    };
    assert_eq!(found(vec![], None), "ABC");
    assert_eq!(found(vec![facet("category", &["money"])], None), "AB");
    assert_eq!(
        found(vec![facet("category", &["money/tax", "moneyed"])], None),
        "BC"
    );
    assert_eq!(
        found(
            vec![facet("tag", &["age-0"]), facet("tag", &["area-n"])],
            None
        ),
        "A"
    );
    assert_eq!(found(vec![facet("department", &["dept C"])], None), "C");
    assert_eq!(found(vec![facet("tag", &[])], None), "");
    assert_eq!(found(vec![], Some(at("2026-12-10T23:59"))), "AB");
    assert_eq!(found(vec![], Some(at("2026-12-11T00:00"))), "A");
    assert_eq!(found(vec![], Some(at("2026-12-25T17:01"))), "");
}

#[test]
fn without_words_all_documents_come_newest_first_page_by_page() {
    let documents = articles(60);
    let bucket = Bucket::of(&documents);
    let mut expected = documents.clone();
    expected.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    let mut paged = Vec::new();
    for offset in (0..70).step_by(7) {
        let results = bucket.run(&SearchRequest {
            offset,
            limit: 7,
            query: "！".to_owned(),
            ..Default::default()
        });
        assert_eq!((results.total, results.relaxed), (60, false));
        paged.extend(results.hits.into_iter().map(|hit| hit.id));
    }
    assert!(paged.iter().eq(expected.iter().map(|d| &d.id)));
}
