#![doc = include_str!("../README.md")]

pub mod age;
mod areas;
mod facts;
mod facts_read;
mod problem;
mod profile;
mod range;
mod read;
mod rule;
mod verdict;
mod words;

pub use age::DateRange;
pub use areas::Areas;
pub use facts::{Answer, Child, Facts};
pub use problem::{ProblemCode, RuleProblem, Severity};
pub use profile::{Choice, Field, FieldKind, OptionSource, Options, ProfileSchema};
pub use range::{AsOf, Bounds, Grade, GradeRange, parse_date};
pub use rule::{ChildClause, ChildPart, ChildTest, Rule};
pub use verdict::{Verdict, verdict};
