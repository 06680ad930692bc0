//! The commands, as people and programs meet them: arguments, words, exit codes.

mod bad_input;
mod commands;
mod support;
