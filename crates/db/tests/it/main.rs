//! Both databases, through the functions others use.
#![expect(clippy::unwrap_used, reason = "in tests a panic is the report")]
#![expect(missing_docs, reason = "tests document themselves by name")]

mod connection;
mod schema;
