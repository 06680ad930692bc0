//! Tests of kairan-index at its seams: vectors, and objects made, changed, merged and searched.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod analyser;
mod corpus;
mod incremental;
mod robust;
mod search;
mod size;
