//! The commands, as people and programs meet them: arguments, words, exit codes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod commands;
mod demo;
mod journey;
mod staff;
mod support;
mod walkthrough;
