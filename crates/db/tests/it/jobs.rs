use std::collections::BTreeSet;
use std::sync::Mutex;

use chrono::{Duration, NaiveDateTime};
use kairan_db::jobs::{self, Claim, Failure, Job, JobState, Lease, NewJob};
use kairan_db::testing::for_each_db;
use kairan_db::{Db, Error, Result, clock};

use crate::sample::at;

fn enqueue(db: &Db, job: &NewJob<'_>, now: NaiveDateTime) -> i64 {
    db.write(|c| jobs::enqueue(c, job, now)).unwrap()
}

fn keyed(key: &'static str) -> NewJob<'static> {
    NewJob {
        dedupe_key: Some(key),
        ..NewJob::now("publish", "{}", at(0))
    }
}

fn claim(db: &Db, owner: &str, limit: i64, now: NaiveDateTime) -> Vec<Job> {
    let wish = Claim {
        owner,
        kinds: &[],
        limit,
        lease: Duration::minutes(5),
    };
    db.write(|c| jobs::claim(c, &wish, now)).unwrap()
}

fn get(db: &Db, id: i64) -> Job {
    db.read(|c| jobs::get(c, id)).unwrap()
}

#[test]
fn a_job_exists_only_if_its_change_does() {
    for_each_db(|db| {
        let undone: Result<()> = db.write(|c| {
            jobs::enqueue(c, &NewJob::now("publish", "{}", at(0)), at(0))?;
            Err(Error::abort("やめた"))
        });
        assert!(undone.is_err());
        assert!(claim(db, "w", 10, at(1)).is_empty());
    });
}

#[test]
fn the_pressing_go_first_and_nobody_before_their_time() {
    for_each_db(|db| {
        let now = NewJob::now("publish", "{}", at(0));
        let low = enqueue(
            db,
            &NewJob {
                priority: -1,
                ..now.clone()
            },
            at(0),
        );
        let later = enqueue(
            db,
            &NewJob {
                run_at: at(2),
                ..now.clone()
            },
            at(0),
        );
        let first = enqueue(db, &now, at(0));
        let urgent = enqueue(
            db,
            &NewJob {
                priority: 9,
                ..now.clone()
            },
            at(0),
        );
        let mail = enqueue(
            db,
            &NewJob {
                kind: "mail",
                ..now
            },
            at(0),
        );
        assert_eq!(db.read(clock::next_due).unwrap(), Some(at(0)));
        let only = Claim {
            owner: "m",
            kinds: &["mail"],
            limit: 9,
            lease: Duration::hours(9),
        };
        let mails = db.write(|c| jobs::claim(c, &only, at(0))).unwrap();
        assert_eq!(mails.iter().map(|job| job.id).collect::<Vec<_>>(), [mail]);
        let got: Vec<_> = claim(db, "w", 2, at(1)).iter().map(|job| job.id).collect();
        assert_eq!(got, [urgent, first]);
        let got: Vec<_> = claim(db, "w", 9, at(1)).iter().map(|job| job.id).collect();
        assert_eq!(got, [low]);
        assert_eq!(get(db, later).state, JobState::Ready);
    });
}

/// Eight workers over three handles take what there is: every job once.
#[test]
fn two_workers_never_get_the_same_job() {
    for_each_db(|db| {
        let all: BTreeSet<i64> = (0..120)
            .map(|_| enqueue(db, &NewJob::now("x", "{}", at(0)), at(0)))
            .collect();
        let handles: Vec<_> = (0..3).map(|_| db.reopen()).collect();
        let taken = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for worker in 0..8 {
                let (handle, taken) = (&handles[worker % 3], &taken);
                scope.spawn(move || {
                    loop {
                        let got = claim(handle, &format!("w{worker}"), 3, at(0));
                        if got.is_empty() {
                            break;
                        }
                        for job in got {
                            handle
                                .write(|c| jobs::complete(c, job.lease(), at(0)))
                                .unwrap();
                            taken.lock().unwrap().push(job.id);
                        }
                    }
                });
            }
        });
        let mut taken = taken.into_inner().unwrap();
        // A worker that came while the last rows were locked may have found none: take the rest.
        taken.extend(claim(db, "rest", 200, at(0)).iter().map(|job| job.id));
        assert_eq!(taken.len(), 120);
        assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), all);
    });
}

#[test]
fn who_lost_the_lease_cannot_finish() {
    for_each_db(|db| {
        let id = enqueue(db, &NewJob::now("x", "{}", at(0)), at(0));
        let slow = claim(db, "slow", 1, at(0)).remove(0);
        assert!(claim(db, "quick", 1, at(0) + Duration::minutes(4)).is_empty());
        let quick = claim(db, "quick", 1, at(1)).remove(0);
        assert_eq!((quick.id, quick.attempts), (id, 2));
        assert!(quick.fence > slow.fence);
        let lost = |result: Result<()>| assert!(matches!(result, Err(Error::LeaseLost { .. })));
        lost(db.write(|c| jobs::complete(c, slow.lease(), at(1))));
        lost(db.write(|c| jobs::fail(c, slow.lease(), "x", None, at(1)).map(drop)));
        lost(db.write(|c| jobs::extend(c, slow.lease(), at(9), at(1))));
        lost(db.write(|c| jobs::give_back(c, slow.lease(), at(1), at(1))));
        let after = get(db, id);
        assert_eq!(
            (after.state, after.owner.as_deref()),
            (JobState::Leased, Some("quick"))
        );
        db.write(|c| jobs::complete(c, quick.lease(), at(1)))
            .unwrap();
        lost(db.write(|c| jobs::complete(c, quick.lease(), at(1))));
        let done = get(db, id);
        assert_eq!(
            (done.state, done.finished_at),
            (JobState::Done, Some(at(1)))
        );
        lost(db.write(|c| {
            jobs::complete(
                c,
                Lease {
                    job_id: id,
                    fence: 99,
                },
                at(1),
            )
        }));
    });
}

#[test]
fn who_holds_on_keeps_the_job() {
    for_each_db(|db| {
        let id = enqueue(db, &NewJob::now("x", "{}", at(0)), at(0));
        let job = claim(db, "w", 1, at(0)).remove(0);
        db.write(|c| jobs::extend(c, job.lease(), at(3), at(0)))
            .unwrap();
        assert!(claim(db, "other", 1, at(2)).is_empty());
        assert_eq!(db.read(clock::next_due).unwrap(), Some(at(3)));
        db.write(|c| jobs::give_back(c, job.lease(), at(5), at(2)))
            .unwrap();
        let back = get(db, id);
        assert_eq!(
            (back.state, back.attempts, back.run_at),
            (JobState::Ready, 0, at(5))
        );
    });
}

#[test]
fn what_fails_waits_longer_each_time_and_dies_in_the_end() {
    for_each_db(|db| {
        let new = NewJob {
            max_attempts: 3,
            ..keyed("k")
        };
        let id = enqueue(db, &new, at(0));
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..2 {
            let job = claim(db, "w", 1, now).remove(0);
            let failed = db
                .write(|c| jobs::fail(c, job.lease(), "接続できません", None, now))
                .unwrap();
            let Failure::Retry(next) = failed else {
                panic!("{failed:?}")
            };
            waits.push((next - now).num_seconds());
            assert!(claim(db, "w", 1, next - Duration::seconds(1)).is_empty());
            now = next;
        }
        assert_eq!(waits, [10, 30]);
        let job = claim(db, "w", 1, now).remove(0);
        let dead = db
            .write(|c| jobs::fail(c, job.lease(), "もう無理", None, now))
            .unwrap();
        assert_eq!(dead, Failure::Dead);
        let job = get(db, id);
        assert_eq!(
            (job.state, job.last_error.as_deref()),
            (JobState::Dead, Some("もう無理"))
        );
        assert_eq!(
            db.read(|c| jobs::list(c, JobState::Dead, None, 9)).unwrap(),
            [job]
        );
        // Staff try again; unless the work was called for anew meanwhile.
        db.write(|c| jobs::retry(c, id, at(5))).unwrap();
        assert_eq!(
            (get(db, id).state, get(db, id).attempts),
            (JobState::Ready, 0)
        );
        assert!(db.write(|c| jobs::cancel(c, id, at(5))).unwrap());
        enqueue(db, &new, at(6));
        let refused = db.write(|c| jobs::retry(c, id, at(6)));
        assert!(matches!(refused, Err(Error::State { .. })));
    });
}

#[test]
fn work_that_kills_its_worker_does_not_go_round_for_ever() {
    for_each_db(|db| {
        let new = NewJob {
            max_attempts: 2,
            ..NewJob::now("x", "{}", at(0))
        };
        let id = enqueue(db, &new, at(0));
        assert_eq!(claim(db, "w", 1, at(0)).len(), 1);
        assert_eq!(claim(db, "w", 1, at(1)).len(), 1);
        assert_eq!(claim(db, "w", 1, at(2)).len(), 0);
        let dead = get(db, id);
        assert_eq!(dead.state, JobState::Dead);
        assert!(dead.last_error.is_some());
        assert_eq!(db.read(jobs::counts).unwrap(), [(JobState::Dead, 1)]);
    });
}

#[test]
fn the_same_work_is_enqueued_once() {
    for_each_db(|db| {
        let id = enqueue(
            db,
            &NewJob {
                run_at: at(5),
                ..keyed("k")
            },
            at(0),
        );
        let sooner = NewJob {
            run_at: at(2),
            priority: 3,
            ..keyed("k")
        };
        assert_eq!(enqueue(db, &sooner, at(0)), id);
        assert_eq!(
            enqueue(
                db,
                &NewJob {
                    run_at: at(9),
                    ..keyed("k")
                },
                at(0)
            ),
            id
        );
        let job = get(db, id);
        assert_eq!(
            (job.run_at, job.priority),
            (at(2), 3),
            "the earlier time, the higher priority"
        );
        assert_ne!(enqueue(db, &keyed("other"), at(0)), id);
        assert_eq!(
            db.read(|c| jobs::open_with_key(c, "k"))
                .unwrap()
                .map(|job| job.id),
            Some(id)
        );
        let job = claim(db, "w", 1, at(3)).remove(0);
        assert_eq!(job.id, id);
        db.write(|c| jobs::complete(c, job.lease(), at(3))).unwrap();
        assert_ne!(enqueue(db, &keyed("k"), at(4)), id, "done: a new one");
    });
}

#[test]
fn called_for_while_under_way_it_runs_once_more() {
    for_each_db(|db| {
        let id = enqueue(db, &keyed("k"), at(0));
        let job = claim(db, "w", 1, at(0)).remove(0);
        assert_eq!(
            enqueue(
                db,
                &NewJob {
                    run_at: at(1),
                    ..keyed("k")
                },
                at(1)
            ),
            id
        );
        assert_eq!(
            enqueue(
                db,
                &NewJob {
                    run_at: at(7),
                    ..keyed("k")
                },
                at(1)
            ),
            id
        );
        assert!(get(db, id).again);
        db.write(|c| jobs::complete(c, job.lease(), at(1))).unwrap();
        let next = claim(db, "w", 1, at(1)).remove(0);
        assert_eq!((next.id, next.attempts, next.again), (id, 1, false));
        db.write(|c| jobs::complete(c, next.lease(), at(1)))
            .unwrap();
        assert_eq!(get(db, id).state, JobState::Done);
    });
}

/// The next call comes just as the worker reports the last one done: it must be followed by a run.
#[test]
fn no_call_is_lost_between_enqueue_and_complete() {
    use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
    const CALLS: i64 = 150;
    for_each_db(|db| {
        let (called, served) = (AtomicI64::new(0), AtomicI64::new(0));
        std::thread::scope(|scope| {
            let caller = scope.spawn(|| {
                for number in 1..=CALLS {
                    called.store(number, SeqCst);
                    enqueue(db, &keyed("k"), at(0));
                    let since = std::time::Instant::now();
                    while served.load(SeqCst) < number {
                        assert!(since.elapsed().as_secs() < 5, "call {number} was lost");
                        std::hint::spin_loop();
                    }
                }
            });
            while !caller.is_finished() {
                for job in claim(db, "w", 1, at(0)) {
                    served.store(called.load(SeqCst), SeqCst);
                    db.write(|c| jobs::complete(c, job.lease(), at(0))).unwrap();
                }
            }
        });
        assert_eq!(served.into_inner(), CALLS);
    });
}

#[test]
fn what_is_called_off_is_taken_from_its_worker() {
    for_each_db(|db| {
        let id = enqueue(db, &keyed("k"), at(0));
        let job = claim(db, "w", 1, at(0)).remove(0);
        assert!(db.write(|c| jobs::cancel(c, id, at(0))).unwrap());
        assert!(!db.write(|c| jobs::cancel(c, id, at(0))).unwrap());
        let late = db.write(|c| jobs::complete(c, job.lease(), at(0)));
        assert!(matches!(late, Err(Error::LeaseLost { .. })));
        assert_eq!(db.write(|c| jobs::prune(c, at(0))).unwrap(), 0);
        assert_eq!(db.write(|c| jobs::prune(c, at(1))).unwrap(), 1);
        assert!(matches!(
            db.read(|c| jobs::get(c, id)),
            Err(Error::NotFound { .. })
        ));
    });
}
