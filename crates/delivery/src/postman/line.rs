//! LINE chunks: frozen bodies under retry keys, taken apart when LINE refuses one whole.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};
use kairan_db::{
    notices::{self, Channel, Claimed, NewMessage, Outcome, Settled},
    time::{jst_from_utc, utc_from_jst},
};

use super::{Delivered, Postman, PostmanError, blank, ready::Ready};
use crate::{LineChannel, line::LineOutcome, payload::LinePayload};

/// Seconds until the next request after one that was unclear or too fast; doubled each time, at most an hour.
const AGAIN_SECONDS: i64 = 2;

impl Postman {
    /// Sends chunks until none is due.
    pub(super) async fn line_chunks(&self) -> Result<Delivered, PostmanError> {
        let Some(channel) = self.channels.line.clone() else {
            return Ok(Delivered::default());
        };
        let mut delivered = Delivered::default();
        let pause = std::time::Duration::from_secs(1) / self.options.line_rate.max(1);
        loop {
            let (claimed, ready) = self.lease(Channel::Line, 1).await?;
            if claimed == 0 {
                return Ok(delivered);
            }
            for one in ready {
                delivered += self.send_chunk(&channel, one).await?;
                tokio::time::sleep(pause).await;
            }
        }
    }

    async fn send_chunk(
        &self,
        channel: &LineChannel,
        ready: Ready,
    ) -> Result<Delivered, PostmanError> {
        let Ready {
            message, contacts, ..
        } = ready;
        let mut settled = blank(&message);
        let Ok(mut payload) = serde_json::from_slice::<LinePayload>(&message.payload) else {
            settled.reason = Some("unreadable".to_owned());
            return self.settle(settled).await;
        };
        let first = message.first_attempt_at.is_none();
        if first {
            // The last moment at which somebody can be taken out: from now on the body is frozen.
            payload
                .users
                .retain(|(contact, _)| contacts.contains(contact));
        }
        let frozen = serde_json::to_vec(&payload).unwrap_or_default();
        let now = self.clock.now();
        let (until, keys, ahead) = (self.until(now), self.keys.clone(), message.clone());
        let ours = self
            .write(move |c| {
                let held = [(&ahead, first.then_some(frozen.as_slice()))];
                notices::begin_sending(c, &held, until, &keys, now)
            })
            .await?;
        if ours.is_empty() {
            return Ok(Delivered::default());
        }
        crate::crash::point("sending");
        let held = [(message.id.clone(), message.fence)];
        let request = channel.multicast(payload.body(), &message.identity);
        let outcome = self.keeping(&held, request).await;
        crate::crash::point("sent");
        settled.phase = Some("http".to_owned());
        let now = self.clock.now();
        match outcome {
            LineOutcome::Accepted { request_id } => {
                settled.outcome = Outcome::Accepted {
                    provider_id: request_id,
                };
            }
            LineOutcome::TooFast => {
                settled.code = Some(429);
                settled.outcome = Outcome::Again {
                    at: after(&message, now),
                };
            }
            LineOutcome::QuotaUsedUp => {
                settled.code = Some(429);
                settled.reason = Some("quota_used_up".to_owned());
                let month = next_month(now);
                self.hold(Channel::Line, "", Some(month), "quota_used_up")
                    .await?;
                settled.outcome = Outcome::Again { at: now };
            }
            LineOutcome::NotAllowed { message: words } => {
                settled.code = Some(401);
                settled.detail = Some(words);
                let until = now + Duration::minutes(10);
                self.hold(Channel::Line, "", Some(until), "token_refused")
                    .await?;
                settled.outcome = Outcome::Again { at: until };
            }
            LineOutcome::Unclear { reason } => {
                settled.detail = Some(reason);
                settled.outcome = self.unclear(&message, now);
            }
            LineOutcome::Refused {
                position,
                message: words,
            } => {
                settled.code = Some(400);
                settled.detail = Some(words);
                settled.reason = Some("refused_by_line".to_owned());
                if payload.users.len() > 1 {
                    self.take_apart(&message, payload, position, settled.clone())
                        .await?;
                    return Ok(Delivered {
                        attempted: 1,
                        accepted: 0,
                    });
                }
            }
        }
        self.settle(settled).await
    }

    async fn settle(&self, settled: Settled) -> Result<Delivered, PostmanError> {
        let accepted = usize::from(matches!(settled.outcome, Outcome::Accepted { .. }));
        let now = self.clock.now();
        self.write(move |c| notices::settle(c, std::slice::from_ref(&settled), now))
            .await?;
        Ok(Delivered {
            attempted: 1,
            accepted,
        })
    }

    /// The same request under the same key settles it, while LINE remembers the key.
    fn unclear(&self, message: &Claimed, now: NaiveDateTime) -> Outcome {
        if notices::expired(message.first_attempt_at.unwrap_or(now), now) {
            Outcome::InDoubt
        } else {
            Outcome::Again {
                at: after(message, now),
            }
        }
    }

    /// Nobody got a refused chunk: the one LINE names goes alone and the rest together, or each half.
    async fn take_apart(
        &self,
        message: &Claimed,
        payload: LinePayload,
        position: Option<usize>,
        settled: Settled,
    ) -> Result<(), PostmanError> {
        let now = self.clock.now();
        let LinePayload {
            mut users,
            messages,
        } = payload;
        let other = match position.filter(|at| *at < users.len()) {
            Some(at) => vec![users.remove(at)],
            None => users.split_off(users.len() / 2),
        };
        let parts: Vec<(NewMessage, Vec<String>)> = [users, other]
            .into_iter()
            .map(|users| {
                let contacts = users.iter().map(|(contact, _)| contact.clone()).collect();
                (
                    chunk(
                        LinePayload {
                            users,
                            messages: messages.clone(),
                        },
                        message.lane,
                        now,
                    ),
                    contacts,
                )
            })
            .collect();
        let (id, fence, notice_id) = (message.id.clone(), message.fence, message.notice_id.clone());
        let keys = self.keys.clone();
        self.write(move |c| {
            notices::settle_attempt(c, &settled, now)?;
            notices::split(c, (&id, fence), &notice_id, &parts, &keys, now)
        })
        .await
    }
}

/// A chunk as a message, under a retry key of its own.
#[must_use]
pub fn chunk(payload: LinePayload, lane: i32, now: NaiveDateTime) -> NewMessage {
    NewMessage {
        id: ulid::Ulid::new().to_string(),
        channel: Channel::Line,
        lane,
        identity: uuid::Uuid::new_v4().to_string(),
        dated_at: now,
        not_before: now,
        receiver: "line".to_owned(),
        recipients: i32::try_from(payload.users.len()).unwrap_or(i32::MAX),
        payload: serde_json::to_vec(&payload).unwrap_or_default(),
    }
}

fn after(message: &Claimed, now: NaiveDateTime) -> NaiveDateTime {
    let doublings = u32::try_from(message.attempt).unwrap_or_default().min(10);
    now + Duration::seconds((AGAIN_SECONDS << doublings).min(3600))
}

/// The first instant of the next month in Japan, where LINE counts messages by month.
fn next_month(now: NaiveDateTime) -> NaiveDateTime {
    let day = jst_from_utc(now).date();
    let (year, month) = if day.month() == 12 {
        (day.year() + 1, 1)
    } else {
        (day.year(), day.month() + 1)
    };
    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(day);
    utc_from_jst(first.and_time(chrono::NaiveTime::MIN))
}
