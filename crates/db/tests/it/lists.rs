use kairan_db::lists;
use kairan_db::live;
use kairan_db::testing::for_each_db;

use crate::sample::{at, go_live};

#[test]
fn an_ordinal_is_given_once_and_kept() {
    for_each_db(|db| {
        let ids: Vec<String> = (0..4)
            .map(|n| {
                db.write(|c| go_live(c, &format!("d{n}"), n))
                    .unwrap()
                    .live
                    .document_id
            })
            .collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let enter = |list: &str, who: &[&str]| db.write(|c| lists::enter(c, list, who)).unwrap();
        assert_eq!(db.read(|c| lists::max_ordinal(c, "tag:a")).unwrap(), None);
        assert_eq!(enter("tag:a", &[ids[2], ids[0]]), [0, 1]);
        assert_eq!(enter("tag:a", &[ids[0], ids[1], ids[1]]), [1, 2, 2]);
        assert_eq!(
            enter("tag:b", &[ids[1]]),
            [0],
            "each list counts for itself"
        );
        assert_eq!(
            db.write(|c| lists::leave(c, "tag:a", ids[1])).unwrap(),
            Some(2)
        );
        assert_eq!(
            db.write(|c| lists::leave(c, "tag:a", ids[1])).unwrap(),
            None
        );
        assert_eq!(enter("tag:a", &[ids[3]]), [3], "the gap is not filled");
        assert_eq!(
            db.read(|c| lists::max_ordinal(c, "tag:a")).unwrap(),
            Some(3)
        );
        let slugs = |from, to| -> Vec<_> {
            let found = db.read(|c| lists::range(c, "tag:a", from, to)).unwrap();
            found
                .into_iter()
                .map(|(ordinal, row)| (ordinal, row.slug))
                .collect()
        };
        let named = |ordinal, slug: &str| (ordinal, slug.to_owned());
        assert_eq!(
            slugs(0, 50),
            [named(0, "d2"), named(1, "d0"), named(3, "d3")]
        );
        assert_eq!(slugs(1, 3), [named(1, "d0")]);
        assert_eq!(enter("tag:a", &[ids[1]]), [2], "back at its own place");
        assert_eq!(slugs(2, 3), [named(2, "d1")]);
        let newest: Vec<_> = db.read(|c| lists::newest(c, "tag:a", Some(3), 2)).unwrap();
        let newest: Vec<_> = newest.into_iter().map(|(ordinal, _)| ordinal).collect();
        assert_eq!(newest, [2, 1]);
        assert_eq!(
            db.read(|c| lists::of_document(c, ids[1])).unwrap(),
            [("tag:a".to_owned(), 2), ("tag:b".to_owned(), 0)]
        );
        assert_eq!(
            db.read(lists::all).unwrap(),
            [("tag:a".to_owned(), 3), ("tag:b".to_owned(), 0)]
        );
        // What is not live is not shown, even before it left its lists.
        db.write(|c| live::withdraw(c, ids[2], at(9))).unwrap();
        assert_eq!(slugs(0, 1), []);
    });
}

#[test]
fn many_enter_at_once_and_share_no_ordinal() {
    for_each_db(|db| {
        let handles: Vec<_> = (0..4).map(|_| db.reopen()).collect();
        std::thread::scope(|scope| {
            for (worker, handle) in handles.iter().enumerate() {
                scope.spawn(move || {
                    for number in 0..10 {
                        let id = format!("{worker}-{number}");
                        handle.write(|c| lists::enter(c, "all", &[&id])).unwrap();
                    }
                });
            }
        });
        assert_eq!(db.read(|c| lists::max_ordinal(c, "all")).unwrap(), Some(39));
    });
}

#[test]
fn a_large_list_enters_in_one_go() {
    for_each_db(|db| {
        let ids: Vec<String> = (0..20_000).map(|n| format!("{n:05}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let started = std::time::Instant::now();
        let first = db.write(|c| lists::enter(c, "all", &ids)).unwrap();
        assert!(first.iter().copied().eq(0..20_000));
        assert_eq!(db.write(|c| lists::enter(c, "all", &ids)).unwrap(), first);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    });
}
