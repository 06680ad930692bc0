//! Kairan site.
