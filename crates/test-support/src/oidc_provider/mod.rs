//! An OpenID provider on a random loopback port: discovery, keys, the page people come to (which lets everybody pass as
//! whoever the test says), and a token endpoint that checks client, code and PKCE. It can misbehave.

mod key;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

use key::Key;

/// Kairan's name at the provider.
pub const CLIENT_ID: &str = "kairan";
/// What they share; with letters that Basic authentication must encode.
pub const CLIENT_SECRET: &str = "s3cret: of/both+";

/// What the provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The person, or the provider, breaks off: `error=access_denied`.
    Denied,
    /// A token with somebody else's nonce.
    Nonce,
    /// A token without a nonce.
    NoNonce,
    /// A token for another client.
    Audience,
    /// A token for this client and another.
    TwoAudiences,
    /// A token of another issuer.
    Issuer,
    /// A token of two hours ago.
    Expired,
    /// A token signed with a key that is not the provider's, under the name of one that is.
    OtherKey,
    /// `alg: none`.
    Unsigned,
    /// Signed with the secret that both share (HS256).
    Shared,
    /// An access token alone.
    NoToken,
    /// The token endpoint answers after this long.
    Slow(Duration),
    /// 500 for a code.
    Broken,
    /// 500 for the description.
    Away,
    /// A description that does not end.
    Endless,
}

/// What the token endpoint wants of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Basic, as most.
    Basic,
    /// In the form.
    Post,
}

struct Code {
    nonce: Option<String>,
    challenge: String,
    redirect: String,
    claims: Value,
}

struct State {
    key: Key,
    keys_made: u32,
    claims: Value,
    wrong: Option<Wrong>,
    auth: Auth,
    codes: HashMap<String, Code>,
    made: u64,
    problems: Vec<String>,
    tokens: u64,
}

struct Shared {
    url: Mutex<String>,
    state: Mutex<State>,
    /// Seconds since 1970.
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn url(&self) -> String {
        self.url
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The running provider; it stops when dropped.
pub struct OidcProvider {
    /// `http://127.0.0.1:PORT`: its issuer.
    pub url: String,
    shared: Arc<Shared>,
    handle: ServerHandle,
}

impl OidcProvider {
    /// Starts it on a thread of its own, with a clock that tells seconds since 1970.
    ///
    /// # Panics
    /// When no loopback port can be had.
    #[must_use]
    pub fn start(clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared {
            url: Mutex::default(),
            state: Mutex::new(State {
                key: Key::elliptic("key-1"),
                keys_made: 1,
                claims: json!({}),
                wrong: None,
                auth: Auth::Basic,
                codes: HashMap::new(),
                made: 0,
                problems: Vec::new(),
                tokens: 0,
            }),
            clock: Box::new(clock),
        });
        let (report, started) = mpsc::channel();
        let for_server = Arc::clone(&shared);
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(web::Data::from(Arc::clone(&for_server)))
                        .route(
                            "/.well-known/openid-configuration",
                            web::get().to(description),
                        )
                        .route("/keys", web::get().to(keys))
                        .route("/authorize", web::get().to(authorize))
                        .route("/token", web::post().to(token::token))
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
        let (port, handle) = started.recv().expect("the provider starts");
        let url = format!("http://127.0.0.1:{port}");
        url.clone_into(&mut shared.url.lock().unwrap_or_else(PoisonError::into_inner));
        Self {
            url,
            shared,
            handle,
        }
    }

    /// Whoever comes from now on is this person: `sub`, and whatever claims there are.
    pub fn person(&self, claims: Value) {
        self.shared.state().claims = claims;
    }

    /// Does this wrong from now on, or nothing.
    pub fn wrong(&self, wrong: impl Into<Option<Wrong>>) {
        self.shared.state().wrong = wrong.into();
    }

    /// Wants the client's secret in this way.
    pub fn auth(&self, auth: Auth) {
        self.shared.state().auth = auth;
    }

    /// Signs with a new key, and forgets the old one.
    pub fn rotate(&self) {
        let mut state = self.shared.state();
        state.keys_made += 1;
        state.key = Key::elliptic(&format!("key-{}", state.keys_made));
    }

    /// As [`OidcProvider::rotate`], to RSA, which most providers use. Takes a moment.
    pub fn rotate_to_rsa(&self) {
        let key = Key::rsa("key-rsa");
        self.shared.state().key = key;
    }

    /// What Kairan did that a provider would not take.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        self.shared.state().problems.clone()
    }

    /// How many tokens were given out.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.shared.state().tokens
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn description(shared: web::Data<Shared>) -> HttpResponse {
    let (wrong, auth) = {
        let state = shared.state();
        (state.wrong, state.auth)
    };
    match wrong {
        Some(Wrong::Away) => return HttpResponse::InternalServerError().finish(),
        Some(Wrong::Endless) => {
            return HttpResponse::Ok()
                .content_type("application/json")
                .body(" ".repeat(8 * 1024 * 1024));
        }
        _ => {}
    }
    let url = shared.url();
    HttpResponse::Ok().json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // As careless as some are: what a client believes is its own to say.
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
        "token_endpoint_auth_methods_supported": [match auth {
            Auth::Basic => "client_secret_basic",
            Auth::Post => "client_secret_post",
        }],
    }))
}

async fn keys(shared: web::Data<Shared>) -> HttpResponse {
    // One that no library knows stands beside it: it must not break the others.
    let unknown = json!({ "kty": "future", "kid": "x", "use": "sig" });
    HttpResponse::Ok().json(json!({ "keys": [unknown, shared.state().key.public()] }))
}

/// The page on which people would type their password: leads back at once.
async fn authorize(shared: web::Data<Shared>, request: HttpRequest) -> HttpResponse {
    let asked: HashMap<String, String> =
        url::form_urlencoded::parse(request.query_string().as_bytes())
            .into_owned()
            .collect();
    let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let (url, mut state) = (shared.url(), shared.state());
    for (name, good) in [
        ("client_id", get("client_id") == CLIENT_ID),
        ("response_type", get("response_type") == "code"),
        (
            "scope",
            get("scope").split(' ').any(|scope| scope == "openid"),
        ),
        ("state", get("state").len() >= 16),
        ("nonce", get("nonce").len() >= 16),
        ("code_challenge", get("code_challenge").len() == 43),
        (
            "code_challenge_method",
            get("code_challenge_method") == "S256",
        ),
    ] {
        if !good {
            state.problems.push(format!("authorize: {name}"));
        }
    }
    state.made += 1;
    let code = format!("code-{}", state.made);
    let mut back = url::Url::parse(&get("redirect_uri")).expect("a redirect_uri");
    let mut pairs = back.query_pairs_mut();
    pairs.append_pair("state", &get("state"));
    if state.wrong == Some(Wrong::Denied) {
        pairs.append_pair("error", "access_denied");
    } else {
        pairs.append_pair("code", &code).append_pair("iss", &url);
    }
    drop(pairs);
    let kept = Code {
        nonce: asked.get("nonce").cloned(),
        challenge: get("code_challenge"),
        redirect: get("redirect_uri"),
        claims: state.claims.clone(),
    };
    state.codes.insert(code, kept);
    HttpResponse::Found()
        .insert_header(("location", back.as_str()))
        .finish()
}
