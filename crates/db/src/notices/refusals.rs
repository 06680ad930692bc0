//! Evidence that an address does not work: what a relay refused for good, and what came back later.
//!
//! Nobody is struck out on the spot. Evidence rests for some minutes; then a domain that refused most of what it was offered within a minute counts as
//! closed to the sender, which says nothing about its addresses, and what is left stands.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use super::{MessageState, NoticeState};
use crate::{
    AnyConnection, Result, citizens,
    connection::on,
    schema::{channel_holds, contact_points, deliveries, messages, notices, refusals},
};

/// How long evidence rests: longer than the minute in which a burst shows.
const REST_MINUTES: i64 = 2;
/// Refusals within a minute from which a domain counts as closed…
const BURST: i64 = 10;
/// … if they are at least this share of what it was offered, in percent.
const BURST_PERCENT: i64 = 50;
/// Messages that came back within [`SOFT_DAYS`] from which an address counts as dead although nobody said so.
const SOFT_LIMIT: i64 = 3;
const SOFT_DAYS: i64 = 30;
/// Evidence weighed in one go.
const LIMIT: i64 = 500;

/// Nobody has this address: the word for why nothing is sent to it.
pub const UNKNOWN_RECIPIENT: &str = "unknown_recipient";
/// Mail to it came back again and again: the word for why nothing is sent to it.
pub const UNDELIVERABLE: &str = "undeliverable";

/// What a refusal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// There is no such address (RFC 3463: 5.1.x).
    Unknown,
    /// This mail did not arrive, and the next may: a full mailbox, a host that is away.
    Soft,
    /// It is about the sender or the content (5.7.x): nothing about the address.
    Policy,
    /// Still being tried.
    Delayed,
}

impl RefusalKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Soft => "soft",
            Self::Policy => "policy",
            Self::Delayed => "delayed",
        }
    }

    /// The reason of a message that came back for this.
    const fn reason(self) -> &'static str {
        match self {
            Self::Unknown => UNKNOWN_RECIPIENT,
            Self::Policy => "policy",
            Self::Soft | Self::Delayed => "returned",
        }
    }
}

/// Where a refusal comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalSource<'a> {
    /// The relay's answer to this attempt.
    Dialogue(i32),
    /// A returned mail, by a digest of its bytes: read twice, it counts once.
    Bounce(&'a str),
}

/// One piece of evidence.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// The message it is about.
    pub message_id: &'a str,
    /// Where from.
    pub source: RefusalSource<'a>,
    /// What it says.
    pub kind: RefusalKind,
    /// Enhanced status code, such as `5.1.1`.
    pub status: Option<&'a str>,
    /// What the other side said, without addresses.
    pub detail: Option<&'a str>,
}

/// Writes evidence down, once. `false` where it was there before, `None` where there is no such message. A bounce that is final moves its message
/// from accepted (or in doubt) to bounced.
///
/// # Errors
/// Those of the database.
pub fn record_refusal(
    c: &mut AnyConnection,
    refusal: &Refusal<'_>,
    now: NaiveDateTime,
) -> Result<Option<bool>> {
    let message: Option<(String, Option<String>)> = messages::table
        .left_join(deliveries::table.on(deliveries::message_id.eq(messages::id.nullable())))
        .filter(messages::id.eq(refusal.message_id))
        .filter(messages::channel.eq("mail"))
        .select((messages::receiver, deliveries::contact_id.nullable()))
        .first(c)
        .optional()?;
    let Some((receiver, contact)) = message else {
        return Ok(None);
    };
    let (source, id) = match refusal.source {
        RefusalSource::Dialogue(attempt) => {
            ("dialogue", format!("{}:{attempt}", refusal.message_id))
        }
        RefusalSource::Bounce(digest) => ("bounce", digest.to_owned()),
    };
    // What says nothing about the address needs no weighing.
    let weighed = matches!(refusal.kind, RefusalKind::Unknown | RefusalKind::Soft);
    let values = (
        refusals::id.eq(id),
        refusals::message_id.eq(refusal.message_id),
        refusals::contact_id.eq(contact.unwrap_or_default()),
        refusals::receiver.eq(receiver),
        refusals::source.eq(source),
        refusals::kind.eq(refusal.kind.as_str()),
        refusals::status.eq(refusal.status),
        refusals::detail.eq(refusal.detail),
        refusals::at.eq(now),
        refusals::verdict.eq((!weighed).then_some("noted")),
    );
    let added = on!(
        c,
        diesel::insert_into(refusals::table)
            .values(values)
            .on_conflict_do_nothing()
            .execute(c)?
    );
    let returned = matches!(refusal.source, RefusalSource::Bounce(_));
    if added == 1 && returned && refusal.kind != RefusalKind::Delayed {
        let taken = [
            MessageState::Accepted.as_str(),
            MessageState::InDoubt.as_str(),
        ];
        diesel::update(messages::table.find(refusal.message_id))
            .filter(messages::state.eq_any(taken))
            .set((
                messages::state.eq(MessageState::Bounced.as_str()),
                messages::reason.eq(Some(refusal.kind.reason())),
                messages::updated_at.eq(now),
            ))
            .execute(c)?;
    }
    Ok(Some(added == 1))
}

/// The message with this Message-ID (without brackets).
///
/// # Errors
/// Those of the database.
pub fn message_named(c: &mut AnyConnection, identity: &str) -> Result<Option<String>> {
    Ok(messages::table
        .filter(messages::identity.eq(identity))
        .select(messages::id)
        .first(c)
        .optional()?)
}

/// What weighing came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weighed {
    /// Pieces of evidence looked at.
    pub looked_at: usize,
    /// Contact points to which nothing is sent from now on.
    pub suppressed: usize,
    /// Messages that go out again, since their domain was closed to everybody.
    pub again: usize,
}

#[derive(Queryable)]
struct Row {
    id: String,
    message_id: String,
    contact_id: String,
    receiver: String,
    source: String,
    kind: String,
    at: NaiveDateTime,
}

/// Whether evidence has rested long enough. Reads only.
///
/// # Errors
/// Those of the database.
pub fn refusals_due(c: &mut AnyConnection, now: NaiveDateTime) -> Result<bool> {
    use diesel::dsl::{exists, select};
    let due = refusals::table
        .filter(refusals::verdict.is_null())
        .filter(refusals::at.le(now - Duration::minutes(REST_MINUTES)));
    Ok(select(exists(due)).get_result(c)?)
}

/// Decides about evidence that has rested. Call inside `Db::write`.
///
/// # Errors
/// Those of the database.
pub fn weigh_refusals(c: &mut AnyConnection, now: NaiveDateTime) -> Result<Weighed> {
    let rows: Vec<Row> = refusals::table
        .filter(refusals::verdict.is_null())
        .filter(refusals::at.le(now - Duration::minutes(REST_MINUTES)))
        .order((refusals::at.asc(), refusals::id.asc()))
        .limit(LIMIT)
        .select((
            refusals::id,
            refusals::message_id,
            refusals::contact_id,
            refusals::receiver,
            refusals::source,
            refusals::kind,
            refusals::at,
        ))
        .load(c)?;
    let mut weighed = Weighed {
        looked_at: rows.len(),
        ..Weighed::default()
    };
    for row in rows {
        let verdict = if row.kind == "unknown" && closed(c, &row)? {
            if row.source == "dialogue" {
                weighed.again += again(c, &row.message_id, now)?;
            }
            "domain_closed"
        } else {
            let (verdict, suppressed) = judge(c, &row, now)?;
            weighed.suppressed += suppressed;
            verdict
        };
        diesel::update(refusals::table.find(&row.id))
            .set(refusals::verdict.eq(Some(verdict)))
            .execute(c)?;
    }
    Ok(weighed)
}

/// Whether the domain refused everybody around that time.
fn closed(c: &mut AnyConnection, row: &Row) -> Result<bool> {
    let (from, to) = (row.at - Duration::minutes(1), row.at + Duration::minutes(1));
    let held: i64 = channel_holds::table
        .filter(channel_holds::channel.eq("mail"))
        .filter(channel_holds::receiver.eq(&row.receiver))
        .filter(channel_holds::created_at.ge(from))
        .count()
        .get_result(c)?;
    if held > 0 {
        return Ok(true);
    }
    let about: Vec<String> = refusals::table
        .filter(refusals::receiver.eq(&row.receiver))
        .filter(refusals::at.between(from, to))
        .filter(refusals::kind.eq(RefusalKind::Unknown.as_str()))
        .select(refusals::message_id)
        .load(c)?;
    let refused = i64::try_from(about.len()).unwrap_or(i64::MAX);
    if refused < BURST {
        return Ok(false);
    }
    let runs = messages::table
        .filter(messages::id.eq_any(&about))
        .select(messages::notice_id)
        .distinct()
        .load::<String>(c)?;
    let offered: i64 = messages::table
        .filter(messages::notice_id.eq_any(runs))
        .filter(messages::receiver.eq(&row.receiver))
        .filter(messages::state.eq_any(["accepted", "failed", "bounced", "in_doubt"]))
        .count()
        .get_result(c)?;
    Ok(refused.saturating_mul(100) >= offered.saturating_mul(BURST_PERCENT))
}

/// A message that a closed domain refused was certainly not taken: it waits with the others, and its run is open again.
fn again(c: &mut AnyConnection, message_id: &str, now: NaiveDateTime) -> Result<usize> {
    let run: Option<String> = messages::table
        .inner_join(notices::table.on(notices::id.eq(messages::notice_id)))
        .filter(messages::id.eq(message_id))
        .filter(messages::state.eq(MessageState::Failed.as_str()))
        .filter(notices::state.ne(NoticeState::Cancelled.as_str()))
        .select(notices::id)
        .first(c)
        .optional()?;
    let Some(run) = run else { return Ok(0) };
    let changed = diesel::update(messages::table.find(message_id))
        .set((
            messages::state.eq(MessageState::Pending.as_str()),
            messages::reason.eq(None::<String>),
            messages::not_before.eq(now),
            messages::updated_at.eq(now),
        ))
        .execute(c)?;
    super::steps::reopen(c, &run)?;
    Ok(changed)
}

fn judge(c: &mut AnyConnection, row: &Row, now: NaiveDateTime) -> Result<(&'static str, usize)> {
    let contact: Option<(Option<NaiveDateTime>, Option<String>)> = contact_points::table
        .find(&row.contact_id)
        .select((
            contact_points::verified_at,
            contact_points::suppressed_reason,
        ))
        .first(c)
        .optional()?;
    let Some((verified_at, suppressed)) = contact else {
        return Ok(("gone", 0));
    };
    // Confirmed anew since: a mail did arrive.
    if verified_at.is_some_and(|at| at > row.at) {
        return Ok(("kept", 0));
    }
    if suppressed.is_some() {
        return Ok(("noted", 0));
    }
    let reason = if row.kind == RefusalKind::Unknown.as_str() {
        UNKNOWN_RECIPIENT
    } else if soft_returns(c, row, verified_at)? >= SOFT_LIMIT {
        UNDELIVERABLE
    } else {
        return Ok(("noted", 0));
    };
    let count = citizens::suppress_same(c, &row.contact_id, reason, now)?;
    Ok(("suppressed", count))
}

/// Messages that came back from this contact point lately, and since it was confirmed.
fn soft_returns(
    c: &mut AnyConnection,
    row: &Row,
    verified_at: Option<NaiveDateTime>,
) -> Result<i64> {
    let month = row.at - Duration::days(SOFT_DAYS);
    let from = verified_at.map_or(month, |at| at.max(month));
    let returned: Vec<String> = refusals::table
        .filter(refusals::contact_id.eq(&row.contact_id))
        .filter(refusals::kind.eq(RefusalKind::Soft.as_str()))
        .filter(refusals::at.between(from, row.at))
        .select(refusals::message_id)
        .distinct()
        .limit(SOFT_LIMIT)
        .load(c)?;
    Ok(i64::try_from(returned.len()).unwrap_or(SOFT_LIMIT))
}
