//! Single sign-on, with a provider that may misbehave.

mod entering;
mod linking;
mod refusing;
mod requiring;

use std::time::Duration;

use kairan_db::AnyConnection;
use kairan_db::staff::{self, Account, Grant, NewAccount, Role};
use kairan_test_support::oidc_provider::{CLIENT_ID, CLIENT_SECRET, OidcProvider};
use kairan_web::{MAIL_CLAIM, SignOn, SignOnSettings};
use reqwest::Response;
use serde_json::json;

use super::Browser;
use crate::house::{House, now};

const MAIL: &str = "tanaka@city.example.lg.jp";

fn provider() -> OidcProvider {
    let provider = OidcProvider::start(|| now().and_utc().timestamp());
    provider.person(json!({ "sub": "s-1", "email": MAIL, "email_verified": true }));
    provider
}

/// Houses whose staff log in at this provider.
async fn houses(provider: &OidcProvider, change: impl Fn(&mut SignOnSettings)) -> Vec<House> {
    let mut settings = SignOnSettings {
        issuer: provider.url.clone(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        label: None,
        required: false,
        mail_claim: MAIL_CLAIM.to_owned(),
        mail_verified: true,
        ask_code: false,
        timeout: Duration::from_secs(2),
    };
    change(&mut settings);
    let furnish = move |app: kairan_web::App| {
        let sign_on = SignOn::new(settings.clone(), "https://www.example.jp/").unwrap();
        app.with_sign_on(sign_on)
    };
    House::each_furnished(&furnish).await
}

/// Somebody whom an administrator invited.
async fn invited(house: &House, mail: &'static str) -> Account {
    let now = house.ctx.clock.now();
    let make = move |c: &mut AnyConnection| {
        let new = NewAccount {
            mail,
            name: "田中 一郎",
            lang: "ja",
            grants: &[Grant::everywhere(Role::Author)],
        };
        Ok(staff::create(c, &new, now)?.unwrap())
    };
    house.ctx.write(make).await.unwrap()
}

/// Where a button leads: the provider's address.
fn led(answer: &Response) -> String {
    assert_eq!(answer.status(), 200);
    let refresh = answer.headers()["refresh"].to_str().unwrap();
    refresh.strip_prefix("0; url=").unwrap().to_owned()
}

/// Presses the button of the log-in page.
async fn press(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    led(&browser.send("/admin/sso", fields).await)
}

/// At the provider: where it leads back to.
async fn visit(house: &House, address: &str) -> String {
    let answer = house.client.get(address).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    back.strip_prefix("https://www.example.jp")
        .unwrap()
        .to_owned()
}

/// The whole way.
async fn come(house: &House, browser: &mut Browser) -> Response {
    let address = press(browser, &[]).await;
    let back = visit(house, &address).await;
    browser.get(&back).await
}

/// Whether the browser is logged in.
async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/admin/account").await.status() == 200
}
