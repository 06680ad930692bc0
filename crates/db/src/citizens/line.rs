//! LINE accounts as LINE's webhook tells of them: friends, people who left, and accounts that become a citizen's.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use super::contacts::{self, LinkLine, blind_index};
use super::suppression::{UNFOLLOWED, suppress};
use super::{NOTICE_PURPOSE, NewConsent, State, id_in, record_consent};
use crate::connection::on;
use crate::notices::Channel;
use crate::schema::{contact_points, line_events, line_friends};
use crate::seal::Keyring;
use crate::{AnyConnection, Result};

/// How long events are remembered, so that one that comes twice counts once.
const REMEMBERED_DAYS: i64 = 30;

/// Writes an event of the webhook down; `false` where it was there before. What is too old to come again is forgotten.
///
/// # Errors
/// Those of the database.
pub fn note_line_event(
    c: &mut AnyConnection,
    id: &str,
    kind: &str,
    happened_at: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<bool> {
    let values = (
        line_events::id.eq(id),
        line_events::kind.eq(kind),
        line_events::happened_at.eq(happened_at),
        line_events::received_at.eq(now),
    );
    let added = on!(
        c,
        diesel::insert_into(line_events::table)
            .values(values)
            .on_conflict_do_nothing()
            .execute(c)?
    );
    let old = now - Duration::days(REMEMBERED_DAYS);
    diesel::delete(line_events::table.filter(line_events::received_at.lt(old))).execute(c)?;
    Ok(added == 1)
}

/// Somebody became the city's friend on LINE, or left or blocked it, at an instant (UTC). Events may come in any order: the latest counts. Nothing is
/// sent to who has left. Returns whether the event was news.
///
/// # Errors
/// Those of the database.
pub fn line_friend(
    c: &mut AnyConnection,
    keyring: &Keyring,
    user_id: &str,
    following: bool,
    at: NaiveDateTime,
) -> Result<bool> {
    let Some(index) = blind_index(keyring, Channel::Line, user_id) else {
        return Ok(false);
    };
    let index = index.as_str();
    let later: Option<NaiveDateTime> = line_friends::table
        .find(index)
        .select(line_friends::at)
        .first(c)
        .optional()?;
    if later.is_some_and(|later| later >= at) {
        return Ok(false);
    }
    let state = (
        line_friends::following.eq(following),
        line_friends::at.eq(at),
    );
    on!(
        c,
        diesel::insert_into(line_friends::table)
            .values((line_friends::blind_index.eq(index), state))
            .on_conflict(line_friends::blind_index)
            .do_update()
            .set(state)
            .execute(c)?
    );
    let contact: Option<(String, Option<String>)> = contact_points::table
        .filter(contact_points::channel.eq(Channel::Line.as_str()))
        .filter(contact_points::blind_index.eq(index))
        .select((contact_points::id, contact_points::suppressed_reason))
        .first(c)
        .optional()?;
    match contact {
        Some((id, _)) if !following => suppress(c, &id, Some(UNFOLLOWED), at)?,
        Some((id, Some(reason))) if reason == UNFOLLOWED => suppress(c, &id, None, at)?,
        _ => {}
    }
    Ok(true)
}

/// A LINE account becomes a citizen's: LINE vouches that its owner asked for it, so another citizen's link to the same account ends, and so does the
/// citizen's to another account. The consent to notices by LINE is recorded; `version` names the text that was shown. Call inside `Db::write`.
///
/// # Errors
/// [`crate::Error::NotFound`], [`crate::Error::State`]; those of the database.
pub fn take_line(
    c: &mut AnyConnection,
    keyring: &Keyring,
    citizen_key: &str,
    user_id: &str,
    version: &str,
    now: NaiveDateTime,
) -> Result<LinkLine> {
    let id = id_in(c, citizen_key, &[State::Active])?;
    let Some(index) = blind_index(keyring, Channel::Line, user_id) else {
        return Ok(LinkLine::Invalid);
    };
    let line = || contact_points::table.filter(contact_points::channel.eq(Channel::Line.as_str()));
    let others = line()
        .filter(contact_points::blind_index.eq(index.as_str()))
        .filter(contact_points::citizen_id.ne(id));
    diesel::delete(others).execute(c)?;
    let before = line()
        .filter(contact_points::blind_index.ne(index.as_str()))
        .filter(contact_points::citizen_id.eq(id));
    diesel::delete(before).execute(c)?;
    let linked = contacts::link_line(c, keyring, citizen_key, user_id, now)?;
    if let LinkLine::Linked { contact_id } = &linked {
        let following: Option<bool> = line_friends::table
            .find(index.as_str())
            .select(line_friends::following)
            .first(c)
            .optional()?;
        let left = (following == Some(false)).then_some(UNFOLLOWED);
        suppress(c, contact_id, left, now)?;
        say(c, citizen_key, true, version, "line", now)?;
    }
    Ok(linked)
}

/// Ends the link to LINE, and the consent to notices there. Returns whether there was one.
///
/// # Errors
/// [`crate::Error::NotFound`], [`crate::Error::State`]; those of the database.
pub fn unlink_line(
    c: &mut AnyConnection,
    citizen_key: &str,
    version: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let id = id_in(c, citizen_key, &[State::Active])?;
    let own = contact_points::table
        .filter(contact_points::channel.eq(Channel::Line.as_str()))
        .filter(contact_points::citizen_id.eq(id));
    let gone = diesel::delete(own).execute(c)? > 0;
    if gone {
        say(c, citizen_key, false, version, "preferences", now)?;
    }
    Ok(gone)
}

fn say(
    c: &mut AnyConnection,
    citizen_key: &str,
    granted: bool,
    version: &str,
    source: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let consent = NewConsent {
        channel: Channel::Line,
        purpose: NOTICE_PURPOSE.to_owned(),
        granted,
        version: version.to_owned(),
        source: source.to_owned(),
    };
    record_consent(c, citizen_key, &consent, now)
}
