//! One 部署, one 分類: changed by a form, on the way of every change of the settings.

use super::page;
use super::settings::{DEPARTMENTS, administrator, stored, with_files};
use crate::house::House;

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
    assert_eq!(stored(&house).await, before);
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
    assert!(html.contains("1件の記事が、この変更で"), "{html}");
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
