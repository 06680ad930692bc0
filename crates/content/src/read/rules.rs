//! Rules about who is meant, with the places of their problems.

use kairan_audience::{ProblemCode, Rule, RuleProblem};

use crate::context::Context;
use crate::diagnostic::{Code, Report, codes};
use crate::yaml::Node;

/// Reads a rule and, where the site is known, checks it against the profile and the areas.
pub(crate) fn rule(node: &Node<'_>, cx: &Context<'_>, report: &mut Report) -> Option<Rule> {
    match Rule::from_json(&node.to_json()) {
        Ok(rule) => {
            if let Some((profile, areas)) = &cx.audience {
                for problem in rule.check(profile, areas) {
                    add(node, &problem, report);
                }
            }
            Some(rule)
        }
        Err(problems) => {
            for problem in &problems {
                add(node, problem, report);
            }
            None
        }
    }
}

/// Notes a problem of a rule at the place its pointer leads to.
pub(crate) fn add(node: &Node<'_>, problem: &RuleProblem, report: &mut Report) {
    let key = matches!(problem.code, ProblemCode::UnknownKey)
        .then(|| node.key_at(&problem.path))
        .flatten();
    let at = key.unwrap_or_else(|| node.place_at(&problem.path));
    report.add(
        code_of(problem.code),
        at,
        problem.message.clone(),
        problem.fix.clone(),
    );
}

pub(crate) fn code_of(problem: ProblemCode) -> Code {
    match problem {
        ProblemCode::UnknownArea
        | ProblemCode::UnknownTrait
        | ProblemCode::UnknownHousehold
        | ProblemCode::UnknownFlag
        | ProblemCode::NotAsked => codes::RULE_UNKNOWN_VALUE,
        ProblemCode::NobodyMatches => codes::NOBODY_MATCHES,
        ProblemCode::DeadBranch => codes::DEAD_BRANCH,
        ProblemCode::UnreadableField => codes::UNREADABLE_FIELD,
        ProblemCode::ExpectingWithoutEnd => codes::OPEN_ENDED_EXPECTING,
        _ => codes::RULE_MALFORMED,
    }
}
