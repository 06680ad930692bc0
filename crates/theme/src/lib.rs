//! Kairan theme.
