//! Both databases, through the functions others use.
#![expect(clippy::unwrap_used, reason = "in tests a panic is the report")]

mod connection;
mod schema;
