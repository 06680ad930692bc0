use kairan_finder::{FacetFilter, Filters, FinderDocument, SearchRequest, Window};

use crate::{at, document, finder, ids};

fn sorted(mut ids: Vec<String>) -> String {
    ids.sort_unstable();
    ids.concat()
}

#[test]
fn parts_of_words_and_whole_compounds_are_found() {
    let (_folder, finder) = finder([
        document("A", "児童手当のご案内", "お子さんを育てている方へ"),
        document("B", "児童館", "手当ての教室。童手という語はない"),
        document(
            "C",
            "お知らせ",
            "就労証明書の用紙。マイナンバーカードが必要です",
        ),
        document("D", "税", "住民税"),
    ]);
    for (query, expected) in [
        ("児童手当", "A"),
        ("児童", "AB"),
        ("手当", "AB"),
        ("就労証明", "C"),
        ("証明書", "C"),
        ("ﾏｲﾅﾝﾊﾞｰ", "C"),
        ("まいなんばーかーど", "C"),
        ("税", "D"),
        ("用", "C"),
        ("児童　案内", "A"),
        ("マイナンバー 税", "CD"), // nothing has both
        ("宇宙旅行", ""),
    ] {
        assert_eq!(sorted(ids(&finder, query)), expected, "{query}");
    }
}

#[test]
fn only_a_substring_is_a_phrase() {
    let (_folder, finder) = finder([
        document("A", "保育所", "所入 入所 保育 育所、べつべつに"),
        document("B", "保育所入所", ""),
    ]);
    assert_eq!(ids(&finder, "保育所入所"), ["B"]);
}

#[test]
fn latin_words_and_digits() {
    let (_folder, finder) = finder([
        document("A", "Ｗｉ－Ｆｉの使い方", "10回"),
        document("B", "COVID-19ワクチン", "1回"),
    ]);
    assert_eq!(ids(&finder, "wi-fi"), ["A"]);
    assert_eq!(ids(&finder, "covid"), ["B"]);
    assert_eq!(ids(&finder, "cov"), ["B"]);
    assert_eq!(ids(&finder, "1回"), ["B"]);
    assert_eq!(ids(&finder, "covid-19ワクチン"), ["B"]);
}

#[test]
fn titles_and_whole_words_go_first() {
    let (_folder, finder) = finder([
        document(
            "A",
            "お知らせ",
            "京都から来た児童手当の話です。くわしくは窓口まで。",
        ),
        document("B", "児童手当", "くわしくは窓口まで。"),
    ]);
    assert_eq!(ids(&finder, "児童手当"), ["B", "A"]);
    // 京都 is a word in one and the middle of 東京都庁 in the other.
    let (_folder, finder) = super::finder([
        document("A", "東京都庁の見学", ""),
        document("B", "京都旅行の講座", ""),
    ]);
    assert_eq!(ids(&finder, "京都"), ["B", "A"]);
}

#[test]
fn words_that_fail_together_are_relaxed() {
    let (_folder, finder) = finder([
        document("A", "保育所の申込", "選考があります"),
        document("B", "図書館", "予約"),
    ]);
    let search = |query: &str| {
        let request = SearchRequest {
            query: query.to_owned(),
            limit: 5,
            ..Default::default()
        };
        finder.search(&request).unwrap()
    };
    let page = search("保育所申込選考");
    assert!(page.relaxed);
    assert_eq!((page.total, page.found[0].id.as_str()), (1, "A"));
    assert!(!search("保育所 選考").relaxed);
    assert_eq!(search("宇宙旅行").total, 0);
}

#[test]
fn synonyms() {
    let (_folder, finder) = finder([
        document("A", "保育所入所のご案内", ""),
        document("B", "保活セミナー", ""),
        document("C", "図書館", ""),
    ]);
    assert_eq!(ids(&finder, "保活"), ["B"]);
    finder.set_synonyms(&[vec!["保活".to_owned(), "保育所入所".to_owned()]]);
    assert_eq!(ids(&finder, "保活"), ["B", "A"]);
    assert_eq!(ids(&finder, "保活 案内"), ["A"]);
}

#[test]
fn filters_by_facets_and_opening_times() {
    let with =
        |id: &str, category: &str, tags: &[&str], state: &str, closes: &[&str]| FinderDocument {
            category: category.to_owned(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            state: state.to_owned(),
            department: format!("dept-{id}"),
            facets: vec![("life-event".to_owned(), "birth".to_owned())],
            windows: closes
                .iter()
                .map(|day| Window {
                    opens: Some(at(&format!("{day}T09:00"))),
                    closes: Some(at(&format!("{day}T17:00"))),
                })
                .collect(),
            ..document(id, "手当", "")
        };
    let (_folder, finder) = finder([
        with(
            "A",
            "money/child",
            &["age-0", "area-n"],
            "published",
            &["2026-12-01", "2026-12-03"],
        ),
        with("B", "money/tax", &["age-1"], "draft", &["2026-12-02"]),
        FinderDocument {
            windows: vec![Window::default()],
            ..with("C", "moneyed", &["age-0"], "published", &[])
        },
        with("D", "", &[], "published", &[]),
    ]);
    let facet = |field: &str, any_of: &[&str]| FacetFilter {
        field: field.to_owned(),
        any_of: any_of.iter().map(|value| (*value).to_owned()).collect(),
    };
    let found = |query: &str, facets: Vec<FacetFilter>, open_at: Option<&str>| {
        let filters = Filters {
            facets,
            open_at: open_at.map(at),
        };
        let request = SearchRequest {
            query: query.to_owned(),
            filters,
            offset: 0,
            limit: 9,
        };
        let page = finder.search(&request).unwrap();
        assert_eq!(page.total, page.found.len());
        sorted(page.found.into_iter().map(|found| found.id).collect())
    };
    for query in ["手当", ""] {
        assert_eq!(found(query, vec![], None), "ABCD");
        assert_eq!(
            found(query, vec![facet("category", &["money"])], None),
            "AB"
        );
        assert_eq!(
            found(
                query,
                vec![facet("category", &["money/tax", "moneyed"])],
                None
            ),
            "BC"
        );
        assert_eq!(
            found(
                query,
                vec![facet("tag", &["age-0"]), facet("tag", &["area-n"])],
                None
            ),
            "A"
        );
        assert_eq!(found(query, vec![facet("state", &["draft"])], None), "B");
        assert_eq!(
            found(query, vec![facet("department", &["dept-C"])], None),
            "C"
        );
        assert_eq!(
            found(query, vec![facet("life-event", &["birth"])], None),
            "ABCD"
        );
        assert_eq!(found(query, vec![facet("tag", &[])], None), "");
        assert_eq!(found(query, vec![], Some("2026-12-01T17:00")), "AC");
        assert_eq!(found(query, vec![], Some("2026-12-01T17:01")), "C");
        assert_eq!(found(query, vec![], Some("2026-12-02T12:00")), "BC");
        assert_eq!(
            found(
                query,
                vec![facet("category", &["money"])],
                Some("2026-12-03T09:00")
            ),
            "A"
        );
    }
    // Relaxing gives up words, never filters.
    let drafts = || vec![facet("state", &["draft"])];
    assert_eq!(found("手当 宇宙旅行", drafts(), None), "B");
    assert_eq!(found("宇宙旅行", drafts(), None), "");
}

#[test]
fn pages_are_stable_and_newest_first_without_words() {
    let documents = (0..57u32).map(|n| FinderDocument {
        sort_time: at(&format!("2026-12-{:02}T09:00", n % 28 + 1)),
        ..document(&format!("{n:02}"), "手当", "")
    });
    let mut expected: Vec<FinderDocument> = documents.clone().collect();
    expected.sort_by(|a, b| b.sort_time.cmp(&a.sort_time).then_with(|| a.id.cmp(&b.id)));
    let expected: Vec<String> = expected.into_iter().map(|document| document.id).collect();
    let (_folder, finder) = finder([]);
    // Several segments.
    for (cursor, document) in (2..).zip(documents) {
        finder
            .apply(&super::upserts([document]), &cursor.to_string())
            .unwrap();
    }
    for query in ["", "手当"] {
        let mut paged = Vec::new();
        let mut offset = Some(0);
        while let Some(from) = offset {
            let request = SearchRequest {
                query: query.to_owned(),
                offset: from,
                limit: 10,
                ..Default::default()
            };
            let page = finder.search(&request).unwrap();
            assert_eq!(page.total, 57);
            paged.extend(page.found.into_iter().map(|found| found.id));
            offset = page.next;
        }
        if query.is_empty() {
            assert_eq!(paged, expected);
        }
        paged.sort_unstable();
        paged.dedup();
        assert_eq!(paged.len(), 57, "every document once");
    }
}

#[test]
fn odd_queries_are_survived() {
    let (_folder, finder) = finder([document("A", "手当", "")]);
    for query in [
        "\"",
        "title:",
        "AND OR NOT",
        "🎉",
        "\u{0}",
        &"児童手当".repeat(500),
        "* ? ~ ^2",
        "手",
    ] {
        let request = SearchRequest {
            query: query.to_owned(),
            limit: 0,
            ..Default::default()
        };
        assert!(finder.search(&request).unwrap().found.is_empty());
    }
}
