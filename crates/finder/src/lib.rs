//! Kairan finder.
