//! Damaged objects give an error that names the object, never a panic.

use kairan_index::{Filters, IndexError, Merge, Reader, SearchRequest, merge};
use proptest::prelude::*;

use crate::corpus::{Bucket, articles, at};

#[test]
fn an_empty_index_finds_nothing() {
    let mut bucket = Bucket::default();
    assert!(matches!(
        Reader::open(&bucket).err().unwrap(),
        IndexError::Fetch(_)
    ));
    bucket.apply(&crate::corpus::build(&[]));
    assert_eq!(bucket.find("手当").total, 0);
    assert_eq!(bucket.find("").total, 0);
}

#[test]
fn another_format_is_named() {
    let mut bucket = Bucket::of(&articles(1));
    let manifest = String::from_utf8(bucket.objects["manifest.json"].clone()).unwrap();
    let other = manifest.replace("\"analyser\":1", "\"analyser\":9");
    bucket
        .objects
        .insert("manifest.json".to_owned(), other.into_bytes());
    let error = Reader::open(&bucket).err().unwrap();
    assert!(error.to_string().contains("1/9"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damage_is_survived(
        which in any::<prop::sample::Index>(),
        at_byte in any::<prop::sample::Index>(),
        byte in prop::sample::select(b"09A_\"[]{},x".to_vec()),
    ) {
        let mut bucket = Bucket::of(&articles(20));
        let name = bucket.objects.keys().nth(which.index(bucket.objects.len())).unwrap().clone();
        let bytes = bucket.objects.get_mut(&name).unwrap();
        let position = at_byte.index(bytes.len());
        bytes[position] = byte;
        if let Ok(reader) = Reader::open(&bucket) {
            let filters = Filters { open_at: Some(at("2027-01-01T00:00")), ..Filters::default() };
            for query in ["児童手当 申請", "税"] {
                let request = SearchRequest {
                    query: query.to_owned(),
                    filters: filters.clone(),
                    offset: 0,
                    limit: 30,
                };
                let _ = reader.run(&request);
            }
            let _ = merge(reader.manifest(), &bucket, Merge::Full);
        }
    }
}
