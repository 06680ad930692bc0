//! Kairan index.
