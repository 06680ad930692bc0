//! Sending: leases with fences, the write-ahead step, outcomes.

use chrono::NaiveDateTime;
use diesel::{prelude::*, sql_query, sql_types};

use super::unsettled::{is_held, is_pending};
use super::{Channel, MessageState, materialise::place, recover};
use crate::{
    AnyConnection, Dialect, Error, Result,
    connection::on,
    schema::{attempts, messages},
    seal::Keyring,
};

/// What a worker asks for.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// Which channel's messages.
    pub channel: Channel,
    /// Who asks, for people who look into the table.
    pub owner: &'a str,
    /// Until when nobody else may take them (UTC).
    pub until: NaiveDateTime,
    /// How many at most.
    pub limit: i64,
}

/// A message that a worker holds.
#[derive(Clone)]
pub struct Claimed {
    /// ULID
    pub id: String,
    /// The run.
    pub notice_id: String,
    /// Attempts before this one.
    pub attempt: i32,
    /// The lease's number; whoever took it over later has a higher one.
    pub fence: i64,
    /// Priority.
    pub lane: i32,
    /// Message-ID or retry key.
    pub identity: String,
    /// The mail's Date (UTC).
    pub dated_at: NaiveDateTime,
    /// When bytes first left (UTC).
    pub first_attempt_at: Option<NaiveDateTime>,
    /// Mail domain, or `line`.
    pub receiver: String,
    /// Opened payload.
    pub payload: Vec<u8>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Text)]
    id: String,
    #[diesel(sql_type = sql_types::Text)]
    notice_id: String,
    #[diesel(sql_type = sql_types::Integer)]
    attempt: i32,
    #[diesel(sql_type = sql_types::BigInt)]
    fence: i64,
    #[diesel(sql_type = sql_types::Integer)]
    lane: i32,
    #[diesel(sql_type = sql_types::Text)]
    identity: String,
    #[diesel(sql_type = sql_types::Timestamp)]
    dated_at: NaiveDateTime,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamp>)]
    first_attempt_at: Option<NaiveDateTime>,
    #[diesel(sql_type = sql_types::Text)]
    receiver: String,
    #[diesel(sql_type = sql_types::Text)]
    payload: String,
}

/// Whether there may be something to do: a message that is due, or a lease that is over. Reads only, so that an idle worker
/// disturbs no writer.
///
/// # Errors
/// Those of the database.
pub fn anything_due(c: &mut AnyConnection, now: NaiveDateTime) -> Result<bool> {
    use diesel::dsl::{exists, select};
    let due = messages::table
        .filter(is_pending())
        .filter(messages::not_before.le(now));
    let overdue = messages::table
        .filter(is_held())
        .filter(messages::lease_until.le(now));
    Ok(select(exists(due)).get_result(c)? || select(exists(overdue)).get_result(c)?)
}

/// Leases messages that are due, urgent ones first: none of a run that is held, of a channel or receiver that is held, or gone stale.
/// Two workers never get the same one.
///
/// # Errors
/// Those of the database, and of sealing where a key is missing.
pub fn claim(
    c: &mut AnyConnection,
    ask: &Claim<'_>,
    keys: &Keyring,
    now: NaiveDateTime,
) -> Result<Vec<Claimed>> {
    let lock = match c.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE OF m SKIP LOCKED",
    };
    let sql = format!(
        "UPDATE messages SET state = 'leased', owner = $1, lease_until = $2, fence = fence + 1, updated_at = $3 \
         WHERE id IN (SELECT m.id FROM messages m JOIN notices n ON n.id = m.notice_id \
           WHERE m.state = 'pending' AND m.channel = $4 AND m.not_before <= $3 \
             AND n.state IN ('materialising', 'sending') \
             AND NOT EXISTS (SELECT 1 FROM channel_holds h WHERE h.channel = m.channel \
               AND h.receiver IN ('', m.receiver) AND (h.until IS NULL OR h.until > $3)) \
           ORDER BY m.lane, m.not_before, m.id LIMIT $5 {lock}) \
         RETURNING id, notice_id, attempt, fence, lane, identity, dated_at, first_attempt_at, receiver, payload"
    );
    let query = sql_query(sql)
        .bind::<sql_types::Text, _>(ask.owner)
        .bind::<sql_types::Timestamp, _>(ask.until)
        .bind::<sql_types::Timestamp, _>(now)
        .bind::<sql_types::Text, _>(ask.channel.as_str())
        .bind::<sql_types::BigInt, _>(ask.limit);
    let mut rows: Vec<Row> = on!(c, query.load(c)?);
    rows.sort_by(|a, b| (a.lane, &a.id).cmp(&(b.lane, &b.id)));
    rows.into_iter()
        .map(|row| {
            let payload = keys
                .open(place(&row.id), &row.payload)
                .map_err(Error::abort)?;
            Ok(Claimed {
                payload,
                id: row.id,
                notice_id: row.notice_id,
                attempt: row.attempt,
                fence: row.fence,
                lane: row.lane,
                identity: row.identity,
                dated_at: row.dated_at,
                first_attempt_at: row.first_attempt_at,
                receiver: row.receiver,
            })
        })
        .collect()
}

/// Gives leases back unused: nothing was sent.
///
/// # Errors
/// Those of the database.
pub fn release(
    c: &mut AnyConnection,
    held: &[(String, i64)],
    not_before: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<()> {
    for (id, fence) in held {
        diesel::update(messages::table.find(id))
            .filter(messages::fence.eq(*fence))
            .filter(messages::state.eq(MessageState::Leased.as_str()))
            .set((
                messages::state.eq(MessageState::Pending.as_str()),
                messages::not_before.eq(not_before),
                messages::owner.eq(None::<String>),
                messages::lease_until.eq(None::<NaiveDateTime>),
                messages::updated_at.eq(now),
            ))
            .execute(c)?;
    }
    Ok(())
}

/// The write-ahead step: once this is committed the worker may send, and not before. Returns the ids that are still the worker's; for the
/// others (cancelled, or the lease went to another) nothing may be sent. `payload` replaces what is frozen, and is allowed
/// only before the first attempt.
///
/// # Errors
/// Those of the database, and of sealing.
pub fn begin_sending(
    c: &mut AnyConnection,
    held: &[(&Claimed, Option<&[u8]>)],
    until: NaiveDateTime,
    keys: &Keyring,
    now: NaiveDateTime,
) -> Result<Vec<String>> {
    let mut ours = Vec::with_capacity(held.len());
    for (message, payload) in held {
        let number = message.attempt + 1;
        let taken = diesel::update(messages::table.find(&message.id))
            .filter(messages::fence.eq(message.fence))
            .filter(messages::state.eq(MessageState::Leased.as_str()))
            .set((
                messages::state.eq(MessageState::Sending.as_str()),
                messages::attempt.eq(number),
                messages::lease_until.eq(Some(until)),
                messages::first_attempt_at.eq(Some(message.first_attempt_at.unwrap_or(now))),
                messages::updated_at.eq(now),
            ))
            .execute(c)?;
        if taken != 1 {
            continue;
        }
        if let Some(payload) = payload.filter(|_| message.first_attempt_at.is_none()) {
            let sealed = keys
                .seal(place(&message.id), payload)
                .map_err(Error::abort)?;
            diesel::update(messages::table.find(&message.id))
                .set(messages::payload.eq(sealed))
                .execute(c)?;
        }
        diesel::insert_into(attempts::table)
            .values((
                attempts::message_id.eq(&message.id),
                attempts::number.eq(number),
                attempts::started_at.eq(now),
            ))
            .execute(c)?;
        ours.push(message.id.clone());
    }
    Ok(ours)
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Accepted {
        /// Its own id for it: a queue id or request id.
        provider_id: Option<String>,
    },
    /// It never will arrive.
    Failed,
    /// Certainly not taken: again at this time (UTC). A LINE request whose fate is unclear counts here too, since its key settles it.
    Again {
        /// When.
        at: NaiveDateTime,
    },
    /// It may or may not have been taken.
    InDoubt,
}

/// The end of an attempt.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The message.
    pub id: String,
    /// The lease under which it was sent.
    pub fence: i64,
    /// The attempt's number.
    pub attempt: i32,
    /// What became of it.
    pub outcome: Outcome,
    /// Where: an SMTP phase, or `http`.
    pub phase: Option<String>,
    /// SMTP reply code or HTTP status.
    pub code: Option<i32>,
    /// A reason as a word, where it failed: `unknown_recipient`, `policy`, `too_old`, …
    pub reason: Option<String>,
    /// What the other side said, without addresses.
    pub detail: Option<String>,
}

/// Writes outcomes down. A worker whose lease went to another writes nothing about the message; its attempt is still recorded.
///
/// # Errors
/// Those of the database.
pub fn settle(c: &mut AnyConnection, outcomes: &[Settled], now: NaiveDateTime) -> Result<()> {
    for settled in outcomes {
        settle_attempt(c, settled, now)?;
        let (state, not_before, provider_id) = match &settled.outcome {
            Outcome::Accepted { provider_id } => (MessageState::Accepted, now, provider_id.clone()),
            Outcome::Failed => (MessageState::Failed, now, None),
            Outcome::Again { at } => (MessageState::Pending, *at, None),
            Outcome::InDoubt => (MessageState::InDoubt, now, None),
        };
        diesel::update(messages::table.find(&settled.id))
            .filter(messages::fence.eq(settled.fence))
            .filter(messages::state.eq(MessageState::Sending.as_str()))
            .set((
                messages::state.eq(state.as_str()),
                messages::reason.eq(&settled.reason),
                messages::not_before.eq(not_before),
                messages::provider_id.eq(provider_id),
                messages::owner.eq(None::<String>),
                messages::lease_until.eq(None::<NaiveDateTime>),
                messages::updated_at.eq(now),
            ))
            .execute(c)?;
    }
    recover::resend_emergencies(c, now)
}

/// Writes down how an attempt ended, and nothing about its message.
///
/// # Errors
/// Those of the database.
pub fn settle_attempt(c: &mut AnyConnection, settled: &Settled, now: NaiveDateTime) -> Result<()> {
    let word = match &settled.outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Failed => "failed",
        Outcome::Again { .. } => "again",
        Outcome::InDoubt => "in_doubt",
    };
    diesel::update(attempts::table.find((&settled.id, settled.attempt)))
        .set((
            attempts::finished_at.eq(Some(now)),
            attempts::outcome.eq(Some(word)),
            attempts::phase.eq(&settled.phase),
            attempts::code.eq(settled.code),
            attempts::detail.eq(&settled.detail),
        ))
        .execute(c)?;
    Ok(())
}
