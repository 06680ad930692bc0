//! Kairan db.
