//! Kairan web.
