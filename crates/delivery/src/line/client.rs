//! A thin client over the few endpoints in use; the official generated clients drop response headers.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

/// Why no LINE client could be made.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The address of the API is no URL, or TLS cannot start.
    #[error("the LINE API at {url} cannot be used: {reason}; check [line] api_url")]
    Setup {
        /// The address given.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A question such as the quota, or a reply, failed.
    #[error("LINE did not take a request about {what}: {reason}")]
    Read {
        /// What was asked.
        what: &'static str,
        /// What went wrong.
        reason: String,
    },
}

/// What became of one multicast request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineOutcome {
    /// 200, or 409 for a retry of what was accepted before.
    Accepted {
        /// `x-line-request-id`, or `x-line-accepted-request-id` of the first one.
        request_id: Option<String>,
    },
    /// 429: too fast. Nobody got it; the same key later.
    TooFast,
    /// 429: the month's quota is used up. Nobody got it; staff must know.
    QuotaUsedUp,
    /// 400: nobody got it. `position` is the index in `to` that LINE names, if it names one.
    Refused {
        /// Index into `to`.
        position: Option<usize>,
        /// LINE's words.
        message: String,
    },
    /// 401 or 403: the channel's token is not accepted. Nobody got it.
    NotAllowed {
        /// LINE's words.
        message: String,
    },
    /// 5xx, a broken connection or no answer: it may have been accepted. The same request with the same key settles it.
    Unclear {
        /// What happened.
        reason: String,
    },
}

/// The month's quota of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Messages a month; `None` = unlimited.
    pub limit: Option<u64>,
    /// Used so far, approximately.
    pub used: u64,
}

/// LINE's Messaging API under one channel's token.
#[derive(Clone)]
pub struct LineClient {
    http: reqwest::Client,
    base: String,
    token: String,
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    message: String,
}

impl LineClient {
    /// A client for the API at `base` (`https://api.line.me`), with `timeout` per request.
    pub fn new(base: &str, token: &str, timeout: Duration) -> Result<Self, LineError> {
        let setup = |reason: String| LineError::Setup {
            url: base.to_owned(),
            reason,
        };
        url::Url::parse(base).map_err(|error| setup(error.to_string()))?;
        let http = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| setup(error.to_string()))?;
        Ok(Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
        })
    }

    /// Sends a frozen multicast body under its retry key. Repeating the call with the same two is safe for 24 hours
    /// from the first time, and only then.
    pub async fn multicast(&self, body: Vec<u8>, retry_key: &str) -> LineOutcome {
        let request = self
            .http
            .post(format!("{}/v2/bot/message/multicast", self.base))
            .bearer_auth(&self.token)
            .header("X-Line-Retry-Key", retry_key)
            .header("Content-Type", "application/json")
            .body(body);
        match request.send().await {
            Ok(response) => outcome_of(response).await,
            Err(error) => LineOutcome::Unclear {
                reason: error.without_url().to_string(),
            },
        }
    }

    /// A token by which this user's account can be linked: good once, for ten minutes.
    ///
    /// # Errors
    /// [`LineError::Read`], also where the user has left.
    pub async fn link_token(&self, user_id: &str) -> Result<String, LineError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            link_token: String,
        }
        let fail = |error: reqwest::Error| LineError::Read {
            what: "a link token",
            reason: error.without_url().to_string(),
        };
        let mut address = self.address("/v2/bot/user")?;
        if let Ok(mut path) = address.path_segments_mut() {
            path.push(user_id).push("linkToken");
        }
        let request = self.http.post(address).bearer_auth(&self.token);
        let answer = request
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        let answer: Answer = answer.map_err(fail)?.json().await.map_err(fail)?;
        Ok(answer.link_token)
    }

    /// Answers an event of the webhook. A reply token is good once and for about a minute, so that a second attempt reaches nobody.
    ///
    /// # Errors
    /// [`LineError::Read`].
    pub async fn reply(&self, reply_token: &str, messages: &Value) -> Result<(), LineError> {
        let request = self
            .http
            .post(self.address("/v2/bot/message/reply")?)
            .bearer_auth(&self.token)
            .header("Content-Type", "application/json")
            .body(json!({ "replyToken": reply_token, "messages": messages }).to_string());
        let answer = request
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        answer.map(drop).map_err(|error| LineError::Read {
            what: "a reply",
            reason: error.without_url().to_string(),
        })
    }

    fn address(&self, path: &str) -> Result<url::Url, LineError> {
        url::Url::parse(&format!("{}{path}", self.base)).map_err(|error| LineError::Setup {
            url: self.base.clone(),
            reason: error.to_string(),
        })
    }

    /// The month's quota and what is used of it.
    pub async fn quota(&self) -> Result<Quota, LineError> {
        #[derive(Deserialize)]
        struct Limit {
            #[serde(rename = "type")]
            kind: String,
            #[serde(default)]
            value: u64,
        }
        #[derive(Deserialize)]
        struct Consumption {
            #[serde(rename = "totalUsage")]
            total: u64,
        }
        let limit: Limit = self.read("/v2/bot/message/quota", "the quota").await?;
        let used: Consumption = self
            .read("/v2/bot/message/quota/consumption", "the quota used")
            .await?;
        Ok(Quota {
            limit: (limit.kind == "limited").then_some(limit.value),
            used: used.total,
        })
    }

    async fn read<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        what: &'static str,
    ) -> Result<T, LineError> {
        let fail = |error: reqwest::Error| LineError::Read {
            what,
            reason: error.without_url().to_string(),
        };
        let request = self
            .http
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        let response = request
            .send()
            .await
            .map_err(fail)?
            .error_for_status()
            .map_err(fail)?;
        response.json().await.map_err(fail)
    }
}

async fn outcome_of(response: reqwest::Response) -> LineOutcome {
    let status = response.status().as_u16();
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let request_id = header("x-line-request-id");
    let accepted_id = header("x-line-accepted-request-id");
    if status == 200 {
        return LineOutcome::Accepted { request_id };
    }
    if status == 409 {
        return LineOutcome::Accepted {
            request_id: accepted_id.or(request_id),
        };
    }
    let text = response.text().await.unwrap_or_default();
    let message = serde_json::from_str::<ErrorBody>(&text)
        .map(|body| body.message)
        .unwrap_or(text);
    match status {
        400 | 413 => LineOutcome::Refused {
            position: named_position(&message),
            message,
        },
        401 | 403 => LineOutcome::NotAllowed { message },
        429 if message.contains("monthly limit") => LineOutcome::QuotaUsedUp,
        429 => LineOutcome::TooFast,
        _ => LineOutcome::Unclear {
            reason: format!("HTTP {status}: {message}"),
        },
    }
}

/// The index in LINE's words «The property, to[1], in the request body is invalid».
fn named_position(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once("to[")?;
    rest.split_once(']')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::named_position;

    #[test]
    fn finds_the_recipient_line_names() {
        let words = "The property, to[17], in the request body is invalid (line: -, column: -)";
        assert_eq!(named_position(words), Some(17));
        assert_eq!(named_position("Failed to send messages"), None);
    }
}
