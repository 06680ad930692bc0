//! The form of a page as a browser fills and sends it.

pub(crate) use kairan_test_support::form::{form, set};
