use kairan_storage::{Change, Manifest, Meta, Plan, open};

use crate::support::s3_url_for;

#[tokio::test]
async fn two_prefixes_of_one_bucket_do_not_meet() {
    let (Some(a), Some(b)) = (s3_url_for("prefix"), s3_url_for("prefix")) else {
        return;
    };
    let (a, b) = (open(&a).await.unwrap(), open(&b).await.unwrap());
    a.put("index.html", b"a".to_vec(), &Meta::for_name("index.html"))
        .await
        .unwrap();
    assert!(b.list("").await.unwrap().is_empty());
    assert_eq!(b.head("index.html").await.unwrap(), None);
    assert_eq!(a.list("").await.unwrap(), ["index.html"]);
}

#[tokio::test]
async fn more_objects_than_one_page_of_a_listing_or_one_batch_of_deletions() {
    let Some(url) = s3_url_for("many") else {
        return;
    };
    let store = open(&url).await.unwrap();
    let names: Vec<String> = (0..1105)
        .map(|n| format!("articles/{n:04}/index.html"))
        .collect();
    let pages = names
        .iter()
        .map(|name| Change::put(name.clone(), name.as_bytes()));
    let plan = Plan::new(&Manifest::default(), pages).unwrap();
    let outcome = plan
        .send(store.as_ref(), &mut |_| {})
        .await
        .complete()
        .unwrap();
    assert_eq!(outcome.written.len(), 1105);
    assert_eq!(store.list("").await.unwrap(), names);
    let deletions = names
        .iter()
        .skip(1)
        .map(|name| Change::delete(name.clone()));
    let plan = Plan::new(&Manifest::default(), deletions).unwrap();
    let outcome = plan
        .send(store.as_ref(), &mut |_| {})
        .await
        .complete()
        .unwrap();
    assert_eq!(outcome.deleted.len(), 1104);
    assert_eq!(store.list("").await.unwrap(), [names[0].clone()]);
}

#[tokio::test]
async fn a_large_object_arrives_whole() {
    let Some(url) = s3_url_for("large") else {
        return;
    };
    let store = open(&url).await.unwrap();
    let bytes: Vec<u8> = (0..12_000_000u32).map(|n| (n % 251) as u8).collect();
    store
        .put(
            "files/big.pdf",
            bytes.clone(),
            &Meta::for_name("files/big.pdf"),
        )
        .await
        .unwrap();
    assert!(store.get("files/big.pdf").await.unwrap().bytes == bytes);
}
