use std::time::Duration;

use kairan_db::AnyConnection;
use kairan_db::staff::{self, Role};
use kairan_test_support::oidc_provider::Wrong;
use serde_json::json;

use super::super::{member, told};
use super::{Browser, MAIL, come, houses, invited, is_in, press, provider, visit};

#[tokio::test]
async fn a_provider_that_lies_opens_nothing() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        invited(&house, MAIL).await;
        for wrong in [
            Wrong::Denied,
            Wrong::Nonce,
            Wrong::NoNonce,
            Wrong::Audience,
            Wrong::TwoAudiences,
            Wrong::Issuer,
            Wrong::Expired,
            Wrong::OtherKey,
            Wrong::Unsigned,
            Wrong::Shared,
            Wrong::NoToken,
        ] {
            provider.wrong(wrong);
            let mut browser = Browser::new(&house);
            assert_eq!(come(&house, &mut browser).await.status(), 403, "{wrong:?}");
            assert!(!browser.cookies.contains_key("kairan_staff"), "{wrong:?}");
        }
        assert_eq!(told(&house, "staff.sso-refused").await, 11);
        assert_eq!(told(&house, "staff.login").await, 0);
        provider.wrong(None);
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 303);
        house.close().await;
    }
}

#[tokio::test]
async fn a_provider_that_is_away_loses_nothing() {
    let provider = provider();
    for house in houses(&provider, |settings| {
        settings.timeout = Duration::from_secs(1)
    })
    .await
    {
        invited(&house, MAIL).await;
        for wrong in [Wrong::Away, Wrong::Endless] {
            provider.wrong(wrong);
            let mut browser = Browser::new(&house);
            let fields = [("carried", "k1:x"), ("next", "/admin/account")];
            let answer = browser.send("/admin/sso", &fields).await;
            assert_eq!(answer.status(), 503, "{wrong:?}");
            let page = answer.text().await.unwrap();
            assert!(page.contains("value=\"k1:x\"") && page.contains("/admin/account"));
            assert!(page.contains("庁内アカウントのサーバーにつながりません"));
        }
        for wrong in [Wrong::Slow(Duration::from_secs(3)), Wrong::Broken] {
            provider.wrong(None);
            let mut browser = Browser::new(&house);
            let address = press(&mut browser, &[("carried", "k1:x")]).await;
            let back = visit(&house, &address).await;
            provider.wrong(wrong);
            let answer = browser.get(&back).await;
            assert_eq!(answer.status(), 503, "{wrong:?}");
            assert!(answer.text().await.unwrap().contains("value=\"k1:x\""));
            assert!(!is_in(&mut browser).await);
        }
        provider.wrong(None);
        house.close().await;
    }
}

#[tokio::test]
async fn who_has_no_account_is_not_told_more() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        let shut = member(&house, MAIL, Role::Author).await;
        let now = house.ctx.clock.now();
        let suspend = move |c: &mut AnyConnection| staff::suspend(c, &shut.id, now);
        house.ctx.write(suspend).await.unwrap();
        member(&house, "ito@city.example.lg.jp", Role::Author).await;
        let verified =
            |sub: &str, mail: &str| json!({ "sub": sub, "email": mail, "email_verified": true });
        let mut answers = Vec::new();
        for claims in [
            verified("s-2", "nobody@city.example.lg.jp"),
            verified("s-1", MAIL),
            // Whoever may write any address into their profile at the provider is not its owner.
            json!({ "sub": "s-3", "email": "ito@city.example.lg.jp", "email_verified": false }),
            json!({ "sub": "s-3", "email": "ito@city.example.lg.jp" }),
            json!({ "sub": "s-3", "preferred_username": "ito@city.example.lg.jp" }),
        ] {
            provider.person(claims.clone());
            let mut browser = Browser::new(&house);
            let token = browser.token().await;
            let answer = come(&house, &mut browser).await;
            assert_eq!(answer.status(), 403, "{claims}");
            assert!(!browser.cookies.contains_key("kairan_staff"), "{claims}");
            answers.push(answer.text().await.unwrap().replace(&token, ""));
        }
        assert!(answers[0].contains("管理者に問い合わせてください"));
        for page in &answers {
            assert_eq!(page, &answers[0]);
        }
        assert_eq!(told(&house, "staff.sso-refused").await, 5);
        assert_eq!(told(&house, "staff.sso-link").await, 0);
        house.close().await;
    }
}

#[tokio::test]
async fn a_way_back_is_good_once_in_its_own_browser_for_ten_minutes() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        invited(&house, MAIL).await;
        let mut browser = Browser::new(&house);
        let address = press(&mut browser, &[]).await;
        let back = visit(&house, &address).await;
        // Somebody else is led to it, to be logged in as whom they are not; with a cookie and without.
        let mut other = Browser::new(&house);
        assert_eq!(other.get(&back).await.status(), 400);
        other.token().await;
        assert_eq!(other.get(&back).await.status(), 400);
        assert!(!other.cookies.contains_key("kairan_staff"));
        // That used nothing up.
        assert_eq!(browser.get(&back).await.status(), 303);
        assert!(is_in(&mut browser).await);
        // Loaded once more it leads on; without the log-in it is over.
        assert_eq!(browser.get(&back).await.headers()["location"], "/admin/");
        browser.send("/admin/logout", &[]).await;
        assert_eq!(browser.get(&back).await.status(), 400);

        let address = press(&mut browser, &[]).await;
        let back = visit(&house, &address).await;
        house.pass(601);
        assert_eq!(browser.get(&back).await.status(), 400);
        for path in ["/admin/sso/callback", "/admin/sso/callback?state=x&code=y"] {
            assert_eq!(browser.get(path).await.status(), 400, "{path}");
        }
        // A form of another site does not begin a log-in either.
        assert_eq!(browser.post("/admin/sso", &[]).await.status(), 403);
        house.close().await;
    }
}

#[tokio::test]
async fn nobody_asks_without_end() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        let headers = ("x-forwarded-for", "203.0.113.7");
        let mut last = 0;
        for _ in 0..25 {
            let answer = house.get_with("/admin/sso/callback?state=x", headers.0, headers.1);
            last = answer.await.status().as_u16();
        }
        assert_eq!(last, 429);
        house.close().await;
    }
}
