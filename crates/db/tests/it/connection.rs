use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use kairan_db::testing::{TestDb, for_each_db};
use kairan_db::{AnyConnection, Db, Error, Options, Result, SchemaState};

diesel::table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

fn value(c: &mut AnyConnection) -> Result<i64> {
    Ok(counters::table
        .find("changes")
        .select(counters::value)
        .first(c)?)
}

fn set(c: &mut AnyConnection, to: i64) -> Result<usize> {
    Ok(diesel::update(counters::table.find("changes"))
        .set(counters::value.eq(to))
        .execute(c)?)
}

#[test]
fn a_failed_write_leaves_nothing() {
    for_each_db(|db| {
        let failed: Result<()> = db.write(|c| {
            set(c, 7)?;
            Err(Error::abort("考え直した"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "考え直した");
        assert_eq!(db.read(value).unwrap(), 0);
        db.write(|c| set(c, 8)).unwrap();
        assert_eq!(db.read(value).unwrap(), 8);
    });
}

#[test]
fn savepoints_inside_a_write_undo_only_themselves() {
    for_each_db(|db| {
        db.write(|c| {
            set(c, 1)?;
            let inner: Result<()> = c.transaction(|c| {
                set(c, 2)?;
                Err(Error::abort("x"))
            });
            assert!(inner.is_err());
            Ok(())
        })
        .unwrap();
        assert_eq!(db.read(value).unwrap(), 1);
    });
}

#[test]
fn a_snapshot_does_not_see_what_is_written_meanwhile() {
    for_each_db(|db| {
        db.snapshot(|c| {
            assert_eq!(value(c)?, 0);
            db.write(|c| set(c, 5)).unwrap();
            assert_eq!(value(c)?, 0);
            assert!(set(c, 6).is_err(), "a snapshot cannot write");
            Ok(())
        })
        .unwrap();
        assert_eq!(db.read(value).unwrap(), 5);
    });
}

#[test]
fn sqlite_readers_cannot_write() {
    let db = TestDb::sqlite();
    assert!(db.read(|c| set(c, 1)).is_err());
    assert_eq!(db.read(value).unwrap(), 0);
}

#[test]
fn a_write_inside_a_write_says_so_instead_of_hanging() {
    let db = TestDb::sqlite();
    let nested = db.write(|_| db.write(|c| set(c, 1)));
    assert!(matches!(nested, Err(Error::NestedWrite)));
}

#[test]
fn a_panic_in_a_write_is_undone_and_hurts_nobody() {
    for_each_db(|db| {
        let handle = db.reopen();
        let died = std::thread::spawn(move || {
            let _ = handle.write(|c| -> Result<()> {
                set(c, 9)?;
                panic!("on purpose")
            });
        })
        .join();
        assert!(died.is_err());
        db.write(|c| {
            let now = value(c)?;
            assert_eq!(now, 0);
            set(c, now + 1)
        })
        .unwrap();
    });
}

/// Two handles as two processes, several threads each; every thread reads, waits and writes back.
#[test]
fn many_writers_lose_no_update_and_none_starves() {
    for_each_db(|db| {
        let handles = [db.reopen(), db.reopen()];
        let slowest = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for handle in &handles {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..20 {
                            let started = Instant::now();
                            handle
                                .write(|c| {
                                    diesel::update(counters::table.find("changes"))
                                        .set(counters::value.eq(counters::value + 1))
                                        .execute(c)?;
                                    Ok(())
                                })
                                .unwrap();
                            let took = started.elapsed().as_millis() as usize;
                            slowest.fetch_max(took, Ordering::Relaxed);
                        }
                    });
                }
            }
        });
        assert_eq!(db.read(value).unwrap(), 2 * 4 * 20);
        assert!(slowest.into_inner() < 10_000);
    });
}

#[test]
fn a_deadlock_is_run_again() {
    let Some(db) = TestDb::postgres() else { return };
    db.write(|c| Ok(c.batch_execute("INSERT INTO counters VALUES ('a', 0), ('b', 0)")?))
        .unwrap();
    let met = std::sync::Barrier::new(2);
    let runs = AtomicUsize::new(0);
    let swap = |first: &'static str, second: &'static str| {
        let mut again = false;
        db.write(|c| {
            runs.fetch_add(1, Ordering::Relaxed);
            for name in [first, second] {
                diesel::update(counters::table.find(name))
                    .set(counters::value.eq(counters::value + 1))
                    .execute(c)?;
                if !std::mem::replace(&mut again, true) {
                    met.wait();
                }
            }
            Ok(())
        })
        .unwrap();
    };
    std::thread::scope(|scope| {
        scope.spawn(|| swap("a", "b"));
        scope.spawn(|| swap("b", "a"));
    });
    assert_eq!(
        runs.into_inner(),
        3,
        "one of the two was undone and run again"
    );
    let values: Vec<i64> = db
        .read(|c| {
            Ok(counters::table
                .filter(counters::name.ne("changes"))
                .select(counters::value)
                .load(c)?)
        })
        .unwrap();
    assert_eq!(values, [2, 2]);
}

#[test]
fn an_unreachable_server_is_named_in_time() {
    // A socket that accepts and never answers, which is worse than a closed port.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let started = Instant::now();
    let options = Options {
        connect_timeout: Duration::from_secs(2),
        ..Options::default()
    };
    let url = format!("postgres://kairan:himitsu@127.0.0.1:{port}/kairan");
    let error = Db::open(&url, &options).unwrap_err();
    assert!(
        started.elapsed() < Duration::from_secs(6),
        "{:?}",
        started.elapsed()
    );
    let text = error.to_string();
    assert!(matches!(error, Error::Unreachable { .. }), "{text}");
    assert!(text.contains(&format!("127.0.0.1:{port}/kairan")), "{text}");
    assert!(!text.contains("himitsu"), "{text}");
}

#[test]
fn addresses_that_make_no_sense_are_refused_without_showing_a_password() {
    for url in [
        "mysql://u:himitsu@h/d",
        "sqlite://",
        "sqlite://:memory:",
        "u:himitsu@h",
        "",
    ] {
        let error = Db::open(url, &Options::default()).unwrap_err();
        assert!(matches!(error, Error::Url { .. }), "{url}");
        assert!(!error.to_string().contains("himitsu"), "{error}");
    }
}

#[test]
fn migrating_twice_or_at_once_does_nothing_more() {
    for_each_db(|db| {
        assert!(db.migrate().unwrap().is_empty());
        assert_eq!(db.schema_state().unwrap(), SchemaState::Current);
        assert!(db.schema_version().unwrap().is_some());
    });
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("var/kairan.db").display());
    let db = Db::open(&url, &Options::default()).unwrap();
    assert!(matches!(db.schema_state().unwrap(), SchemaState::Behind(all) if !all.is_empty()));
    assert_eq!(db.schema_version().unwrap(), None);
    let applied: usize = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4)
            .map(|_| {
                let other = Db::open(&url, &Options::default()).unwrap();
                scope.spawn(move || other.migrate().unwrap().len())
            })
            .collect();
        all.into_iter()
            .map(|one| one.join().unwrap())
            .filter(|applied| *applied > 0)
            .count()
    });
    assert_eq!(applied, 1, "one migrates, the others find it done");
}

#[test]
fn a_newer_schema_is_recognised() {
    for_each_db(|db| {
        db.write(|c| {
            Ok(c.batch_execute(
                "INSERT INTO __diesel_schema_migrations (version) VALUES ('99999999999999')",
            )?)
        })
        .unwrap();
        assert_eq!(
            db.schema_state().unwrap(),
            SchemaState::Ahead("99999999999999".to_owned())
        );
    });
}
