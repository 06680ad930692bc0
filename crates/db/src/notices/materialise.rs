//! Writing recipients down, page by page, each page in one transaction with the cursor.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Channel, DeliveryState, MessageState};
use crate::{
    AnyConnection, Error, Result,
    connection::on,
    schema::{deliveries, messages, notice_addresses, notices, told},
    seal::{Keyring, Place, SealedColumn},
};

/// What a person gets through one channel.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Who.
    pub citizen_key: String,
    /// How.
    pub channel: Channel,
    /// Which contact point; empty for the inbox, and where there is none.
    pub contact_id: String,
    /// `Recorded`, `Skipped` or `Suppressed`; `Sent` with a message.
    pub state: DeliveryState,
    /// Why not.
    pub reason: Option<String>,
    /// The message that carries it.
    pub message_id: Option<String>,
    /// Keys of the children it is about; empty = the person.
    pub subjects: Vec<String>,
}

/// One physical send, sealed when written.
#[derive(Clone)]
pub struct NewMessage {
    /// ULID
    pub id: String,
    /// Mail or LINE.
    pub channel: Channel,
    /// Priority.
    pub lane: i32,
    /// Message-ID (without brackets) or LINE retry key.
    pub identity: String,
    /// The mail's Date (UTC).
    pub dated_at: NaiveDateTime,
    /// Not before (UTC).
    pub not_before: NaiveDateTime,
    /// Who takes it in: the mail address's domain, or `line`.
    pub receiver: String,
    /// How many people.
    pub recipients: i32,
    /// What is needed to send it, sealed at rest.
    pub payload: Vec<u8>,
}

/// One page of recipients.
#[derive(Default)]
pub struct Page {
    /// The last citizen of the page: where the next page begins.
    pub cursor: String,
    /// People on this page who matched and had not been told.
    pub matched: i64,
    /// (citizen, subject) pairs of this page.
    pub told: Vec<(String, String)>,
    /// Blind indexes of mail addresses used on this page.
    pub addresses: Vec<String>,
    /// Messages, before the deliveries that point to them.
    pub messages: Vec<NewMessage>,
    /// Deliveries.
    pub deliveries: Vec<NewDelivery>,
}

/// Pairs of a citizen and a subject (a child's key or `-`).
pub type Told = BTreeSet<(String, String)>;

/// Which of these pairs were told before on the same occasion, and which addresses this run has used.
///
/// # Errors
/// Those of the database.
pub fn told_before(
    c: &mut AnyConnection,
    notice: &super::Notice,
    citizens: &[String],
    addresses: &[String],
) -> Result<(Told, BTreeSet<String>)> {
    let pairs: Vec<(String, String)> = told::table
        .filter(told::document_id.eq(&notice.document_id))
        .filter(told::round.eq(notice.round))
        .filter(told::occasion.eq(&notice.occasion))
        .filter(told::citizen_key.eq_any(citizens))
        .select((told::citizen_key, told::subject))
        .load(c)?;
    let used: Vec<String> = notice_addresses::table
        .filter(notice_addresses::notice_id.eq(&notice.id))
        .filter(notice_addresses::blind_index.eq_any(addresses))
        .select(notice_addresses::blind_index)
        .load(c)?;
    Ok((pairs.into_iter().collect(), used.into_iter().collect()))
}

/// Writes one page and moves the cursor from `from` to the page's, in the caller's transaction. The cursor is the guard: where another
/// worker moved it first, nothing is written.
///
/// # Errors
/// [`Error::Conflict`] where the run is not materialising at `from` any more; a second row for the same person and occasion is an
/// error of the database, and undoes the page.
pub fn write_page(
    c: &mut AnyConnection,
    notice: &super::Notice,
    from: &str,
    page: &Page,
    keys: &Keyring,
    now: NaiveDateTime,
) -> Result<()> {
    let moved = diesel::update(notices::table.find(&notice.id))
        .filter(notices::state.eq("materialising"))
        .filter(notices::cursor.eq(from))
        .set((
            notices::cursor.eq(&page.cursor),
            notices::matched.eq(notices::matched + page.matched),
        ))
        .execute(c)?;
    if moved != 1 {
        return Err(Error::conflict("お知らせ", &notice.id));
    }
    let told_rows: Vec<_> = page
        .told
        .iter()
        .map(|(citizen, subject)| {
            (
                told::document_id.eq(&notice.document_id),
                told::round.eq(notice.round),
                told::occasion.eq(&notice.occasion),
                told::citizen_key.eq(citizen),
                told::subject.eq(subject),
                told::notice_id.eq(&notice.id),
            )
        })
        .collect();
    for chunk in told_rows.chunks(500) {
        on!(
            c,
            diesel::insert_into(told::table)
                .values(chunk.to_vec())
                .execute(c)?
        );
    }
    let addresses: Vec<_> = page
        .addresses
        .iter()
        .map(|index| {
            (
                notice_addresses::notice_id.eq(&notice.id),
                notice_addresses::blind_index.eq(index),
            )
        })
        .collect();
    for chunk in addresses.chunks(500) {
        on!(
            c,
            diesel::insert_into(notice_addresses::table)
                .values(chunk.to_vec())
                .execute(c)?
        );
    }
    insert_messages(c, &notice.id, &page.messages, keys, now)?;
    insert_deliveries(c, &notice.id, &page.deliveries, now)
}

/// The column of sealed payloads, for `seal::reseal`.
#[must_use]
pub fn payload_column() -> SealedColumn {
    SealedColumn {
        table: "messages",
        id: "id",
        column: "payload",
        purpose: "payload",
    }
}

/// Where a message's payload is sealed.
pub(super) fn place(id: &str) -> Place<'_> {
    Place {
        table: "messages",
        row: id,
        purpose: "payload",
    }
}

pub(super) fn insert_messages(
    c: &mut AnyConnection,
    notice_id: &str,
    new: &[NewMessage],
    keys: &Keyring,
    now: NaiveDateTime,
) -> Result<()> {
    let mut rows = Vec::with_capacity(new.len());
    for message in new {
        let payload = keys
            .seal(place(&message.id), &message.payload)
            .map_err(Error::abort)?;
        rows.push((
            messages::id.eq(&message.id),
            messages::notice_id.eq(notice_id),
            messages::channel.eq(message.channel.as_str()),
            messages::lane.eq(message.lane),
            messages::state.eq(MessageState::Pending.as_str()),
            messages::not_before.eq(message.not_before),
            messages::attempt.eq(0),
            messages::fence.eq(0_i64),
            messages::identity.eq(&message.identity),
            messages::dated_at.eq(message.dated_at),
            messages::resent.eq(false),
            messages::receiver.eq(&message.receiver),
            messages::recipients.eq(message.recipients),
            messages::payload.eq(payload),
            messages::updated_at.eq(now),
        ));
    }
    for chunk in rows.chunks(200) {
        on!(
            c,
            diesel::insert_into(messages::table)
                .values(chunk.to_vec())
                .execute(c)?
        );
    }
    Ok(())
}

fn insert_deliveries(
    c: &mut AnyConnection,
    notice_id: &str,
    new: &[NewDelivery],
    now: NaiveDateTime,
) -> Result<()> {
    let rows: Vec<_> = new
        .iter()
        .map(|delivery| {
            (
                deliveries::notice_id.eq(notice_id),
                deliveries::citizen_key.eq(&delivery.citizen_key),
                deliveries::channel.eq(delivery.channel.as_str()),
                deliveries::contact_id.eq(&delivery.contact_id),
                deliveries::state.eq(delivery.state.as_str()),
                deliveries::reason.eq(&delivery.reason),
                deliveries::message_id.eq(&delivery.message_id),
                deliveries::subjects.eq(delivery.subjects.join(",")),
                deliveries::created_at.eq(now),
            )
        })
        .collect();
    for chunk in rows.chunks(500) {
        on!(
            c,
            diesel::insert_into(deliveries::table)
                .values(chunk.to_vec())
                .execute(c)?
        );
    }
    Ok(())
}
