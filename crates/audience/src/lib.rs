//! Kairan audience.
