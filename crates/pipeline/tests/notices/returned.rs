//! Addresses that do not work: refused by the relay, or returned later.

use std::path::Path;

use chrono::Duration;
use kairan_db::{
    citizens::{self, Confirmation, TokenPurpose},
    notices::Channel,
    testing::for_each_db,
};
use kairan_pipeline::NoticeSettings;
use kairan_test_support::{
    line_fake::{Behaviour, LineFake},
    smtp_faults::{FaultySmtp, MailFault, Received},
};

use crate::city::{ARTICLE, City, mails};

const FITS: &str = "2026-08-15";

fn unknown() -> MailFault {
    MailFault::AtRecipient("550 5.1.1 <x@example.jp>: user unknown".into())
}

fn round(number: u32) -> String {
    ARTICLE.replace("round: 1", &format!("round: {number}"))
}

#[test]
fn an_address_nobody_has_is_not_tried_again_until_it_is_confirmed_anew() {
    for_each_db(|db| {
        let smtp = FaultySmtp::start([unknown()]);
        let line = LineFake::start(Behaviour::default());
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        for n in 0..3 {
            city.citizen(&[FITS], &[&format!("c{n}@example.jp")], None);
        }
        // Two people with one address: what is learned of it holds for both.
        for n in 0..3 {
            city.citizen(&[FITS], &[&format!("c{n}@example.jp")], None);
        }
        city.publish(ARTICLE);
        city.run();
        assert_eq!(city.suppressed(), [], "evidence rests first");
        city.set("2026-12-01 09:35");
        city.run();
        assert_eq!(
            city.suppressed(),
            [("mail unknown_recipient".to_owned(), 2)]
        );

        city.publish(&round(2));
        city.run();
        let second = city.account(&city.notices()[1].id).channels["mail"].clone();
        assert_eq!(second.states["suppressed"], 2, "{second:?}");
        assert_eq!(second.reasons["unknown_recipient"], 2);
        assert_eq!(second.states["accepted"], 2);

        let reached = mails(&smtp);
        let dead = (0..3)
            .map(|n| format!("c{n}@example.jp"))
            .find(|one| !reached.contains_key(one))
            .unwrap();
        let now = city.now();
        let keys = &city.context.keys;
        let confirmed = city
            .context
            .db
            .write(|c| {
                let known = citizens::find_by_contact(c, keys, Channel::Mail, &dead)?;
                let (key, id) = (&known[0].citizen_key, &known[0].contact_id);
                assert_eq!(known[0].suppressed.as_deref(), Some("unknown_recipient"));
                let purpose = TokenPurpose::Confirm;
                let life = Duration::hours(1);
                let token = citizens::issue_token(c, key, Some(id), purpose, life, now)?;
                citizens::confirm(c, token.as_str(), now)
            })
            .unwrap();
        assert!(matches!(
            confirmed,
            Confirmation::Confirmed {
                registered: false,
                ..
            }
        ));
        assert_eq!(city.suppressed(), [], "the address works for both");
        city.publish(&round(3));
        city.run();
        assert_eq!(mails(&smtp)[&dead], 1);
    });
}

#[test]
fn a_domain_that_refused_everybody_has_no_dead_addresses_and_gets_its_mail_later() {
    for_each_db(|db| {
        let smtp = FaultySmtp::start((0..10).map(|_| unknown()));
        let line = LineFake::start(Behaviour::default());
        let city = City::new(db, &smtp, &line, NoticeSettings::default());
        for n in 0..30 {
            city.citizen(&[FITS], &[&format!("c{n}@closed.example.jp")], None);
        }
        city.publish(ARTICLE);
        for time in ["09:30", "09:33", "09:50"] {
            city.set(&format!("2026-12-01 {time}"));
            city.run();
            city.account(&city.notices()[0].id);
        }
        assert_eq!(city.suppressed(), []);
        assert_eq!(mails(&smtp).len(), 30);
        assert!(mails(&smtp).values().all(|count| *count == 1));
    });
}

/// A report as Postfix writes it, about a mail that was taken.
fn report(mail: &Received, action: &str, status: &str, words: &str) -> String {
    format!(
        "Return-Path: <>\r\nDelivered-To: {from}\r\nFrom: MAILER-DAEMON@relay.example.jp\r\nTo: {from}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"B1\"\r\n\r\n\
         --B1\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n\r\n\
         --B1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example.jp\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; {words}\r\n\r\n\
         --B1\r\nContent-Type: message/rfc822\r\n\r\n{content}\r\n--B1--\r\n",
        from = mail.from,
        to = mail.to,
        content = mail.content,
    )
}

fn put(folder: &Path, name: &str, mail: impl AsRef<[u8]>) {
    std::fs::create_dir_all(folder.join("new")).unwrap();
    std::fs::write(folder.join("new").join(name), mail).unwrap();
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

fn mail_to(smtp: &FaultySmtp, to: &str) -> Received {
    let mut all = smtp.received().into_iter().rev();
    all.find(|mail| mail.to == to).unwrap()
}

#[test]
fn returned_mail_is_read_once_and_what_is_no_such_mail_is_set_aside() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let mut city = City::new(db, &smtp, &line, NoticeSettings::default());
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        city.with_bounces(folder);
        assert_eq!(
            city.read_bounces(),
            0,
            "a mailbox that is not there yet is empty"
        );
        for name in ["dead", "late", "full", "away", "quoted"] {
            city.citizen(&[FITS], &[&format!("{name}@example.jp")], None);
        }
        city.publish(ARTICLE);
        city.run();
        let id = city.notices()[0].id.clone();
        let to = |name: &str| mail_to(&smtp, &format!("{name}@example.jp"));
        let hard = report(&to("dead"), "failed", "5.1.1", "550 5.1.1 user unknown");
        put(folder, "1", &hard);
        put(
            folder,
            "2",
            report(&to("late"), "delayed", "4.4.1", "timeout"),
        );
        put(
            folder,
            "3",
            report(&to("full"), "failed", "5.2.2", "552 over quota"),
        );
        let away = to("away");
        let reply = format!(
            "From: away@example.jp\r\nTo: {}\r\nSubject: Re: out of office\r\n\r\n5.1.1 user unknown, ha\r\n",
            away.from
        );
        put(folder, "4", reply);
        put(folder, "5", [0xff, 0x00, 0xfe]);
        // A list between strips the return path: the quoted Message-ID says which.
        let quoted = to("quoted");
        let stripped = report(&quoted, "failed", "5.1.1", "550 5.1.1 no")
            .replace(&quoted.from, "b@bounce.example.jp");
        put(folder, "6", stripped);
        std::fs::create_dir(folder.join("new/folder")).unwrap();

        assert_eq!(city.read_bounces(), 6);
        let states = city.account(&id).channels["mail"].states.clone();
        assert_eq!(
            (states["bounced"], states["accepted"]),
            (3, 2),
            "{states:?}"
        );
        assert_eq!(count(&folder.join("new")), 1, "only the folder is left");
        assert_eq!(count(&folder.join("cur")), 4);
        assert_eq!(count(&folder.join(".unknown/cur")), 2);

        // The same mail again, as after a kill between the commit and the move.
        put(folder, "7", &hard);
        assert_eq!(city.read_bounces(), 1);
        assert_eq!(city.account(&id).channels["mail"].states, states);
        city.set("2026-12-01 09:35");
        city.run();
        assert_eq!(
            city.suppressed(),
            [("mail unknown_recipient".to_owned(), 2)]
        );

        // What came back softly counts when it comes back again and again.
        for number in 2..4 {
            city.publish(&round(number));
            city.run();
            let mail = report(&to("full"), "failed", "5.2.2", "552 over quota");
            put(folder, "soft", mail);
            assert_eq!(city.suppressed().len(), 1);
            city.read_bounces();
            city.set(&format!("2026-12-0{number} 10:00"));
            city.run();
        }
        assert_eq!(city.suppressed()[0], ("mail undeliverable".to_owned(), 1));
    });
}

#[test]
fn a_relay_that_returns_everything_of_a_domain_strikes_nobody_out() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let mut city = City::new(db, &smtp, &line, NoticeSettings::default());
        let folder = tempfile::tempdir().unwrap();
        city.with_bounces(folder.path());
        for n in 0..12 {
            city.citizen(&[FITS], &[&format!("c{n}@example.jp")], None);
        }
        city.publish(ARTICLE);
        city.run();
        for (n, mail) in smtp.received().iter().enumerate() {
            put(
                folder.path(),
                &n.to_string(),
                report(mail, "failed", "5.1.1", "550 5.1.1 no"),
            );
        }
        assert_eq!(city.read_bounces(), 12);
        city.set("2026-12-01 09:40");
        city.run();
        let states = city.account(&city.notices()[0].id).channels["mail"]
            .states
            .clone();
        assert_eq!(states["bounced"], 12);
        assert_eq!(city.suppressed(), []);
    });
}
