//! The crate as its users see it.

mod bytes;
mod change;
mod city;
mod compare;
mod examples;
mod form;
mod rows;
mod rule;
mod schema;
mod start;
mod terms;
