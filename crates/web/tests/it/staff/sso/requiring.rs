use kairan_db::staff::{Grant, Role};
use serde_json::json;

use super::super::{PASSWORD, at_work, member};
use super::{Browser, MAIL, come, houses, is_in, provider};
use crate::house::between;

#[tokio::test]
async fn passwords_are_for_administrators_alone() {
    let provider = provider();
    for house in houses(&provider, |settings| settings.required = true).await {
        member(&house, MAIL, Role::Publisher).await;
        let chief = "chief@city.example.lg.jp";
        member(&house, chief, Role::Administrator).await;
        // The right password of somebody who has to come by the provider says as much as a wrong one.
        let mut pages = Vec::new();
        for (mail, password) in [(MAIL, PASSWORD), (MAIL, "wrong"), (chief, "wrong")] {
            let mut browser = Browser::new(&house);
            let token = browser.token().await;
            let fields = [
                ("csrf_token", token.as_str()),
                ("mail", mail),
                ("password", password),
            ];
            let answer = browser.post("/admin/login", &fields).await;
            assert_eq!(answer.status(), 422, "{mail}");
            let page = answer.text().await.unwrap();
            pages.push(page.replace(&token, "").replace(mail, ""));
        }
        assert!(pages.iter().all(|page| page == &pages[0]));
        let mut browser = Browser::new(&house);
        let fields = [("mail", chief), ("password", PASSWORD)];
        let answer = browser.send("/admin/login", &fields).await;
        assert_eq!(answer.headers()["location"], "/admin/login/code");
        // Nor is one sent that would open nothing.
        for (mail, mails) in [(MAIL, 0), (chief, 1)] {
            browser.send("/admin/reset", &[("mail", mail)]).await;
            assert_eq!(house.deliver().await, mails, "{mail}");
        }
        house.letter().await;

        let (mut admin, _) = at_work(&house, &[Grant::everywhere(Role::Administrator)]).await;
        let fields = [
            ("name", "鈴木 次郎"),
            ("mail", "suzuki@city.example.lg.jp"),
            ("role.1", "author"),
            ("department.1", "*"),
        ];
        assert_eq!(admin.send("/admin/staff/new", &fields).await.status(), 303);
        assert_eq!(house.deliver().await, 1);
        let letter = house.letter().await;
        assert!(letter.contains("パスワードの登録は要りません"), "{letter}");
        between(&letter, "https://www.example.jp/admin/login", "\"");
        let mail = "suzuki@city.example.lg.jp";
        provider.person(json!({ "sub": "s-3", "email": mail, "email_verified": true }));
        let mut browser = Browser::new(&house);
        assert_eq!(come(&house, &mut browser).await.status(), 303);
        assert!(is_in(&mut browser).await);
        house.close().await;
    }
}

#[tokio::test]
async fn another_claim_may_hold_the_address() {
    let provider = provider();
    let houses = houses(&provider, |settings| {
        settings.mail_claim = "upn".to_owned();
        settings.mail_verified = false;
    });
    for house in houses.await {
        member(&house, MAIL, Role::Author).await;
        // The claim that anybody may write does not count then.
        provider.person(json!({ "sub": "s-4", "email": MAIL, "email_verified": true }));
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 403);
        provider.person(json!({ "sub": "s-4", "upn": MAIL }));
        assert_eq!(come(&house, &mut Browser::new(&house)).await.status(), 303);
        house.close().await;
    }
}
