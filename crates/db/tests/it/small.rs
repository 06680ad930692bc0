use diesel::connection::SimpleConnection as _;
use kairan_db::audit::{self, Trail};
use kairan_db::site::{self, SiteFile};
use kairan_db::testing::for_each_db;
use kairan_db::{Error, sha256_hex, states};

use crate::sample::at;

#[test]
fn site_data_is_stored_when_it_changes() {
    for_each_db(|db| {
        assert_eq!(db.read(site::current).unwrap(), None);
        let store = |data: &str| db.write(|c| site::store(c, data, "staff", at(0))).unwrap();
        let (first, new) = store(r#"{"a":1}"#);
        assert!(new);
        assert_eq!(store(r#"{"a":1}"#), (first, false));
        let (second, _) = store(r#"{"a":2}"#);
        let (third, new) = store(r#"{"a":1}"#);
        assert!(
            first < second && second < third && new,
            "going back is a change"
        );
        let current = db.read(site::current).unwrap().unwrap();
        assert_eq!((current.id, current.data.as_str()), (third, r#"{"a":1}"#));
        let hash = sha256_hex(br#"{"a":1}"#);
        assert_eq!(db.read(site::current_hash).unwrap(), Some((third, hash)));
        let old = db.read(|c| site::revision(c, second)).unwrap().unwrap();
        assert_eq!(old.data, r#"{"a":2}"#);
    });
}

#[test]
fn files_are_known_by_path() {
    for_each_db(|db| {
        let file = |path: &str, sha256: &str| SiteFile {
            path: path.to_owned(),
            sha256: sha256.to_owned(),
            size: 3,
            width: None,
            height: Some(7),
            content_type: "application/pdf".to_owned(),
            updated_at: at(0),
        };
        for one in [
            file("files/a.pdf", "1"),
            file("files/b.pdf", "1"),
            file("files/a.pdf", "2"),
        ] {
            db.write(|c| site::put_file(c, &one, one.sha256.as_bytes()))
                .unwrap();
        }
        let found = db
            .read(|c| site::files(c, &["files/a.pdf", "files/x.pdf"]))
            .unwrap();
        assert_eq!(found, [file("files/a.pdf", "2")]);
        let bytes = db.read(|c| site::file_bytes(c, "files/a.pdf")).unwrap();
        assert_eq!(bytes.as_deref(), Some(&b"2"[..]));
        let hashed = db.read(|c| site::files_with_hash(c, "1")).unwrap();
        assert_eq!(hashed, [file("files/b.pdf", "1")]);
        assert_eq!(
            db.read(|c| site::files_after(c, "files/a.pdf", 9))
                .unwrap()
                .len(),
            1
        );
        assert!(db.write(|c| site::remove_file(c, "files/b.pdf")).unwrap());
        assert!(!db.write(|c| site::remove_file(c, "files/b.pdf")).unwrap());
    });
}

#[test]
fn a_state_is_written_only_over_the_version_that_was_read() {
    for_each_db(|db| {
        let set = |version, data: &str| {
            db.write(|c| states::compare_and_set(c, "search", version, data, at(0)))
        };
        assert_eq!(db.read(|c| states::get(c, "search")).unwrap(), None);
        assert_eq!(set(0, "一").unwrap(), 1);
        assert!(matches!(set(0, "別"), Err(Error::Conflict { .. })));
        assert_eq!(set(1, "二").unwrap(), 2);
        assert!(matches!(set(1, "別"), Err(Error::Conflict { .. })));
        let state = db.read(|c| states::get(c, "search")).unwrap().unwrap();
        assert_eq!((state.version, state.data.as_str()), (2, "二"));
    });
}

#[test]
fn the_audit_trail_only_grows() {
    for_each_db(|db| {
        let tell = |actor: &str, action: &str, subject: &str| {
            let detail = serde_json::json!({ "理由": "修正" });
            db.write(|c| audit::record(c, actor, action, subject, &detail, at(0)))
                .unwrap()
        };
        tell("tanaka", "edition.save", "document:1");
        let second = tell("suzuki", "edition.approve", "document:1");
        tell("tanaka", "edition.save", "document:2");
        let of = Trail {
            subject: Some("document:1"),
            ..Trail::default()
        };
        let events = db.read(|c| audit::list(c, &of, 10)).unwrap();
        let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(actions, ["edition.approve", "edition.save"]);
        assert_eq!(events[0].detail, r#"{"理由":"修正"}"#);
        let by = Trail {
            actor: Some("tanaka"),
            before: Some(second),
            ..Trail::default()
        };
        assert_eq!(db.read(|c| audit::list(c, &by, 10)).unwrap().len(), 1);
        for tampering in [
            "UPDATE audit_events SET actor = 'x'",
            "DELETE FROM audit_events",
        ] {
            assert!(
                db.write(|c| Ok(c.batch_execute(tampering)?)).is_err(),
                "{tampering}"
            );
        }
        assert_eq!(
            db.read(|c| audit::list(c, &Trail::default(), 10))
                .unwrap()
                .len(),
            3
        );
    });
}

#[test]
fn looks_add_up_by_document_and_day() {
    use kairan_db::views::{count, most};
    for_each_db(|db| {
        let day = |text: &str| text.parse().unwrap();
        for (id, on) in [
            ("a", "2026-12-01"),
            ("a", "2026-12-01"),
            ("b", "2026-12-01"),
            ("b", "2026-11-30"),
            ("b", "2026-11-01"),
        ] {
            db.write(|c| count(c, id, day(on))).unwrap();
        }
        let ranked = |from: &str, limit| db.read(|c| most(c, day(from), limit)).unwrap();
        let pair = |id: &str, n| (id.to_owned(), n);
        assert_eq!(ranked("2026-12-01", 9), [pair("a", 2), pair("b", 1)]);
        assert_eq!(ranked("2026-11-01", 9), [pair("b", 3), pair("a", 2)]);
        assert_eq!(ranked("2026-11-01", 1), [pair("b", 3)]);
        assert_eq!(ranked("2026-12-02", 9), []);
    });
}
