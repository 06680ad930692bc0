//! A form whose log-in ended is not lost.

use kairan_db::staff::{self, Grant, Role};

use super::{Browser, PASSWORD, at_work, code_of, member};
use crate::house::{House, between};

const MAIL: &str = "tanaka@city.example.lg.jp";

#[tokio::test]
async fn what_was_typed_survives_the_log_in() {
    for house in House::each().await {
        let account = member(&house, MAIL, Role::Administrator).await;
        let other = member(&house, "ito@city.example.lg.jp", Role::Author).await;
        let mut browser = Browser::new(&house);
        let token = browser.token().await;
        browser.hold("kairan_staff", "over");
        let name = "𠮷田 \"花子\" <改姓>\r\nか\u{3099}";
        let path = format!("/admin/staff/{}/name", other.id);
        let fields = [("csrf_token", token.as_str()), ("name", name)];
        let answer = browser.post(&path, &fields).await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("書きかけの内容はこの画面が預かっています"),
            "{page}"
        );
        assert!(!page.contains("花子"), "it is sealed");
        let carried = between(&page, "name=\"carried\" value=\"", "\"");

        // A wrong password keeps it.
        let wrong = [("mail", MAIL), ("password", "wrong"), ("carried", &carried)];
        let answer = browser.send("/admin/login", &wrong).await;
        assert_eq!(answer.status(), 422);
        let page = answer.text().await.unwrap();
        assert_eq!(between(&page, "name=\"carried\" value=\"", "\""), carried);
        let right = [
            ("mail", MAIL),
            ("password", PASSWORD),
            ("carried", &carried),
        ];
        let answer = browser.send("/admin/login", &right).await;
        assert_eq!(answer.status(), 200);
        let page = answer.text().await.unwrap();
        let carried = between(&page, "name=\"carried\" value=\"", "\"");
        let code = code_of(&house, &account).await;
        let fields = [("code", code.as_str()), ("carried", &carried)];
        let page = browser
            .send("/admin/login/code", &fields)
            .await
            .text()
            .await
            .unwrap();
        assert!(page.contains(&format!("action=\"{path}\"")), "{page}");
        let kept = between(&page, "name=\"name\" value=\"", "\">");
        let kept = kept
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
        assert_eq!(kept, name);
        let token = between(&page, "name=\"csrf_token\" value=\"", "\"");
        let fields = [("csrf_token", token.as_str()), ("name", kept.as_str())];
        assert_eq!(browser.post(&path, &fields).await.status(), 303);
        let id = other.id.clone();
        let find = move |c: &mut kairan_db::AnyConnection| staff::find(c, &id);
        let renamed = house.ctx.read(find).await.unwrap().unwrap();
        assert_eq!(renamed.name, name);
        house.close().await;
    }
}

#[tokio::test]
async fn only_our_own_forms_are_carried() {
    let house = House::new().await;
    let (mut signed_in, _) = at_work(&house, &[Grant::everywhere(Role::Administrator)]).await;
    let mut browser = Browser::new(&house);
    let token = browser.token().await;
    let path = "/admin/staff/x/name";
    // Another site has a form sent in the hope that somebody logs in and goes on.
    let answer = browser.post(path, &[("name", "x")]).await;
    assert_eq!(answer.status(), 403);
    let token = token.as_str();
    let answer = browser
        .post(path, &[("csrf_token", token), ("name", "x")])
        .await;
    assert_eq!(answer.status(), 200);
    // Nor is a form opened that was not sealed here.
    let fields = [
        ("mail", "x@example.jp"),
        ("password", "y"),
        ("carried", "k1:AAAA"),
    ];
    assert_eq!(browser.send("/admin/login", &fields).await.status(), 422);
    // Too much is told, not swallowed.
    let long = "a".repeat(3_500_000);
    let answer = browser
        .post(path, &[("csrf_token", token), ("name", &long)])
        .await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("別のタブでログイン"));
    // A script is told that nobody is logged in.
    let answer = house
        .get_with("/admin/account", "sec-fetch-mode", "cors")
        .await;
    assert_eq!(answer.status(), 401);
    let nothing = signed_in.get("/admin/nothing").await;
    assert_eq!(nothing.status(), 404);
    // Among the screens of the work, and with a way back.
    let nothing = nothing.text().await.unwrap();
    assert!(
        nothing.contains("ページが見つかりません") && nothing.contains("記事の一覧"),
        "{nothing}"
    );
    house.close().await;
}
