//! A stateful fake of LINE's Messaging API on a random loopback port.
//!
//! It remembers retry keys for 24 hours, answers 409 to an accepted one, limits the rate, keeps a monthly quota, drops messages
//! to blocked users silently, and can fail before or after it has accepted. Each body can be handed to outside judges.

mod judge;
mod state;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use serde_json::{Value, json};

use state::State;

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
    /// When.
    pub at: Instant,
    /// The body.
    pub body: Value,
    /// Its retry key.
    pub retry_key: String,
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
                        .route("/v2/bot/message/reply", web::post().to(reply))
                        .route("/v2/bot/user/{user}/linkToken", web::post().to(link_token))
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

    /// Bodies of the replies so far, in order.
    #[must_use]
    pub fn replies(&self) -> Vec<Value> {
        self.shared.state().replies.clone()
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
    judged(&shared, &request, &body).await;
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

/// Takes a reply token once; answers 400 to the next.
async fn reply(shared: web::Data<Shared>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    judged(&shared, &request, &body).await;
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut state = shared.state();
    let used = state
        .replies
        .iter()
        .any(|one| one["replyToken"] == body["replyToken"]);
    if used {
        return HttpResponse::BadRequest().json(json!({ "message": "Invalid reply token" }));
    }
    state.replies.push(body);
    HttpResponse::Ok().json(json!({ "sentMessages": [] }))
}

/// The token names its user, for tests to recognise.
async fn link_token(
    shared: web::Data<Shared>,
    request: HttpRequest,
    user: web::Path<String>,
) -> HttpResponse {
    judged(&shared, &request, b"").await;
    if shared.behaviour().blocked.contains(user.as_str()) {
        return HttpResponse::NotFound().json(json!({ "message": "Not found" }));
    }
    HttpResponse::Ok().json(json!({ "linkToken": format!("token-of-{user}") }))
}

async fn judged(shared: &Shared, request: &HttpRequest, body: &[u8]) {
    if let Some(judge) = shared.behaviour().judge
        && let Err(problem) = judge::ask(&shared.http, &judge, request, body).await
    {
        shared.state().problems.push(problem);
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
