use kairan_db::{
    notices::{NoticeKind, NoticeState},
    testing::for_each_db,
};
use kairan_pipeline::{NoticeSettings, QuietHours, notify};
use kairan_test_support::{
    line_fake::{Behaviour, LineFake},
    smtp_faults::FaultySmtp,
};

use crate::city::{ARTICLE, City, mails};

#[test]
fn a_family_is_told_on_the_day_its_child_comes_of_age() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        // The first fits now; the second is three months old from 2 December on.
        city.citizen(&["2026-08-15", "2026-09-03"], &["two@example.jp"], None);
        city.citizen(&["2026-09-04"], &["later@example.jp"], None);
        city.publish(ARTICLE);
        city.run();
        assert_eq!(mails(&smtp)["two@example.jp"], 1);
        assert_eq!(mails(&smtp).len(), 1);
        let mut days = vec![];
        for day in 2..=9 {
            city.set(&format!("2026-12-0{day} 08:30"));
            let before = mails(&smtp);
            city.run();
            let after = mails(&smtp);
            if after != before {
                days.push((day, after.values().sum::<usize>()));
            }
        }
        assert_eq!(
            days,
            [(3, 2), (4, 3)],
            "each child on its own day, nobody twice"
        );
        // Someone registers who fits already.
        city.citizen(&["2026-08-20"], &["new@example.jp"], None);
        city.set("2026-12-10 08:30");
        city.run();
        assert_eq!(mails(&smtp)["new@example.jp"], 1);
        assert!(
            city.notices()
                .iter()
                .all(|one| one.state == NoticeState::Finished)
        );
    });
}

#[test]
fn reminders_go_out_before_the_deadline_to_those_who_match_then() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        city.publish(&ARTICLE.replace("on: match", "on: publish"));
        city.run();
        city.citizen(&["2026-11-01"], &["a@example.jp"], None);
        city.set("2027-02-19 08:59");
        city.run();
        assert!(mails(&smtp).is_empty());
        city.set("2027-02-19 09:00");
        city.run();
        city.run();
        assert_eq!(mails(&smtp)["a@example.jp"], 1);
        let reminder = city.notices().pop().unwrap();
        assert_eq!(reminder.kind, NoticeKind::Reminder);
        assert_eq!(reminder.occasion, "reminder:7d:2027-02-26");
        assert!(reminder.content.contains("あと7日"));
    });
}

#[test]
fn a_reminder_of_a_deadline_that_moved_away_is_not_sent() {
    let db = kairan_db::testing::TestDb::sqlite();
    let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
    let city = City::new(&db, &smtp, &line, NoticeSettings::default());
    let article = ARTICLE.replace("on: match", "on: publish");
    city.publish(&article);
    city.publish(&article.replace("2027-02-26", "2027-03-12"));
    city.citizen(&["2026-11-01"], &["a@example.jp"], None);
    city.set("2027-02-20 10:00");
    city.run();
    assert!(mails(&smtp).is_empty());
    city.set("2027-03-05 10:00");
    city.run();
    assert_eq!(mails(&smtp).len(), 1);
}

#[test]
fn a_correction_goes_to_exactly_those_whom_the_first_one_reached() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        city.citizen(&["2026-08-15"], &["a@example.jp"], Some("a"));
        city.publish(&ARTICLE.replace("on: match", "on: publish"));
        city.run();
        let first = city.notices().remove(0);
        // Who comes to match meanwhile got no first notice and gets no correction.
        city.citizen(&["2026-08-16"], &["later@example.jp"], None);
        assert!(notify::correct(&city.context, &first.id, "  ").is_err());
        let id = notify::correct(&city.context, &first.id, "会場は北保健センターです。").unwrap();
        city.run();
        assert_eq!(mails(&smtp), [("a@example.jp".to_owned(), 2)].into());
        assert_eq!(line.accepted().len(), 2);
        let account = city.account(&id);
        assert_eq!((account.people.matched, account.people.pushed), (1, 1));
        assert!(notify::correct(&city.context, &id, "もう一度").is_err());
    });
}

#[test]
fn quiet_hours_wait_and_stale_news_is_not_sent() {
    let db = kairan_db::testing::TestDb::sqlite();
    let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
    let settings = NoticeSettings {
        quiet: QuietHours::parse("21:00-07:00"),
        stale_after_hours: Some(24),
        ..NoticeSettings::default()
    };
    let city = City::new(&db, &smtp, &line, settings);
    city.citizen(&["2026-08-15"], &["a@example.jp"], None);
    city.set("2026-12-01 22:00");
    city.publish(ARTICLE);
    city.run();
    assert!(mails(&smtp).is_empty());
    city.set("2026-12-02 07:00");
    city.run();
    assert_eq!(mails(&smtp).len(), 1);
    city.publish(&ARTICLE.replace("round: 1", "round: 2"));
    city.work();
    city.set("2026-12-05 09:00");
    city.deliver().unwrap();
    assert_eq!(mails(&smtp).len(), 1);
    let second = city
        .notices()
        .into_iter()
        .find(|one| one.round == 2)
        .unwrap();
    assert_eq!(
        city.account(&second.id).channels["mail"].reasons["stale"],
        1
    );
}

#[test]
fn an_explanation_says_why_and_what_was_told() {
    let db = kairan_db::testing::TestDb::sqlite();
    let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
    let city = City::new(&db, &smtp, &line, NoticeSettings::default());
    let told = city.citizen(&["2026-08-15"], &["a@example.jp"], None);
    let not = city.citizen(&["2020-08-15"], &["b@example.jp"], None);
    city.publish(ARTICLE);
    let plan = notify::plan(&city.context, &city.document_id).unwrap();
    assert_eq!((plan.matched, plan.channels["mail"]["send"]), (1, 1));
    city.run();
    let why = notify::explain(&city.context, &told, &city.document_id, None).unwrap();
    assert_eq!(
        (why.verdict.as_str(), why.children.as_slice()),
        ("yes", &["c1".to_owned()][..])
    );
    let mail = why.told.iter().find(|one| one.channel == "mail").unwrap();
    assert_eq!(mail.state, "accepted");
    let why = notify::explain(&city.context, &not, &city.document_id, None).unwrap();
    assert_eq!((why.verdict.as_str(), why.told.len()), ("no", 0));
    assert!(
        why.reasons
            .iter()
            .any(|one| one.contains("当てはまりません")),
        "{:?}",
        why.reasons
    );
}
