#![doc = include_str!("../README.md")]

pub mod age;
mod areas;
mod check;
mod derive;
mod describe;
mod eval_line;
mod evaluate;
mod facts;
mod facts_read;
mod problem;
mod profile;
mod range;
mod read;
mod read_child;
mod rule;
mod rule_set;
mod satisfiable;
mod verdict;
mod words;

pub use age::DateRange;
pub use areas::Areas;
pub use derive::{TagClause, audience_of};
pub use describe::Labels;
pub use eval_line::eval;
pub use evaluate::{Outcome, Reason, evaluate, evaluate_with};
pub use facts::{Answer, Child, Facts};
pub use problem::{ProblemCode, RuleProblem, Severity};
pub use profile::{Choice, Field, FieldKind, OptionSource, Options, ProfileSchema};
pub use range::{AsOf, Bounds, Grade, GradeRange, parse_date};
pub use rule::{ChildClause, ChildPart, ChildTest, Rule};
pub use rule_set::{Citizen, RuleSet};
pub use verdict::{Verdict, verdict};
