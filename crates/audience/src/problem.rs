//! What is wrong with a rule, a profile or a profile schema, said to staff.

use std::fmt;

use serde::Serialize;

/// Whether a problem stops publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document is not published before this is mended.
    Error,
    /// Worth a look; publishing goes on.
    Warning,
}

/// The stable name of a kind of problem; callers map it to their own diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// A value has the wrong JSON type.
    WrongType,
    /// A rule names no clause at all.
    EmptyRule,
    /// A rule names several clauses without `all` or `any`.
    SeveralClauses,
    /// A key that the language does not have.
    UnknownKey,
    /// A key that must be there is absent.
    MissingKey,
    /// A list that must not be empty is empty.
    EmptyList,
    /// Not a range of whole numbers such as `0..2`.
    BadRange,
    /// Not a school year such as `elem-1`.
    BadGrade,
    /// Not a date of the form `2026-04-01`, or one that does not exist.
    BadDate,
    /// A word where only certain words are allowed.
    BadValue,
    /// `through` without an upper bound that it could extend.
    ThroughWithoutEnd,
    /// Nested deeper than the limit.
    TooDeep,
    /// Not JSON.
    NotJson,
    /// An area that the site does not have.
    UnknownArea,
    /// A trait of a child that the profile does not ask for.
    UnknownTrait,
    /// A household option that the profile does not ask for.
    UnknownHousehold,
    /// A flag that the profile does not ask for.
    UnknownFlag,
    /// The profile does not ask for what the clause reads.
    NotAsked,
    /// Nobody can ever match the rule.
    NobodyMatches,
    /// One alternative of an `any` can never match.
    DeadBranch,
    /// Expecting without an upper bound goes on after the birth.
    ExpectingWithoutEnd,
    /// A key that occurs twice.
    Duplicate,
    /// A field of the profile that no rule can read.
    UnreadableField,
}

/// One problem: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleProblem {
    /// Place of the value as a JSON pointer from the root of what was read (`/all/1/child/age`); empty for the root.
    pub path: String,
    /// Stable code.
    pub code: ProblemCode,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in plain Japanese.
    pub message: String,
    /// What to do, in plain Japanese.
    pub fix: String,
}

impl RuleProblem {
    /// An error at a place.
    pub fn error(
        path: &str,
        code: ProblemCode,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            code,
            severity: Severity::Error,
            message: message.into(),
            fix: fix.into(),
        }
    }

    /// A warning at a place.
    pub fn warning(
        path: &str,
        code: ProblemCode,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, code, message, fix)
        }
    }
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        write!(f, "{place}: {}{}", self.message, self.fix)
    }
}

impl std::error::Error for RuleProblem {}

/// All problems in one line, for errors that pass through serde.
pub(crate) fn joined(problems: &[RuleProblem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" / ")
}

/// Appends one step to a JSON pointer, escaped as RFC 6901 asks.
pub(crate) fn step(path: &str, key: impl fmt::Display) -> String {
    let key = key.to_string().replace('~', "~0").replace('/', "~1");
    format!("{path}/{key}")
}
