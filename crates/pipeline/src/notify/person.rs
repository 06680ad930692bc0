//! One person: which channels carry the notice, and why the others do not.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};
use kairan_db::{
    citizens::{Contact, LinkPurpose, NOTICE_PURPOSE, Recipient, signed_link},
    notices::{Channel, DeliveryState},
    seal::Keyring,
};
use kairan_delivery::compose::Person;

use crate::Result;

/// Days for which the links in a mail are good.
const LINK_DAYS: i64 = 365;

/// What is the same for everybody in a run.
pub(super) struct Terms<'a> {
    /// Channels the author chose, beside the inbox.
    pub(super) channels: &'a [String],
    /// `important` and `emergency` pass interests and the daily cap.
    pub(super) pressing: bool,
    /// Category of the document.
    pub(super) category: &'a str,
    /// Mails and LINE messages a day.
    pub(super) daily_cap: Option<u32>,
}

/// What one channel does for one person.
pub(super) struct Choice<'a> {
    pub(super) channel: Channel,
    pub(super) contact: Option<&'a Contact>,
    /// Why not; `None` = it goes out.
    pub(super) refusal: Option<(DeliveryState, &'a str)>,
}

/// What happens for one person through each channel. `addresses` are the blind indexes of mail addresses that the run has used.
pub(super) fn choices<'a>(
    terms: &Terms<'_>,
    person: &'a Recipient,
    pushed_today: i64,
    addresses: &mut BTreeSet<String>,
) -> Vec<Choice<'a>> {
    let mut choices = vec![Choice {
        channel: Channel::Inbox,
        contact: None,
        refusal: None,
    }];
    for channel in [Channel::Mail, Channel::Line] {
        if !terms.channels.iter().any(|word| word == channel.as_str()) {
            continue;
        }
        let mut contacts = person
            .contacts
            .iter()
            .filter(|one| one.channel == channel)
            .peekable();
        if contacts.peek().is_none() {
            let reason = if channel == Channel::Mail {
                "no_address"
            } else {
                "not_linked"
            };
            let refusal = Some((DeliveryState::Skipped, reason));
            choices.push(Choice {
                channel,
                contact: None,
                refusal,
            });
            continue;
        }
        for contact in contacts {
            let refusal = refusal(terms, person, contact, pushed_today).or_else(|| {
                let first =
                    channel != Channel::Mail || addresses.insert(contact.blind_index.clone());
                (!first).then_some((DeliveryState::Skipped, "same_address"))
            });
            choices.push(Choice {
                channel,
                contact: Some(contact),
                refusal,
            });
        }
    }
    choices
}

fn refusal<'a>(
    terms: &Terms<'_>,
    person: &Recipient,
    contact: &'a Contact,
    pushed_today: i64,
) -> Option<(DeliveryState, &'a str)> {
    use DeliveryState::{Skipped, Suppressed};
    if !contact.verified {
        return Some((Skipped, "unconfirmed"));
    }
    if let Some(reason) = &contact.suppressed {
        return Some((Suppressed, reason));
    }
    if !person.permits(contact.channel, NOTICE_PURPOSE) {
        return Some((Skipped, "no_consent"));
    }
    if terms.pressing {
        return None;
    }
    if !interested(&person.preferences.interests, terms.category) {
        return Some((Skipped, "not_interested"));
    }
    let full = terms
        .daily_cap
        .is_some_and(|cap| pushed_today >= i64::from(cap));
    full.then_some((Skipped, "daily_cap"))
}

/// Nobody who named no interests has refused any; an interest in a category is one in what lies below it.
fn interested(interests: &[String], category: &str) -> bool {
    interests.is_empty()
        || interests.iter().any(|interest| {
            category == interest
                || category
                    .strip_prefix(interest.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
        })
}

/// What a mail says about its reader.
///
/// # Errors
/// Where the address cannot be opened.
pub(super) fn letter(
    keys: &Keyring,
    app_url: &str,
    contact: &Contact,
    reasons: Vec<String>,
    today: NaiveDate,
) -> Result<Person> {
    let until = today + Duration::days(LINK_DAYS);
    let link = |purpose, page: &str| {
        format!(
            "{app_url}my/{page}/{}",
            signed_link(keys, purpose, &contact.id, until)
        )
    };
    Ok(Person {
        to: contact.open(keys)?,
        reasons,
        preferences_url: link(LinkPurpose::Preferences, "preferences"),
        unsubscribe_url: link(LinkPurpose::Unsubscribe, "unsubscribe"),
    })
}

#[cfg(test)]
mod tests {
    use super::interested;

    #[test]
    fn interests_hold_for_what_lies_below() {
        let money = ["money".to_owned()];
        assert!(interested(&[], "money/child-allowance"));
        assert!(interested(&money, "money"));
        assert!(interested(&money, "money/child-allowance"));
        assert!(!interested(&money, "moneybox"));
        assert!(!interested(&money, "health/checkup"));
    }
}
