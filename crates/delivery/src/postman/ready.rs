//! Leasing, and the second look: consent and contact points as they are now, not as they were when recipients were written down.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use kairan_db::{
    AnyConnection,
    citizens::{self, NOTICE_PURPOSE},
    notices::{self, Channel, Claim, Claimed, Recipient},
};

use super::{Postman, PostmanError};
use crate::compose::Content;

/// A message that may be sent now.
pub(super) struct Ready {
    pub(super) message: Claimed,
    pub(super) content: Content,
    /// Contact points that are still to be reached.
    pub(super) contacts: Vec<String>,
}

impl Postman {
    /// Leases up to `limit` messages and returns those that may still be sent.
    pub(super) async fn lease(
        &self,
        channel: Channel,
        limit: i64,
    ) -> Result<(usize, Vec<Ready>), PostmanError> {
        let now = self.clock.now();
        let until = self.until(now);
        let (owner, keys) = (self.owner.to_string(), self.keys.clone());
        self.write(move |c| {
            let ask = Claim {
                channel,
                owner: &owner,
                until,
                limit,
            };
            let claimed = notices::claim(c, &ask, &keys, now)?;
            Ok((claimed.len(), still_wanted(c, channel, claimed, now)?))
        })
        .await
    }
}

fn still_wanted(
    c: &mut AnyConnection,
    channel: Channel,
    claimed: Vec<Claimed>,
    now: NaiveDateTime,
) -> kairan_db::Result<Vec<Ready>> {
    let ids: Vec<String> = claimed.iter().map(|message| message.id.clone()).collect();
    let mut wanted = standing(c, channel, &ids, &claimed, now)?;
    let mut contents: HashMap<String, (Content, Option<NaiveDateTime>)> = HashMap::new();
    let mut ready = Vec::with_capacity(claimed.len());
    for message in claimed {
        if !contents.contains_key(&message.notice_id) {
            let notice = notices::get(c, &message.notice_id)?;
            let content = serde_json::from_str(&notice.content).map_err(kairan_db::Error::abort)?;
            contents.insert(message.notice_id.clone(), (content, notice.stale_after));
        }
        let Some((content, stale_after)) = contents.get(&message.notice_id) else {
            continue;
        };
        if message.first_attempt_at.is_none() && stale_after.is_some_and(|limit| limit <= now) {
            notices::stop(c, &message.id, message.fence, "stale", now)?;
            continue;
        }
        // Nobody left: the second look has cancelled it.
        let Some(contacts) = wanted.remove(&message.id) else {
            continue;
        };
        ready.push(Ready {
            content: content.clone(),
            contacts,
            message,
        });
    }
    Ok(ready)
}

/// Contact points to be reached, by message. A LINE chunk that has been tried is frozen and goes to whom it was for.
fn standing(
    c: &mut AnyConnection,
    channel: Channel,
    ids: &[String],
    claimed: &[Claimed],
    now: NaiveDateTime,
) -> kairan_db::Result<HashMap<String, Vec<String>>> {
    let recipients = notices::recipients_of(c, ids)?;
    let keys: Vec<String> = recipients
        .iter()
        .map(|one| one.citizen_key.clone())
        .collect();
    let people: HashMap<String, citizens::Recipient> = citizens::recipients(c, &keys)?
        .into_iter()
        .map(|person| (person.citizen_key.clone(), person))
        .collect();
    let frozen = |id: &str| {
        channel == Channel::Line
            && claimed
                .iter()
                .any(|message| message.id == id && message.first_attempt_at.is_some())
    };
    let mut wanted: HashMap<String, Vec<String>> = HashMap::new();
    let mut withdrawn = Vec::new();
    for recipient in recipients {
        let objection = objection(people.get(&recipient.citizen_key), &recipient, channel);
        match objection {
            Some(reason) if !frozen(&recipient.message_id) => withdrawn.push((recipient, reason)),
            _ => wanted
                .entry(recipient.message_id)
                .or_default()
                .push(recipient.contact_id),
        }
    }
    notices::withdraw_recipients(c, &withdrawn, now)?;
    Ok(wanted)
}

/// Why somebody must not be written to after all.
fn objection<'a>(
    person: Option<&'a citizens::Recipient>,
    recipient: &Recipient,
    channel: Channel,
) -> Option<&'a str> {
    let Some(person) = person else {
        return Some("left");
    };
    if !person.permits(channel, NOTICE_PURPOSE) {
        return Some("consent_withdrawn");
    }
    match person
        .contacts
        .iter()
        .find(|contact| contact.id == recipient.contact_id)
    {
        None => Some("contact_removed"),
        Some(contact) if !contact.verified => Some("unconfirmed"),
        Some(contact) => contact.suppressed.as_deref(),
    }
}
