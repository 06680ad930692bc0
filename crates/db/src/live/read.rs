use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Link, Live, SpanRole};
use crate::schema::{live, live_links, live_spans};
use crate::{AnyConnection, Result, batch};

/// What is live of this document.
///
/// # Errors
/// Those of the database.
pub fn get(c: &mut AnyConnection, document_id: &str) -> Result<Option<Live>> {
    Ok(live::table
        .find(document_id)
        .select(Live::as_select())
        .first(c)
        .optional()?)
}

/// What is live at this address.
///
/// # Errors
/// Those of the database.
pub fn by_slug(c: &mut AnyConnection, kind: &str, slug: &str) -> Result<Option<Live>> {
    Ok(live::table
        .filter(live::kind.eq(kind))
        .filter(live::slug.eq(slug))
        .select(Live::as_select())
        .first(c)
        .optional()?)
}

/// What is live of these documents, in no order; others are left out.
///
/// # Errors
/// Those of the database.
pub fn by_ids(c: &mut AnyConnection, ids: &[&str]) -> Result<Vec<Live>> {
    batch::gather(ids, |ids| {
        Ok(live::table
            .filter(live::document_id.eq_any(ids.to_vec()))
            .select(Live::as_select())
            .load(c)?)
    })
}

/// Everything live by id, at most `limit` after `after` (`""` = from the beginning): for full runs.
///
/// # Errors
/// Those of the database.
pub fn after(c: &mut AnyConnection, after: &str, limit: i64) -> Result<Vec<Live>> {
    Ok(live::table
        .filter(live::document_id.gt(after))
        .order(live::document_id.asc())
        .limit(limit)
        .select(Live::as_select())
        .load(c)?)
}

/// How many documents are live. Reads the whole index: for reports, not for pages.
///
/// # Errors
/// Those of the database.
pub fn count(c: &mut AnyConnection) -> Result<i64> {
    Ok(live::table.count().get_result(c)?)
}

/// Which of the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newest<'a> {
    /// One kind; `None`: all.
    pub kind: Option<&'a str>,
    /// One language; `None`: all.
    pub lang: Option<&'a str>,
    /// Where the previous page ended: `listed_at` and `document_id` of its last row.
    pub before: Option<(NaiveDateTime, &'a str)>,
}

/// 新着: by `listed_at`, newest first; an index read that costs what it returns.
///
/// # Errors
/// Those of the database.
pub fn newest(c: &mut AnyConnection, which: &Newest<'_>, limit: i64) -> Result<Vec<Live>> {
    let mut query = live::table.select(Live::as_select()).into_boxed();
    if let Some(kind) = which.kind {
        query = query.filter(live::kind.eq(kind));
    }
    if let Some(lang) = which.lang {
        query = query.filter(live::lang.eq(lang));
    }
    if let Some((at, id)) = which.before {
        // The first condition, implied by the second, is what the index can use.
        query = query
            .filter(live::listed_at.le(at))
            .filter(live::listed_at.lt(at).or(live::document_id.lt(id)));
    }
    Ok(query
        .order((live::listed_at.desc(), live::document_id.desc()))
        .limit(limit)
        .load(c)?)
}

/// Documents with a deadline that closes in `from <= closes < to`, soonest first, with that deadline; a
/// document is there once for each such deadline.
///
/// # Errors
/// Those of the database.
pub fn closing_between(
    c: &mut AnyConnection,
    from: NaiveDateTime,
    to: NaiveDateTime,
    limit: i64,
) -> Result<Vec<(Live, NaiveDateTime)>> {
    Ok(live_spans::table
        .inner_join(live::table.on(live::document_id.eq(live_spans::document_id)))
        .filter(live_spans::role.eq(SpanRole::Deadline.as_str()))
        .filter(live_spans::ends.ge(from))
        .filter(live_spans::ends.lt(to))
        .order((live_spans::ends.asc(), live_spans::document_id.asc()))
        .limit(limit)
        .select((Live::as_select(), live_spans::ends))
        .load(c)?)
}

/// Sessions that touch `from <= … < to` (a month), by start; with start and end.
///
/// # Errors
/// Those of the database.
pub fn sessions_between(
    c: &mut AnyConnection,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Result<Vec<(Live, NaiveDateTime, NaiveDateTime)>> {
    // An end at `from` sharp touches only if the session has no length.
    let touches = live_spans::ends
        .gt(from)
        .or(live_spans::ends.eq(from).and(live_spans::starts.eq(from)));
    Ok(live_spans::table
        .inner_join(live::table.on(live::document_id.eq(live_spans::document_id)))
        .filter(live_spans::role.eq(SpanRole::Session.as_str()))
        .filter(live_spans::ends.ge(from))
        .filter(live_spans::starts.lt(to))
        .filter(touches)
        .order((live_spans::starts.asc(), live_spans::document_id.asc()))
        .select((Live::as_select(), live_spans::starts, live_spans::ends))
        .load(c)?)
}

/// Live documents that point at one of these targets (an id, or `kind/slug`): pages to render again when
/// the target changes. Pairs of document and link, in no order.
///
/// # Errors
/// Those of the database.
pub fn referring_to(c: &mut AnyConnection, targets: &[&str]) -> Result<Vec<(String, Link)>> {
    let rows: Vec<(String, String, String)> = batch::gather(targets, |targets| {
        Ok(live_links::table
            .filter(live_links::target.eq_any(targets.to_vec()))
            .select((
                live_links::document_id,
                live_links::role,
                live_links::target,
            ))
            .load(c)?)
    })?;
    Ok(rows
        .into_iter()
        .map(|(id, role, target)| (id, Link { role, target }))
        .collect())
}

/// What a live document points at, by role and target.
///
/// # Errors
/// Those of the database.
pub fn links_of(c: &mut AnyConnection, document_id: &str) -> Result<Vec<Link>> {
    let rows: Vec<(String, String)> = live_links::table
        .filter(live_links::document_id.eq(document_id))
        .order((live_links::role.asc(), live_links::target.asc()))
        .select((live_links::role, live_links::target))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(role, target)| Link { role, target })
        .collect())
}

/// Live variants of any of these documents in other languages, in no order.
///
/// # Errors
/// Those of the database.
pub fn translations_of_each(c: &mut AnyConnection, document_ids: &[&str]) -> Result<Vec<Live>> {
    batch::gather(document_ids, |ids| {
        Ok(live::table
            .filter(live::translates.eq_any(ids.to_vec()))
            .select(Live::as_select())
            .load(c)?)
    })
}

/// Live variants of this document in other languages, by language.
///
/// # Errors
/// Those of the database.
pub fn translations_of(c: &mut AnyConnection, document_id: &str) -> Result<Vec<Live>> {
    Ok(live::table
        .filter(live::translates.eq(document_id))
        .order((live::lang.asc(), live::document_id.asc()))
        .select(Live::as_select())
        .load(c)?)
}

/// Documents whose time is over at `now` (公開終了), longest over first.
///
/// # Errors
/// Those of the database.
pub fn expiring(c: &mut AnyConnection, now: NaiveDateTime, limit: i64) -> Result<Vec<Live>> {
    Ok(live::table
        .filter(live::expires_at.le(now))
        .order(live::expires_at.asc())
        .limit(limit)
        .select(Live::as_select())
        .load(c)?)
}
