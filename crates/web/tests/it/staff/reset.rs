use kairan_db::staff::Role;

use super::{Browser, PASSWORD, code_of, member, told};
use crate::house::{House, between};

const MAIL: &str = "tanaka@city.example.lg.jp";
const NEW: &str = "seven brave carp upstream";

#[tokio::test]
async fn a_link_by_mail_sets_a_password_once() {
    for house in House::each().await {
        let account = member(&house, MAIL, Role::Author).await;
        let mut browser = Browser::new(&house);
        browser
            .send("/admin/login", &[("mail", MAIL), ("password", PASSWORD)])
            .await;
        let mut answers = Vec::new();
        for mail in ["nobody@city.example.lg.jp", MAIL] {
            let mut stranger = Browser::new(&house);
            let token = stranger.token().await;
            let fields = [("csrf_token", token.as_str()), ("mail", mail)];
            let answer = stranger.post("/admin/reset", &fields).await;
            assert_eq!(answer.status(), 200);
            answers.push(answer.text().await.unwrap().replace(&token, ""));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(house.deliver().await, 1);
        let letter = house.letter().await;
        let link = between(&letter, "https://www.example.jp/admin/reset/", "\"");
        let path = format!("/admin/reset/{link}");

        let mut fresh = Browser::new(&house);
        assert!(fresh.page(&path).await.contains("新しいパスワード"));
        for (one, two, wanted) in [
            (NEW, "another one here", "2回の入力"),
            ("short", "short", "12文字以上"),
            ("password1234", "password1234", "よく使われる"),
            ("tanaka-no-himitsu", "tanaka-no-himitsu", "氏名"),
        ] {
            let answer = fresh
                .send(&path, &[("password", one), ("again", two)])
                .await;
            assert_eq!(answer.status(), 422, "{one}");
            assert!(answer.text().await.unwrap().contains(wanted), "{one}");
        }
        let fields = [("password", NEW), ("again", NEW)];
        assert_eq!(fresh.send(&path, &fields).await.status(), 303);
        // Used, it is gone.
        assert_eq!(fresh.get(&path).await.status(), 404);
        assert_eq!(fresh.send(&path, &fields).await.status(), 404);
        // What was begun with the old password is over, and the old password opens nothing.
        assert_eq!(browser.get("/admin/login/code").await.status(), 303);
        let old = [("mail", MAIL), ("password", PASSWORD)];
        assert_eq!(fresh.send("/admin/login", &old).await.status(), 422);
        // The new one does not do without the code.
        let new = [("mail", MAIL), ("password", NEW)];
        assert_eq!(fresh.send("/admin/login", &new).await.status(), 303);
        assert_eq!(fresh.get("/admin/account").await.status(), 303);
        let code = code_of(&house, &account).await;
        assert_eq!(
            fresh
                .send("/admin/login/code", &[("code", &code)])
                .await
                .status(),
            303
        );
        assert_eq!(fresh.get("/admin/account").await.status(), 200);
        assert_eq!(told(&house, "staff.reset").await, 1);
        // The owner is told of it.
        assert_eq!(house.deliver().await, 1);
        house.close().await;
    }
}

#[tokio::test]
async fn a_link_is_over_after_an_hour_and_when_a_newer_one_is_asked_for() {
    let house = House::new().await;
    member(&house, MAIL, Role::Author).await;
    let mut browser = Browser::new(&house);
    let mut links = Vec::new();
    for _ in 0..2 {
        browser.send("/admin/reset", &[("mail", MAIL)]).await;
        assert_eq!(house.deliver().await, 1);
        let letter = house.letter().await;
        links.push(between(
            &letter,
            "https://www.example.jp/admin/reset/",
            "\"",
        ));
    }
    assert_eq!(
        browser
            .get(&format!("/admin/reset/{}", links[0]))
            .await
            .status(),
        404
    );
    let path = format!("/admin/reset/{}", links[1]);
    house.pass(59 * 60);
    assert_eq!(browser.get(&path).await.status(), 200);
    house.pass(2 * 60);
    assert_eq!(browser.get(&path).await.status(), 404);
    assert_eq!(browser.get("/admin/reset/nothing").await.status(), 404);
    house.close().await;
}
