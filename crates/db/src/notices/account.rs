//! The account: at every instant each candidate is in exactly one state, per channel and per person.

use std::collections::BTreeMap;

use diesel::{prelude::*, sql_query, sql_types};
use serde::Serialize;

use super::{Notice, get};
use crate::{AnyConnection, Result, connection::on};

/// How one channel stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChannelAccount {
    /// Everybody the channel was considered for.
    pub candidates: i64,
    /// How many are in each state.
    pub states: BTreeMap<String, i64>,
    /// Of those not sent, failed or in doubt: how many for each reason.
    pub reasons: BTreeMap<String, i64>,
}

/// How the people stand. `matched = pushed + open + in_doubt + inbox_only + not_reached`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PersonAccount {
    /// People who matched and had not been told before.
    pub matched: i64,
    /// Reached by mail or LINE, and by the inbox.
    pub pushed: i64,
    /// In the inbox; mail or LINE is still on its way.
    pub open: i64,
    /// In the inbox; it is not known whether mail or LINE arrived.
    pub in_doubt: i64,
    /// In the inbox alone.
    pub inbox_only: i64,
    /// By nothing at all.
    pub not_reached: i64,
}

/// The account of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// Channel by channel.
    pub channels: BTreeMap<String, ChannelAccount>,
    /// Person by person.
    pub people: PersonAccount,
    /// Whether everything adds up: candidates are the sum of states, people the sum of theirs.
    pub balanced: bool,
}

#[derive(QueryableByName)]
struct StateRow {
    #[diesel(sql_type = sql_types::Text)]
    channel: String,
    #[diesel(sql_type = sql_types::Text)]
    state: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    reason: Option<String>,
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct RankRow {
    #[diesel(sql_type = sql_types::Integer)]
    rank: i32,
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

const STATES: &str = "SELECT d.channel AS channel, COALESCE(m.state, d.state) AS state, \
     COALESCE(d.reason, m.reason) AS reason, COUNT(*) AS count \
     FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id AND d.state = 'sent' \
     WHERE d.notice_id = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

/// Each person counts once, by the best that happened to them.
const PEOPLE: &str = "SELECT CAST(rank AS INTEGER) AS rank, COUNT(*) AS count FROM ( \
     SELECT d.citizen_key, MAX(CASE \
       WHEN m.state = 'accepted' THEN 4 \
       WHEN m.state IN ('pending', 'leased', 'sending') THEN 3 \
       WHEN m.state = 'in_doubt' THEN 2 \
       WHEN d.state = 'recorded' THEN 1 ELSE 0 END) AS rank \
     FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id AND d.state = 'sent' \
     WHERE d.notice_id = $1 GROUP BY d.citizen_key) people GROUP BY rank";

/// The account of a run at this instant; read it inside one snapshot.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound).
pub fn account(c: &mut AnyConnection, notice_id: &str) -> Result<(Notice, Account)> {
    let notice = get(c, notice_id)?;
    let states: Vec<StateRow> = on!(
        c,
        sql_query(STATES)
            .bind::<sql_types::Text, _>(notice_id)
            .load(c)?
    );
    let ranks: Vec<RankRow> = on!(
        c,
        sql_query(PEOPLE)
            .bind::<sql_types::Text, _>(notice_id)
            .load(c)?
    );
    let mut channels: BTreeMap<String, ChannelAccount> = BTreeMap::new();
    for row in states {
        let channel = channels.entry(row.channel).or_default();
        channel.candidates += row.count;
        *channel.states.entry(row.state.clone()).or_default() += row.count;
        if let Some(reason) = row.reason {
            *channel.reasons.entry(reason).or_default() += row.count;
        }
    }
    let mut people = PersonAccount {
        matched: notice.matched,
        ..PersonAccount::default()
    };
    for row in ranks {
        match row.rank {
            4 => people.pushed = row.count,
            3 => people.open = row.count,
            2 => people.in_doubt = row.count,
            1 => people.inbox_only = row.count,
            _ => people.not_reached = row.count,
        }
    }
    let sum =
        people.pushed + people.open + people.in_doubt + people.inbox_only + people.not_reached;
    let balanced = sum == people.matched
        && channels
            .get("inbox")
            .is_none_or(|inbox| inbox.candidates == people.matched)
        && channels
            .values()
            .all(|channel| channel.states.values().sum::<i64>() == channel.candidates);
    Ok((
        notice,
        Account {
            channels,
            people,
            balanced,
        },
    ))
}

#[derive(QueryableByName)]
struct ReasonRow {
    #[diesel(sql_type = sql_types::Text)]
    reason: String,
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

const NOT_REACHED: &str = "SELECT COALESCE(d.reason, m.reason, m.state, d.state) AS reason, \
     COUNT(DISTINCT d.citizen_key) AS count \
     FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id AND d.state = 'sent' \
     WHERE d.notice_id = $1 AND d.channel <> 'inbox' AND NOT EXISTS ( \
       SELECT 1 FROM deliveries e JOIN messages f ON f.id = e.message_id AND e.state = 'sent' \
       WHERE e.notice_id = d.notice_id AND e.citizen_key = d.citizen_key \
         AND f.state IN ('accepted', 'pending', 'leased', 'sending')) \
     GROUP BY 1 ORDER BY 2 DESC, 1";

/// Why people were reached by neither mail nor LINE: reason and number of people, never an address. A person with two reasons counts
/// under both.
///
/// # Errors
/// Those of the database.
pub fn not_reached(c: &mut AnyConnection, notice_id: &str) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<ReasonRow> = on!(
        c,
        sql_query(NOT_REACHED)
            .bind::<sql_types::Text, _>(notice_id)
            .load(c)?
    );
    Ok(rows
        .into_iter()
        .map(|row| (row.reason, row.count))
        .collect())
}
