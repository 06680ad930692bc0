//! Who a rule finds: counts, pages of citizens and their facts, answered by the database.
//!
//! A rule on a day is compiled to two conditions, *yes* and *no*, over an index of integers (`match_…`) that holds the
//! active citizens alone and is derived from their facts. All of it stands behind the few functions of this module, so
//! that an index in memory may take its place. The cost of a count grows with the citizens that the most selective part
//! of the rule lets through; for broad rules, with all citizens.

mod compile;
mod dictionary;
mod index;
mod predicate;
mod render;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use kairan_audience::{Areas, Rule};

pub use compile::{Predicates, compile};
pub use dictionary::Dictionary;
pub(crate) use dictionary::{Interner, sensitive_fields, set_sensitive_fields};
pub(crate) use index::{Entry, insert, insert_rows, remove, replace};

use crate::connection::on;
use crate::schema::citizens;
use crate::{AnyConnection, Dialect, Error, Result, batch};
use compile::Compiler;
use predicate::Pred;

/// Rows in one statement: SQLite takes 32,766 values.
pub(crate) const CHUNK: usize = 1_000;

/// Whom to select: those for whom the rule is yes on a day, or the part of them that is new.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// Who is meant.
    pub rule: &'a Rule,
    /// The day, a calendar day in Japan.
    pub on: NaiveDate,
    /// The hierarchy of areas.
    pub areas: &'a Areas,
    /// Only those who are new since an earlier run; `None`: all of them.
    pub since: Option<Since>,
}

/// New since an earlier run, for either of two reasons.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    /// The day of the earlier run: who was not a yes then, or has a child that fits now and did not then.
    pub last_on: NaiveDate,
    /// Whose facts changed, or who was confirmed, at or after this instant (UTC).
    pub changed_since: NaiveDateTime,
}

/// How many citizens have each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The rule holds.
    pub yes: i64,
    /// The rule does not hold.
    pub no: i64,
    /// Answers that are still open could decide.
    pub unknown: i64,
}

/// How many active citizens the rule is yes for.
///
/// # Errors
/// Those of the database.
pub fn count(c: &mut AnyConnection, rule: &Rule, on: NaiveDate, areas: &Areas) -> Result<i64> {
    prepare(
        c,
        &Selection {
            rule,
            on,
            areas,
            since: None,
        },
    )?
    .count(c)
}

/// How many active citizens have each verdict. Costs about two counts; exact inside `Db::snapshot`.
///
/// # Errors
/// Those of the database.
pub fn tally(c: &mut AnyConnection, rule: &Rule, on: NaiveDate, areas: &Areas) -> Result<Tally> {
    let dictionary = Dictionary::load(c, rule, areas, true)?;
    let Predicates { yes, no } = compile(rule, on, areas, &dictionary, c.dialect());
    let yes = count_sql(
        c,
        &format!("SELECT count(*) AS n FROM match_citizen c WHERE {yes}"),
    )?;
    let no = count_sql(
        c,
        &format!("SELECT count(*) AS n FROM match_citizen c WHERE {no}"),
    )?;
    let all = count_sql(c, "SELECT count(*) AS n FROM match_citizen c")?;
    Ok(Tally {
        yes,
        no,
        unknown: all - yes - no,
    })
}

/// The keys of selected citizens, `limit` at a time: begin with `after` = `None`, go on with the last key of the page
/// before. The order is that of registration, so that who registers meanwhile comes last. A page costs up to a whole
/// count: take big ones (thousands).
///
/// # Errors
/// [`Error::NotFound`] where `after` names nobody; those of the database.
pub fn page(
    c: &mut AnyConnection,
    selection: &Selection<'_>,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<String>> {
    prepare(c, selection)?.page(c, after, limit)
}

/// A selection compiled for one database, to be asked several times. Keys that were first said after it was made are
/// not in it: keep it for a run, not for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    filter: String,
}

/// Compiles a selection: one look at the dictionary.
///
/// # Errors
/// Those of the database.
pub fn prepare(c: &mut AnyConnection, selection: &Selection<'_>) -> Result<Prepared> {
    let Selection {
        rule,
        on,
        areas,
        since,
    } = *selection;
    let dictionary = Dictionary::load(c, rule, areas, false)?;
    let compiler = |on| Compiler {
        on,
        areas,
        dictionary: &dictionary,
    };
    let mut wanted = compiler(on).rule(rule, true);
    if let Some(since) = since {
        let was_yes = compiler(since.last_on).rule(rule, true);
        let new = Pred::any([
            Pred::Unless(Box::new(was_yes)),
            compiler(on).newly_fitting_child(rule, since.last_on),
            Pred::ChangedSince(since.changed_since.and_utc().timestamp_micros()),
        ]);
        wanted = Pred::all([wanted, new]);
    }
    Ok(Prepared {
        filter: wanted.to_sql(c.dialect()),
    })
}

/// As [`prepare`], but of all who are not a no: those for whom open answers could still decide are selected too, for the caller to look at. Not for a
/// selection of what is new.
///
/// # Errors
/// Those of the database.
pub fn prepare_possible(c: &mut AnyConnection, selection: &Selection<'_>) -> Result<Prepared> {
    let Selection {
        rule, on, areas, ..
    } = *selection;
    let dictionary = Dictionary::load(c, rule, areas, true)?;
    let compiler = Compiler {
        on,
        areas,
        dictionary: &dictionary,
    };
    let possible = Pred::Unless(Box::new(compiler.rule(rule, false)));
    Ok(Prepared {
        filter: possible.to_sql(c.dialect()),
    })
}

impl Prepared {
    /// How many citizens are selected.
    ///
    /// # Errors
    /// Those of the database.
    pub fn count(&self, c: &mut AnyConnection) -> Result<i64> {
        count_sql(
            c,
            &format!(
                "SELECT count(*) AS n FROM match_citizen c WHERE {}",
                self.filter
            ),
        )
    }

    /// How many citizens are selected, and the keys of about `most` of them (of an eighth, where that is fewer), spread over the
    /// times at which they registered: for estimates. Costs one count.
    ///
    /// # Errors
    /// Those of the database.
    pub fn count_and_sample(
        &self,
        c: &mut AnyConnection,
        most: usize,
    ) -> Result<(i64, Vec<String>)> {
        #[derive(QueryableByName)]
        struct Counted {
            #[diesel(sql_type = BigInt)]
            n: i64,
            #[diesel(sql_type = Nullable<Text>)]
            ids: Option<String>,
        }
        let list = match c.dialect() {
            Dialect::Sqlite => "json_group_array",
            Dialect::Postgres => "json_agg",
        };
        let sql = format!(
            "SELECT count(*) AS n, \
             CAST({list}(c.citizen_id) FILTER (WHERE c.citizen_id % 8 = 0) AS TEXT) AS ids \
             FROM match_citizen c WHERE {}",
            self.filter
        );
        let query = diesel::sql_query(sql);
        let counted: Counted = match c {
            AnyConnection::Sqlite(c) => query.get_result(c)?,
            AnyConnection::Pg(c) => c.transaction(|c| {
                // Of many people row by row through an index is the slowest way there is, and PostgreSQL takes it for the
                // cheapest where its settings say that its disk is fast.
                c.batch_execute("SET LOCAL enable_indexscan = off")?;
                query.get_result(c)
            })?,
        };
        let mut ids: Vec<i32> = match counted.ids {
            Some(ids) => serde_json::from_str(&ids)
                .map_err(|error| Error::stored("利用者", "sample", error))?,
            None => Vec::new(),
        };
        ids.sort_unstable();
        let step = ids.len().div_ceil(most.max(1)).max(1);
        let ids: Vec<i32> = ids.into_iter().step_by(step).collect();
        let keys = batch::gather(&ids, |ids| {
            Ok(citizens::table
                .filter(citizens::id.eq_any(ids.to_vec()))
                .select(citizens::citizen_key)
                .load(c)?)
        })?;
        Ok((counted.n, keys))
    }

    /// As [`page`].
    ///
    /// # Errors
    /// As [`page`].
    pub fn page(
        &self,
        c: &mut AnyConnection,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>> {
        let after: i32 = match after {
            None => 0,
            // Whoever left keeps the row and its place.
            Some(key) => citizens::table
                .filter(citizens::citizen_key.eq(key))
                .select(citizens::id)
                .first(c)
                .optional()?
                .ok_or_else(|| Error::not_found("利用者", key))?,
        };
        let sql = format!(
            "SELECT z.citizen_key FROM (SELECT c.citizen_id FROM match_citizen c \
             WHERE c.citizen_id > {after} AND {} ORDER BY c.citizen_id LIMIT {limit}) c \
             JOIN citizens z ON z.id = c.citizen_id ORDER BY c.citizen_id",
            self.filter
        );
        let rows: Vec<Keyed> = on!(c, diesel::sql_query(sql).load(c))?;
        Ok(rows.into_iter().map(|row| row.citizen_key).collect())
    }
}

#[derive(QueryableByName)]
struct Keyed {
    #[diesel(sql_type = Text)]
    citizen_key: String,
}

fn count_sql(c: &mut AnyConnection, sql: &str) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let count: Count = on!(c, diesel::sql_query(sql).get_result(c))?;
    Ok(count.n)
}
