//! The judge finds what is wrong: books and ledgers doctored one way at a time.

use std::time::Duration;

use super::*;

/// One article told to three people by mail: as it should be.
struct Sound {
    expected: BTreeMap<Telling, Crowd>,
    contacts: BTreeMap<String, BTreeSet<String>>,
    books: Books,
    ledger: Ledger,
}

const PEOPLE: [&str; 3] = ["a", "b", "c"];

fn address(person: &str) -> String {
    format!("{person}@example.jp")
}

impl Sound {
    fn new() -> Self {
        let telling = Telling {
            document: "D".to_owned(),
            round: 1,
            occasion: "publish".to_owned(),
        };
        let citizens: BTreeSet<String> = PEOPLE.iter().map(|one| (*one).to_owned()).collect();
        let addresses = PEOPLE.iter().map(|one| address(one)).collect();
        let crowd = Crowd {
            emergency: false,
            citizens: citizens.clone(),
            contacts: addresses,
        };
        let began = Instant::now();
        let message = |person: &&str| Message {
            telling: telling.clone(),
            identity: format!("id-{person}"),
            state: "accepted".to_owned(),
            reason: None,
            resent: false,
            citizens: vec![(*person).to_owned()],
        };
        let taken = |person: &&str| Taken {
            identity: format!("id-{person}"),
            contact: address(person),
            at: began + Duration::from_secs(1),
        };
        let copies = citizens.iter().map(|one| (one.clone(), 1)).collect();
        Self {
            expected: [(telling.clone(), crowd)].into(),
            contacts: PEOPLE
                .iter()
                .map(|one| ((*one).to_owned(), [address(one)].into()))
                .collect(),
            books: Books {
                messages: PEOPLE.iter().map(message).collect(),
                inboxes: [(telling.clone(), copies)].into(),
                told: [(telling, citizens)].into(),
            },
            ledger: Ledger {
                taken: PEOPLE.iter().map(taken).collect(),
                shown: [(("D".to_owned(), 1), began)].into(),
                ..Ledger::default()
            },
        }
    }

    /// Kinds with findings.
    fn judged(&self) -> Vec<&'static str> {
        let case = Case {
            expected: &self.expected,
            contacts: &self.contacts,
            books: &self.books,
            ledger: &self.ledger,
        };
        let verdict = judge(&case);
        let kinds = verdict.kinds().into_iter();
        kinds
            .filter(|(_, found)| !found.is_empty())
            .map(|(kind, _)| kind)
            .collect()
    }

    fn doubt(&mut self, reason: &str) {
        self.books.messages[0].state = "in_doubt".to_owned();
        self.books.messages[0].reason = Some(reason.to_owned());
    }
}

#[test]
fn a_sound_campaign_has_no_findings() {
    assert_eq!(Sound::new().judged(), Vec::<&str>::new());
}

#[test]
fn one_who_was_left_out_is_found() {
    let mut case = Sound::new();
    case.ledger.taken.remove(0);
    assert_eq!(case.judged(), ["not told"]);
    // Nobody wrote her down either.
    let mut case = Sound::new();
    case.ledger.taken.remove(0);
    case.books.messages.remove(0);
    for people in case.books.inboxes.values_mut() {
        people.remove("a");
    }
    for told in case.books.told.values_mut() {
        told.remove("a");
    }
    assert_eq!(case.judged(), ["not told"]);
}

#[test]
fn one_who_was_told_twice_is_found() {
    let mut case = Sound::new();
    let again = case.ledger.taken[0].clone();
    case.ledger.taken.push(again);
    assert_eq!(case.judged(), ["told twice"]);
    // An emergency may be, once, if its first mail was in doubt.
    case.expected
        .values_mut()
        .for_each(|crowd| crowd.emergency = true);
    assert_eq!(case.judged(), ["told twice"]);
    case.books.messages[0].resent = true;
    assert_eq!(case.judged(), Vec::<&str>::new());
    let third = case.ledger.taken[0].clone();
    case.ledger.taken.push(third);
    assert_eq!(case.judged(), ["told twice"]);
}

#[test]
fn a_second_message_to_the_same_address_is_found() {
    let mut case = Sound::new();
    let mut other = case.books.messages[0].clone();
    other.identity = "id-other".to_owned();
    case.books.messages.push(other);
    let mut again = case.ledger.taken[0].clone();
    again.identity = "id-other".to_owned();
    case.ledger.taken.push(again);
    assert_eq!(case.judged(), ["told twice"]);
}

#[test]
fn a_stranger_is_found() {
    let mut case = Sound::new();
    case.ledger.taken[0].contact = "stranger@example.jp".to_owned();
    assert_eq!(case.judged(), ["not told", "told without being meant"]);
    let mut case = Sound::new();
    let mut forged = case.ledger.taken[0].clone();
    forged.identity = "id-forged".to_owned();
    case.ledger.taken.push(forged);
    assert_eq!(case.judged(), ["told without being meant"]);
    let mut case = Sound::new();
    for people in case.books.inboxes.values_mut() {
        people.insert("stranger".to_owned(), 1);
    }
    assert_eq!(
        case.judged(),
        ["told without being meant", "books that disagree"]
    );
}

#[test]
fn doubt_needs_a_reason_and_excuses_silence_once() {
    let mut case = Sound::new();
    case.doubt("worker_lost");
    assert_eq!(case.judged(), Vec::<&str>::new());
    case.ledger.taken.remove(0);
    assert_eq!(case.judged(), Vec::<&str>::new());
    case.doubt("no_reply");
    assert_eq!(case.judged(), ["state without a reason"]);
    case.ledger.unanswered.insert("id-a".to_owned());
    assert_eq!(case.judged(), Vec::<&str>::new());
    // The doubt about one mail is no reason for another's not being there.
    case.ledger.taken.remove(0);
    assert_eq!(case.judged(), ["not told"]);
}

#[test]
fn a_failure_needs_a_refusal() {
    let mut case = Sound::new();
    case.ledger.taken.remove(0);
    case.books.messages[0].state = "failed".to_owned();
    assert_eq!(case.judged(), ["state without a reason"]);
    case.ledger.refused.insert("id-a".to_owned());
    assert_eq!(case.judged(), Vec::<&str>::new());
}

#[test]
fn a_mail_before_its_page_and_one_that_never_left_are_found() {
    let mut case = Sound::new();
    case.ledger.shown.clear();
    assert_eq!(case.judged(), ["told before the page was there"]);
    let mut case = Sound::new();
    case.ledger.taken.remove(0);
    case.books.messages[0].state = "pending".to_owned();
    assert_eq!(case.judged(), ["not told", "left open"]);
}
