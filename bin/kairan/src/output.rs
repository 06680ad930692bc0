//! What the program says: results to standard output, everything about how it went to standard error.

use std::{
    fmt::Display,
    io::{self, Write},
};

use clap::ValueEnum;
use serde::Serialize;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a command ended that could do its work; what it could not do is an error (exit code 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Outcome {
    /// 終了コード 0
    Fine,
    /// 終了コード 1: something needs to be looked at.
    Problems,
}

impl Outcome {
    /// Problems if there are any.
    pub(crate) fn problems(any: bool) -> Self {
        if any { Self::Problems } else { Self::Fine }
    }
}

/// One line on standard output. A reader that has gone away (`| head`) is no error.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// One line on standard error.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// An error with its causes, on standard error.
pub(crate) fn error(error: &anyhow::Error) {
    note(format_args!("エラー: {error:#}"));
}

/// One JSON document on standard output.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}
