use kairan_index::{
    Changes, Filters, IndexBuilder, IndexDocument, IndexError, Manifest, Merge, merge, update,
};
use proptest::prelude::*;

use crate::corpus::{Bucket, article, articles, build, document};

const QUERIES: [&str; 8] = [
    "児童手当",
    "証明書 申請",
    "泉台",
    "税",
    "wi",
    "相談 窓口",
    "罹災証明書の募集",
    "",
];

fn upsert(bucket: &mut Bucket, documents: Vec<IndexDocument>) {
    change(
        bucket,
        Changes {
            upserts: documents,
            ..Changes::default()
        },
    );
}

fn change(bucket: &mut Bucket, changes: Changes) {
    let output = update(&bucket.manifest(), bucket, &changes).unwrap();
    bucket.apply(&output);
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids
}

fn same_results(one: &Bucket, other: &Bucket) {
    for query in QUERIES {
        assert_eq!(
            sorted(one.ids(query, Filters::default())),
            sorted(other.ids(query, Filters::default())),
            "{query}"
        );
    }
}

#[test]
fn the_same_documents_give_the_same_bytes_in_any_order_and_from_threads() {
    let documents = articles(120);
    let one = build(&documents);
    let reversed: Vec<_> = documents.iter().rev().cloned().collect();
    assert_eq!(one.objects, build(&reversed).objects);

    let (sender, receiver) = std::sync::mpsc::sync_channel(4);
    let mut builder = IndexBuilder::new();
    std::thread::scope(|scope| {
        for half in documents.chunks(60) {
            let sender = sender.clone();
            scope.spawn(move || {
                half.iter()
                    .for_each(|d| sender.send(kairan_index::prepare(d)).unwrap());
            });
        }
        drop(sender);
        receiver
            .iter()
            .for_each(|prepared| builder.add_prepared(prepared));
    });
    assert_eq!(one.objects, builder.finish(&[]).unwrap().objects);
}

#[test]
fn one_changed_document_costs_one_small_segment() {
    let mut bucket = Bucket::of(&articles(400));
    let mut changed = article(7);
    changed.title = "まったく新しい題名".to_owned();
    let manifest = bucket.manifest();
    bucket.take_read();
    let changes = Changes {
        upserts: vec![changed],
        ..Changes::default()
    };
    let output = update(&manifest, &bucket, &changes).unwrap();
    assert_eq!(
        bucket.take_read().0,
        1,
        "reads the ids of the one segment alone"
    );
    assert!(output.objects.len() <= 6, "{}", output.objects.len());
    assert!(output.obsolete.is_empty());
    bucket.apply(&output);
    assert_eq!(bucket.find("まったく新しい題名").hits[0].id, "ID000007");
    assert_eq!(
        bucket
            .find(&article(7).title)
            .hits
            .iter()
            .filter(|h| h.id == "ID000007")
            .count(),
        0
    );
    assert_eq!(bucket.manifest().live_documents(), 400);
}

#[test]
fn a_removed_document_is_not_found() {
    let mut bucket = Bucket::of(&[document("A", "手当", ""), document("B", "手当", "")]);
    let deletes = vec!["A".to_owned(), "unknown".to_owned()];
    change(
        &mut bucket,
        Changes {
            deletes,
            ..Changes::default()
        },
    );
    assert_eq!(bucket.ids("手当", Filters::default()), ["B"]);
    assert_eq!(bucket.manifest().merge_due(), Some(Merge::Full));
    change(
        &mut bucket,
        Changes {
            deletes: vec!["B".to_owned()],
            ..Changes::default()
        },
    );
    let output = merge(&bucket.manifest(), &bucket, Merge::Full).unwrap();
    bucket.apply(&output);
    assert_eq!(bucket.objects.len(), 1, "the manifest alone is left");
    upsert(&mut bucket, vec![document("C", "手当", "")]);
    assert_eq!(bucket.ids("手当", Filters::default()), ["C"]);
}

#[test]
fn synonyms_can_change_alone() {
    let mut bucket = Bucket::of(&[document("A", "粗大ごみ", "")]);
    assert_eq!(bucket.find("大型廃棄物").total, 0);
    let groups = vec![vec!["粗大ごみ".to_owned(), "大型廃棄物".to_owned()]];
    change(
        &mut bucket,
        Changes {
            synonyms: Some(groups),
            ..Changes::default()
        },
    );
    assert_eq!(bucket.find("大型廃棄物").total, 1);
    change(
        &mut bucket,
        Changes {
            synonyms: Some(vec![]),
            ..Changes::default()
        },
    );
    assert_eq!(bucket.find("大型廃棄物").total, 0);
}

#[test]
fn many_small_segments_are_merged_without_touching_the_base() {
    let mut bucket = Bucket::of(&articles(300));
    let base = bucket.manifest().segments[0].id.clone();
    for n in 0..8 {
        assert_eq!(bucket.manifest().merge_due(), None, "{n}");
        upsert(&mut bucket, vec![article(300 + n), article(n)]);
    }
    let before = bucket.find("児童手当");
    assert_eq!(bucket.manifest().merge_due(), Some(Merge::Newer));
    let output = merge(&bucket.manifest(), &bucket, Merge::Newer).unwrap();
    bucket.apply(&output);
    let manifest = bucket.manifest();
    assert_eq!(
        manifest.segments.iter().map(|s| s.base).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(manifest.segments[0].id, base);
    assert_eq!(manifest.merge_due(), None);
    let after = bucket.find("児童手当");
    assert_eq!(before.total, after.total);
    same_results(&bucket, &Bucket::of(&articles(308)));
}

#[test]
fn a_document_given_twice_is_an_error() {
    let twice = [document("A", "", ""), document("A", "", "")];
    let changes = Changes {
        upserts: twice.to_vec(),
        ..Changes::default()
    };
    let error = update(&Manifest::default(), &Bucket::default(), &changes).unwrap_err();
    assert!(matches!(error, IndexError::DuplicateId { id } if id == "A"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever changes in whatever order: the results are those of a full build, and a full
    /// merge gives its very bytes.
    #[test]
    fn changes_lead_where_a_full_build_leads(
        start in 0usize..30,
        steps in prop::collection::vec(
            (prop::collection::btree_map(0usize..40, 0usize..600, 0..5),
             prop::collection::vec(0usize..40, 0..4), any::<u8>()),
            1..12),
    ) {
        let mut documents: std::collections::BTreeMap<String, IndexDocument> =
            articles(start).into_iter().map(|d| (d.id.clone(), d)).collect();
        let mut bucket = Bucket::of(&articles(start));
        for (upserts, deletes, choice) in steps {
            // Content number `from` under the id of `to`.
            let upserts: Vec<IndexDocument> = upserts
                .into_iter()
                .map(|(to, from)| IndexDocument { id: article(to).id, ..article(from) })
                .collect();
            let deletes: Vec<String> = deletes.into_iter().map(|n| article(n).id).collect();
            deletes.iter().for_each(|id| { documents.remove(id); });
            documents.extend(upserts.iter().map(|d| (d.id.clone(), d.clone())));
            change(&mut bucket, Changes { upserts, deletes, synonyms: None });
            let which = if choice.is_multiple_of(5) { Some(Merge::Newer) } else { None };
            if let Some(which) = bucket.manifest().merge_due().or(which) {
                let output = merge(&bucket.manifest(), &bucket, which).unwrap();
                bucket.apply(&output);
            }
        }
        let documents: Vec<IndexDocument> = documents.into_values().collect();
        let fresh = Bucket::of(&documents);
        same_results(&bucket, &fresh);
        prop_assert_eq!(bucket.manifest().live_documents() as usize, documents.len());
        let output = merge(&bucket.manifest(), &bucket, Merge::Full).unwrap();
        bucket.apply(&output);
        prop_assert_eq!(&bucket.objects, &fresh.objects);
    }
}
