//! What the fake remembers, and what it answers because of it.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use actix_web::HttpRequest;
use serde_json::{Value, json};

use super::{Accepted, Behaviour, Fault};

#[derive(Default)]
pub(super) struct State {
    pub(super) accepted: Vec<Accepted>,
    pub(super) replies: Vec<Value>,
    pub(super) keys: BTreeMap<String, (Vec<u8>, String, Instant)>,
    pub(super) delivered: BTreeMap<String, u32>,
    pub(super) faults: VecDeque<Fault>,
    pub(super) problems: Vec<String>,
    pub(super) used: u64,
    pub(super) requests: u64,
    pub(super) second: Option<(Instant, u32)>,
    pub(super) offset: Duration,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Value,
    pub(super) wait: Option<Duration>,
}

impl Answer {
    fn error(status: u16, message: &str) -> Self {
        Self {
            status,
            headers: vec![],
            body: json!({ "message": message }),
            wait: None,
        }
    }
}

impl State {
    pub(super) fn receive(
        &mut self,
        behaviour: &Behaviour,
        request: &HttpRequest,
        body: &[u8],
    ) -> Answer {
        let header = |name: &str| {
            request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        if !header("authorization").starts_with("Bearer ") {
            return Answer::error(401, "Authentication failed");
        }
        let now = Instant::now() + self.offset;
        let fault = self.faults.pop_front();
        if fault == Some(Fault::TooFast) || self.over_rate(now, behaviour.rate) {
            return Answer::error(
                429,
                "The API rate limit has been exceeded. Try again later.",
            );
        }
        if fault == Some(Fault::ErrorBefore) {
            return Answer::error(500, "Internal error");
        }
        let key = header("x-line-retry-key").to_owned();
        if key.is_empty() {
            self.problems
                .push("a request without X-Line-Retry-Key".to_owned());
        }
        if let Some(seen) = self.seen_before(&key, body, now) {
            return seen;
        }
        let recipients = match recipients_of(body) {
            Ok(recipients) => recipients,
            Err(message) => {
                self.problems.push(message.clone());
                return Answer::error(400, &message);
            }
        };
        if let Some(at) = recipients
            .iter()
            .position(|user| behaviour.unknown.contains(user))
        {
            let words = format!("The property, to[{at}], in the request body is invalid");
            return Answer::error(400, &words);
        }
        let reached: Vec<&String> = recipients
            .iter()
            .filter(|user| !behaviour.blocked.contains(*user))
            .collect();
        if behaviour
            .quota
            .is_some_and(|quota| self.used + reached.len() as u64 > quota)
        {
            return Answer::error(429, "You have reached your monthly limit.");
        }
        self.used += reached.len() as u64;
        for user in reached {
            *self.delivered.entry(user.clone()).or_default() += 1;
        }
        let id = format!("request-{}", self.accepted.len() + 1);
        self.keys
            .insert(key.clone(), (body.to_vec(), id.clone(), now));
        let parsed = serde_json::from_slice(body).unwrap_or(Value::Null);
        self.accepted.push(Accepted {
            at: Instant::now(),
            body: parsed,
            retry_key: key,
        });
        match fault {
            Some(Fault::ErrorAfter) => Answer::error(500, "Internal error"),
            other => Answer {
                status: 200,
                headers: vec![("x-line-request-id", id)],
                body: json!({}),
                wait: match other {
                    Some(Fault::SilentAfter(wait)) => Some(wait),
                    _ => None,
                },
            },
        }
    }

    /// 409 for a key accepted within 24 hours; after that the same key is a new request.
    fn seen_before(&mut self, key: &str, body: &[u8], now: Instant) -> Option<Answer> {
        let (first, id, at) = self.keys.get(key)?;
        if now.duration_since(*at) >= Duration::from_secs(24 * 3600) {
            return None;
        }
        if first != body {
            self.problems
                .push(format!("the retry under key {key} is not byte-identical"));
        }
        let mut answer = Answer::error(409, "The retry key is already accepted");
        answer.headers = vec![("x-line-accepted-request-id", id.clone())];
        Some(answer)
    }

    fn over_rate(&mut self, now: Instant, rate: u32) -> bool {
        match &mut self.second {
            Some((start, count)) if now.duration_since(*start) < Duration::from_secs(1) => {
                *count += 1;
                *count > rate
            }
            second => {
                *second = Some((now, 1));
                false
            }
        }
    }
}

fn recipients_of(body: &[u8]) -> Result<Vec<String>, String> {
    let parsed: Value =
        serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
    let messages = parsed["messages"].as_array().map_or(0, Vec::len);
    if !(1..=5).contains(&messages) {
        return Err(format!("{messages} messages, where 1 to 5 are allowed"));
    }
    let to = parsed["to"].as_array().ok_or("to is not a list")?;
    if !(1..=500).contains(&to.len()) {
        return Err(format!(
            "{} recipients, where 1 to 500 are allowed",
            to.len()
        ));
    }
    to.iter()
        .map(|id| {
            id.as_str()
                .map(str::to_owned)
                .ok_or_else(|| "an id that is no text".to_owned())
        })
        .collect()
}
