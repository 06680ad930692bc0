//! Accounts read while everything is going on: at each instant they must add up.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::plan::Plan;
use super::town::Town;
use crate::rng::Rng;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// Accounts that were read.
    pub(super) read: u64,
    /// Of these, of notices still under way.
    pub(super) under_way: u64,
    /// What did not add up.
    pub(super) unbalanced: Vec<String>,
    /// Answers that were no accounts.
    pub(super) broken: Vec<String>,
}

/// Reads the account of one article after the other until `stop`.
pub(super) fn sample(town: &Town, plan: &Plan, seed: u64, stop: &AtomicBool) -> Samples {
    let mut samples = Samples::default();
    let mut rng = Rng::new(seed ^ 0x5A4);
    while !stop.load(Ordering::Relaxed) {
        let article = rng.pick(&plan.articles);
        let mut command = town.command(
            &["notice", "status", &article.slug, "--format", "json"],
            false,
        );
        match command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .output()
        {
            Ok(output) => look(&output.stdout, output.status.code(), &mut samples),
            Err(error) => samples.broken.push(error.to_string()),
        }
        std::thread::sleep(Duration::from_millis(rng.between(20, 250)));
    }
    samples
}

fn look(bytes: &[u8], code: Option<i32>, samples: &mut Samples) {
    // Nothing was decided about this one yet.
    if code == Some(2) {
        return;
    }
    let Ok(said) = serde_json::from_slice::<Value>(bytes) else {
        samples
            .broken
            .push(format!("exit {code:?}: {}", String::from_utf8_lossy(bytes)));
        return;
    };
    let one = [said.clone()];
    let notices = said["notices"].as_array().map_or(&one[..], Vec::as_slice);
    for notice in notices {
        samples.read += 1;
        samples.under_way += u64::from(notice["state"] != "finished");
        if !adds_up(notice) {
            samples.unbalanced.push(notice.to_string());
        }
    }
}

/// Counted again, whatever the program says of its own figures.
fn adds_up(notice: &Value) -> bool {
    let number = |value: &Value| value.as_i64().unwrap_or(i64::MIN / 16);
    let people = &notice["people"];
    let parts = ["pushed", "open", "in_doubt", "inbox_only", "not_reached"];
    let sum: i64 = parts.iter().map(|part| number(&people[*part])).sum();
    let channels = notice["channels"].as_object();
    let whole = channels.into_iter().flatten().all(|(_, channel)| {
        let states = channel["states"].as_object();
        let sum: i64 = states
            .into_iter()
            .flatten()
            .map(|(_, count)| number(count))
            .sum();
        sum == number(&channel["candidates"])
    });
    whole && sum == number(&people["matched"])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_account_that_lacks_somebody_is_seen() {
        let account = |pushed: i64, accepted: i64| {
            json!({
                "people": {"matched": 3, "pushed": pushed, "open": 1, "in_doubt": 0, "inbox_only": 0, "not_reached": 0},
                "channels": {"mail": {"candidates": 3, "states": {"accepted": accepted, "sending": 1}}},
            })
        };
        assert!(adds_up(&account(2, 2)));
        assert!(!adds_up(&account(1, 2)) && !adds_up(&account(2, 1)));
    }
}
