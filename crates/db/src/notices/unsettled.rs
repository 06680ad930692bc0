//! Messages that something is still to happen to. They are few beside those at rest, and have indexes of their own; the conditions
//! are spelt out, for with variables in their place a database may read through all that were ever sent.

use diesel::{dsl::sql, expression::SqlLiteral, sql_types::Bool};

/// Waits to be sent.
pub(super) fn is_pending() -> SqlLiteral<Bool> {
    sql("messages.state = 'pending'")
}

/// A worker holds it.
pub(super) fn is_held() -> SqlLiteral<Bool> {
    sql("messages.state IN ('leased', 'sending')")
}

/// Nobody knows whether it was taken.
pub(super) fn is_in_doubt() -> SqlLiteral<Bool> {
    sql("messages.state = 'in_doubt'")
}

/// Goes, or went, through LINE.
pub(super) fn is_of_line() -> SqlLiteral<Bool> {
    sql("messages.channel = 'line'")
}
