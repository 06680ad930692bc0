//! `kairan audience`: who a rule is for.

use std::io::{BufRead, stdin};

use anyhow::{Context, Result};
use serde_json::json;

use crate::output::{self, Outcome};

/// JSON lines in, JSON lines out: one answer for each line, in order; a line with mistakes answers `{"problems":[…]}`.
pub(super) fn eval() -> Result<Outcome> {
    let mut problems = false;
    let mut input = stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input
            .read_until(b'\n', &mut line)
            .context("標準入力を読めません")?
            == 0
        {
            return Ok(Outcome::problems(problems));
        }
        // What is not UTF-8 is not JSON either: the reader says so with its place.
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            continue;
        }
        let answer = kairan_audience::eval(text.trim()).unwrap_or_else(|found| {
            problems = true;
            let found: Vec<_> = found
                .iter()
                .map(|problem| json!({"path": problem.path, "message": problem.message, "fix": problem.fix}))
                .collect();
            json!({ "problems": found })
        });
        output::line(answer);
    }
}
