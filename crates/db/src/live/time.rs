//! Deadlines and sessions along the axis of time: index reads that cost what they return.

use chrono::NaiveDateTime;
use diesel::dsl::{max, min};
use diesel::prelude::*;

use super::{Live, SpanRole};
use crate::schema::{live, live_spans};
use crate::{AnyConnection, Result};

/// Spans of one role with their documents in one language.
macro_rules! spans {
    ($role:expr, $lang:expr) => {
        live_spans::table
            .inner_join(live::table.on(live::document_id.eq(live_spans::document_id)))
            .filter(live_spans::role.eq($role.as_str()))
            .filter(live::lang.eq($lang))
    };
}

/// The first end of a deadline after `after`, of documents in `lang`.
///
/// # Errors
/// Those of the database.
pub fn next_closing(
    c: &mut AnyConnection,
    lang: &str,
    after: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    Ok(spans!(SpanRole::Deadline, lang)
        .filter(live_spans::ends.gt(after))
        .select(min(live_spans::ends))
        .first(c)?)
}

/// Sessions of documents in `lang` that start in `from <= … < to`, by start, document and place in the
/// document; with that place among all its spans.
///
/// # Errors
/// Those of the database.
pub fn sessions_starting(
    c: &mut AnyConnection,
    lang: &str,
    from: NaiveDateTime,
    to: NaiveDateTime,
    limit: i64,
) -> Result<Vec<(Live, i64)>> {
    Ok(spans!(SpanRole::Session, lang)
        .filter(live_spans::starts.ge(from))
        .filter(live_spans::starts.lt(to))
        .order((
            live_spans::starts.asc(),
            live_spans::document_id.asc(),
            live_spans::ordinal.asc(),
        ))
        .limit(limit)
        .select((Live::as_select(), live_spans::ordinal))
        .load(c)?)
}

/// The last start of a session before `at`, of documents in `lang`.
///
/// # Errors
/// Those of the database.
pub fn session_before(
    c: &mut AnyConnection,
    lang: &str,
    at: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    Ok(spans!(SpanRole::Session, lang)
        .filter(live_spans::starts.lt(at))
        .select(max(live_spans::starts))
        .first(c)?)
}

/// The first start of a session at `at` or after it, of documents in `lang`.
///
/// # Errors
/// Those of the database.
pub fn session_after(
    c: &mut AnyConnection,
    lang: &str,
    at: NaiveDateTime,
) -> Result<Option<NaiveDateTime>> {
    Ok(spans!(SpanRole::Session, lang)
        .filter(live_spans::starts.ge(at))
        .select(min(live_spans::starts))
        .first(c)?)
}
