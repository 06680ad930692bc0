//! `content-schema/vectors/rules.json`: the cases that Rust, the databases and JavaScript share.

use chrono::NaiveDate;
use kairan_audience::{Areas, Facts, Rule, Verdict};
use kairan_db::audience::tally;
use kairan_db::citizens;
use kairan_db::testing::for_each_db;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{add, instant};

#[derive(Deserialize)]
struct Case {
    name: String,
    rule: Value,
    profile: Value,
    on: NaiveDate,
    #[serde(default)]
    areas: Map<String, Value>,
    verdict: Verdict,
}

#[test]
fn the_databases_pass_the_shared_vectors() {
    let path = format!(
        "{}/../../content-schema/vectors/rules.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(cases.len() >= 150, "only {} cases", cases.len());
    for_each_db(|db| {
        let (key, _) = add(db, vec![Facts::default()]).remove(0);
        let mut wrong = Vec::new();
        for (i, case) in (1..).zip(&cases) {
            let areas =
                Areas::from_parents(case.areas.iter().map(|(k, p)| (k.as_str(), p.as_str())));
            let rule = Rule::from_json(&case.rule).unwrap();
            let facts = Facts::from_json(&case.profile).unwrap();
            let counts = db
                .write(|c| {
                    citizens::update_facts(c, &key, &facts, instant(i))?;
                    tally(c, &rule, case.on, &areas)
                })
                .unwrap();
            let said = match (counts.yes, counts.no, counts.unknown) {
                (1, 0, 0) => Verdict::Yes,
                (0, 1, 0) => Verdict::No,
                (0, 0, 1) => Verdict::Unknown,
                _ => panic!("{}: {counts:?}", case.name),
            };
            if said != case.verdict {
                wrong.push(format!(
                    "{}: {} not {}",
                    case.name,
                    said.as_str(),
                    case.verdict.as_str()
                ));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    });
}
