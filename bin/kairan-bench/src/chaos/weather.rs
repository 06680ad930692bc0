//! What goes wrong on the other side: seeded faults of the relay and of LINE.

use std::time::Duration;

use kairan_test_support::line_fake::Fault;
use kairan_test_support::smtp_faults::MailFault;

use super::people::dead;
use crate::rng::Rng;

/// What happens to the next mail.
pub(super) fn mail(to: &str, rng: &mut Rng) -> MailFault {
    if dead(to) {
        return MailFault::AtRecipient("550 5.1.1 user unknown".to_owned());
    }
    match rng.below(1000) {
        0..=14 => MailFault::AtRecipient("450 4.2.1 mailbox busy".to_owned()),
        15..=19 => MailFault::AtRecipient("421 4.3.2 closing".to_owned()),
        20..=34 => MailFault::AtData("451 4.3.0 try again later".to_owned()),
        35..=44 => MailFault::AfterDot("452 4.3.1 out of storage".to_owned()),
        45..=49 => MailFault::AfterDot("552 5.3.4 too big".to_owned()),
        50..=59 => MailFault::DropInContent(rng.between(600, 6_000) as usize),
        60..=69 => MailFault::DropAfterDot,
        70..=79 => MailFault::LoseAfterDot,
        80..=129 => MailFault::Slow(Duration::from_millis(rng.between(5, 400))),
        _ => MailFault::None,
    }
}

/// What happens to the next requests to LINE.
pub(super) fn line(rng: &mut Rng) -> Option<Fault> {
    match rng.below(10) {
        0 => Some(Fault::ErrorBefore),
        1 => Some(Fault::ErrorAfter),
        2 => Some(Fault::SilentAfter(Duration::from_millis(1_500))),
        3 => Some(Fault::TooFast),
        _ => None,
    }
}
