//! LINE's webhook, and linking from the button in LINE to the webhook that names the nonce.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac as _};
use kairan_db::citizens::{self, NOTICE_PURPOSE, NewCitizen, NewConsent, Preferences};
use kairan_db::notices::Channel;
use kairan_delivery::channel::LineChannel;
use kairan_delivery::line::LineClient;
use kairan_pipeline::line;
use kairan_test_support::line_fake::{Behaviour, LineFake};
use reqwest::Response;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::house::{House, LINE_SECRET, between, now};

const USER: &str = "U0123456789abcdef0123456789abcdef";

fn signed(body: &str, secret: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    BASE64.encode(mac.chain_update(body).finalize().into_bytes())
}

async fn tell(house: &House, events: &Value) -> Response {
    let body = json!({ "destination": "U00", "events": events }).to_string();
    let signature = signed(&body, LINE_SECRET);
    house
        .post_raw("/line/webhook", body, &[("x-line-signature", &signature)])
        .await
}

fn event(id: &str, kind: &str, seconds: i64) -> Value {
    json!({
        "type": kind, "webhookEventId": id, "mode": "active",
        "timestamp": now().and_utc().timestamp_millis() + seconds * 1000,
        "source": { "type": "user", "userId": USER },
        "deliveryContext": { "isRedelivery": false },
    })
}

async fn citizen(house: &House) -> String {
    let keys = house.ctx.keys.clone();
    let new = NewCitizen {
        key: None,
        lang: "ja".into(),
        facts: kairan_audience::Facts::from_json(&json!({})).unwrap(),
        preferences: Preferences::default(),
        mails: vec!["hanako@example.jp".into()],
        line: None,
        consents: vec![NewConsent {
            channel: Channel::Mail,
            purpose: NOTICE_PURPOSE.into(),
            granted: true,
            version: "1".into(),
            source: "register".into(),
        }],
    };
    let load = move |c: &mut kairan_db::AnyConnection| {
        citizens::load(c, &keys, std::slice::from_ref(&new), now())
    };
    house.ctx.write(load).await.unwrap().remove(0)
}

/// Whether LINE is linked, whether it is usable, and whether there is consent.
async fn line_of(house: &House, key: &str) -> (bool, bool, bool) {
    let key = key.to_owned();
    let person = house
        .ctx
        .read(move |c| citizens::recipients(c, &[key]))
        .await
        .unwrap()
        .remove(0);
    let contact = person
        .contacts
        .iter()
        .find(|one| one.channel == Channel::Line);
    (
        contact.is_some(),
        contact.is_some_and(kairan_db::citizens::Contact::is_usable),
        person.permits(Channel::Line, NOTICE_PURPOSE),
    )
}

#[tokio::test]
async fn only_line_itself_is_listened_to() {
    let house = House::new().await;
    let body = json!({ "destination": "U00", "events": [] }).to_string();
    let post = |headers: Vec<(&'static str, String)>, body: String| {
        let house = &house;
        async move {
            let headers: Vec<_> = headers.iter().map(|(k, v)| (*k, v.as_str())).collect();
            house
                .post_raw("/line/webhook", body, &headers)
                .await
                .status()
                .as_u16()
        }
    };
    // LINE's own check of the address: no events.
    let good = signed(&body, LINE_SECRET);
    assert_eq!(
        post(vec![("x-line-signature", good.clone())], body.clone()).await,
        200
    );
    assert_eq!(post(vec![], body.clone()).await, 401);
    let wrong = signed(&body, "another secret");
    assert_eq!(
        post(vec![("x-line-signature", wrong)], body.clone()).await,
        401
    );
    assert_eq!(
        post(vec![("x-line-signature", good)], format!("{body} ")).await,
        401
    );
    for broken in ["", "{", "[]", "{\"events\":7}", "{\"events\":[7,{}]}"] {
        let signature = signed(broken, LINE_SECRET);
        let status = post(vec![("x-line-signature", signature)], broken.to_owned()).await;
        assert!(matches!(status, 200 | 400), "{broken}: {status}");
    }
    assert_eq!(house.get("/line/webhook").await.status(), 404);
    house.close().await;
}

#[tokio::test]
async fn a_citizen_links_line_leaves_it_and_comes_back() {
    let house = House::new().await;
    let fake = LineFake::start(Behaviour::default());
    let key = citizen(&house).await;

    // A friend is answered with a button, once.
    let mut follow = event("01E1", "follow", 0);
    follow["replyToken"] = json!("reply-1");
    for _ in 0..2 {
        assert_eq!(tell(&house, &json!([follow])).await.status(), 200);
    }
    let mut channels = house.channels();
    let client = LineClient::new(&fake.url, "token", std::time::Duration::from_secs(5)).unwrap();
    channels.line = Some(LineChannel::Api(client));
    let jobs = house.claim(&[line::WELCOME]).await;
    assert_eq!(jobs.len(), 1);
    assert!(!jobs[0].payload.contains(USER), "a LINE id stands in a job");
    line::welcome(&house.ctx, &channels, &jobs[0].payload)
        .await
        .unwrap();
    assert_eq!(fake.problems(), Vec::<String>::new());
    let answer = fake.replies().remove(0).to_string();
    assert!(answer.contains("いつでもやめられます"), "{answer}");
    let path = between(&answer, "https://www.example.jp", "\"");
    assert_eq!(path, format!("/line/link?linkToken=token-of-{USER}"));

    // Its page finds the citizen by mail, and says nothing to others.
    assert!(house.text(&path).await.contains("LINEでお知らせを受け取る"));
    let fields = |mail| [("linkToken", "token-1"), ("mail", mail)];
    for mail in ["nobody@example.jp", "hanako@example.jp"] {
        let answer = house.send(&path, &fields(mail)).await;
        assert_eq!(answer.headers()["location"], "/my/sent", "{mail}");
    }
    assert_eq!(house.send(&path, &fields("hanako")).await.status(), 422);
    assert_eq!(house.deliver().await, 1);
    let letter = house.letter().await;
    let preferences = between(&letter, "https://www.example.jp/my/preferences/", "\"");
    let preferences = format!("/my/preferences/{preferences}");
    assert!(preferences.ends_with("?linkToken=token-1"), "{preferences}");
    let page = house.text(&preferences).await;
    assert!(page.contains("name=\"linkToken\" value=\"token-1\""));
    let fields = [("action", "link-line"), ("linkToken", "token-1")];
    let page = house
        .send(&preferences, &fields)
        .await
        .text()
        .await
        .unwrap();
    let dialog = "https://access.line.me/dialog/bot/accountLink?linkToken=token-1&amp;nonce=";
    let nonce = between(&page, dialog, "\"");
    assert!(nonce.len() >= 22, "{nonce}");
    assert_eq!(line_of(&house, &key).await, (false, false, false));

    // LINE names the nonce: once.
    let mut linked = event("01E2", "accountLink", 10);
    linked["link"] = json!({ "result": "failed", "nonce": nonce });
    tell(&house, &json!([linked])).await;
    assert_eq!(line_of(&house, &key).await, (false, false, false));
    linked["link"]["result"] = json!("ok");
    linked["webhookEventId"] = json!("01E3");
    tell(&house, &json!([linked])).await;
    assert_eq!(line_of(&house, &key).await, (true, true, true));

    // Blocked, and back. What comes late, or again, does not count.
    tell(&house, &json!([event("01E5", "unfollow", 30)])).await;
    assert_eq!(line_of(&house, &key).await, (true, false, true));
    let page = house.text(&preferences).await;
    assert!(page.contains("ブロックされているため"));
    tell(&house, &json!([event("01E4", "follow", 20)])).await;
    assert_eq!(line_of(&house, &key).await, (true, false, true));
    tell(
        &house,
        &json!([event("01E6", "follow", 40), event("01E7", "message", 41)]),
    )
    .await;
    assert_eq!(line_of(&house, &key).await, (true, true, true));
    tell(&house, &json!([event("01E5", "unfollow", 30)])).await;
    assert_eq!(line_of(&house, &key).await, (true, true, true));

    // And the end of it, from the citizen's page.
    house.send(&preferences, &[("action", "unlink-line")]).await;
    assert_eq!(line_of(&house, &key).await, (false, false, false));
    house.close().await;
}

#[tokio::test]
async fn an_account_is_one_persons_and_a_nonce_is_good_once() {
    let house = House::new().await;
    let (first, second) = (citizen(&house).await, citizen(&house).await);
    let nonce = |key: String| {
        house.ctx.write(move |c| {
            let life = chrono::Duration::minutes(10);
            let purpose = citizens::TokenPurpose::LineLink;
            citizens::issue_token(c, &key, None, purpose, life, now())
        })
    };
    let old = nonce(first.clone()).await.unwrap();
    let new = nonce(second.clone()).await.unwrap();
    for (id, nonce) in [("01L1", &old), ("01L2", &new), ("01L3", &old)] {
        let mut linked = event(id, "accountLink", 0);
        linked["link"] = json!({ "result": "ok", "nonce": nonce.as_str() });
        tell(&house, &json!([linked])).await;
    }
    assert!(!line_of(&house, &first).await.0);
    assert_eq!(line_of(&house, &second).await, (true, true, true));
    house.close().await;
}
