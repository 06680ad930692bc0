//! Registration and facts; contact points and leaving have rooms of their own.

mod contacts;
mod leaving;

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
