//! How long to wait after failed log-ins. Failures are counted in the database by account and by address; a browser in
//! which the person has logged in before has a count of its own (OWASP: device cookies), so that a stranger who fails on
//! purpose keeps nobody out of their own office.

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::{HttpRequest, HttpResponse};
use kairan_db::audit;
use kairan_db::seal::{Keyring, normalise_mail};
use kairan_db::staff::{self, Account, Wait};
use rand::RngCore as _;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::error::Result;
use crate::limit;

const COOKIE: &str = "kairan_browser";
/// How long a browser is known, in days.
const KNOWN: i64 = 365;

/// Where failures of one log-in are counted.
pub(crate) struct Patience {
    places: Vec<(String, Wait)>,
}

impl Patience {
    /// For somebody who gives this address, in this browser. The same whether it is anybody's address.
    pub(super) fn of(app: &App, request: &HttpRequest, mail: &str) -> Self {
        let mail = normalise_mail(mail).unwrap_or_default();
        if let Some(browser) = browser(&app.ctx.keys, request, &mail) {
            return Self {
                places: vec![(format!("browser:{browser}"), Wait::ACCOUNT)],
            };
        }
        let mut places = vec![(account_place(&app.ctx.keys, &mail), Wait::ACCOUNT)];
        if let Some(network) = limit::place(request) {
            places.push((format!("address:{network}"), Wait::ADDRESS));
        }
        Self { places }
    }

    /// For the second factor of an account.
    pub(crate) fn of_code(account: &Account) -> Self {
        Self {
            places: vec![(code_place(account), Wait::ACCOUNT)],
        }
    }

    /// How many seconds are still to be waited; `None` where none.
    pub(crate) async fn wait(&self, app: &App) -> Result<Option<i64>> {
        let places: Vec<String> = self.places.iter().map(|(place, _)| place.clone()).collect();
        let now = app.ctx.clock.now();
        let left = app
            .ctx
            .read(move |c| {
                let places: Vec<&str> = places.iter().map(String::as_str).collect();
                staff::wait(c, &places, now)
            })
            .await?;
        Ok((left > chrono::Duration::zero()).then(|| left.num_seconds() + 1))
    }

    /// Counts a failure, and writes it down.
    pub(crate) async fn failed(self, app: &App, request: &HttpRequest) -> Result<()> {
        let (origin, now) = (limit::origin(request), app.ctx.clock.now());
        app.ctx
            .write(move |c| {
                let mut count = 0;
                for (place, patience) in &self.places {
                    count = count.max(staff::count_failure(c, place, *patience, now)?);
                }
                let actor = audit::Actor {
                    key: "visitor",
                    origin: &origin,
                };
                // Neither the address that was typed nor whose it is: people type passwords into that field.
                let detail = json!({ "failures": count });
                audit::record(c, actor, "staff.login-failed", "login", &detail, now)?;
                Ok(())
            })
            .await?;
        Ok(())
    }
}

/// After a complete log-in: the account's failures are forgotten, and this browser is known from now on.
pub(super) async fn remember(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    answer: &mut HttpResponse,
) -> Result<()> {
    let keys = &app.ctx.keys;
    let known = browser(keys, request, &account.mail);
    let mut places = vec![account_place(keys, &account.mail), code_place(account)];
    places.extend(known.iter().map(|browser| format!("browser:{browser}")));
    app.ctx
        .write(move |c| {
            places
                .iter()
                .try_for_each(|place| staff::clear_failures(c, place))
        })
        .await?;
    if known.is_none() {
        let mut nonce = [0; 16];
        rand::rng().fill_bytes(&mut nonce);
        let nonce = hex::encode(nonce);
        let proof = proof(keys, &nonce, &account.mail);
        let cookie = Cookie::build(COOKIE, format!("{nonce}.{proof}"))
            .path("/admin/login")
            .http_only(true)
            .secure(app.is_tls())
            .same_site(SameSite::Lax)
            .max_age(time::Duration::days(KNOWN))
            .finish();
        super::put(answer, &cookie);
    }
    Ok(())
}

/// Forgets the failures of an account whose owner has proved to read its mail.
pub(super) fn forgive(
    c: &mut kairan_db::AnyConnection,
    keys: &Keyring,
    account: &Account,
) -> kairan_db::Result<()> {
    staff::clear_failures(c, &account_place(keys, &account.mail))
}

fn account_place(keys: &Keyring, mail: &str) -> String {
    format!(
        "account:{}",
        keys.blind_index("staff-failures", mail).as_str()
    )
}

fn code_place(account: &Account) -> String {
    format!("code:{}", account.id)
}

/// The number of a browser in which this address has logged in before.
fn browser(keys: &Keyring, request: &HttpRequest, mail: &str) -> Option<String> {
    let cookie = request.cookie(COOKIE)?;
    let (nonce, given) = cookie.value().split_once('.')?;
    let wanted = proof(keys, nonce, mail);
    bool::from(wanted.as_bytes().ct_eq(given.as_bytes())).then(|| nonce.to_owned())
}

fn proof(keys: &Keyring, nonce: &str, mail: &str) -> String {
    let proof = keys.blind_index("staff-browser", &format!("{nonce}:{mail}"));
    proof.as_str().to_owned()
}
