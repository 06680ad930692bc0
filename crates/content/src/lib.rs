//! Kairan content.
