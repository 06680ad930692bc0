use std::fs;

use kairan_storage::{
    Change, Class, Error, Manifest, Memory, Meta, ObjectStore, Plan, Progress, publish,
    publish_with,
};

use crate::support::{Faulty, every_store};

fn quiet() -> impl FnMut(Progress) + Send {
    |_| {}
}

fn site() -> Vec<Change> {
    vec![
        Change::put("search-index/manifest.json", "pointer"),
        Change::put("feed.xml", "feed"),
        Change::put("index.html", "top"),
        Change::put("articles/a/index.html", "a"),
        Change::put("assets/style.9f86d081.css", "css"),
    ]
}

#[tokio::test]
async fn objects_go_in_the_order_of_their_class_and_deletions_last() {
    let store = Faulty::default();
    let mut changes = site();
    changes.insert(0, Change::delete("articles/old/index.html"));
    let plan = Plan::new(&Manifest::default(), changes).unwrap();
    let mut seen = Vec::new();
    let outcome = plan
        .send(&store, &mut |progress| seen.push(progress))
        .await
        .complete()
        .unwrap();
    assert_eq!(
        store.journal(),
        [
            "put assets/style.9f86d081.css",
            "put articles/a/index.html",
            "put index.html",
            "put feed.xml",
            "put search-index/manifest.json",
            "delete articles/old/index.html",
        ]
    );
    assert_eq!(outcome.written.len(), 5);
    assert_eq!(outcome.deleted, ["articles/old/index.html"]);
    let done: Vec<_> = seen.iter().map(|progress| progress.done).collect();
    assert_eq!(done, [1, 2, 3, 4, 5, 6]);
    assert!(seen.iter().all(|progress| progress.total == 6));
}

#[tokio::test]
async fn no_more_requests_at_a_time_than_the_store_likes() {
    let store = Faulty::default();
    let pages = (0..50).map(|n| Change::put(format!("articles/{n}/index.html"), "x"));
    let plan = Plan::new(&Manifest::default(), pages).unwrap();
    drop(plan.send(&store, &mut quiet()).await.complete().unwrap());
    assert_eq!(store.most_at_once.into_inner(), 3);
}

#[tokio::test]
async fn unchanged_objects_are_not_sent() {
    let (stores, dir) = every_store("unchanged").await;
    for (n, store) in stores.iter().enumerate() {
        let file = dir.path().join(format!("manifest-{n}.json"));
        let first = publish(store.as_ref(), &file, site(), &mut quiet())
            .await
            .unwrap();
        assert_eq!(first.complete().unwrap().written.len(), 5);

        let mut changed = site();
        changed[2] = Change::put("index.html", "new top");
        changed.push(Change::delete("articles/gone/index.html"));
        let second = publish(store.as_ref(), &file, changed, &mut quiet())
            .await
            .unwrap();
        let second = second.complete().unwrap();
        assert_eq!(second.written.len(), 1, "{}", store.place());
        assert_eq!(second.unchanged.len(), 4);
        assert_eq!(second.deleted, ["articles/gone/index.html"]);
        assert_eq!(store.get("index.html").await.unwrap().bytes, b"new top");

        let Change::Put {
            name,
            bytes,
            meta,
            class,
        } = Change::put("feed.xml", "feed")
        else {
            unreachable!()
        };
        let recached = Change::Put {
            name,
            bytes,
            meta: meta.no_cache(),
            class,
        };
        let third = publish(store.as_ref(), &file, [recached], &mut quiet())
            .await
            .unwrap();
        assert_eq!(
            third.complete().unwrap().written.len(),
            1,
            "new caching is sent too"
        );
    }
}

#[tokio::test]
async fn a_missing_page_holds_back_what_points_to_it_and_a_second_run_sends_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("manifest.json");
    let store = Faulty::default();
    store
        .failing
        .lock()
        .unwrap()
        .insert("articles/a/index.html".to_owned());
    let mut changes = site();
    changes.push(Change::delete("articles/old/index.html"));

    let outcome = publish(&store, &file, changes.clone(), &mut quiet())
        .await
        .unwrap();
    assert_eq!(
        store.journal(),
        [
            "put assets/style.9f86d081.css",
            "put articles/a/index.html",
            "put index.html"
        ]
    );
    let failed: Vec<_> = outcome
        .failed
        .iter()
        .map(|failure| failure.name.as_str())
        .collect();
    assert_eq!(failed, ["articles/a/index.html"]);
    assert_eq!(
        outcome.not_attempted,
        [
            "feed.xml",
            "search-index/manifest.json",
            "articles/old/index.html"
        ]
    );
    let error = outcome.complete().unwrap_err().to_string();
    assert!(
        error.contains("1 件を保存できず、3 件は") && error.contains("articles/a"),
        "{error}"
    );

    store.failing.lock().unwrap().clear();
    let outcome = publish(&store, &file, changes, &mut quiet())
        .await
        .unwrap()
        .complete()
        .unwrap();
    assert_eq!(
        outcome.unchanged,
        ["index.html", "assets/style.9f86d081.css"]
    );
    assert_eq!(
        store.journal(),
        [
            "put articles/a/index.html",
            "put feed.xml",
            "put search-index/manifest.json",
            "delete articles/old/index.html"
        ]
    );
}

#[tokio::test]
async fn a_store_that_is_away_is_not_asked_ten_thousand_times() {
    let store = Faulty::default();
    let pages: Vec<_> = (0..500)
        .map(|n| Change::put(format!("p/{n:03}.html"), "x"))
        .collect();
    store
        .unreachable
        .lock()
        .unwrap()
        .extend(pages.iter().map(|page| page.name().to_owned()));
    let outcome = Plan::new(&Manifest::default(), pages)
        .unwrap()
        .send(&store, &mut quiet())
        .await;
    assert!(
        outcome.failed.len() <= 3,
        "{} were tried",
        outcome.failed.len()
    );
    assert_eq!(outcome.failed.len() + outcome.not_attempted.len(), 500);
}

#[tokio::test]
async fn a_failed_deletion_is_tried_again_next_time() {
    let store = Faulty::default();
    store
        .inner
        .put("a.html", b"x".to_vec(), &Meta::for_name("a.html"))
        .await
        .unwrap();
    store.failing.lock().unwrap().insert("a.html".to_owned());
    let changes = [Change::delete("a.html"), Change::delete("b.html")];
    let plan = Plan::new(&Manifest::default(), changes.clone()).unwrap();
    let outcome = plan.send(&store, &mut quiet()).await;
    assert_eq!(outcome.deleted, ["b.html"]);
    assert_eq!(outcome.failed[0].name, "a.html");
    store.failing.lock().unwrap().clear();
    let plan = Plan::new(&Manifest::default(), changes).unwrap();
    drop(plan.send(&store, &mut quiet()).await.complete().unwrap());
    assert!(store.list("").await.unwrap().is_empty());
}

#[tokio::test]
async fn killed_between_request_and_record_nothing_untrue_stays_in_the_manifest() {
    let store = Memory::new();
    let mut manifest = Manifest::default();
    let mut ignore = |_: &Manifest| Ok::<(), String>(());
    let plan = Plan::new(&manifest, [Change::put("a.html", "one")]).unwrap();
    let outcome = publish_with(&store, &mut manifest, plan, &mut ignore, &mut quiet()).await;
    drop(outcome.unwrap().complete().unwrap());

    // The second version is sent, but the process ends before it can say so.
    let mut saved = manifest.clone();
    let mut calls = 0;
    let mut killed = |manifest: &Manifest| {
        calls += 1;
        if calls == 2 {
            return Err("killed");
        }
        saved = manifest.clone();
        Ok(())
    };
    let plan = Plan::new(&manifest, [Change::put("a.html", "two")]).unwrap();
    let result = publish_with(&store, &mut manifest, plan, &mut killed, &mut quiet()).await;
    assert_eq!(result.unwrap_err(), "killed");
    assert_eq!(store.get("a.html").await.unwrap().bytes, b"two");

    // Back to the first version: a manifest that still knew "one" would call it unchanged.
    let plan = Plan::new(&saved, [Change::put("a.html", "one")]).unwrap();
    assert_eq!(plan.len(), 1);
    drop(plan.send(&store, &mut quiet()).await.complete().unwrap());
    assert_eq!(store.get("a.html").await.unwrap().bytes, b"one");
}

#[tokio::test]
async fn a_bad_set_of_changes_sends_nothing() {
    let known = Manifest::default();
    let twice = [Change::put("a.html", "x"), Change::delete("a.html")];
    assert!(matches!(
        Plan::new(&known, twice).unwrap_err(),
        Error::Twice { .. }
    ));
    let climbing = [Change::put("a.html", "x"), Change::put("../a.html", "x")];
    assert!(matches!(
        Plan::new(&known, climbing).unwrap_err(),
        Error::BadName { .. }
    ));
}

#[tokio::test]
async fn a_manifest_file_survives_and_a_broken_one_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("state/manifest.json");
    let store = Memory::new();
    drop(
        publish(&store, &file, site(), &mut quiet())
            .await
            .unwrap()
            .complete()
            .unwrap(),
    );
    let manifest = Manifest::load(&file).unwrap();
    assert_eq!(manifest.len(), 5);
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("\"sha256\"") && text.contains("\"cache_control\""),
        "{text}"
    );

    fs::write(&file, "{").unwrap();
    let error = publish(&store, &file, site(), &mut quiet())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::ManifestFile { .. }), "{error}");
    assert!(error.to_string().contains("manifest.json"), "{error}");
}

#[tokio::test]
async fn what_vanished_from_the_store_is_sent_again_after_reconciling() {
    let store = Memory::new();
    let mut manifest = Manifest::default();
    let mut ignore = |_: &Manifest| Ok::<(), String>(());
    let plan = Plan::new(&manifest, site()).unwrap();
    drop(
        publish_with(&store, &mut manifest, plan, &mut ignore, &mut quiet())
            .await
            .unwrap()
            .complete()
            .unwrap(),
    );
    assert!(
        store
            .delete(&["index.html".to_owned()])
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        manifest.reconcile(&store.list("").await.unwrap()),
        ["index.html"]
    );
    let plan = Plan::new(&manifest, site()).unwrap();
    assert_eq!(plan.names().collect::<Vec<_>>(), ["index.html"]);
}

#[test]
fn the_class_follows_caching_and_name() {
    for (name, class) in [
        ("files/9f86d081884c7d65/a.pdf", Class::Asset),
        ("articles/a/index.html", Class::Page),
        ("data/v1/articles/index.json", Class::Index),
        ("emergency.json", Class::Pointer),
    ] {
        assert_eq!(
            Class::for_object(name, &Meta::for_name(name)),
            class,
            "{name}"
        );
    }
}
