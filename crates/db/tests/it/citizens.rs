//! Registration, contact points, consent, leaving.

use chrono::{Duration, NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use kairan_audience::{Areas, Facts, Rule};
use kairan_db::audience::count;
use kairan_db::citizens::{
    self, AddMail, Confirmation, LinkLine, LinkPurpose, NOTICE_PURPOSE, NewConsent, Preferences,
    Registered, Registration, State, TokenPurpose,
};
use kairan_db::notices::Channel;
use kairan_db::seal::{Keyring, reseal};
use kairan_db::testing::{TestDb, for_each_db};
use kairan_db::{AnyConnection, Error, Result};
use serde_json::json;

const ADDRESS: &str = "hanako@example.jp";

fn at(hours: i64) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 20)
        .unwrap()
        .and_hms_opt(0, 0, 0)
        .unwrap()
        + Duration::hours(hours)
}

fn facts() -> Facts {
    serde_json::from_value(json!({
        "area": "kita", "children": [{ "key": "c1", "birth_date": "2025-11-01", "traits": [] }],
        "flags": { "newcomer": true },
    }))
    .unwrap()
}

fn consent(channel: Channel, granted: bool) -> NewConsent {
    NewConsent {
        channel,
        purpose: NOTICE_PURPOSE.into(),
        granted,
        version: "2026-04".into(),
        source: "register".into(),
    }
}

fn register(c: &mut AnyConnection, ring: &Keyring, mail: &str, hours: i64) -> Result<Registered> {
    let registration = Registration {
        mail,
        lang: "ja",
        facts: &facts(),
        preferences: &Preferences::default(),
        consents: &[consent(Channel::Mail, true)],
    };
    citizens::register(c, ring, &registration, Duration::hours(24), at(hours))
}

fn pending(db: &TestDb, ring: &Keyring, mail: &str) -> (String, String) {
    match db.write(|c| register(c, ring, mail, 0)).unwrap() {
        Registered::New {
            citizen_key, token, ..
        } => (citizen_key, token.as_str().to_owned()),
        other => panic!("{other:?}"),
    }
}

fn active(db: &TestDb, ring: &Keyring, mail: &str) -> String {
    let (key, token) = pending(db, ring, mail);
    let done = db.write(|c| citizens::confirm(c, &token, at(1))).unwrap();
    assert_eq!(
        done,
        Confirmation::Confirmed {
            citizen_key: key.clone(),
            registered: true
        }
    );
    key
}

fn matching(db: &TestDb) -> i64 {
    let rule = json!({ "all": [{ "area": ["kita"] }, { "child": { "age": "0..2" } }] });
    let rule = Rule::from_json(&rule).unwrap();
    db.read(|c| count(c, &rule, at(0).date(), &Areas::default()))
        .unwrap()
}

/// Every value of every table as one text: what a thief of the database reads.
fn everything(db: &TestDb) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let mut all = String::new();
    for table in [
        "citizens",
        "sensitive_facts",
        "contact_points",
        "consents",
        "citizen_tokens",
    ] {
        let rows: Vec<Row> = db
            .read(|c| {
                Ok(match c {
                    AnyConnection::Pg(c) => {
                        diesel::sql_query(format!("SELECT t::text AS row FROM {table} t")).load(c)?
                    }
                    AnyConnection::Sqlite(c) => {
                        let columns: Vec<Row> = diesel::sql_query(format!(
                            "SELECT 'coalesce(' || name || ','''')' AS row FROM pragma_table_info('{table}')"
                        ))
                        .load(c)?;
                        let columns: Vec<String> = columns.into_iter().map(|r| r.row).collect();
                        let line = columns.join("||' '||");
                        diesel::sql_query(format!("SELECT {line} AS row FROM {table}")).load(c)?
                    }
                })
            })
            .unwrap();
        all.extend(rows.into_iter().map(|r| r.row + "\n"));
    }
    all
}

fn rows(db: &TestDb, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let counted: Result<Count> = db.read(|c| {
        Ok(match c {
            AnyConnection::Sqlite(c) => diesel::sql_query(sql).get_result(c)?,
            AnyConnection::Pg(c) => diesel::sql_query(sql).get_result(c)?,
        })
    });
    counted.unwrap().n
}

#[test]
fn a_citizen_counts_from_the_confirmation_on() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let (key, token) = pending(db, &ring, ADDRESS);
        assert_eq!(matching(db), 0);
        assert_eq!(
            db.read(|c| citizens::get(c, &key)).unwrap().unwrap().state,
            State::Pending
        );
        let confirm = |token: &str, hours| {
            db.write(|c| citizens::confirm(c, token, at(hours)))
                .unwrap()
        };
        assert_eq!(confirm("nonsense", 1), Confirmation::Invalid);
        assert_eq!(
            confirm(&token, 25),
            Confirmation::Invalid,
            "over after a day"
        );
        let done = confirm(&token, 23);
        assert_eq!(
            done,
            Confirmation::Confirmed {
                citizen_key: key.clone(),
                registered: true
            }
        );
        assert_eq!(matching(db), 1);
        assert_eq!(
            confirm(&token, 23),
            Confirmation::Again {
                citizen_key: key.clone()
            }
        );
        let citizen = db.read(|c| citizens::get(c, &key)).unwrap().unwrap();
        assert_eq!(
            (citizen.state, citizen.facts.clone()),
            (State::Active, facts())
        );
        assert!(!format!("{citizen:?}").contains("kita"));
        let all = everything(db);
        assert!(!all.contains("hanako") && !all.contains(&token), "{all}");
    });
}

#[test]
fn a_known_address_is_told_to_its_owner_alone() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let before = rows(db, "SELECT count(*) AS n FROM citizens");
        let again = db
            .write(|c| register(c, &ring, " HANAKO@example.jp", 2))
            .unwrap();
        let Registered::Known {
            citizen_key, token, ..
        } = again
        else {
            panic!("{again:?}")
        };
        assert_eq!(citizen_key, key);
        assert_eq!(rows(db, "SELECT count(*) AS n FROM citizens"), before);
        let redeem =
            || db.write(|c| citizens::redeem_token(c, TokenPurpose::Login, token.as_str(), at(3)));
        assert_eq!(redeem().unwrap().unwrap().citizen_key, key);
        assert_eq!(redeem().unwrap(), None, "once");
        let bad = db
            .write(|c| register(c, &ring, "not an address", 2))
            .unwrap();
        assert_eq!(bad, Registered::InvalidMail);
    });
}

#[test]
fn of_two_registrations_of_one_address_the_first_confirmed_stays() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let (_, first) = pending(db, &ring, ADDRESS);
        let (key, second) = pending(db, &ring, ADDRESS);
        let confirm = |token: &str| db.write(|c| citizens::confirm(c, token, at(1))).unwrap();
        assert_eq!(
            confirm(&second),
            Confirmation::Confirmed {
                citizen_key: key,
                registered: true
            }
        );
        assert_eq!(
            confirm(&first),
            Confirmation::Invalid,
            "deleted with its token"
        );
        assert_eq!(rows(db, "SELECT count(*) AS n FROM citizens"), 1);
        pending(db, &ring, "other@example.jp");
        assert_eq!(db.write(|c| citizens::purge_pending(c, at(0))).unwrap(), 0);
        assert_eq!(db.write(|c| citizens::purge_pending(c, at(1))).unwrap(), 1);
        assert_eq!(rows(db, "SELECT count(*) AS n FROM contact_points"), 1);
    });
}

#[test]
fn contacts_are_two_mails_and_a_line_account_of_ones_own() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let add = |mail| {
            let day = Duration::hours(24);
            db.write(|c| citizens::add_mail(c, &ring, &key, mail, day, at(2)))
                .unwrap()
        };
        assert_eq!(add("Hanako@Example.jp"), AddMail::Already);
        assert_eq!(add("x"), AddMail::Invalid);
        let AddMail::Added { contact_id, token } = add("taro@example.jp") else {
            panic!()
        };
        assert_eq!(add("third@example.jp"), AddMail::TooMany);
        let usable = || {
            let found = db
                .read(|c| citizens::recipients(c, std::slice::from_ref(&key)))
                .unwrap();
            let open = |k: &citizens::Contact| k.open(&ring).unwrap();
            found[0]
                .contacts
                .iter()
                .filter(|k| k.is_usable())
                .map(open)
                .collect::<Vec<_>>()
        };
        assert_eq!(usable(), [ADDRESS]);
        let done = db
            .write(|c| citizens::confirm(c, token.as_str(), at(3)))
            .unwrap();
        assert_eq!(
            done,
            Confirmation::Confirmed {
                citizen_key: key.clone(),
                registered: false
            }
        );
        assert_eq!(usable(), [ADDRESS, "taro@example.jp"]);
        db.write(|c| citizens::suppress(c, &contact_id, Some("bounced"), at(4)))
            .unwrap();
        assert_eq!(usable(), [ADDRESS]);
        db.write(|c| citizens::suppress(c, &contact_id, None, at(4)))
            .unwrap();
        let stop = |mail| {
            db.write(|c| {
                citizens::suppress_address(c, &ring, Channel::Mail, mail, "complaint", at(5))
            })
        };
        assert_eq!(stop("TARO@example.jp").unwrap(), 1);
        assert_eq!(usable(), [ADDRESS]);
        let account = format!("U{}", "0123456789abcdef".repeat(2));
        let link = |key: &str, id: &str| {
            db.write(|c| citizens::link_line(c, &ring, key, id, at(6)))
                .unwrap()
        };
        assert!(matches!(link(&key, &account), LinkLine::Linked { .. }));
        assert_eq!(link(&key, "U1"), LinkLine::Invalid);
        let other = active(db, &ring, "other@example.jp");
        assert_eq!(link(&other, &account), LinkLine::Taken);
        let found = db
            .read(|c| citizens::find_by_contact(c, &ring, Channel::Line, &account))
            .unwrap();
        assert_eq!((found.len(), &found[0].citizen_key), (1, &key));
        assert!(
            db.write(|c| citizens::remove_contact(c, &key, &contact_id))
                .unwrap()
        );
        assert!(
            !db.write(|c| citizens::remove_contact(c, &other, &found[0].contact_id))
                .unwrap()
        );
    });
}

#[test]
fn the_last_word_on_consent_counts_and_a_switched_off_channel_is_off() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let permits = |channel| {
            let found = db
                .read(|c| citizens::recipients(c, std::slice::from_ref(&key)))
                .unwrap();
            found[0].permits(channel, NOTICE_PURPOSE)
        };
        let say = |channel, granted| {
            db.write(|c| citizens::record_consent(c, &key, &consent(channel, granted), at(2)))
                .unwrap();
        };
        assert!(permits(Channel::Inbox) && permits(Channel::Mail) && !permits(Channel::Line));
        say(Channel::Mail, false);
        assert!(!permits(Channel::Mail));
        say(Channel::Mail, true);
        say(Channel::Line, true);
        assert!(permits(Channel::Mail) && permits(Channel::Line));
        let off = Preferences {
            channels: [("mail".to_owned(), false)].into(),
            ..Default::default()
        };
        db.write(|c| citizens::update_preferences(c, &key, &off, "en"))
            .unwrap();
        assert!(!permits(Channel::Mail) && permits(Channel::Line));
        let record = db.read(|c| citizens::consents(c, &key)).unwrap();
        let said: Vec<bool> = record.iter().map(|consent| consent.granted).collect();
        assert_eq!(said, [true, false, true, true]);
    });
}

#[test]
fn facts_that_say_the_same_are_no_change() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let update = |new: &Facts| {
            db.write(|c| citizens::update_facts(c, &key, new, at(9)))
                .unwrap()
        };
        assert!(!update(&facts()));
        let changed = || {
            db.read(|c| citizens::get(c, &key))
                .unwrap()
                .unwrap()
                .changed_at
        };
        assert_eq!(changed(), at(1));
        assert!(update(&Facts::default()));
        assert_eq!(changed(), at(9));
        assert_eq!(matching(db), 0);
        assert!(update(&facts()));
        assert_eq!(matching(db), 1);
    });
}

#[test]
fn who_leaves_leaves_nothing_but_a_random_key() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let today = at(0).date();
        let contact = db
            .read(|c| citizens::recipients(c, std::slice::from_ref(&key)))
            .unwrap()[0]
            .contacts[0]
            .clone();
        let link = citizens::signed_link(&ring, LinkPurpose::Unsubscribe, &contact.id, today);
        let follow = || {
            db.read(|c| citizens::follow_link(c, &ring, LinkPurpose::Unsubscribe, &link, today))
                .unwrap()
        };
        assert_eq!(follow().unwrap().citizen_key, key);
        let told = db.read(|c| citizens::export(c, &ring, &key)).unwrap();
        assert_eq!(told["contacts"][0]["value"], ADDRESS);
        assert_eq!(told["facts"], serde_json::to_value(facts()).unwrap());
        assert_eq!(told["consents"][0]["version"], "2026-04");
        for _ in 0..2 {
            db.write(|c| citizens::leave(c, &key, at(5))).unwrap();
        }
        assert_eq!(follow(), None);
        assert_eq!(matching(db), 0);
        let all = everything(db);
        assert!(all.contains(&key));
        for gone in [
            "kita",
            "2025-11-01",
            "newcomer",
            contact.blind_index.as_str(),
        ] {
            assert!(!all.contains(gone), "{gone} in {all}");
        }
        let left = db.read(|c| citizens::export(c, &ring, &key)).unwrap();
        assert_eq!(
            (&left["state"], &left["contacts"]),
            (&json!("left"), &json!([]))
        );
        let late = db.write(|c| citizens::update_facts(c, &key, &facts(), at(6)));
        assert!(matches!(late, Err(Error::State { .. })), "{late:?}");
        // The address is free again.
        active(db, &ring, ADDRESS);
    });
}

#[test]
fn a_rotation_goes_on_where_it_stopped_and_then_needs_the_new_key_alone() {
    for_each_db(|db| {
        let old = Keyring::generate();
        let keys: Vec<String> = (0..5)
            .map(|n| active(db, &old, &format!("c{n}@example.jp")))
            .collect();
        let both = old.with_new_key();
        let column = citizens::contact_column();
        let batch = || db.write(|c| reseal(c, &both, &column, 2)).unwrap();
        assert_eq!(batch(), 2);
        // Between two batches everything opens.
        let open = |ring: &Keyring| {
            let found = db.read(|c| citizens::recipients(c, &keys)).unwrap();
            found
                .iter()
                .map(|r| r.contacts[0].open(ring))
                .collect::<std::result::Result<Vec<_>, _>>()
        };
        assert!(open(&both).is_ok());
        assert_eq!([batch(), batch(), batch()], [2, 1, 0]);
        let file: serde_json::Value = serde_json::from_str(&both.to_key_file()).unwrap();
        let only = json!({ "current": "k2", "index": file["index"], "keys": { "k2": file["keys"]["k2"] } });
        let only = Keyring::from_key_file(&only.to_string()).unwrap();
        assert_eq!(open(&only).unwrap()[4], "c4@example.jp");
        assert!(open(&old).unwrap_err().to_string().contains("k2"));
    });
}
