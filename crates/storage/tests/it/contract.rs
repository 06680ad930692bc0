use kairan_storage::{Error, Meta, NO_CACHE, ObjectStore};

use crate::support::every_store;

async fn put(store: &dyn ObjectStore, name: &str, bytes: &[u8]) {
    store
        .put(name, bytes.to_vec(), &Meta::for_name(name))
        .await
        .unwrap();
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_is_put_is_read_back_with_type_and_caching() {
    let (stores, _dir) = every_store("read-back").await;
    for store in stores {
        let place = store.place().to_owned();
        for (name, bytes) in [
            ("index.html", "<p>回覧</p>".as_bytes()),
            (
                "files/9f86d081884c7d659a2feaa0c55ad015/認定 請求書+(1)&%.pdf",
                b"%PDF\0\xff",
            ),
            ("search-index/manifest.json", b"{}"),
            ("empty.txt", b""),
        ] {
            put(store.as_ref(), name, bytes).await;
            let object = store.get(name).await.unwrap();
            assert_eq!(object.bytes, bytes, "{place} {name}");
            assert_eq!(object.meta, Meta::for_name(name), "{place} {name}");
            let head = store.head(name).await.unwrap().unwrap();
            assert_eq!(head.size, bytes.len() as u64, "{place} {name}");
            assert_eq!(head.meta, Meta::for_name(name), "{place} {name}");
        }
        let manifest = store.get("search-index/manifest.json").await.unwrap();
        assert_eq!(manifest.meta.cache_control, NO_CACHE);
    }
}

#[tokio::test]
async fn a_second_put_replaces_the_first() {
    let (stores, _dir) = every_store("replace").await;
    for store in stores {
        put(store.as_ref(), "a/b.html", b"a longer first version").await;
        put(store.as_ref(), "a/b.html", b"second").await;
        assert_eq!(store.get("a/b.html").await.unwrap().bytes, b"second");
        assert_eq!(store.list("").await.unwrap(), ["a/b.html"]);
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_not_there() {
    let (stores, _dir) = every_store("absent").await;
    for store in stores {
        put(store.as_ref(), "a/b.html", b"x").await;
        for name in ["c.html", "a", "a/b.html/c", "a/c.html"] {
            assert_eq!(
                store.head(name).await.unwrap(),
                None,
                "{} {name}",
                store.place()
            );
            let error = store.get(name).await.unwrap_err();
            assert!(error.is_not_found(), "{} {name}: {error}", store.place());
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}

#[tokio::test]
async fn listing_is_by_prefix_and_in_order() {
    let (stores, _dir) = every_store("list").await;
    for store in stores {
        let names = [
            "articles/a/index.html",
            "articles/b/index.html",
            "articles.json",
            "faqs/a/index.html",
        ];
        for name in names {
            put(store.as_ref(), name, b"x").await;
        }
        let mut all = strings(&names);
        all.sort();
        assert_eq!(store.list("").await.unwrap(), all, "{}", store.place());
        assert_eq!(store.list("articles/").await.unwrap(), [names[0], names[1]]);
        assert_eq!(
            store.list("articles").await.unwrap(),
            [names[2], names[0], names[1]]
        );
        assert_eq!(store.list("articles/b").await.unwrap(), [names[1]]);
        assert!(store.list("nothing/").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn deletion_takes_many_and_what_is_gone_counts_as_deleted() {
    let (stores, _dir) = every_store("delete").await;
    for store in stores {
        for name in ["a/1.html", "a/2.html", "b/1.html"] {
            put(store.as_ref(), name, b"x").await;
        }
        let gone = strings(&["a/1.html", "a/2.html", "never/there.html", "b"]);
        assert!(
            store.delete(&gone).await.unwrap().is_empty(),
            "{}",
            store.place()
        );
        assert!(store.delete(&gone).await.unwrap().is_empty());
        assert!(store.delete(&[]).await.unwrap().is_empty());
        assert_eq!(
            store.list("").await.unwrap(),
            ["b/1.html"],
            "{}",
            store.place()
        );
    }
}

#[tokio::test]
async fn names_that_climb_are_refused_before_anything_happens() {
    let (stores, _dir) = every_store("climb").await;
    for store in stores {
        put(store.as_ref(), "a.html", b"x").await;
        let meta = Meta::for_name("x.html");
        for name in [
            "../x.html",
            "/etc/passwd",
            "a/../../x",
            "a\\b",
            "",
            "a/",
            ".kairan-tmp/x",
        ] {
            let refused = |error: Error| assert!(matches!(error, Error::BadName { .. }), "{error}");
            refused(store.put(name, b"x".to_vec(), &meta).await.unwrap_err());
            refused(store.get(name).await.unwrap_err());
            refused(store.head(name).await.unwrap_err());
            refused(store.delete(&strings(&["a.html", name])).await.unwrap_err());
        }
        assert!(store.list("../").await.is_err());
        assert_eq!(store.list("").await.unwrap(), ["a.html"]);
    }
}
