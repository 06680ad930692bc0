//! Kairan pipeline.
