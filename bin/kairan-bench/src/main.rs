//! Kairan.
fn main() {}
