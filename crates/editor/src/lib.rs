#![doc = include_str!("../README.md")]

mod apply;
mod body;
mod dates;
mod opened;
mod patch;
pub mod rows;
pub mod schema;
mod values;

pub use apply::{ApplyError, apply};
pub use dates::{read_date, read_time, say_moment};
pub use schema::SectionId;
pub use values::{FormValues, Row, Value};
