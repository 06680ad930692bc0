use chrono::Duration;
use kairan_db::{
    jobs,
    notices::{self, Channel, Claim},
    testing::for_each_db,
};
use kairan_pipeline::{NoticeSettings, notify};
use kairan_test_support::{
    line_fake::{Behaviour, Fault, LineFake},
    smtp_faults::{FaultySmtp, MailFault},
};

use crate::city::{ARTICLE, City, line_id, mails};

const FITS: &str = "2026-08-15";

#[test]
fn each_failure_of_the_relay_has_its_state() {
    for_each_db(|db| {
        let smtp = FaultySmtp::start([
            MailFault::AtRecipient("550 5.1.1 <x@example.jp> unknown".into()),
            MailFault::AtData("451 4.3.0 later".into()),
            MailFault::DropAfterDot,
            MailFault::None,
        ]);
        let line = LineFake::start(Behaviour::default());
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        for n in 0..4 {
            city.citizen(&[FITS], &[&format!("c{n}@example.jp")], None);
        }
        city.publish(ARTICLE);
        city.run();
        let id = city.notices()[0].id.clone();
        let states = city.account(&id).channels["mail"].states.clone();
        assert_eq!(
            (states["failed"], states["pending"], states["in_doubt"]),
            (1, 1, 1),
            "{states:?}"
        );
        // Later the temporary refusal is over; what is in doubt is not sent again.
        city.set("2026-12-01 09:40");
        city.run();
        let account = city.account(&id);
        assert_eq!(account.channels["mail"].states["accepted"], 2);
        assert_eq!(account.channels["mail"].states["in_doubt"], 1);
        assert_eq!(account.channels["mail"].reasons["unknown_recipient"], 1);
        assert!(mails(&smtp).values().all(|count| *count == 1));
        assert_eq!(account.people.in_doubt, 1);
    });
}

#[test]
fn days_in_which_nobody_works_are_no_reason_to_give_up() {
    for_each_db(|db| {
        let busy = || MailFault::AtRecipient("450 4.2.1 mailbox busy".into());
        let smtp = FaultySmtp::start((0..8).map(|_| busy()));
        let line = LineFake::start(Behaviour::default());
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        city.citizen(&[FITS], &["a@example.jp"], None);
        city.publish(ARTICLE);
        city.run();
        let id = city.notices()[0].id.clone();
        // Three days later it is refused for now a second time, and goes on being tried until the schedule is over.
        for (hour, attempt) in (9..).zip(2..8) {
            city.set(&format!("2026-12-04 {hour:02}:00"));
            if attempt > 3 {
                city.set(&format!("2026-12-0{} {hour:02}:00", attempt + 1));
            }
            city.deliver().unwrap();
            let states = city.account(&id).channels["mail"].states.clone();
            let state = if attempt < 7 { "pending" } else { "failed" };
            assert_eq!(states.get(state), Some(&1), "attempt {attempt}: {states:?}");
        }
        assert!(mails(&smtp).is_empty());
    });
}

#[test]
fn a_request_whose_key_line_has_forgotten_is_not_repeated_unless_nobody_can_have_got_it() {
    for (fault, state) in [
        (Fault::ErrorAfter, "in_doubt"),
        (Fault::TooFast, "accepted"),
    ] {
        for_each_db(|db| {
            let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
            let city = City::new(db, &smtp, &line, NoticeSettings::default());
            city.citizen(&[FITS], &[], Some("a"));
            city.publish(ARTICLE);
            line.fail_next([fault]);
            city.run();
            // A day and an hour in which nobody works.
            city.set("2026-12-02 10:30");
            line.advance(std::time::Duration::from_secs(25 * 3600));
            city.deliver().unwrap();
            assert_eq!(line.delivered()[&line_id("a")], 1, "{fault:?}");
            let id = city.notices()[0].id.clone();
            let states = city.account(&id).channels["line"].states.clone();
            assert_eq!(states.get(state), Some(&1), "{fault:?}: {states:?}");
        });
    }
}

#[test]
fn a_run_whose_workers_die_again_and_again_is_written_down_in_the_end() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        city.citizen(&[FITS], &["a@example.jp"], None);
        city.publish(ARTICLE);
        let claim = jobs::Claim {
            owner: "lost",
            kinds: &[notify::MATERIALISE],
            limit: 1,
            lease: Duration::seconds(1),
        };
        for death in 0..20 {
            let now = city.now() + Duration::minutes(death);
            let held = city
                .context
                .db
                .write(|c| jobs::claim(c, &claim, now))
                .unwrap();
            assert_eq!(held.len(), 1, "after {death} deaths");
        }
        city.set("2026-12-01 12:00");
        city.run();
        assert_eq!(mails(&smtp)["a@example.jp"], 1);
    });
}

#[test]
fn a_worker_lost_before_sending_loses_nothing_and_one_lost_while_sending_repeats_nothing() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        for n in 0..4 {
            city.citizen(&[FITS], &[&format!("c{n}@example.jp")], None);
        }
        city.publish(ARTICLE);
        city.work();
        let id = city.notices()[0].id.clone();
        let now = city.now();
        // A worker that holds three, has begun one, and is gone.
        let (keys, until) = (city.context.keys.clone(), now + Duration::minutes(1));
        let lost = city
            .context
            .db
            .write(|c| {
                let ask = Claim {
                    channel: Channel::Mail,
                    owner: "lost",
                    until,
                    limit: 3,
                };
                let held = notices::claim(c, &ask, &keys, now)?;
                notices::begin_sending(c, &[(&held[0], None)], until, &keys, now)?;
                Ok(held)
            })
            .unwrap();
        city.deliver().unwrap();
        assert_eq!(mails(&smtp).len(), 1, "what others hold is left alone");
        city.account(&id);
        city.set("2026-12-01 09:40");
        city.deliver().unwrap();
        assert_eq!(mails(&smtp).len(), 3);
        assert_eq!(city.account(&id).channels["mail"].states["in_doubt"], 1);
        // It comes back: its leases are over, and it can neither send nor settle.
        let later = city.now();
        let ours = city
            .context
            .db
            .write(|c| notices::begin_sending(c, &[(&lost[1], None)], until, &keys, later))
            .unwrap();
        assert!(ours.is_empty());
        assert!(mails(&smtp).values().all(|count| *count == 1));
        // The relay's log has it after all.
        city.context
            .db
            .write(|c| notices::resolve(c, &lost[0].id, true, Some("4XyZ"), later))
            .unwrap();
        assert_eq!(city.account(&id).channels["mail"].states["accepted"], 4);
    });
}

#[test]
fn line_is_asked_again_under_the_same_key_and_taken_apart_when_it_refuses() {
    for_each_db(|db| {
        let smtp = FaultySmtp::start([]);
        let line = LineFake::start(Behaviour {
            unknown: [line_id("bad")].into(),
            blocked: [line_id("blocked")].into(),
            ..Behaviour::default()
        });
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        for name in ["one", "two", "bad", "blocked", "three"] {
            city.citizen(&[FITS], &[], Some(name));
        }
        line.fail_next([Fault::ErrorBefore]);
        city.publish(ARTICLE);
        for minute in 31..45 {
            city.run();
            city.set(&format!("2026-12-01 09:{minute}"));
            if minute == 33 {
                line.fail_next([Fault::ErrorAfter]);
            }
        }
        let expected = ["one", "two", "three"].map(|name| (line_id(name), 1));
        assert_eq!(line.delivered(), expected.into());
        assert_eq!(line.problems(), Vec::<String>::new());
        let account = city.account(&city.notices()[0].id);
        // LINE takes a message for who has blocked the city, and does not say so.
        assert_eq!(account.channels["line"].states["accepted"], 4);
        assert_eq!(account.channels["line"].states["failed"], 1);
        assert_eq!(account.channels["line"].reasons["refused_by_line"], 1);
    });
}

#[test]
fn a_used_up_month_holds_line_and_mail_goes_on() {
    let db = kairan_db::testing::TestDb::sqlite();
    let smtp = FaultySmtp::start([]);
    let line = LineFake::start(Behaviour {
        quota: Some(0),
        ..Behaviour::default()
    });
    let city = City::new(&db, &smtp, &line, NoticeSettings::default());
    city.citizen(&[FITS], &["a@example.jp"], Some("a"));
    city.publish(ARTICLE);
    city.run();
    assert_eq!(mails(&smtp).len(), 1);
    assert_eq!(line.requests(), 1);
    let now = city.now();
    let holds = city.context.db.read(|c| notices::holds(c, now)).unwrap();
    assert_eq!(
        (holds[0].channel.as_str(), holds[0].reason.as_str()),
        ("line", "quota_used_up")
    );
    city.run();
    assert_eq!(line.requests(), 1, "a held channel is not asked again");
    line.configure(|behaviour| behaviour.quota = None);
    city.set("2027-01-01 00:01");
    city.run();
    assert_eq!(line.delivered()[&line_id("a")], 1);
}

#[test]
fn a_domain_that_refuses_everybody_is_left_alone() {
    let db = kairan_db::testing::TestDb::sqlite();
    let smtp = FaultySmtp::start((0..12).map(|_| MailFault::AtRecipient("550 no".into())));
    let line = LineFake::start(Behaviour::default());
    let city = City::new(&db, &smtp, &line, NoticeSettings::default());
    for n in 0..30 {
        city.citizen(&[FITS], &[&format!("c{n}@closed.example.jp")], None);
    }
    city.publish(ARTICLE);
    city.run();
    let id = city.notices()[0].id.clone();
    let states = city.account(&id).channels["mail"].states.clone();
    assert!(
        states["failed"] <= 9 && states["pending"] >= 20,
        "{states:?}"
    );
    city.set("2026-12-01 10:00");
    city.run();
    assert!(mails(&smtp).len() >= 18);
    city.account(&id);
}

#[test]
fn a_relay_with_a_log_settles_what_is_in_doubt() {
    for_each_db(|db| {
        let smtp = FaultySmtp::start([MailFault::DropAfterDot, MailFault::None]);
        let line = LineFake::start(Behaviour::default());
        let mut city = City::new(db, &smtp, &line, NoticeSettings::default());
        let log = tempfile::NamedTempFile::new().unwrap();
        city.with_log(log.path());
        for n in 0..3 {
            city.citizen(&[FITS], &[&format!("c{n}@example.jp")], None);
        }
        city.publish(ARTICLE);
        city.work();
        let id = city.notices()[0].id.clone();
        // One that the relay took without an answer, one of a worker that was gone before the first byte.
        let now = city.now();
        let (keys, until) = (city.context.keys.clone(), now + Duration::minutes(1));
        city.context
            .db
            .write(|c| {
                let ask = Claim {
                    channel: Channel::Mail,
                    owner: "lost",
                    until,
                    limit: 1,
                };
                let held = notices::claim(c, &ask, &keys, now)?;
                notices::begin_sending(c, &[(&held[0], None)], until, &keys, now)
            })
            .unwrap();
        city.deliver().unwrap();
        city.set("2026-12-01 09:35");
        city.deliver().unwrap();
        assert_eq!(city.account(&id).channels["mail"].states["in_doubt"], 2);
        let lines: Vec<String> = smtp
            .received()
            .into_iter()
            .map(|mail| mail.content)
            .collect();
        std::fs::write(log.path(), lines.concat()).unwrap();
        city.set("2026-12-01 09:50");
        city.deliver().unwrap();
        assert_eq!(city.account(&id).channels["mail"].states["accepted"], 3);
        assert_eq!(mails(&smtp).len(), 3);
        assert!(mails(&smtp).values().all(|count| *count == 1));
        assert_eq!(city.notices()[0].state, notices::NoticeState::Finished);
    });
}
