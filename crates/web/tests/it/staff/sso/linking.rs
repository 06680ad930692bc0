use kairan_db::staff::{Grant, Role};
use kairan_test_support::oidc_provider::Wrong;
use serde_json::json;

use super::super::{PASSWORD, at_work, member, told};
use super::{Browser, MAIL, come, houses, is_in, led, provider, visit};
use crate::house::House;

/// Logged in at the provider, and so in Kairan.
async fn entered(house: &House) -> Browser {
    let mut browser = Browser::new(house);
    assert_eq!(come(house, &mut browser).await.status(), 303);
    browser
}

#[tokio::test]
async fn an_address_given_to_somebody_new_opens_nothing_until_an_administrator_says_so() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        let account = member(&house, MAIL, Role::Author).await;
        entered(&house).await;
        // Whoever had a password before is told of the new way in.
        assert_eq!(house.deliver().await, 1);
        assert!(
            house
                .letter()
                .await
                .contains("庁内アカウントと結びつきました")
        );

        provider.person(json!({ "sub": "s-2", "email": MAIL, "email_verified": true }));
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 403);
        let (mut admin, _) = at_work(&house, &[Grant::everywhere(Role::Administrator)]).await;
        let path = format!("/admin/staff/{}", account.id);
        assert!(
            admin
                .page(&path)
                .await
                .contains("庁内アカウントとの結びつきを外す")
        );
        let answer = admin.send(&format!("{path}/sso"), &[]).await;
        assert_eq!(answer.status(), 303);
        assert!(
            !admin
                .page(&path)
                .await
                .contains("庁内アカウントとの結びつきを外す")
        );
        entered(&house).await;
        // The one before is nobody now.
        provider.person(json!({ "sub": "s-1", "email": MAIL, "email_verified": true }));
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 403);
        assert_eq!(told(&house, "staff.sso-link").await, 2);
        assert_eq!(told(&house, "staff.sso-unlink").await, 1);
        house.close().await;
    }
}

#[tokio::test]
async fn one_links_one_s_own_account_by_its_password_whatever_the_address() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        provider.person(json!({ "sub": "s-9", "email": "private@example.com" }));
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 403);
        let account = member(&house, MAIL, Role::Author).await;
        let mut browser = Browser::new(&house);
        let (id, now) = (account.id.clone(), house.ctx.clock.now());
        let open = move |c: &mut kairan_db::AnyConnection| {
            let full = kairan_db::staff::Stage::Full;
            kairan_db::staff::open_session(c, &id, full, "127.0.0.1", "a test", now)
        };
        let cookie = house.ctx.write(open).await.unwrap();
        browser.hold("kairan_staff", cookie.as_str());
        assert!(
            browser
                .page("/admin/account")
                .await
                .contains("まだ結びついていません")
        );
        // Not by a stranger at an open screen.
        let path = "/admin/account/sso/link";
        assert_eq!(
            browser.send(path, &[("current", "wrong")]).await.status(),
            422
        );
        // Broken off, it leads back here and changes nothing.
        provider.wrong(Wrong::Denied);
        let address = led(&browser.send(path, &[("current", PASSWORD)]).await);
        let back = visit(&house, &address).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.headers()["location"], "/admin/account");
        let page = browser.page("/admin/account").await;
        assert!(page.contains("取りやめられました") && page.contains("まだ結びついていません"));
        provider.wrong(None);
        let address = led(&browser.send(path, &[("current", PASSWORD)]).await);
        let back = visit(&house, &address).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.headers()["location"], "/admin/account");
        assert!(
            browser
                .page("/admin/account")
                .await
                .contains("結びついています")
        );
        assert!(is_in(&mut entered(&house).await).await);

        // Somebody else cannot have the same.
        let (mut other, _) = at_work(&house, &[Grant::everywhere(Role::Author)]).await;
        assert!(
            !other
                .page("/admin/account")
                .await
                .contains("結びついています")
        );

        assert_eq!(
            browser
                .send("/admin/account/sso/unlink", &[])
                .await
                .status(),
            303
        );
        assert!(
            browser
                .page("/admin/account")
                .await
                .contains("まだ結びついていません")
        );
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 403);
        // A way back for linking is worth nothing once its log-in is over.
        let address = led(&browser.send(path, &[("current", PASSWORD)]).await);
        let back = visit(&house, &address).await;
        browser.send("/admin/logout", &[]).await;
        let answer = browser.get(&back).await;
        assert!(
            answer.headers()["location"]
                .to_str()
                .unwrap()
                .starts_with("/admin/login")
        );
        assert_eq!(told(&house, "staff.sso-link").await, 1);
        house.close().await;
    }
}

#[tokio::test]
async fn what_ends_an_account_ends_its_link() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        let account = member(&house, MAIL, Role::Author).await;
        let mut browser = entered(&house).await;
        let (mut admin, _) = at_work(&house, &[Grant::everywhere(Role::Administrator)]).await;
        let path = |what: &str| format!("/admin/staff/{}/{what}", account.id);
        assert_eq!(admin.send(&path("suspend"), &[]).await.status(), 303);
        assert!(!is_in(&mut browser).await);
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 403);
        assert_eq!(admin.send(&path("reinstate"), &[]).await.status(), 303);
        entered(&house).await;
        assert_eq!(
            admin.send(&path("end"), &[("sure", "yes")]).await.status(),
            303
        );
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 403);
        let (issuer, find) = (provider.url.clone(), kairan_db::staff::identity);
        let id = account.id.clone();
        let link = house
            .ctx
            .read(move |c| find(c, &id, &issuer))
            .await
            .unwrap();
        assert_eq!(link, None);
        house.close().await;
    }
}
