//! One 部署, one 分類: changed by a form, on the way of every change of the settings.

use super::page;
use super::settings::{DEPARTMENTS, administrator, stored, with_files};
use crate::house::{House, between};

const FORM: &str = "/admin/taxonomy/departments/term";
const ONE: &str = "/admin/taxonomy/departments/term?at=kodomo-katei";

#[tokio::test]
async fn a_telephone_number_is_changed_by_a_form_after_its_effect_was_shown() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let before = stored(&house).await;
    let html = desk.browser.page(DEPARTMENTS).await;
    assert!(html.contains(&format!("href=\"{ONE}\"")), "{html}");

    let html = desk.browser.page(ONE).await;
    let mut pairs = page::form(&html, "term");
    page::set(&mut pairs, "field.phone", "0500-00-9999");
    let answer = desk.press(FORM, &pairs, "check").await;
    assert_eq!(answer.status(), 200);
    let html = answer.text().await.unwrap();
    assert!(html.contains("保存すると、こうなります"), "{html}");
    let said = between(&html, "<dt>電話番号</dt>", "</dd>");
    assert!(said.contains("<del>0500-00-1200</del>") && said.contains("<ins>0500-00-9999</ins>"));
    // A telephone number decides nothing about who is told, and the list as it was is no answer.
    for absent in ["知らせる相手が変わる", "いまの内容", "<dt>名前</dt>"] {
        assert!(!html.contains(absent), "{absent}: {html}");
    }
    assert_eq!(stored(&house).await, before);
    // The way back keeps what was typed.
    let back = page::form(&html, "back");
    let answer = desk.press(FORM, &back, "back").await;
    assert_eq!(answer.status(), 200);
    let again = page::form(&answer.text().await.unwrap(), "term");
    assert_eq!(again, pairs);
    let shown = page::form(&html, "change");
    let answer = desk.press(DEPARTMENTS, &shown, "save").await;
    assert_eq!(answer.status(), 303);
    assert_eq!(
        stored(&house).await,
        before.replace("0500-00-1200", "\"0500-00-9999\"")
    );

    // Who opened the form before sees what was stored meanwhile, and what was typed stays.
    page::set(&mut pairs, "field.phone", "0500-00-8888");
    let answer = desk.press(FORM, &pairs, "check").await;
    assert_eq!(answer.status(), 409);
    let html = answer.text().await.unwrap();
    assert!(html.contains("0500-00-9999") && html.contains("0500-00-8888"));
    house.close().await;
}

#[tokio::test]
async fn a_department_comes_and_one_in_use_does_not_go() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let before = stored(&house).await;
    let html = desk.browser.page(FORM).await;
    let mut pairs = page::form(&html, "term");
    page::set(&mut pairs, "field.name", "未来創造課");
    page::set(&mut pairs, "key", "kodomo-katei");
    let answer = desk.press(FORM, &pairs, "check").await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(html.contains("同じキーの項目がすでにあります") && html.contains("未来創造課"));
    page::set(&mut pairs, "key", "mirai");
    let html = desk
        .press(FORM, &pairs, "check")
        .await
        .text()
        .await
        .unwrap();
    let shown = page::form(&html, "change");
    assert_eq!(desk.press(DEPARTMENTS, &shown, "save").await.status(), 303);
    assert_eq!(
        stored(&house).await,
        format!("{before}- {{ key: mirai, name: 未来創造課 }}\n")
    );

    house
        .draft(&super::desk::example("articles/jido-teate.md"))
        .await;
    let html = desk.browser.page(ONE).await;
    let pairs = page::form(&html, "term");
    let answer = desk.press(FORM, &pairs, "remove").await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(
        html.contains("1件の記事が「こども若者部 こども家庭課」を使っています。"),
        "{html}"
    );
    // It is still there: what its documents would say without it is not said.
    assert!(
        !html.contains("はありません") && !html.contains("この内容で保存する"),
        "{html}"
    );
    // Not the text of the file, but the way out, which has the department chosen.
    assert!(
        !html.contains("<textarea") && !html.contains("この変更で"),
        "{html}"
    );
    assert!(
        html.contains("/admin/taxonomy/departments?from=kodomo-katei#merge"),
        "{html}"
    );
    let html = desk
        .browser
        .page("/admin/taxonomy/departments?from=kodomo-katei")
        .await;
    let merge = page::form(&html, "merge");
    let value = |name: &str| merge.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_eq!(
        (value("from").as_str(), value("into").as_str()),
        ("kodomo-katei", "")
    );
    house.close().await;
}

#[tokio::test]
async fn a_move_takes_along_what_was_typed() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let html = desk.browser.page(ONE).await;
    let mut pairs = page::form(&html, "term");
    page::set(&mut pairs, "field.phone", "0500-00-9999");
    let html = desk.press(FORM, &pairs, "down").await.text().await.unwrap();
    assert!(
        html.contains("順番が変わります") && html.contains("<ins>0500-00-9999</ins>"),
        "{html}"
    );
    let shown = page::form(&html, "change");
    assert_eq!(desk.press(DEPARTMENTS, &shown, "save").await.status(), 303);
    let now = stored(&house).await;
    let place = |word: &str| now.find(word).unwrap();
    assert!(place("key: hoiku") < place("key: kodomo-katei"), "{now}");
    assert!(now.contains("0500-00-9999"), "{now}");
    house.close().await;
}

#[tokio::test]
async fn a_mistake_is_told_beside_its_field_with_what_was_typed() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let place = "/admin/taxonomy/tags/term";
    let html = desk
        .browser
        .page(&format!("{place}?at=child-age/age-1"))
        .await;
    let mut pairs = page::form(&html, "term");
    page::set(&mut pairs, "field.label", "満1歳");
    page::set(&mut pairs, "field.matches", "1歳の子");
    let answer = desk.press(place, &pairs, "check").await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(
        html.contains("id=\"field.matches-m\"") && !html.contains("行目"),
        "{html}"
    );
    assert!(!html.contains("id=\"field.label-m\""), "{html}");
    assert_eq!(page::form(&html, "term"), pairs);

    // A new question with its choices, and a key that nothing can have.
    let place = "/admin/taxonomy/profile/term";
    let html = desk.browser.page(place).await;
    let mut pairs = page::form(&html, "term");
    page::set(&mut pairs, "field.label", "通い方");
    page::set(&mut pairs, "field.type", "choices");
    page::set(&mut pairs, "field.options", "walk 徒歩\r\nbus バス");
    page::set(&mut pairs, "key", "kayoi");
    let answer = desk.press(place, &pairs, "check").await;
    let (status, html) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, 200, "{html}");
    assert!(
        html.contains("新しい項目です") && html.contains("walk 徒歩、bus バス"),
        "{html}"
    );
    house.close().await;
}

#[tokio::test]
async fn every_term_has_a_form_and_what_is_not_there_has_none() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    for (part, shown) in [
        ("categories", "children"),
        ("tags", "child-age/age-1"),
        ("areas", "chuo/honmachi"),
        ("life-events", "birth"),
        ("synonyms", "0"),
        ("profile", "children/preterm"),
    ] {
        let html = desk.browser.page(&format!("/admin/taxonomy/{part}")).await;
        let first = html
            .split("/term?at&#x3D;")
            .chain(html.split("/term?at="))
            .nth(1);
        assert!(first.is_some(), "{part}: {html}");
        if part != "categories" {
            let html = desk
                .browser
                .page(&format!("/admin/taxonomy/{part}/term?at={shown}"))
                .await;
            let pairs = page::form(&html, "term");
            let place = format!("/admin/taxonomy/{part}/term");
            let answer = desk.press(&place, &pairs, "check").await;
            assert_eq!(answer.status(), 200, "{part}");
        }
    }
    for none in ["departments/term?at=nobody", "secrets/term"] {
        let answer = desk.browser.get(&format!("/admin/taxonomy/{none}")).await;
        assert_eq!(answer.status(), 404, "{none}");
    }
    house.close().await;
}
