//! What a search costs a reader; the larger figures stand in `docs/search-index.md`.

use kairan_index::CacheClass;

use crate::corpus::{Bucket, articles, build};

#[test]
fn a_cold_search_downloads_little() {
    let bucket = Bucket::of(&articles(3000));
    let cold = |query: &str| {
        bucket.take_read();
        assert_eq!(bucket.find(query).hits.len(), 10, "{query}");
        bucket.take_read()
    };
    for query in [
        "泉台 児童手当",
        "就労証明書",
        "緑ヶ丘　罹災",
        "減免 固定資産税 相談",
        "税",
    ] {
        let (objects, bytes) = cold(query);
        assert!(
            objects <= 25 && bytes < 70_000,
            "{query}: {objects} objects, {bytes} bytes"
        );
    }
    // A whole sentence has twenty terms, and still.
    let (objects, bytes) = cold("児童手当の手続きの流れをお知らせします。オンライン申請");
    assert!(
        objects <= 40 && bytes < 150_000,
        "{objects} objects, {bytes} bytes"
    );
}

#[test]
fn the_index_is_small_and_only_its_pointer_changes() {
    let documents = articles(500);
    let output = build(&documents);
    let text: usize = documents.iter().map(|d| d.body_text.len()).sum();
    let index: usize = output.objects.iter().map(|o| o.bytes.len()).sum();
    assert!(
        index * 2 < text,
        "{index} bytes of index for {text} of text"
    );
    let (pointer, rest) = output.objects.split_last().unwrap();
    assert_eq!(
        (pointer.name.as_str(), pointer.cache),
        ("manifest.json", CacheClass::Pointer)
    );
    assert!(rest.iter().all(|o| o.cache == CacheClass::Immutable));
    assert!(pointer.bytes.len() < 10_000);
}
