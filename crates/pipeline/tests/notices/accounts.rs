use kairan_db::{
    citizens,
    notices::{self, NoticeState},
    testing::for_each_db,
};
use kairan_pipeline::{NoticeSettings, notify};
use kairan_test_support::{
    line_fake::{Behaviour, LineFake},
    smtp_faults::FaultySmtp,
};

use crate::city::{ARTICLE, City, line_id, mails};

/// Born so that the child is three months old on 1 December 2026, and one who is not.
const FITS: &str = "2026-08-15";
const GROWN: &str = "2024-01-01";

#[test]
fn exactly_those_who_match_are_told_once_and_the_account_balances() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        city.citizen(&[FITS], &["a@example.jp"], Some("a"));
        city.citizen(
            &[FITS, "2026-08-16"],
            &["b@example.jp", "b2@example.jp"],
            None,
        );
        city.citizen(&[FITS], &[], None);
        city.citizen(&[FITS], &["a@example.jp"], None);
        city.citizen(&[GROWN], &["no@example.jp"], Some("no"));
        let picky = serde_json::json!({ "children": [{ "birth_date": FITS }] });
        city.citizen_with(&picky, &["picky@example.jp"], None, &["money"]);

        city.publish(ARTICLE);
        city.run();
        let told = mails(&smtp);
        assert_eq!(
            told.keys().map(String::as_str).collect::<Vec<_>>(),
            ["a@example.jp", "b2@example.jp", "b@example.jp"]
        );
        assert!(told.values().all(|count| *count == 1));
        assert_eq!(
            line.delivered().into_iter().collect::<Vec<_>>(),
            [(line_id("a"), 1)]
        );
        assert_eq!(line.problems(), Vec::<String>::new());

        let notice = city.notices().remove(0);
        assert_eq!(notice.state, NoticeState::Finished);
        let account = city.account(&notice.id);
        assert_eq!(account.people.matched, 5);
        assert_eq!((account.people.pushed, account.people.inbox_only), (2, 3));
        assert_eq!(account.channels["mail"].candidates, 6);
        assert_eq!(account.channels["mail"].states["accepted"], 3);
        assert_eq!(account.channels["mail"].reasons["same_address"], 1);
        assert_eq!(account.channels["mail"].reasons["not_interested"], 1);
        assert_eq!(account.channels["line"].reasons["not_linked"], 4);
        let why = city
            .context
            .db
            .read(|c| notices::not_reached(c, &notice.id))
            .unwrap();
        assert_eq!(why["not_interested"], 1);

        // Publishing again tells nobody; a new round tells everybody.
        city.publish(&ARTICLE.replace("会場は", "会場は、"));
        city.run();
        assert_eq!(mails(&smtp), told);
        city.publish(&ARTICLE.replace("round: 1", "round: 2"));
        city.run();
        assert!(mails(&smtp).values().all(|count| *count == 2));
    });
}

#[test]
fn the_mail_says_why_and_how_to_stop() {
    let db = kairan_db::testing::TestDb::sqlite();
    let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
    let city = City::new(&db, &smtp, &line, NoticeSettings::default());
    city.citizen(&[FITS], &["a@example.jp"], Some("a"));
    city.publish(ARTICLE);
    city.run();
    let mail = smtp.received().remove(0);
    let header = |name: &str| {
        let start = format!("{name}: ");
        mail.content
            .lines()
            .find_map(|line| line.strip_prefix(&start).map(str::to_owned))
    };
    assert_eq!(
        header("List-Unsubscribe-Post").unwrap(),
        "List-Unsubscribe=One-Click"
    );
    assert!(
        header("List-Unsubscribe")
            .unwrap()
            .starts_with("<https://www.example.jp/my/unsubscribe/")
    );
    assert_eq!(header("Auto-Submitted").unwrap(), "auto-generated");
    assert!(mail.from.starts_with("b+") && mail.from.ends_with("@bounce.example.jp"));
    // Nothing about the person goes to LINE.
    let body = line.accepted().remove(0).body.to_string();
    assert!(
        body.contains("3〜4か月児健康診査") && !body.contains("2026年8月"),
        "{body}"
    );
}

#[test]
fn consent_is_looked_at_again_before_sending() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        let stays = city.citizen(&[FITS], &["stays@example.jp"], Some("stays"));
        let leaves = city.citizen(&[FITS], &["leaves@example.jp"], Some("leaves"));
        city.publish(ARTICLE);
        city.work();
        let now = city.now();
        city.context
            .db
            .write(|c| citizens::leave(c, &leaves, now))
            .unwrap();
        city.deliver().unwrap();
        assert_eq!(
            mails(&smtp).into_keys().collect::<Vec<_>>(),
            ["stays@example.jp"]
        );
        assert_eq!(
            line.delivered().into_keys().collect::<Vec<_>>(),
            [line_id("stays")]
        );
        let account = city.account(&city.notices()[0].id);
        assert_eq!(account.people.matched, 2);
        assert_eq!(account.channels["mail"].states["suppressed"], 1);
        let told = city
            .context
            .db
            .read(|c| notices::told_about(c, &city.document_id, &stays))
            .unwrap();
        assert_eq!(told.len(), 3);
    });
}

#[test]
fn pause_resume_and_cancel_act_on_what_has_not_left() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        for n in 0..3 {
            city.citizen(&[FITS], &[&format!("c{n}@example.jp")], None);
        }
        city.publish(ARTICLE);
        city.work();
        let id = city.notices()[0].id.clone();
        city.context.db.write(|c| notices::pause(c, &id)).unwrap();
        city.deliver().unwrap();
        assert!(mails(&smtp).is_empty());
        let now = city.now();
        city.context
            .db
            .write(|c| notify::resume(c, &id, now))
            .unwrap();
        city.run();
        assert_eq!(mails(&smtp).len(), 3);
        assert!(
            city.context
                .db
                .write(|c| notices::cancel(c, &id, "staff", now))
                .is_err()
        );

        city.publish(&ARTICLE.replace("round: 1", "round: 2"));
        city.work();
        let id = city.notices()[1].id.clone();
        let stopped = city
            .context
            .db
            .write(|c| notices::cancel(c, &id, "staff", now))
            .unwrap();
        assert_eq!(stopped, 3);
        city.run();
        assert!(mails(&smtp).values().all(|count| *count == 1));
        assert_eq!(city.account(&id).channels["mail"].states["cancelled"], 3);
    });
}
