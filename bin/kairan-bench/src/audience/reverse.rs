//! The other way round: one citizen, ten thousand rules, in the program's own memory.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use kairan_audience::{Areas, Rule, RuleSet, Verdict};

use super::rules;
use crate::measure::Series;
use crate::population::Population;
use crate::report::{Limit, Report};
use crate::rng::Rng;

const RULES: usize = 10_000;
const CITIZENS: usize = 2_000;

/// Adds the figures: what one citizen costs, facts in, verdicts out; what compiling the rules for a day costs.
pub(super) fn run(
    report: &mut Report,
    runs: u32,
    seed: u64,
    on: NaiveDate,
    areas: &Areas,
) -> Result<()> {
    let specs = rules::random(RULES, &mut Rng::of(seed, 1));
    let rules: Vec<Rule> = specs.iter().map(rules::Spec::rule).collect::<Result<_>>()?;
    let facts: Vec<_> = Population::new(seed, on)
        .take(CITIZENS)
        .map(|person| person.facts())
        .collect();
    let (mut compile, mut match_one) = (Series::default(), Series::default());
    let mut hits = 0;
    for _ in 0..runs {
        let began = Instant::now();
        let set = RuleSet::compile(&rules, on, areas);
        compile.push(began.elapsed().as_secs_f64() * 1e3);
        let began = Instant::now();
        hits = facts.iter().map(|facts| black_box(yes(&set, facts))).sum();
        match_one.push(began.elapsed().as_secs_f64() * 1e3 / CITIZENS as f64);
    }
    // The long way must say the same: every 97th rule on every 53rd citizen.
    let set = RuleSet::compile(&rules, on, areas);
    for facts in facts.iter().step_by(53) {
        let citizen = set.citizen(facts);
        for (at, rule) in rules.iter().enumerate().step_by(97) {
            let quick = set.verdict(at, &citizen).context("a rule is missing")?;
            anyhow::ensure!(
                quick == kairan_audience::verdict(rule, facts, on, areas),
                "rule {at} is judged in two ways"
            );
        }
    }
    report.row(
        format!("compile {RULES} rules"),
        [
            ("peer ms", &Series::default(), 2),
            ("kairan ms", &compile, 2),
        ],
    );
    report.row(
        format!("one citizen, {RULES} rules"),
        [
            ("peer ms", &Series::default(), 2),
            ("kairan ms", &match_one, 4),
        ],
    );
    report.fact(
        "share of rules that are yes",
        hits as f64 / (RULES * CITIZENS) as f64,
    );
    report.limited(
        format!("one citizen against {RULES} rules, ms"),
        match_one.median(),
        Limit::AtMost(1.0),
    );
    Ok(())
}

fn yes(set: &RuleSet, facts: &kairan_audience::Facts) -> usize {
    let citizen = set.citizen(facts);
    set.verdicts(&citizen)
        .filter(|verdict| *verdict == Verdict::Yes)
        .count()
}
