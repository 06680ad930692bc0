use chrono::NaiveDateTime;
use kairan_db::releases::{
    self, NewRelease, ObjectAction, PlannedObject, Progress, ReleaseDocument, ReleaseKind,
    ReleaseState,
};
use kairan_db::testing::for_each_db;
use kairan_db::{Db, Error, clock, objects};

use crate::sample::at;

fn object(name: &str, action: ObjectAction, phase: i64, sha256: &str) -> PlannedObject {
    PlannedObject {
        name: name.to_owned(),
        action,
        phase,
        sha256: sha256.to_owned(),
        size: 10,
        content_type: "text/html; charset=utf-8".to_owned(),
        cache_control: "max-age=60".to_owned(),
        class: "page".to_owned(),
        valid_until: None,
    }
}

fn start(db: &Db) -> i64 {
    let documents = [ReleaseDocument {
        document_id: "D".to_owned(),
        edition_id: Some(1),
        action: "publish".to_owned(),
    }];
    let new = NewRelease {
        kind: ReleaseKind::Publish,
        site_revision: Some(1),
        options: "{}",
        created_by: "staff",
        documents: &documents,
    };
    db.write(|c| releases::create(c, &new, at(0))).unwrap()
}

fn names(db: &Db, id: i64) -> Vec<String> {
    let pending = db.read(|c| releases::pending_objects(c, id, 100)).unwrap();
    pending.into_iter().map(|object| object.name).collect()
}

#[test]
fn a_run_that_was_cut_off_goes_on_where_it_was() {
    for_each_db(|db| {
        let id = start(db);
        let plan = [
            object("z.html", ObjectAction::Put, 1, "aa"),
            object("manifest.json", ObjectAction::Put, 3, "bb"),
            object("a.css", ObjectAction::Put, 0, "cc"),
            object("old.html", ObjectAction::Delete, 4, ""),
        ];
        db.write(|c| releases::plan_objects(c, id, &plan)).unwrap();
        assert_eq!(
            names(db, id),
            ["a.css", "z.html", "manifest.json", "old.html"]
        );
        let done = |names: &[&str], now: NaiveDateTime| {
            db.write(|c| releases::complete_objects(c, id, names, now))
                .unwrap();
        };
        done(&["a.css", "z.html"], at(1));
        let again = db.reopen();
        assert_eq!(names(&again, id), ["manifest.json", "old.html"]);
        done(&["a.css", "z.html"], at(2));
        let page = db.read(|c| objects::get(c, "z.html")).unwrap().unwrap();
        assert_eq!(
            (page.sha256.as_str(), page.updated_at),
            ("aa", at(1)),
            "said twice, done once"
        );
        let release = db.read(|c| releases::get(c, id)).unwrap();
        assert_eq!((release.uploaded, release.to_upload), (2, 4));
        done(&["manifest.json", "old.html"], at(3));
        let progress = db.read(|c| releases::progress(c, id)).unwrap();
        assert_eq!(
            progress,
            Progress {
                total: 4,
                pending: 0
            }
        );

        // The next run changes one and deletes one.
        let next = start(db);
        let plan = [
            object("z.html", ObjectAction::Put, 1, "dd"),
            object("a.css", ObjectAction::Delete, 4, ""),
        ];
        db.write(|c| releases::plan_objects(c, next, &plan))
            .unwrap();
        db.write(|c| releases::complete_objects(c, next, &["z.html", "a.css"], at(4)))
            .unwrap();
        let found = db
            .read(|c| objects::by_names(c, &["z.html", "a.css", "none"]))
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found["z.html"].sha256.as_str(), found["z.html"].release_id),
            ("dd", next)
        );
        let all = db.read(|c| objects::after(c, "", 10)).unwrap();
        let all: Vec<_> = all.iter().map(|object| object.name.as_str()).collect();
        assert_eq!(all, ["manifest.json", "z.html"]);
    });
}

#[test]
fn what_is_planned_anew_is_sent_anew() {
    for_each_db(|db| {
        let id = start(db);
        let plan = [
            object("a", ObjectAction::Put, 1, "1"),
            object("b", ObjectAction::Put, 1, "1"),
        ];
        db.write(|c| releases::plan_objects(c, id, &plan)).unwrap();
        db.write(|c| releases::complete_objects(c, id, &["a"], at(0)))
            .unwrap();
        let plan = [
            object("a", ObjectAction::Put, 1, "2"),
            object("c", ObjectAction::Put, 1, "1"),
        ];
        db.write(|c| releases::plan_objects(c, id, &plan)).unwrap();
        assert_eq!(names(db, id), ["a", "b", "c"]);
        let release = db.read(|c| releases::get(c, id)).unwrap();
        assert_eq!((release.uploaded, release.to_upload), (0, 3));
    });
}

#[test]
fn a_run_moves_forward_or_fails_and_may_be_tried_again() {
    use ReleaseState::{Failed, Live, Notified, Planned, Rendering, Uploading, Verifying};
    for_each_db(|db| {
        let id = start(db);
        let go = |to| db.write(|c| releases::set_state(c, id, to, None, at(1)));
        go(Rendering).unwrap();
        go(Rendering).unwrap();
        assert!(matches!(go(Planned), Err(Error::State { .. })));
        db.write(|c| releases::set_rendered(c, id, 3, 7, at(1)))
            .unwrap();
        let why = Some("保存先に書き込めません");
        db.write(|c| releases::set_state(c, id, Failed, why, at(2)))
            .unwrap();
        let failed = db.read(|c| releases::get(c, id)).unwrap();
        assert_eq!(
            (failed.error.as_deref(), failed.finished_at),
            (why, Some(at(2)))
        );
        assert_eq!((failed.rendered, failed.to_render), (3, 7));
        assert!(db.read(releases::unfinished).unwrap().is_empty());
        go(Uploading).unwrap();
        assert_eq!(db.read(releases::unfinished).unwrap().len(), 1);
        go(Verifying).unwrap();
        assert!(matches!(go(Uploading), Err(Error::State { .. })));
        go(Live).unwrap();
        assert!(
            matches!(go(Failed), Err(Error::State { .. })),
            "it is live: nothing failed"
        );
        go(Notified).unwrap();
        let release = db.read(|c| releases::get(c, id)).unwrap();
        assert_eq!((release.state, release.error), (Notified, None));
        let of = db.read(|c| releases::of_document(c, "D", 5)).unwrap();
        assert_eq!(of.len(), 1);
        assert_eq!(
            db.read(|c| releases::documents(c, id)).unwrap()[0].edition_id,
            Some(1)
        );
        assert_eq!(db.read(|c| releases::list(c, Some(id), 5)).unwrap(), []);
    });
}

#[test]
fn objects_fall_due_when_time_changes_them() {
    for_each_db(|db| {
        let id = start(db);
        let until = |name, hours| PlannedObject {
            valid_until: Some(at(hours)),
            ..object(name, ObjectAction::Put, 1, "1")
        };
        let plan = [
            until("b", 5),
            until("a", 2),
            object("c", ObjectAction::Put, 1, "1"),
        ];
        db.write(|c| releases::plan_objects(c, id, &plan)).unwrap();
        db.write(|c| releases::complete_objects(c, id, &["a", "b", "c"], at(0)))
            .unwrap();
        let due = |hours| -> Vec<_> {
            let due = db.read(|c| objects::due(c, at(hours), 10)).unwrap();
            due.into_iter().map(|object| object.name).collect()
        };
        assert_eq!(db.read(clock::next_due).unwrap(), Some(at(2)));
        assert!(due(1).is_empty());
        assert_eq!(due(2), ["a"]);
        assert_eq!(due(5), ["a", "b"]);
        db.write(|c| objects::set_valid_until(c, &[("a", Some(at(8))), ("b", None)], at(5)))
            .unwrap();
        assert!(due(7).is_empty());
        assert_eq!(due(8), ["a"]);
    });
}

#[test]
fn a_full_run_of_many_objects_stays_quick() {
    for_each_db(|db| {
        let id = start(db);
        let all: Vec<String> = (0..20_000)
            .map(|n| format!("articles/{n:06}/index.html"))
            .collect();
        let plan: Vec<_> = all
            .iter()
            .map(|name| object(name, ObjectAction::Put, 1, "1"))
            .collect();
        let started = std::time::Instant::now();
        for plan in plan.chunks(5_000) {
            db.write(|c| releases::plan_objects(c, id, plan)).unwrap();
        }
        let mut sent = 0;
        loop {
            let pending = db
                .read(|c| releases::pending_objects(c, id, 1_000))
                .unwrap();
            if pending.is_empty() {
                break;
            }
            let names: Vec<_> = pending.iter().map(|object| object.name.as_str()).collect();
            db.write(|c| releases::complete_objects(c, id, &names, at(1)))
                .unwrap();
            sent += names.len();
        }
        assert_eq!(sent, 20_000);
        assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    });
}
