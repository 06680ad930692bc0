//! The crate as its users see it.

mod bytes;
mod change;
mod examples;
mod rows;
mod schema;
