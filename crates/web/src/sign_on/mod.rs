//! The city's OpenID provider (庁内アカウント): who somebody is, in the provider's word. Authorization code flow with PKCE;
//! what Kairan makes of the answer is decided in `admin::sso`.

mod fetch;
mod provider;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl};

use crate::admin::Language;
use provider::Client;
pub(crate) use provider::{Fault, Person};

/// The claim that holds the mail address, unless the configuration says otherwise.
pub const MAIL_CLAIM: &str = "email";

/// `[sso]` of the configuration.
#[derive(Clone)]
pub struct SignOnSettings {
    /// The provider, as its discovery document names itself; `https://`, or `http://` on this machine.
    pub issuer: String,
    /// Kairan's name at the provider.
    pub client_id: String,
    /// What only Kairan and the provider know.
    pub client_secret: String,
    /// The words of the button.
    pub label: Option<String>,
    /// Passwords open nothing but the accounts of administrators, for days on which the provider is away.
    pub required: bool,
    /// The claim that holds the mail address.
    pub mail_claim: String,
    /// An address counts only where the provider says that it is verified (`email_verified`).
    pub mail_verified: bool,
    /// The code of the authenticator app is asked for all the same.
    pub ask_code: bool,
    /// How long the provider may take for one answer.
    pub timeout: Duration,
}

/// Why single sign-on cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SignOnError {
    /// The issuer is no address that may be used.
    #[error("{0} is no issuer: it must be an https:// address")]
    Issuer(String),
    /// Something else is missing or wrong.
    #[error("{0}")]
    Setup(String),
}

/// Single sign-on at one provider. Its description and keys are fetched when they are first needed, and again when they are
/// old or a token names a key that is not among them.
pub struct SignOn {
    pub(crate) settings: SignOnSettings,
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: ClientSecret,
    redirect: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, Client)>>,
}

impl SignOn {
    /// Single sign-on for staff whose screens are at `app_url` (with a final slash). Asks nothing yet.
    ///
    /// # Errors
    /// [`SignOnError`] for settings that cannot be right.
    pub fn new(settings: SignOnSettings, app_url: &str) -> Result<Self, SignOnError> {
        let setup = |error: &dyn std::fmt::Display| SignOnError::Setup(error.to_string());
        let issuer = url::Url::parse(&settings.issuer)
            .ok()
            .filter(|url| url.scheme() == "https" || on_this_machine(url))
            .and_then(|_| IssuerUrl::new(settings.issuer.clone()).ok())
            .ok_or_else(|| SignOnError::Issuer(settings.issuer.clone()))?;
        for (name, value) in [
            ("client_id", &settings.client_id),
            ("client_secret", &settings.client_secret),
        ] {
            if value.is_empty() {
                return Err(SignOnError::Setup(format!("{name} is missing")));
            }
        }
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            // An answer that leads elsewhere is none: the addresses come from the provider's description.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| setup(&error))?;
        let redirect = format!("{}/admin/sso/callback", app_url.trim_end_matches('/'));
        Ok(Self {
            issuer,
            client_id: ClientId::new(settings.client_id.clone()),
            secret: ClientSecret::new(settings.client_secret.clone()),
            redirect: RedirectUrl::new(redirect).map_err(|error| setup(&error))?,
            http,
            known: Mutex::default(),
            settings,
        })
    }

    /// Whether the provider answers and its description can be used, for whoever sets it up.
    ///
    /// # Errors
    /// What went wrong, in the provider's or the network's words.
    pub async fn check(&self) -> Result<(), String> {
        self.client(true)
            .await
            .map(drop)
            .map_err(|fault| fault.to_string())
    }

    /// Where the provider leads back to: to be registered there.
    #[must_use]
    pub fn redirect(&self) -> &str {
        self.redirect.as_str()
    }

    /// What the button says.
    pub(crate) fn label<'a>(&'a self, words: &'a Language) -> &'a str {
        let own = self.settings.label.as_deref();
        own.unwrap_or_else(|| words.get("庁内アカウントでログイン"))
    }

    /// The provider's name for itself, under which accounts are linked.
    pub(crate) fn issuer(&self) -> &str {
        &self.settings.issuer
    }
}

fn on_this_machine(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
