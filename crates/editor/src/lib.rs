#![doc = include_str!("../README.md")]

mod apply;
mod around;
mod body;
mod compare;
mod counts;
mod dates;
mod form;
mod newsletter;
mod opened;
mod patch;
mod problems;
pub mod rows;
mod rule;
pub mod schema;
mod start;
pub mod terms;
mod values;

pub use apply::{ApplyError, apply};
pub use around::{Known, KnownDocument, Nothing, Surroundings};
pub use compare::{
    BodyChange, BodyLine, Comparison, FieldChange, FieldNow, Line, LineKind, Merged, Part,
    ThreeWay, compare, merge, three_way,
};
pub use counts::{Count, counts};
pub use dates::{read_date, read_time, say_moment};
pub use form::{Control, Field, Form, Group, Item, RowView, Section, Verdict};
pub use newsletter::newsletter;
pub use problems::{Problem, Problems};
pub use rule::{ConditionView, GroupView, RuleView, Subject};
pub use schema::{Mode, SectionId};
pub use start::{duplicate, new_document, variant};
pub use values::{FormValues, Row, Value};

/// The starting texts that come with the program.
pub mod templates {
    pub use crate::start::{PLACEHOLDER, Template, all, find, fresh_slug};
}
