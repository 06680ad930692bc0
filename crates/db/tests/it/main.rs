//! Both databases, through the functions others use.
#![expect(clippy::unwrap_used, reason = "in tests a panic is the report")]

mod audience;
mod citizens;
mod connection;
mod documents;
mod editing;
mod import;
mod jobs;
mod lists;
mod live;
mod releases;
mod sample;
mod schema;
mod small;
mod uploads;
