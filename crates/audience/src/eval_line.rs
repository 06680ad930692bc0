//! One line of `kairan audience eval`: JSON in, JSON out.

use serde_json::{Value, json};

use crate::areas::Areas;
use crate::evaluate::evaluate;
use crate::facts::Facts;
use crate::problem::{ProblemCode as Code, RuleProblem};
use crate::range::parse_date;
use crate::read::{Reader, written};
use crate::rule::Rule;

const KEYS: [&str; 4] = ["rule", "profile", "on", "areas"];

/// Evaluates `{"rule": …, "profile": …, "on": "2026-04-01"}` to `{"verdict": …, "missing": […], "reasons": […]}`, where the
/// reasons are sentences in plain Japanese. `areas` may give the hierarchy as `{"town": "district", "district": null}`.
///
/// # Errors
/// Every problem of the line, with JSON pointers from its root (`/rule/child/age`, `/profile/area`, `/on`).
pub fn eval(line: &str) -> Result<Value, Vec<RuleProblem>> {
    let value: Value = serde_json::from_str(line).map_err(|error| vec![not_json(&error)])?;
    let mut reader = Reader::default();
    let Some(map) = reader.object(&value, "") else {
        return Err(reader.problems);
    };
    for key in map.keys().filter(|k| !KEYS.contains(&k.as_str())) {
        reader.unknown_key("", key, &KEYS);
    }
    let mut take = |key: &str| {
        if map.get(key).is_none() {
            reader.report(
                &format!("/{key}"),
                Code::MissingKey,
                format!("{key} がありません。"),
                "1行に {\"rule\": …, \"profile\": …, \"on\": \"2026-04-01\"} を書いてください。",
            );
        }
        map.get(key)
    };
    let (rule, profile, on) = (take("rule"), take("profile"), take("on"));
    let rule = rule.and_then(|v| reader.under("/rule", Rule::from_json(v)));
    let facts = profile.and_then(|v| reader.under("/profile", Facts::from_json(v)));
    let on = on.and_then(|v| {
        let date = v.as_str().and_then(parse_date);
        if date.is_none() {
            reader.report(
                "/on",
                Code::BadDate,
                format!("日付として読めません（{}）。", written(v)),
                "2026-04-01 のような実在する日付を書いてください。",
            );
        }
        date
    });
    let areas = map
        .get("areas")
        .map_or_else(Areas::default, |v| reader.areas(v));
    match (rule, facts, on) {
        (Some(rule), Some(facts), Some(on)) if reader.problems.is_empty() => {
            let outcome = evaluate(&rule, &facts, on, &areas);
            Ok(json!({
                "verdict": outcome.verdict,
                "missing": outcome.missing,
                "reasons": outcome.reasons.sentences(),
            }))
        }
        _ => Err(reader.problems),
    }
}

fn not_json(error: &serde_json::Error) -> RuleProblem {
    // serde_json refuses to nest beyond 128 levels; it says so only in words.
    if error.to_string().contains("recursion limit") {
        return RuleProblem::error(
            "",
            Code::TooDeep,
            format!("入れ子が深すぎます（{}文字目）。", error.column()),
            format!("条件の入れ子は{}段までです。", Rule::MAX_DEPTH),
        );
    }
    RuleProblem::error(
        "",
        Code::NotJson,
        format!("JSON として読めません（{}文字目）。", error.column()),
        "かっこ、引用符、カンマを確かめてください。",
    )
}

impl Reader {
    /// Takes over the problems of a part, with their places below `path`.
    fn under<T>(&mut self, path: &str, read: Result<T, Vec<RuleProblem>>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(problems) => {
                let moved = problems.into_iter().map(|p| RuleProblem {
                    path: format!("{path}{}", p.path),
                    ..p
                });
                self.problems.extend(moved);
                None
            }
        }
    }

    fn areas(&mut self, value: &Value) -> Areas {
        let Some(map) = self.object(value, "/areas") else {
            return Areas::default();
        };
        Areas::from_parents(
            map.iter()
                .map(|(key, parent)| (key.as_str(), parent.as_str())),
        )
    }
}
