//! Kairan storage.
