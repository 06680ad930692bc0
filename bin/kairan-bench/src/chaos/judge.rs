//! The verdict on a campaign: what the relay and LINE took, what Kairan's books say, and who should have heard of what.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Instant;

use super::books::{Books, Message};
use super::people::dead;

/// One thing to tell: a document's round on one occasion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Telling {
    pub(super) document: String,
    pub(super) round: u32,
    /// `publish` or `reminder:1d`.
    pub(super) occasion: String,
}

/// Everybody who must hear of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Crowd {
    /// An emergency mail in doubt may go out twice under one Message-ID.
    pub(super) emergency: bool,
    pub(super) citizens: BTreeSet<String>,
    /// Mail addresses and LINE users.
    pub(super) contacts: BTreeSet<String>,
}

/// One message that reached one contact.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    /// Message-ID or retry key.
    pub(super) identity: String,
    pub(super) contact: String,
    pub(super) at: Instant,
}

/// What the other side wrote down.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) taken: Vec<Taken>,
    /// Message-IDs refused for good after their final dot.
    pub(super) refused: HashSet<String>,
    /// Message-IDs that got no reply after their final dot, taken or not.
    pub(super) unanswered: HashSet<String>,
    /// When a document's round was first read at its public address.
    pub(super) shown: HashMap<(String, u32), Instant>,
}

/// What a judge looks at.
pub(super) struct Case<'a> {
    pub(super) expected: &'a BTreeMap<Telling, Crowd>,
    /// Contacts of each citizen.
    pub(super) contacts: &'a BTreeMap<String, BTreeSet<String>>,
    pub(super) books: &'a Books,
    pub(super) ledger: &'a Ledger,
}

/// What is wrong, in words, under the kind of fault it is.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) lost: Vec<String>,
    pub(super) doubled: Vec<String>,
    pub(super) strangers: Vec<String>,
    pub(super) undecided: Vec<String>,
    pub(super) unfounded: Vec<String>,
    pub(super) too_early: Vec<String>,
    pub(super) books: Vec<String>,
    /// Messages whose fate is not known.
    pub(super) in_doubt: u64,
    /// Of these, messages that were taken.
    pub(super) doubted_and_taken: u64,
    /// Of these, messages whose sender was killed.
    pub(super) in_doubt_by_kill: u64,
}

/// Judges a campaign after its end. Cost grows with messages and people.
pub(super) fn judge(case: &Case<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let copies = case.copies(&mut verdict);
    let times = case.times();
    let mut excused: HashMap<(&Telling, &str), u64> = HashMap::new();
    for message in &case.books.messages {
        let most = times.get(message.identity.as_str()).copied().unwrap_or(0);
        if case.message(message, most, &mut verdict) {
            for citizen in &message.citizens {
                *excused.entry((&message.telling, citizen)).or_default() += 1;
            }
        }
    }
    for (telling, crowd) in case.expected {
        for contact in crowd.contacts.iter().filter(|contact| !dead(contact)) {
            let got = copies.get(&(telling, contact.as_str()));
            match got.map_or(0, Vec::len) {
                0 if !case.excuse(telling, contact, &mut excused) => {
                    verdict.lost.push(format!("{telling:?}: {contact}"));
                }
                0 | 1 => {}
                _ if crowd.emergency && got.is_some_and(|got| case.same_twice(got)) => {}
                times => verdict
                    .doubled
                    .push(format!("{telling:?}: {contact}, {times} times")),
            }
        }
    }
    case.inboxes(&mut verdict);
    verdict
}

impl Verdict {
    /// Every finding with the name of its kind.
    pub(super) fn kinds(&self) -> [(&'static str, &Vec<String>); 7] {
        [
            ("not told", &self.lost),
            ("told twice", &self.doubled),
            ("told without being meant", &self.strangers),
            ("left open", &self.undecided),
            ("state without a reason", &self.unfounded),
            ("told before the page was there", &self.too_early),
            ("books that disagree", &self.books),
        ]
    }
}

impl<'a> Case<'a> {
    /// Identities that each contact got for each telling; what nobody should have got is noted.
    fn copies(&self, verdict: &mut Verdict) -> HashMap<(&'a Telling, &'a str), Vec<&'a str>> {
        let by_identity: HashMap<&str, &Message> = self
            .books
            .messages
            .iter()
            .map(|one| (one.identity.as_str(), one))
            .collect();
        let mut copies: HashMap<_, Vec<&str>> = HashMap::new();
        for taken in &self.ledger.taken {
            let Some(message) = by_identity.get(taken.identity.as_str()) else {
                let words = format!(
                    "{}: a message nobody wrote down, {}",
                    taken.contact, taken.identity
                );
                verdict.strangers.push(words);
                continue;
            };
            let telling = &message.telling;
            let meant = self
                .expected
                .get(telling)
                .is_some_and(|crowd| crowd.contacts.contains(&taken.contact));
            if !meant || dead(&taken.contact) {
                verdict
                    .strangers
                    .push(format!("{telling:?}: {}", taken.contact));
            }
            let shown = self
                .ledger
                .shown
                .get(&(telling.document.clone(), telling.round));
            if shown.is_none_or(|shown| *shown > taken.at) {
                verdict
                    .too_early
                    .push(format!("{telling:?}: {}", taken.contact));
            }
            let key = (telling, taken.contact.as_str());
            copies.entry(key).or_default().push(&taken.identity);
        }
        copies
    }

    /// How often each message was taken. A LINE chunk reaches many at once: the one whom it reached most often counts.
    fn times(&self) -> HashMap<&'a str, usize> {
        let mut of_contact: HashMap<(&str, &str), usize> = HashMap::new();
        let mut most: HashMap<&str, usize> = HashMap::new();
        for taken in &self.ledger.taken {
            let key = (taken.identity.as_str(), taken.contact.as_str());
            let times = of_contact.entry(key).or_default();
            *times += 1;
            let most = most.entry(&taken.identity).or_default();
            *most = (*most).max(*times);
        }
        most
    }

    /// Looks at one message that was taken so often; whether it is a reason for somebody's having heard nothing.
    fn message(&self, message: &Message, most: usize, verdict: &mut Verdict) -> bool {
        let identity = &message.identity;
        let about = || format!("{:?}: {identity} is {}", message.telling, message.state);
        match message.state.as_str() {
            "accepted" if most == 0 => verdict.lost.push(about()),
            "accepted" => {}
            "in_doubt" => {
                let killed = message.reason.as_deref() != Some("no_reply");
                verdict.in_doubt += 1;
                verdict.doubted_and_taken += u64::from(most > 0);
                verdict.in_doubt_by_kill += u64::from(killed);
                if !killed && !self.ledger.unanswered.contains(identity) {
                    verdict.unfounded.push(about());
                }
                return most == 0;
            }
            // A chunk that was taken apart carries nobody any more.
            "failed" | "cancelled" if message.citizens.is_empty() && most == 0 => {}
            "failed" if most == 0 => {
                let mine = |citizen: &String| self.contacts.get(citizen).into_iter().flatten();
                let gone = message
                    .citizens
                    .iter()
                    .flat_map(mine)
                    .any(|contact| dead(contact));
                if !gone && !self.ledger.refused.contains(identity) {
                    verdict.unfounded.push(about());
                }
                return true;
            }
            "failed" | "cancelled" => verdict.unfounded.push(about()),
            _ => verdict.undecided.push(about()),
        }
        false
    }

    /// Whether a message that certainly or possibly was not taken explains that a contact got nothing.
    fn excuse<'b>(
        &'b self,
        telling: &'b Telling,
        contact: &str,
        excused: &mut HashMap<(&'b Telling, &'b str), u64>,
    ) -> bool {
        let owners = self
            .contacts
            .iter()
            .filter(|(_, all)| all.contains(contact));
        for (citizen, _) in owners {
            if let Some(left) = excused.get_mut(&(telling, citizen.as_str()))
                && *left > 0
            {
                *left -= 1;
                return true;
            }
        }
        false
    }

    /// One mail that went out a second time because its first was in doubt.
    fn same_twice(&self, got: &[&str]) -> bool {
        let same = got.len() == 2 && got.iter().all(|one| *one == got[0]);
        same && self
            .books
            .messages
            .iter()
            .any(|one| one.identity == got[0] && one.resent)
    }

    /// Everybody has one inbox copy of each telling, and the ledger of tellings says so.
    fn inboxes(&self, verdict: &mut Verdict) {
        let none = BTreeSet::new();
        let tellings: BTreeSet<&Telling> = self
            .expected
            .keys()
            .chain(self.books.inboxes.keys())
            .collect();
        for telling in tellings {
            let meant = self
                .expected
                .get(telling)
                .map_or(&none, |crowd| &crowd.citizens);
            let copies = self.books.inboxes.get(telling);
            let have: BTreeSet<String> = copies
                .into_iter()
                .flat_map(BTreeMap::keys)
                .cloned()
                .collect();
            let told = self.books.told.get(telling).unwrap_or(&none);
            for citizen in meant.difference(&have) {
                verdict
                    .lost
                    .push(format!("{telling:?}: no inbox copy for {citizen}"));
            }
            for citizen in have.difference(meant) {
                verdict
                    .strangers
                    .push(format!("{telling:?}: an inbox copy for {citizen}"));
            }
            for (citizen, _) in copies
                .into_iter()
                .flatten()
                .filter(|(_, times)| **times > 1)
            {
                verdict
                    .doubled
                    .push(format!("{telling:?}: inbox copies of {citizen}"));
            }
            if *told != have {
                verdict.books.push(format!(
                    "{telling:?}: {} told, {} inboxes",
                    told.len(),
                    have.len()
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests;
