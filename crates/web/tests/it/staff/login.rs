use std::time::{Duration, Instant};

use kairan_db::staff::{self, Role};
use reqwest::Response;

use super::{Browser, PASSWORD, code_of, member, told};
use crate::house::House;

/// Of one log-in; more failures would have to wait.
const TRIES: usize = 3;

const MAIL: &str = "tanaka@city.example.lg.jp";

async fn password(browser: &mut Browser, mail: &str, password: &str) -> Response {
    browser
        .send("/admin/login", &[("mail", mail), ("password", password)])
        .await
}

fn place(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn password_then_code_each_with_a_new_cookie() {
    for house in House::each().await {
        let account = member(&house, MAIL, Role::Author).await;
        let mut browser = Browser::new(&house);
        // A cookie that somebody planted is worth nothing afterwards.
        browser.hold("kairan_staff", "planted");
        let answer = password(&mut browser, " Tanaka@CITY.example.lg.jp ", PASSWORD).await;
        assert_eq!(
            (answer.status().as_u16(), place(&answer)),
            (303, "/admin/login/code")
        );
        let half = browser.cookies["kairan_staff"].clone();
        assert_ne!(half, "planted");
        // Half a log-in opens nothing.
        let answer = browser.get("/admin/account").await;
        assert_eq!(place(&answer), "/admin/login?next=%2Fadmin%2Faccount");
        let page = browser.page("/admin/login/code").await;
        assert!(page.contains("確認コード"));
        let code = code_of(&house, &account).await;
        let fields = [("code", code.as_str()), ("next", "/admin/account")];
        let answer = browser.send("/admin/login/code", &fields).await;
        assert_eq!(
            (answer.status().as_u16(), place(&answer)),
            (303, "/admin/account")
        );
        let cookie = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .map(|cookie| cookie.to_str().unwrap())
            .find(|cookie| cookie.starts_with("kairan_staff="))
            .unwrap();
        for flag in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/admin"] {
            assert!(cookie.contains(flag), "{flag} is not in {cookie}");
        }
        assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"));
        let full = browser.cookies["kairan_staff"].clone();
        assert_ne!(full, half);
        let page = browser.get("/admin/account").await;
        assert_eq!(page.headers()["cache-control"], "no-store");
        assert!(page.text().await.unwrap().contains("田中 一郎"));
        assert_eq!(told(&house, "staff.login").await, 1);

        // The half log-in was the same person's, and is over.
        let mut old = Browser::new(&house);
        old.hold("kairan_staff", &half);
        assert_eq!(old.get("/admin/account").await.status(), 303);
        assert_eq!(place(&old.get("/admin/login/code").await), "/admin/login");

        // Leaving is by a form, and acts at once.
        assert_eq!(browser.get("/admin/logout").await.status(), 404);
        let answer = browser.send("/admin/logout", &[]).await;
        assert_eq!(place(&answer), "/admin/login");
        browser.hold("kairan_staff", &full);
        assert_eq!(browser.get("/admin/account").await.status(), 303);
        house.close().await;
    }
}

#[tokio::test]
async fn who_is_known_is_not_told() {
    for house in House::each().await {
        member(&house, MAIL, Role::Author).await;
        let suspended = member(&house, "ito@city.example.lg.jp", Role::Author).await;
        let now = house.ctx.clock.now();
        let shut = move |c: &mut kairan_db::AnyConnection| staff::suspend(c, &suspended.id, now);
        house.ctx.write(shut).await.unwrap();
        let mut answers = Vec::new();
        for (mail, secret) in [
            (MAIL, "wrong wrong wrong"),
            ("nobody@city.example.lg.jp", "wrong wrong wrong"),
            ("nobody@city.example.lg.jp", PASSWORD),
            ("ito@city.example.lg.jp", PASSWORD),
            ("no address", ""),
        ] {
            let mut browser = Browser::new(&house);
            let token = browser.token().await;
            let fields = [
                ("csrf_token", token.as_str()),
                ("mail", mail),
                ("password", secret),
            ];
            let answer = browser.post("/admin/login", &fields).await;
            assert_eq!(answer.status(), 422, "{mail}");
            assert!(!browser.cookies.contains_key("kairan_staff"), "{mail}");
            let page = answer.text().await.unwrap();
            answers.push(page.replace(&token, "").replace(mail, ""));
        }
        for page in &answers {
            assert_eq!(page, &answers[0]);
        }
        // Comparable work: hashing takes by far the most of it. Machines that test are busy, so the quickest of several
        // tries counts, taken in turns, and a factor rather than a difference.
        let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
        for _ in 0..TRIES {
            known = known.min(refused(&house, MAIL).await);
            unknown = unknown.min(refused(&house, "nobody@city.example.lg.jp").await);
        }
        assert!(
            known < unknown * 4 && unknown < known * 4,
            "{known:?} {unknown:?}"
        );
        house.close().await;
    }
}

/// The time in which a wrong password is refused.
async fn refused(house: &House, mail: &str) -> Duration {
    let mut browser = Browser::new(house);
    let token = browser.token().await;
    let fields = [
        ("csrf_token", token.as_str()),
        ("mail", mail),
        ("password", "wrong wrong wrong"),
    ];
    let began = Instant::now();
    assert_eq!(browser.post("/admin/login", &fields).await.status(), 422);
    began.elapsed()
}

#[tokio::test]
async fn waits_grow_and_do_not_keep_the_owner_out() {
    for house in House::each().await {
        let account = member(&house, MAIL, Role::Author).await;
        // The owner has logged in here before.
        let mut owner = Browser::new(&house);
        password(&mut owner, MAIL, PASSWORD).await;
        let code = code_of(&house, &account).await;
        assert_eq!(
            owner
                .send("/admin/login/code", &[("code", &code)])
                .await
                .status(),
            303
        );
        owner.cookies.remove("kairan_staff");

        for unknown in [false, true] {
            let mail = if unknown {
                "nobody@city.example.lg.jp"
            } else {
                MAIL
            };
            let mut stranger = Browser::new(&house);
            for _ in 0..5 {
                assert_eq!(
                    password(&mut stranger, mail, "guess guess guess")
                        .await
                        .status(),
                    422
                );
            }
            // Now even the right one has to wait, and the same is said of somebody unknown.
            let answer = password(&mut stranger, mail, PASSWORD).await;
            assert_eq!(answer.status(), 429, "{mail}");
            assert_eq!(answer.headers()["retry-after"], "16");
        }
        // Another process counts in the same database; the owner's own browser is not kept out.
        assert_eq!(password(&mut owner, MAIL, PASSWORD).await.status(), 303);
        // The wait ends; a failure after it makes the next one longer; in the end it is forgotten.
        let mut stranger = Browser::new(&house);
        house.pass(16);
        assert_eq!(
            password(&mut stranger, MAIL, "guess guess guess")
                .await
                .status(),
            422
        );
        let answer = password(&mut stranger, MAIL, PASSWORD).await;
        assert_eq!(answer.headers()["retry-after"], "31");
        house.pass(32);
        assert_eq!(password(&mut stranger, MAIL, PASSWORD).await.status(), 303);
        house.close().await;
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_so_is_a_recovery_code() {
    for house in House::each().await {
        let account = member(&house, MAIL, Role::Author).await;
        let (keys, id) = (house.ctx.keys.clone(), account.id.clone());
        let make = move |c: &mut kairan_db::AnyConnection| staff::new_recovery_codes(c, &keys, &id);
        let spare = house.ctx.write(make).await.unwrap();
        assert_eq!(spare.len(), 10);
        let code = code_of(&house, &account).await;
        let typed = spare[0].to_uppercase().replace('-', " ");
        for (given, good) in [
            ("000000", false),
            (code.as_str(), true),
            (code.as_str(), false),
            (typed.as_str(), true),
            (spare[0].as_str(), false),
            (spare[1].as_str(), true),
        ] {
            let mut browser = Browser::new(&house);
            assert_eq!(password(&mut browser, MAIL, PASSWORD).await.status(), 303);
            let answer = browser.send("/admin/login/code", &[("code", given)]).await;
            assert_eq!(answer.status(), if good { 303 } else { 422 }, "{given}");
            assert_eq!(
                browser.get("/admin/account").await.status(),
                if good { 200 } else { 303 }
            );
        }
        // The code of half a minute later is good, the one before is not any more.
        house.pass(30);
        let next = code_of(&house, &account).await;
        assert_ne!(next, code);
        assert_eq!(told(&house, "staff.recovery-code").await, 2);
        house.close().await;
    }
}

#[tokio::test]
async fn wrong_codes_wait_too() {
    let house = House::new().await;
    let account = member(&house, MAIL, Role::Author).await;
    let mut browser = Browser::new(&house);
    password(&mut browser, MAIL, PASSWORD).await;
    for _ in 0..5 {
        assert_eq!(
            browser
                .send("/admin/login/code", &[("code", "123456")])
                .await
                .status(),
            422
        );
    }
    let code = code_of(&house, &account).await;
    let answer = browser.send("/admin/login/code", &[("code", &code)]).await;
    assert_eq!(answer.status(), 429);
    house.pass(16);
    let code = code_of(&house, &account).await;
    assert_eq!(
        browser
            .send("/admin/login/code", &[("code", &code)])
            .await
            .status(),
        303
    );
    house.close().await;
}

#[tokio::test]
async fn a_log_in_ends_when_idle_and_after_a_day_s_work() {
    for house in House::each().await {
        let (mut browser, _) = super::at_work(&house, &[]).await;
        house.pass(59 * 60);
        assert_eq!(browser.get("/admin/account").await.status(), 200);
        house.pass(59 * 60);
        assert_eq!(browser.get("/admin/account").await.status(), 200);
        house.pass(61 * 60);
        assert_eq!(browser.get("/admin/account").await.status(), 303);
        let (mut busy, _) = super::at_work(&house, &[]).await;
        for _ in 0..14 {
            house.pass(50 * 60);
            assert_eq!(busy.get("/admin/account").await.status(), 200);
        }
        house.pass(50 * 60);
        assert_eq!(busy.get("/admin/account").await.status(), 303);
        house.close().await;
    }
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let house = House::new().await;
    member(&house, MAIL, Role::Author).await;
    let mut browser = Browser::new(&house);
    browser.token().await;
    let fields = [("mail", MAIL), ("password", PASSWORD)];
    assert_eq!(browser.post("/admin/login", &fields).await.status(), 403);
    assert_eq!(browser.post("/admin/logout", &[]).await.status(), 403);
    house.close().await;
}

#[tokio::test]
async fn the_log_in_speaks_the_browser_s_language() {
    let house = House::new().await;
    for (asked, wanted) in [
        ("en-GB,ja;q=0.5", "Staff log-in"),
        ("fr, ja;q=0.8, en", "職員のログイン"),
        ("x", "職員のログイン"),
    ] {
        let page = house
            .get_with("/admin/login", "accept-language", asked)
            .await;
        assert!(page.text().await.unwrap().contains(wanted), "{asked}");
    }
    house.close().await;
}
