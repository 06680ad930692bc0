use kairan_db::AnyConnection;
use kairan_db::staff::{self, Purpose, Role, State};
use kairan_test_support::oidc_provider::Auth;
use serde_json::json;

use super::super::{code_of, member, told};
use super::{Browser, MAIL, come, houses, invited, is_in, press, provider, visit};
use crate::house::{House, between};

#[tokio::test]
async fn who_was_invited_comes_in_by_the_city_s_account() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        let account = invited(&house, MAIL).await;
        let (id, now) = (account.id.clone(), house.ctx.clock.now());
        let issue = move |c: &mut AnyConnection| staff::issue_token(c, &id, Purpose::Invite, now);
        let link = house.ctx.write(issue).await.unwrap();

        let mut browser = Browser::new(&house);
        let page = browser.page("/admin/login?next=/admin/account").await;
        assert!(page.contains("庁内アカウントでログイン"));
        // A cookie that somebody planted is worth nothing afterwards.
        browser.hold("kairan_staff", "planted");
        let address = press(&mut browser, &[("next", "/admin/account")]).await;
        let back = visit(&house, &address).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], "/admin/account");
        assert_ne!(browser.cookies["kairan_staff"], "planted");
        let mine = browser.page("/admin/account").await;
        assert!(mine.contains("田中 一郎") && mine.contains("結びついています"));
        assert!(mine.contains("パスワードはありません"));
        let (id, find) = (account.id.clone(), staff::find);
        let found = house
            .ctx
            .read(move |c| find(c, &id))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.state, State::Active);
        // The invitation is over: there is another way in now.
        let path = format!("/admin/invitation/{}", link.as_str());
        assert_eq!(Browser::new(&house).get(&path).await.status(), 404);
        for action in ["staff.sso", "staff.sso-link", "staff.join", "staff.login"] {
            assert_eq!(told(&house, action).await, 1, "{action}");
        }

        // From now on the provider's own name counts, whatever the address.
        provider.person(json!({ "sub": "s-1", "email": "married@city.example.lg.jp" }));
        let mut again = Browser::new(&house);
        assert_eq!(come(&house, &mut again).await.status(), 303);
        assert!(is_in(&mut again).await);
        assert_eq!(told(&house, "staff.sso-link").await, 1);
        provider.person(json!({ "sub": "s-1", "email": MAIL, "email_verified": true }));
        house.close().await;
    }
    assert_eq!(provider.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn it_leads_to_our_own_screens_alone() {
    let provider = provider();
    let houses = houses(&provider, |_| {}).await;
    invited(&houses[0], MAIL).await;
    for next in [
        "https://evil.example/",
        "//evil.example/admin/",
        "/admin/sso/callback",
    ] {
        let mut browser = Browser::new(&houses[0]);
        let address = press(&mut browser, &[("next", next)]).await;
        let back = visit(&houses[0], &address).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.headers()["location"], "/admin/", "{next}");
    }
    for house in houses {
        house.close().await;
    }
}

#[tokio::test]
async fn keys_change_and_secrets_go_as_the_provider_wants_them() {
    let provider = provider();
    provider.auth(Auth::Post);
    for house in houses(&provider, |_| {}).await {
        invited(&house, MAIL).await;
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 303);
        // The keys are known by now; a token under another one makes Kairan look again.
        provider.rotate();
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 303);
        provider.rotate_to_rsa();
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 303);
        house.close().await;
    }
    assert_eq!(provider.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_typed_survives_the_way_to_the_provider() {
    let provider = provider();
    for house in houses(&provider, |_| {}).await {
        member(&house, MAIL, Role::Administrator).await;
        let other = member(&house, "ito@city.example.lg.jp", Role::Author).await;
        let mut browser = Browser::new(&house);
        let (name, path) = ("𠮷田 花子", format!("/admin/staff/{}/name", other.id));
        let answer = browser.send(&path, &[("name", name)]).await;
        let page = answer.text().await.unwrap();
        assert!(page.contains("書きかけの内容はこの画面が預かっています"));
        let carried = between(&page, "name=\"carried\" value=\"", "\"");
        let address = press(&mut browser, &[("carried", &carried)]).await;
        assert!(!address.contains(&carried), "it stays here");
        let back = visit(&house, &address).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("action=\"{path}\"")), "{page}");
        assert_eq!(between(&page, "name=\"name\" value=\"", "\""), name);
        let token = between(&page, "name=\"csrf_token\" value=\"", "\"");
        let fields = [("csrf_token", token.as_str()), ("name", name)];
        assert_eq!(browser.post(&path, &fields).await.status(), 303);
        // More than the database should keep for whoever is not logged in is told, and stays on the page.
        let long = "a".repeat(1_100_000);
        let mut stranger = Browser::new(&house);
        let answer = stranger.send("/admin/sso", &[("carried", &long)]).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.text().await.unwrap().contains(&long));
        house.close().await;
    }
}

#[tokio::test]
async fn the_code_is_asked_for_where_the_city_wants_it() {
    let provider = provider();
    for house in houses(&provider, |settings| settings.ask_code = true).await {
        let account = member(&house, MAIL, Role::Author).await;
        let mut browser = Browser::new(&house);
        let answer = come(&house, &mut browser).await;
        assert_eq!(answer.headers()["location"], "/admin/login/code");
        assert!(!is_in(&mut browser).await);
        let code = code_of(&house, &account).await;
        let answer = browser.send("/admin/login/code", &[("code", &code)]).await;
        assert_eq!(answer.status(), 303);
        assert!(is_in(&mut browser).await);
        house.close().await;
    }
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_door() {
    let house = House::new().await;
    let mut browser = Browser::new(&house);
    assert!(!browser.page("/admin/login").await.contains("/admin/sso"));
    assert_eq!(browser.send("/admin/sso", &[]).await.status(), 404);
    let answer = browser.get("/admin/sso/callback?code=x&state=y").await;
    assert_eq!(answer.status(), 404);
    house.close().await;
}
