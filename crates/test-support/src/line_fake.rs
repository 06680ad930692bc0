//! A stateful fake of LINE's Messaging API on a random loopback port.
//!
//! It remembers retry keys for 24 hours, answers 409 to an accepted one, limits the rate, keeps a monthly quota, drops messages
//! to blocked users silently, and can fail before or after it has accepted. Each body can be handed to outside judges.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use serde_json::{Value, json};

/// A failure for the next requests, one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 500, and nothing accepted.
    ErrorBefore,
    /// Accepted, yet 500.
    ErrorAfter,
    /// Accepted, yet no answer for this long.
    SilentAfter(Duration),
    /// 429 with the words for the rate.
    TooFast,
}

/// How the fake behaves.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// Users who blocked the account: accepted, not delivered, not counted.
    pub blocked: BTreeSet<String>,
    /// Ids that LINE does not know: 400 naming the first of them.
    pub unknown: BTreeSet<String>,
    /// Messages a month; `None` = unlimited.
    pub quota: Option<u64>,
    /// Requests a second.
    pub rate: u32,
    /// Address of the judging service; each body is sent there.
    pub judge: Option<String>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            blocked: BTreeSet::new(),
            unknown: BTreeSet::new(),
            quota: None,
            rate: 200,
            judge: std::env::var("KAIRAN_TEST_LINE_JUDGE_URL")
                .ok()
                .filter(|url| !url.is_empty()),
        }
    }
}

/// One accepted request.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The body.
    pub body: Value,
    /// Its retry key.
    pub retry_key: String,
}

#[derive(Default)]
struct State {
    accepted: Vec<Accepted>,
    keys: BTreeMap<String, (Vec<u8>, String, Instant)>,
    delivered: BTreeMap<String, u32>,
    faults: VecDeque<Fault>,
    problems: Vec<String>,
    used: u64,
    requests: u64,
    second: Option<(Instant, u32)>,
    offset: Duration,
}

struct Shared {
    state: Mutex<State>,
    behaviour: Mutex<Behaviour>,
    http: reqwest::Client,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn behaviour(&self) -> Behaviour {
        self.behaviour
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The running fake; it stops when dropped.
pub struct LineFake {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    shared: Arc<Shared>,
    handle: ServerHandle,
}

impl LineFake {
    /// Starts it on a thread of its own.
    ///
    /// # Panics
    /// When no loopback port can be had.
    #[must_use]
    pub fn start(behaviour: Behaviour) -> Self {
        // A second installation is an error that changes nothing.
        drop(rustls::crypto::ring::default_provider().install_default());
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            behaviour: Mutex::new(behaviour),
            http: reqwest::Client::new(),
        });
        let (report, started) = mpsc::channel();
        let for_server = Arc::clone(&shared);
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(web::Data::from(Arc::clone(&for_server)))
                        .app_data(web::PayloadConfig::new(4 * 1024 * 1024))
                        .route("/v2/bot/message/multicast", web::post().to(multicast))
                        .route("/v2/bot/message/quota", web::get().to(quota))
                        .route(
                            "/v2/bot/message/quota/consumption",
                            web::get().to(consumption),
                        )
                })
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .expect("a loopback port");
                let port = server.addrs()[0].port();
                let running = server.run();
                report
                    .send((port, running.handle()))
                    .expect("the starter waits");
                drop(running.await);
            });
        });
        let (port, handle) = started.recv().expect("the fake starts");
        Self {
            url: format!("http://127.0.0.1:{port}"),
            shared,
            handle,
        }
    }

    /// Makes the next requests fail, one fault each.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.state().faults.extend(faults);
    }

    /// Changes its behaviour from now on.
    pub fn configure(&self, change: impl FnOnce(&mut Behaviour)) {
        change(
            &mut self
                .shared
                .behaviour
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Moves its clock forward, for keys that grow old.
    pub fn advance(&self, by: Duration) {
        self.shared.state().offset += by;
    }

    /// Requests accepted so far, in order.
    #[must_use]
    pub fn accepted(&self) -> Vec<Accepted> {
        self.shared.state().accepted.clone()
    }

    /// How many messages each user has received.
    #[must_use]
    pub fn delivered(&self) -> BTreeMap<String, u32> {
        self.shared.state().delivered.clone()
    }

    /// All requests, accepted or not.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.state().requests
    }

    /// What the judges and the fake itself object to in the requests so far.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        self.shared.state().problems.clone()
    }
}

impl Drop for LineFake {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn multicast(
    shared: web::Data<Shared>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let behaviour = shared.behaviour();
    shared.state().requests += 1;
    if let Some(judge) = &behaviour.judge
        && let Err(problem) = ask_judge(&shared.http, judge, &request, &body).await
    {
        shared.state().problems.push(problem);
    }
    let answer = shared.state().receive(&behaviour, &request, &body);
    if let Some(wait) = answer.wait {
        tokio::time::sleep(wait).await;
    }
    let mut response = HttpResponse::build(
        actix_web::http::StatusCode::from_u16(answer.status).expect("a status"),
    );
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    response.json(answer.body)
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Value,
    wait: Option<Duration>,
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
    fn receive(&mut self, behaviour: &Behaviour, request: &HttpRequest, body: &[u8]) -> Answer {
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

async fn ask_judge(
    http: &reqwest::Client,
    judge: &str,
    request: &HttpRequest,
    body: &[u8],
) -> Result<(), String> {
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                value.to_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let question = json!({
        "method": "POST",
        "path": request.path(),
        "headers": headers,
        "body": String::from_utf8_lossy(body),
    });
    let address = format!("{}/judge", judge.trim_end_matches('/'));
    let answer = http
        .post(address)
        .json(&question)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let verdict: Value = answer.json().await.map_err(|error| error.to_string())?;
    if verdict["ok"] == Value::Bool(true) {
        Ok(())
    } else {
        Err(format!("the judges object: {}", verdict["problems"]))
    }
}

async fn quota(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(match shared.behaviour().quota {
        Some(value) => json!({ "type": "limited", "value": value }),
        None => json!({ "type": "none" }),
    })
}

async fn consumption(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "totalUsage": shared.state().used }))
}
