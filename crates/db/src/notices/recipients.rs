//! Who is behind a message, for the second look at consent.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    AnyConnection, Result,
    schema::{deliveries, messages},
};

/// One person's share in a message.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Recipient {
    /// The message.
    pub message_id: String,
    /// Who.
    pub citizen_key: String,
    /// Which contact point.
    pub contact_id: String,
}

/// Everybody behind these messages whose delivery still stands.
///
/// # Errors
/// Those of the database.
pub fn recipients_of(c: &mut AnyConnection, message_ids: &[String]) -> Result<Vec<Recipient>> {
    Ok(deliveries::table
        .filter(deliveries::message_id.eq_any(message_ids.iter().map(Some)))
        .filter(deliveries::state.eq("sent"))
        .order((deliveries::message_id.asc(), deliveries::citizen_key.asc()))
        .select((
            deliveries::message_id.assume_not_null(),
            deliveries::citizen_key,
            deliveries::contact_id,
        ))
        .load(c)?)
}

/// Takes people out of messages that have not begun to leave; a message nobody is left in is cancelled.
///
/// # Errors
/// Those of the database.
pub fn withdraw_recipients(
    c: &mut AnyConnection,
    withdrawn: &[(Recipient, &str)],
    now: NaiveDateTime,
) -> Result<()> {
    for (recipient, reason) in withdrawn {
        diesel::update(deliveries::table)
            .filter(deliveries::message_id.eq(Some(&recipient.message_id)))
            .filter(deliveries::citizen_key.eq(&recipient.citizen_key))
            .filter(deliveries::contact_id.eq(&recipient.contact_id))
            .set((
                deliveries::state.eq("suppressed"),
                deliveries::reason.eq(Some(*reason)),
                deliveries::message_id.eq(None::<String>),
            ))
            .execute(c)?;
        let left: i64 = deliveries::table
            .filter(deliveries::message_id.eq(Some(&recipient.message_id)))
            .count()
            .get_result(c)?;
        let message = messages::table.find(&recipient.message_id);
        if left == 0 {
            diesel::update(message)
                .set((
                    messages::state.eq("cancelled"),
                    messages::reason.eq(Some(*reason)),
                    messages::recipients.eq(0),
                    messages::fence.eq(messages::fence + 1),
                    messages::updated_at.eq(now),
                ))
                .execute(c)?;
        } else {
            diesel::update(message)
                .set(messages::recipients.eq(messages::recipients - 1))
                .execute(c)?;
        }
    }
    Ok(())
}

/// The deliveries of a run that were accepted or are in doubt, by citizen and contact point: the recipients of a correction. Keyset: pass
/// the last citizen of the page before.
///
/// # Errors
/// Those of the database.
pub fn reached_by(
    c: &mut AnyConnection,
    notice_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, String, String)>> {
    let citizens: Vec<String> = deliveries::table
        .filter(deliveries::notice_id.eq(notice_id))
        .filter(deliveries::citizen_key.gt(after))
        .select(deliveries::citizen_key)
        .distinct()
        .order(deliveries::citizen_key.asc())
        .limit(limit)
        .load(c)?;
    Ok(deliveries::table
        .left_join(messages::table.on(messages::id.nullable().eq(deliveries::message_id)))
        .filter(deliveries::notice_id.eq(notice_id))
        .filter(deliveries::citizen_key.eq_any(citizens))
        .filter(
            deliveries::state.eq("recorded").or(messages::state
                .nullable()
                .eq_any([Some("accepted"), Some("in_doubt")])),
        )
        .order((deliveries::citizen_key.asc(), deliveries::channel.asc()))
        .select((
            deliveries::citizen_key,
            deliveries::channel,
            deliveries::contact_id,
        ))
        .load(c)?)
}
