//! What a benchmark is doing, on standard error; figures go to standard output.

use std::fmt::Arguments;
use std::io::Write;

/// Says one line. Nobody listening is no reason to stop.
pub(crate) fn said(line: Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
