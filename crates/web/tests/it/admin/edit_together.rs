//! Two people at one document: exactly one save wins, the other text is shown, and neither is lost.

use kairan_db::staff::{Grant, Role};

use super::desk::{Desk, edit, example};
use super::page::{form, set};
use crate::house::House;

#[tokio::test]
async fn of_two_saves_at_once_one_wins_and_the_other_is_asked() {
    for house in House::each().await {
        let mut one = Desk::author(&house, "山田 太郎").await;
        let mut two = Desk::author(&house, "鈴木 次郎").await;
        let id = house.draft(&example("articles/jido-teate.md")).await;
        let (mut first, mut second) = (one.form(&id).await, two.form(&id).await);
        set(&mut first, "title", "山田の題名");
        set(&mut second, "title", "鈴木の題名");
        set(&mut second, "summary", "鈴木だけが変えた概要です。");
        let place = edit(&id);
        let (a, b) = tokio::join!(
            one.press(&place, &first, "save"),
            two.press(&place, &second, "save"),
        );
        let (a, b) = (a, b);
        let mut states = [a.status().as_u16(), b.status().as_u16()];
        states.sort_unstable();
        assert_eq!(states, [303, 409]);
        let yamada_lost = a.status() == 409;
        let (mut loser, html, mine) = if yamada_lost {
            (one, a.text().await.unwrap(), "山田の題名")
        } else {
            (two, b.text().await.unwrap(), "鈴木の題名")
        };
        for title in ["山田", "鈴木"] {
            assert!(html.contains(title), "both texts are shown: {title}");
        }
        assert!(html.contains("name=\"pick.title\""), "{html}");
        assert!(
            !html.contains("name=\"pick.summary\""),
            "only one of them wrote it"
        );
        assert!(
            !house.source(&id).await.contains(mine),
            "nothing is overwritten"
        );
        let mut pairs = form(&html, "settle");
        pairs.retain(|(name, _)| name != "pick.title");
        pairs.push(("pick.title".into(), "mine".into()));
        let place = format!("/admin/documents/{id}/settle");
        let answer = loser.press(&place, &pairs, "").await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        let text = house.source(&id).await;
        assert!(text.contains(&format!("title: {mine}")), "{text}");
        assert!(text.contains("鈴木だけが変えた概要です。"), "{text}");
        let kept = house.kept(&id).await;
        let titles: Vec<&str> = kept.iter().map(|one| one.title.as_str()).collect();
        assert!(
            titles.contains(&"山田の題名") && titles.contains(&"鈴木の題名"),
            "{titles:?}"
        );
        house.close().await;
    }
}

#[tokio::test]
async fn theirs_can_be_chosen_and_ones_own_stays_in_the_history() {
    let house = House::new().await;
    let mut one = Desk::author(&house, "山田 太郎").await;
    let mut two = Desk::author(&house, "鈴木 次郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let (mut first, mut second) = (one.form(&id).await, two.form(&id).await);
    set(&mut first, "body", "山田の本文\r\n");
    set(&mut second, "body", "鈴木の本文\r\n");
    one.save(&id, &first).await;
    let answer = two.press(&edit(&id), &second, "save").await;
    assert_eq!(answer.status(), 409);
    let html = answer.text().await.unwrap();
    let mut pairs = form(&html, "settle");
    pairs.retain(|(name, _)| name != "pick.body");
    pairs.push(("pick.body".into(), "theirs".into()));
    let answer = two
        .press(&format!("/admin/documents/{id}/settle"), &pairs, "")
        .await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    assert!(house.source(&id).await.ends_with("山田の本文\n"));
    let named: Vec<_> = house
        .kept(&id)
        .await
        .into_iter()
        .filter_map(|one| one.name)
        .collect();
    assert_eq!(named, ["合わせる前の文"]);
    house.close().await;
}

#[tokio::test]
async fn different_fields_are_joined_without_asking() {
    let house = House::new().await;
    let mut one = Desk::author(&house, "山田 太郎").await;
    let mut two = Desk::author(&house, "鈴木 次郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let (mut first, mut second) = (one.form(&id).await, two.form(&id).await);
    set(&mut first, "title", "山田の題名");
    set(&mut second, "legal_basis", "鈴木の法令");
    one.save(&id, &first).await;
    let html = two.save(&id, &second).await;
    assert!(html.contains("合わせてあります"));
    let text = house.source(&id).await;
    assert!(
        text.contains("山田の題名") && text.contains("鈴木の法令"),
        "{text}"
    );
    house.close().await;
}

#[tokio::test]
async fn what_is_typed_is_kept_apart_and_offered_again() {
    for house in House::each().await {
        let mut desk = Desk::author(&house, "山田 太郎").await;
        let id = house.draft(&example("articles/jido-teate.md")).await;
        let before = house.source(&id).await;
        let mut pairs = desk.form(&id).await;
        set(&mut pairs, "title", "打ちかけの題名");
        set(&mut pairs, "contact", "");
        let place = format!("/admin/documents/{id}/autosave");
        let told: serde_json::Value = desk.press(&place, &pairs, "").await.json().await.unwrap();
        assert_eq!(told["saved_at"], "10:00", "{told}");
        assert!(told["errors"].as_u64().unwrap() > 0, "{told}");
        assert!(
            told["checks"].as_str().unwrap().contains("#contact"),
            "{told}"
        );
        assert_eq!(house.source(&id).await, before, "the draft is what it was");
        assert_eq!(house.kept(&id).await.len(), 1, "and so is its history");

        let mut other = Desk::author(&house, "鈴木 次郎").await;
        let html = other.browser.page(&edit(&id)).await;
        assert!(!html.contains("打ちかけの題名"), "nobody else sees it");
        assert!(
            html.contains("いま 山田 太郎さんが書いています。"),
            "but who writes"
        );

        let html = desk.browser.page(&edit(&id)).await;
        assert!(html.contains("自動保存した内容があります"), "{html}");
        let html = desk
            .browser
            .page(&format!("{}?text=autosave", edit(&id)))
            .await;
        let pairs = form(&html, "edit");
        assert!(pairs.contains(&("title".into(), "打ちかけの題名".into())));
        desk.save(&id, &pairs).await;
        assert!(house.source(&id).await.contains("打ちかけの題名"));
        let html = desk.browser.page(&edit(&id)).await;
        assert!(
            !html.contains("自動保存した内容があります"),
            "it is saved now"
        );

        let mut pairs = desk.form(&id).await;
        set(&mut pairs, "title", "捨てる題名");
        desk.press(&place, &pairs, "").await;
        let edition = pairs
            .iter()
            .find(|(name, _)| name == "edition")
            .unwrap()
            .1
            .clone();
        let answer = desk
            .browser
            .send(&format!("{place}/discard"), &[("edition", &edition)])
            .await;
        assert_eq!(answer.status(), 303);
        let html = desk.browser.page(&edit(&id)).await;
        assert!(!html.contains("捨てる題名") && html.contains("打ちかけの題名"));
        house.close().await;
    }
}

#[tokio::test]
async fn the_turn_to_write_can_be_taken_over() {
    let house = House::new().await;
    let mut one = Desk::author(&house, "山田 太郎").await;
    let mut two = Desk::author(&house, "鈴木 次郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    one.form(&id).await;
    let sign = format!("/admin/documents/{id}/presence");
    let told: serde_json::Value = two.browser.send(&sign, &[]).await.json().await.unwrap();
    assert_eq!(told["other"], "山田 太郎");
    let answer = two
        .browser
        .send(&format!("/admin/documents/{id}/take-over"), &[])
        .await;
    assert_eq!(answer.status(), 303);
    let told: serde_json::Value = one.browser.send(&sign, &[]).await.json().await.unwrap();
    assert_eq!(told["line"], "いま 鈴木 次郎さんが書いています。");
    two.browser.send(&sign, &[("leaving", "1")]).await;
    let told: serde_json::Value = one.browser.send(&sign, &[]).await.json().await.unwrap();
    assert!(told["line"].is_null(), "{told}");
    house.close().await;
}

#[tokio::test]
async fn another_department_reads_and_does_not_write() {
    let house = House::new().await;
    let mut author = Desk::author(&house, "山田 太郎").await;
    let grants = [Grant::of(Role::Author, "zeimu")];
    let mut other = Desk::of(&house, "鈴木 次郎", &grants).await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let before = house.source(&id).await;
    let pairs = author.form(&id).await;
    let html = other.browser.page(&edit(&id)).await;
    assert!(html.contains("この記事は別の部署の担当です"), "{html}");
    assert!(!html.contains("id=\"edit\""), "there is no form to send");
    let token = other.browser.token().await;
    let mut theirs = pairs.clone();
    set(&mut theirs, "csrf_token", &token);
    set(&mut theirs, "title", "よその部署の題名");
    for (place, button) in [
        ("edit", "save"),
        ("edit", "submit"),
        ("edit", "add:apply"),
        ("autosave", ""),
        ("take-over", ""),
        ("settle", ""),
        ("history/restore", ""),
        ("history/name", ""),
        ("comments", ""),
        ("translate", ""),
    ] {
        let mut pairs = theirs.clone();
        pairs.push(("comment".into(), "x".into()));
        let answer = other
            .press(&format!("/admin/documents/{id}/{place}"), &pairs, button)
            .await;
        assert_eq!(answer.status(), 403, "{place} {button}");
    }
    assert_eq!(house.source(&id).await, before);
    assert_eq!(house.kept(&id).await.len(), 1);
    house.close().await;
}
