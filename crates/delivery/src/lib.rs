//! Kairan delivery.
