//! One connection's work: lease a few, write ahead, send, settle.

use std::time::Instant;

use chrono::{Duration, NaiveDateTime};
use kairan_db::{
    AnyConnection,
    notices::{
        self, Channel, Claimed, Outcome, Refusal, RefusalKind, RefusalSource, Settled,
        UNKNOWN_RECIPIENT,
    },
};

use super::{Delivered, Postman, PostmanError, blank, ready::Ready};
use crate::{
    bounce::{Status, kind_of_reply, without_addresses},
    channel::MailLine,
    compose::{Mail, Person, notice_mail},
    smtp::{Phase, SendOutcome},
};

/// Mails per write-ahead step: at most this many are in doubt for each connection after a kill.
const BATCH: i64 = 10;

/// Minutes until the next attempt after a temporary refusal.
const AGAIN_MINUTES: [i64; 6] = [1, 5, 30, 120, 300, 600];

/// Hours after which a mail that is never taken has failed, if it was tried as often as the schedule above is long: a relay that was
/// away, or an installation that stood still for days, is no answer.
const GIVE_UP_HOURS: i64 = 48;

/// How long a domain that refuses everybody is left alone.
const CLOSED_MINUTES: i64 = 15;

impl Postman {
    /// Sends mails until none is due.
    pub(super) async fn mails(&self) -> Result<Delivered, PostmanError> {
        let mut line: Option<MailLine> = None;
        let mut delivered = Delivered::default();
        loop {
            let started = Instant::now();
            let (claimed, ready) = self.lease(Channel::Mail, BATCH).await?;
            if claimed == 0 {
                break;
            }
            let held: Vec<(String, i64)> = ready
                .iter()
                .map(|one| (one.message.id.clone(), one.message.fence))
                .collect();
            if !line.as_ref().is_some_and(MailLine::usable) {
                match self
                    .keeping(&held, MailLine::open(&self.channels.mail))
                    .await
                {
                    Ok(open) => line = Some(open),
                    Err(error) => {
                        self.give_back(held, Duration::seconds(30)).await?;
                        return Err(error.into());
                    }
                }
            }
            if let Some(open) = line.as_mut() {
                delivered += self.send_batch(open, ready).await?;
            }
            self.pace(claimed, started).await;
        }
        if let Some(open) = line {
            open.close().await;
        }
        Ok(delivered)
    }

    async fn send_batch(
        &self,
        line: &mut MailLine,
        ready: Vec<Ready>,
    ) -> Result<Delivered, PostmanError> {
        let mut composed = Vec::with_capacity(ready.len());
        for one in ready {
            composed.push((self.compose(&one), one.message));
        }
        let now = self.clock.now();
        let (until, keys) = (self.until(now), self.keys.clone());
        let messages: Vec<Claimed> = composed
            .iter()
            .map(|(_, message)| message.clone())
            .collect();
        let ours = self
            .write(move |c| {
                let held: Vec<_> = messages.iter().map(|message| (message, None)).collect();
                notices::begin_sending(c, &held, until, &keys, now)
            })
            .await?;
        composed.retain(|(_, message)| ours.contains(&message.id));
        crate::crash::point("sending");
        let held: Vec<(String, i64)> = composed
            .iter()
            .map(|(_, message)| (message.id.clone(), message.fence))
            .collect();
        let mut settled = Vec::with_capacity(composed.len());
        for (mail, message) in composed {
            let outcome = match mail {
                Err(reason) => failed(&message, reason),
                Ok(_) if !line.usable() => self.not_reached(&message),
                Ok(mail) => {
                    let outcome = self
                        .keeping(&held, line.send(&mail, &message.identity))
                        .await;
                    crate::crash::point("sent");
                    self.judge(&message, outcome).await?
                }
            };
            settled.push(outcome);
        }
        let delivered = Delivered {
            attempted: settled.len(),
            accepted: settled
                .iter()
                .filter(|one| matches!(one.outcome, Outcome::Accepted { .. }))
                .count(),
        };
        let now = self.clock.now();
        self.write(move |c| {
            notices::settle(c, &settled, now)?;
            settled.iter().try_for_each(|one| refused(c, one, now))
        })
        .await?;
        Ok(delivered)
    }

    /// The mail itself; a word for why there is none.
    fn compose(&self, ready: &Ready) -> Result<Mail, &'static str> {
        let person: Person =
            serde_json::from_slice(&ready.message.payload).map_err(|_| "unreadable")?;
        let message = &ready.message;
        notice_mail(
            &self.theme,
            &self.channels.sender,
            &ready.content,
            &person,
            &message.identity,
            message.dated_at,
        )
        .map_err(|error| {
            tracing::error!(message = %message.id, %error, "a mail cannot be composed");
            "not_composable"
        })
    }

    async fn judge(
        &self,
        message: &Claimed,
        outcome: SendOutcome,
    ) -> Result<Settled, PostmanError> {
        let now = self.clock.now();
        let mut settled = blank(message);
        match outcome {
            SendOutcome::Accepted { reply } => {
                self.bursts.note(&message.receiver, false, now);
                settled.outcome = Outcome::Accepted {
                    provider_id: queue_id(&reply),
                };
                settled.phase = Some(Phase::FinalDot.to_string());
            }
            SendOutcome::Rejected { code, phase, reply } => {
                settled.code = Some(i32::from(code));
                settled.phase = Some(phase.to_string());
                let kind = kind_of_reply(code, phase == Phase::Recipient, &reply);
                settled.reason = Some(word(kind).to_owned());
                settled.detail = Some(without_addresses(&reply));
                let closed = self.bursts.note(&message.receiver, true, now);
                if closed && !given_up(message, now) {
                    let until = now + Duration::minutes(CLOSED_MINUTES);
                    self.hold(
                        Channel::Mail,
                        &message.receiver,
                        Some(until),
                        "refuses_everybody",
                    )
                    .await?;
                    settled.outcome = Outcome::Again { at: until };
                }
            }
            SendOutcome::NotTaken { code, phase, reply } => {
                settled.code = code.map(i32::from);
                settled.phase = Some(phase.to_string());
                settled.detail = Some(without_addresses(&reply));
                settled.outcome = self.later(message, now);
                if settled.outcome == Outcome::Failed {
                    settled.reason = Some("gave_up".to_owned());
                }
            }
            SendOutcome::InDoubt { reply } => {
                settled.outcome = Outcome::InDoubt;
                settled.phase = Some(Phase::FinalDot.to_string());
                settled.reason = Some("no_reply".to_owned());
                settled.detail = Some(without_addresses(&reply));
            }
        }
        Ok(settled)
    }

    /// The connection broke before this one's turn: certainly nothing was sent.
    fn not_reached(&self, message: &Claimed) -> Settled {
        let mut settled = blank(message);
        settled.outcome = Outcome::Again {
            at: self.clock.now(),
        };
        settled.detail = Some("the connection had ended before".to_owned());
        settled
    }

    fn later(&self, message: &Claimed, now: NaiveDateTime) -> Outcome {
        let step = usize::try_from(message.attempt).unwrap_or_default();
        if given_up(message, now) {
            return Outcome::Failed;
        }
        let minutes = AGAIN_MINUTES
            .get(step)
            .or(AGAIN_MINUTES.last())
            .copied()
            .unwrap_or(1);
        Outcome::Again {
            at: now + Duration::minutes(minutes),
        }
    }

    async fn give_back(
        &self,
        held: Vec<(String, i64)>,
        after: Duration,
    ) -> Result<(), PostmanError> {
        let now = self.clock.now();
        self.write(move |c| notices::release(c, &held, now + after, now))
            .await
    }

    /// Waits so that all connections together stay below the rate.
    async fn pace(&self, sent: usize, started: Instant) {
        if self.options.mail_rate == 0 {
            return;
        }
        let share = f64::from(self.options.mail_rate) / self.options.connections.max(1) as f64;
        let due = std::time::Duration::from_secs_f64(sent as f64 / share);
        tokio::time::sleep(due.saturating_sub(started.elapsed())).await;
    }
}

fn given_up(message: &Claimed, now: NaiveDateTime) -> bool {
    let first = message.first_attempt_at.unwrap_or(now);
    let step = usize::try_from(message.attempt).unwrap_or_default();
    now - first >= Duration::hours(GIVE_UP_HOURS) && step >= AGAIN_MINUTES.len()
}

fn failed(message: &Claimed, reason: &str) -> Settled {
    Settled {
        reason: Some(reason.to_owned()),
        ..blank(message)
    }
}

/// A permanent refusal of the address is evidence, to be weighed when it has rested.
fn refused(c: &mut AnyConnection, settled: &Settled, now: NaiveDateTime) -> kairan_db::Result<()> {
    let unknown = settled.reason.as_deref() == Some(UNKNOWN_RECIPIENT);
    if settled.outcome != Outcome::Failed || !unknown {
        return Ok(());
    }
    let status = settled.detail.as_deref().and_then(Status::find);
    let status = status.map(|status| status.to_string());
    let refusal = Refusal {
        message_id: &settled.id,
        source: RefusalSource::Dialogue(settled.attempt),
        kind: RefusalKind::Unknown,
        status: status.as_deref(),
        detail: settled.detail.as_deref(),
    };
    notices::record_refusal(c, &refusal, now).map(drop)
}

/// The word for a permanent refusal.
const fn word(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Unknown => UNKNOWN_RECIPIENT,
        RefusalKind::Policy => "policy",
        RefusalKind::Soft | RefusalKind::Delayed => "refused",
    }
}

/// Postfix says «250 2.0.0 Ok: queued as 4XyZ».
fn queue_id(reply: &str) -> Option<String> {
    let (_, id) = reply.split_once("queued as ")?;
    Some(id.split_whitespace().next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relays_own_number_is_kept() {
        assert_eq!(
            queue_id("2.0.0 Ok: queued as 4XyZ"),
            Some("4XyZ".to_owned())
        );
        assert_eq!(queue_id("2.0.0 Ok"), None);
    }
}
