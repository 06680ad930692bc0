//! The rule as SQL says what Rust says, on every database.

mod random;
mod vectors;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveDateTime};
use kairan_audience::{Areas, Facts, ProfileSchema, Rule, Verdict, evaluate, verdict};
use kairan_db::audience::{Selection, Since, Tally, count, page, prepare, tally};
use kairan_db::citizens::{self, NewCitizen};
use kairan_db::seal::Keyring;
use kairan_db::testing::{TestDb, for_each_db};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

type Known = Vec<(String, Facts)>;

pub(crate) fn instant(seconds: i64) -> NaiveDateTime {
    chrono::DateTime::from_timestamp(1_790_000_000 + seconds, 0)
        .unwrap()
        .naive_utc()
}

pub(crate) fn add(db: &TestDb, facts: Vec<Facts>) -> Known {
    let new: Vec<NewCitizen> = facts
        .iter()
        .map(|facts| NewCitizen {
            lang: "ja".into(),
            facts: facts.clone(),
            ..Default::default()
        })
        .collect();
    let keyring = Keyring::generate();
    let keys = db
        .write(|c| citizens::load(c, &keyring, &new, instant(0)))
        .unwrap();
    keys.into_iter().zip(facts).collect()
}

/// All citizens a rule is yes for, in pages.
fn found(db: &TestDb, selection: &Selection<'_>, limit: u32) -> BTreeSet<String> {
    db.snapshot(|c| {
        let mut all = BTreeSet::new();
        let mut after: Option<String> = None;
        loop {
            let keys = page(c, selection, after.as_deref(), limit)?;
            let Some(last) = keys.last() else {
                return Ok(all);
            };
            after = Some(last.clone());
            for key in keys {
                assert!(all.insert(key), "a key came twice");
            }
        }
    })
    .unwrap()
}

fn keys<'a>(known: impl IntoIterator<Item = &'a (String, Facts)>) -> BTreeSet<String> {
    known.into_iter().map(|(key, _)| key.clone()).collect()
}

fn agree(db: &TestDb, known: &Known, rule: &Rule, on: NaiveDate, areas: &Areas) {
    let of = |wanted: Verdict| {
        keys(
            known
                .iter()
                .filter(|(_, facts)| verdict(rule, facts, on, areas) == wanted),
        )
    };
    let (yes, no, unknown) = (of(Verdict::Yes), of(Verdict::No), of(Verdict::Unknown));
    let said = || format!("{} on {on}", rule.to_json());
    let select = |rule| {
        found(
            db,
            &Selection {
                rule,
                on,
                areas,
                since: None,
            },
            64,
        )
    };
    assert_eq!(select(rule), yes, "yes of {}", said());
    let not = Rule::Not(Box::new(rule.clone()));
    assert_eq!(select(&not), no, "no of {}", said());
    let counts = db.snapshot(|c| tally(c, rule, on, areas)).unwrap();
    let expected = Tally {
        yes: yes.len() as i64,
        no: no.len() as i64,
        unknown: unknown.len() as i64,
    };
    assert_eq!(counts, expected, "tally of {}", said());
    assert_eq!(
        db.read(|c| count(c, rule, on, areas)).unwrap(),
        expected.yes
    );
}

fn draw<S: Strategy>(runner: &mut TestRunner, strategy: S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

fn runner() -> TestRunner {
    // Seeded by the system: every run looks elsewhere; a failure prints the rule, the day and both sets.
    TestRunner::new(Config::default())
}

#[test]
fn sql_agrees_with_rust_on_random_rules_facts_and_days() {
    for_each_db(|db| {
        let mut runner = runner();
        let areas = random::areas();
        let facts = (0..300)
            .map(|_| draw(&mut runner, random::facts()))
            .collect();
        let known = add(db, facts);
        let profiles = [
            json!([]),
            json!([
                { "key": "birth_date", "type": "birth-date", "label": "生年月日", "sensitive": true },
                { "key": "due_date", "type": "date", "label": "出産予定日", "sensitive": true },
                { "key": "y", "type": "flag", "label": "病気", "sensitive": true },
            ]),
            json!([
                { "key": "area", "type": "choice", "label": "地区", "sensitive": true },
                { "key": "household", "type": "choices", "label": "世帯", "sensitive": true },
                { "key": "children", "type": "people", "label": "お子さん", "sensitive": true },
                { "key": "x", "type": "flag", "label": "障害", "sensitive": true },
            ]),
        ];
        for profile in profiles {
            let profile: ProfileSchema =
                serde_json::from_value(json!({ "fields": profile })).unwrap();
            db.write(|c| citizens::mark_sensitive(c, &profile)).unwrap();
            for _ in 0..100 {
                let (rule, on) = draw(&mut runner, (random::rule(), random::day()));
                agree(db, &known, &rule, on, &areas);
            }
            let mut stored = db
                .read(|c| {
                    citizens::facts(c, &known.iter().map(|k| k.0.clone()).collect::<Vec<_>>())
                })
                .unwrap();
            stored.sort_by_key(|(key, _)| known.iter().position(|k| k.0 == *key));
            assert_eq!(stored, known, "facts come back as they were told");
        }
    });
}

#[test]
fn a_later_run_finds_those_who_are_new_and_nobody_who_is_not_meant() {
    for_each_db(|db| {
        let mut runner = runner();
        let areas = random::areas();
        let facts = (0..200)
            .map(|_| draw(&mut runner, random::facts()))
            .collect();
        let known = add(db, facts);
        // One citizen changes something after the earlier run.
        let (key, facts) = known[7].clone();
        let mut changed = facts;
        changed.due_date = kairan_audience::Answer::Given(draw(&mut runner, random::day()));
        assert!(
            db.write(|c| citizens::update_facts(c, &key, &changed, instant(100)))
                .unwrap()
        );
        let mut known = known;
        known[7].1 = changed;
        let mut new_in_all = 0;
        for _ in 0..120 {
            let (rule, on) = draw(&mut runner, (random::rule(), random::day()));
            let last_on = on - Days::new(draw(&mut runner, 1..400_u64));
            let since = Some(Since {
                last_on,
                changed_since: instant(50),
            });
            let got = found(
                db,
                &Selection {
                    rule: &rule,
                    on,
                    areas: &areas,
                    since,
                },
                1_000,
            );
            let now = |facts| evaluate(&rule, facts, on, &areas);
            let then = |facts| evaluate(&rule, facts, last_on, &areas);
            let yes = keys(known.iter().filter(|(_, f)| now(f).verdict == Verdict::Yes));
            let must = keys(known.iter().filter(|(k, f)| {
                let (now, then) = (now(f), then(f));
                let new_child = now
                    .children
                    .iter()
                    .any(|child| !then.children.contains(child));
                now.verdict == Verdict::Yes
                    && (then.verdict != Verdict::Yes || new_child || *k == key)
            }));
            assert!(
                got.is_subset(&yes),
                "{} on {on} since {last_on}",
                rule.to_json()
            );
            assert!(
                must.is_subset(&got),
                "{} on {on} since {last_on}",
                rule.to_json()
            );
            if !rule
                .fields()
                .iter()
                .any(|f| f == "children" || f == "due_date")
            {
                assert_eq!(got, must, "{} on {on} since {last_on}", rule.to_json());
            }
            new_in_all += must.len();
        }
        assert!(new_in_all > 0, "the rules drawn say nothing");
    });
}

#[test]
fn a_second_child_coming_of_age_is_new_though_the_first_was_told() {
    for_each_db(|db| {
        let facts: Facts = serde_json::from_value(json!({ "children": [
            { "key": "a", "birth_date": "2023-05-10" },
            { "key": "b", "birth_date": "2024-05-01" },
        ] }))
        .unwrap();
        let known = add(db, vec![facts]);
        let rule = Rule::from_json(&json!({ "child": { "age": "3" } })).unwrap();
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let run = |last_on, on| {
            let since = Some(Since {
                last_on: date(last_on),
                changed_since: instant(1),
            });
            found(
                db,
                &Selection {
                    rule: &rule,
                    on: date(on),
                    areas: &Areas::default(),
                    since,
                },
                10,
            )
        };
        // The elder is three until 9 May 2027, the younger from 1 May.
        assert_eq!(run("2027-04-30", "2027-05-01"), keys(&known));
        assert_eq!(run("2027-05-01", "2027-05-02"), BTreeSet::new());
    });
}

#[test]
fn a_rule_that_names_what_nobody_ever_said_finds_nobody() {
    for_each_db(|db| {
        add(db, vec![Facts::default()]);
        let areas = Areas::from_parents([("a'); DROP TABLE citizens; --", None::<&str>)]);
        let rule = json!({ "any": [
            { "area": ["a'); DROP TABLE citizens; --"] },
            { "flag": "x' OR '1'='1" },
            { "household": ["\" OR 1=1"] },
            { "child": { "trait": "'" } },
        ] });
        let rule = Rule::from_json(&rule).unwrap();
        let on = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let counts = db.read(|c| tally(c, &rule, on, &areas)).unwrap();
        assert_eq!(
            counts,
            Tally {
                yes: 0,
                no: 0,
                unknown: 1
            }
        );
    });
}

#[test]
fn a_sample_is_of_those_who_are_counted() {
    for_each_db(|db| {
        let here = |n: usize| Facts {
            area: kairan_audience::Answer::Given(
                if n.is_multiple_of(3) { "away" } else { "here" }.into(),
            ),
            ..Facts::default()
        };
        let known = add(db, (0..900).map(here).collect());
        let rule = Rule::from_json(&json!({ "area": ["here"] })).unwrap();
        let areas = Areas::from_parents([("here", None::<&str>), ("away", None)]);
        let ask = |most| {
            db.read(|c| {
                let selection = Selection {
                    rule: &rule,
                    on: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
                    areas: &areas,
                    since: None,
                };
                prepare(c, &selection)?.count_and_sample(c, most)
            })
            .unwrap()
        };
        let (matched, sample) = ask(20);
        assert_eq!(matched, 600);
        assert!((15..=20).contains(&sample.len()), "{}", sample.len());
        let there: BTreeSet<&str> = known
            .iter()
            .enumerate()
            .filter(|(n, _)| !n.is_multiple_of(3))
            .map(|(_, (key, _))| key.as_str())
            .collect();
        assert!(sample.iter().all(|key| there.contains(key.as_str())));
        assert!((70..=80).contains(&ask(1_000).1.len()));
    });
}
