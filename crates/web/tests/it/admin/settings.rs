//! 分類と部署、設定: changed by administrators, effect first.

use kairan_db::staff::{Grant, Role};
use kairan_db::{audit, releases, site};

use super::desk::{Desk, Pairs};
use super::page;
use crate::house::{House, between};

pub(super) const DEPARTMENTS: &str = "/admin/taxonomy/departments";
const FILE: &str = "taxonomy/departments.yaml";
const OLD: &str = "こども若者部 こども家庭課";
const NEW: &str = "こども未来部 こども家庭課";
const OTHER: &str = "こども支援部 こども家庭課";

/// The site files of the example city, as an import stores them.
pub(super) async fn with_files(house: &House) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/minori");
    for name in [
        "kairan.toml",
        "profile.yaml",
        "taxonomy/areas.yaml",
        "taxonomy/categories.yaml",
        "taxonomy/departments.yaml",
        "taxonomy/life-events.yaml",
        "taxonomy/synonyms.yaml",
        "taxonomy/tags.yaml",
        "taxonomy/menu.yaml",
    ] {
        let bytes = std::fs::read(root.join(name)).unwrap();
        let file = site::SiteFile {
            path: name.to_owned(),
            sha256: kairan_db::sha256_hex(&bytes),
            size: bytes.len().try_into().unwrap(),
            width: None,
            height: None,
            content_type: "application/yaml".to_owned(),
            updated_at: house.ctx.clock.now(),
        };
        house
            .ctx
            .write(move |c| site::put_file(c, &file, &bytes))
            .await
            .unwrap();
    }
}

pub(super) async fn administrator(house: &House) -> Desk<'_> {
    Desk::of(
        house,
        "管理 花子",
        &[Grant::everywhere(Role::Administrator)],
    )
    .await
}

pub(super) async fn stored(house: &House) -> String {
    let bytes = house.ctx.read(|c| site::file_bytes(c, FILE)).await.unwrap();
    String::from_utf8(bytes.unwrap()).unwrap()
}

async fn revision(house: &House) -> i64 {
    let current = house.ctx.read(site::current).await.unwrap();
    current.unwrap().id
}

/// The form of the departments with another text in it.
async fn form(desk: &mut Desk<'_>, change: impl Fn(&str) -> String) -> Pairs {
    let html = desk.browser.page(DEPARTMENTS).await;
    let mut pairs = page::form(&html, "change");
    let text = pairs.iter().find(|(name, _)| name == "text").unwrap();
    let text = change(&text.1);
    page::set(&mut pairs, "text", &text);
    pairs
}

#[tokio::test]
async fn a_department_is_renamed_after_its_effect_was_shown() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let (before, first) = (stored(&house).await, revision(&house).await);
    let pairs = form(&mut desk, |text| text.replace(OLD, NEW)).await;
    let stale = form(&mut desk, |text| text.replace(OLD, OTHER)).await;

    // Saving what was not shown shows it first.
    let answer = desk.press(DEPARTMENTS, &pairs, "save").await;
    assert_eq!(answer.status(), 200);
    let html = answer.text().await.unwrap();
    for words in [
        "保存すると、こうなります",
        "この内容で保存する",
        "書いてある言葉が変わる公開中のページ",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert_eq!(stored(&house).await, before);
    assert_eq!(revision(&house).await, first);

    let pairs = page::form(&html, "change");
    let answer = desk.press(DEPARTMENTS, &pairs, "save").await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    assert_eq!(stored(&house).await, before.replace(OLD, NEW));
    assert!(revision(&house).await > first);
    let html = desk.browser.page(DEPARTMENTS).await;
    assert!(html.contains("保存しました") && html.contains(NEW));
    let waiting = house.ctx.read(releases::unfinished).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting.first().unwrap().kind, releases::ReleaseKind::Full);
    let trail = audit::Trail {
        action: Some("site."),
        ..audit::Trail::default()
    };
    let events = house
        .ctx
        .read(move |c| audit::list(c, &trail, 10))
        .await
        .unwrap();
    let event = events.first().unwrap();
    assert_eq!(event.action, "site.change");
    assert_eq!(event.actor, format!("staff:{}", desk.who.id));
    assert!(!event.origin.is_empty() && event.detail.contains(FILE));

    // Who had it open since before loses nothing and overwrites nothing.
    let answer = desk.press(DEPARTMENTS, &stale, "save").await;
    assert_eq!(answer.status(), 409);
    let html = answer.text().await.unwrap();
    assert!(html.contains("ほかの人がこのファイルを変えました"));
    let field = |id| between(&html, &format!("id=\"{id}\""), "</textarea>");
    assert!(field("theirs").contains(NEW) && field("text").contains(OTHER));
    house.close().await;
}

#[tokio::test]
async fn what_would_break_something_is_refused_with_its_line() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let before = stored(&house).await;
    let twice = |text: &str| text.replacen("- key: hoiku", "- key: kodomo-katei", 1);
    let pairs = form(&mut desk, twice).await;
    for button in ["check", "save"] {
        let answer = desk.press(DEPARTMENTS, &pairs, button).await;
        assert_eq!(answer.status(), 422);
        let html = answer.text().await.unwrap();
        assert!(html.contains("このままでは保存できません"), "{html}");
        assert!(html.contains("行目") && !html.contains("この内容で保存する"));
    }
    // A key that a text of the staff names.
    house
        .draft(&super::desk::example("articles/jido-teate.md"))
        .await;
    let gone = |text: &str| text.replacen("- key: kodomo-katei", "- key: kodomo-mirai", 1);
    let pairs = form(&mut desk, gone).await;
    let answer = desk.press(DEPARTMENTS, &pairs, "check").await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(html.contains("1件の記事が、この変更で"), "{html}");
    assert_eq!(stored(&house).await, before);
    house.close().await;
}

#[tokio::test]
async fn two_departments_become_one_in_the_drafts() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let text = super::desk::example("articles/jido-teate.md");
    let id = house.draft(&text).await;
    let merge = "/admin/taxonomy/departments/merge";
    let same = [("from", "hoiku"), ("into", "hoiku")];
    assert_eq!(desk.browser.send(merge, &same).await.status(), 400);
    let two = [("from", "kodomo-katei"), ("into", "hoiku"), ("do", "show")];
    let html = desk.browser.send(merge, &two).await.text().await.unwrap();
    assert!(html.contains("記事：1件") && html.contains(&id), "{html}");
    assert!(house.source(&id).await.contains("contact: kodomo-katei"));
    let yes = [
        ("from", "kodomo-katei"),
        ("into", "hoiku"),
        ("do", "merge"),
        ("id", &id),
    ];
    let html = desk.browser.send(merge, &yes).await.text().await.unwrap();
    assert!(html.contains("1件を変えました"), "{html}");
    let now = house.source(&id).await;
    assert!(now.contains("contact: hoiku") && !now.contains("kodomo-katei"));
    house.close().await;
}

#[tokio::test]
async fn whoever_is_no_administrator_looks_and_changes_nothing() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let html = desk.browser.page("/admin/taxonomy").await;
    assert!(html.contains("目的の分類") && html.contains(FILE));
    for part in [
        "categories",
        "tags",
        "areas",
        "departments",
        "life-events",
        "synonyms",
        "profile",
        "menu",
    ] {
        let html = desk.browser.page(&format!("/admin/taxonomy/{part}")).await;
        assert!(
            html.contains("いまの内容") && !html.contains("<textarea"),
            "{part}"
        );
    }
    assert_eq!(
        desk.browser.get("/admin/taxonomy/secrets").await.status(),
        404
    );
    let fields = [("do", "save"), ("text", "[]")];
    let answer = desk.browser.send(DEPARTMENTS, &fields).await;
    assert_eq!(answer.status(), 403);
    assert_eq!(desk.browser.get("/admin/settings").await.status(), 403);
    house.close().await;
}

#[tokio::test]
async fn the_settings_lead_on_and_tell_of_the_banner() {
    let house = House::new().await;
    let mut desk = administrator(&house).await;
    let html = desk.browser.page("/admin/settings").await;
    for place in [
        "/admin/staff",
        "/admin/taxonomy",
        "/admin/audit",
        "/admin/links",
    ] {
        assert!(html.contains(&format!("href=\"{place}\"")), "{place}");
    }
    let banner = house.json("/data/v1/emergency.json").await;
    for one in banner["items"].as_array().unwrap() {
        assert!(html.contains(one["title"].as_str().unwrap()));
    }
    assert!(html.contains("緊急のお知らせの帯"));
    house.close().await;
}

#[tokio::test]
async fn the_menu_is_changed_like_the_other_parts_and_begins_with_the_standard_one() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let place = "/admin/taxonomy/menu";
    let html = desk.browser.page(place).await;
    assert!(html.contains("facilities/shiyakusho") && html.contains("スマートフォンだけ"));
    let mut pairs = page::form(&html, "change");
    page::set(
        &mut pairs,
        "text",
        "header:\n  - { label: 議会, url: \"javascript:alert(1)\" }\n",
    );
    let answer = desk.press(place, &pairs, "check").await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(
        html.contains("2行目") && html.contains("https:// で始まる"),
        "{html}"
    );
    let mut pairs = page::form(&html, "change");
    page::set(
        &mut pairs,
        "text",
        "header:\n  - { label: さがす, place: search }\n",
    );
    let answer = desk.press(place, &pairs, "check").await;
    assert_eq!(answer.status(), 200);
    let html = answer.text().await.unwrap();
    let answer = desk
        .press(place, &page::form(&html, "change"), "save")
        .await;
    assert_eq!(answer.status(), 303);

    // Without the file: what is there anyway, to be changed.
    house
        .ctx
        .write(|c| site::remove_file(c, "taxonomy/menu.yaml"))
        .await
        .unwrap();
    let html = desk.browser.page(place).await;
    let text = between(&html, "id=\"text\"", "</textarea>");
    assert!(text.contains("label: マイページ, place: my-page"), "{text}");
    house.close().await;
}

#[tokio::test]
async fn a_key_in_use_is_changed_with_its_documents_shown_first() {
    let house = House::new().await;
    with_files(&house).await;
    let mut desk = administrator(&house).await;
    let id = house
        .draft(&super::desk::example("articles/jido-teate.md"))
        .await;
    let html = desk.browser.page("/admin/taxonomy/categories").await;
    assert!(html.contains("新しいキー"));
    let place = "/admin/taxonomy/categories/merge";
    let from = ("from", "money/child-allowance");
    for (key, says) in [
        ("日本", "半角の英小文字"),
        ("single-parent", "もう別のもの"),
    ] {
        let answer = desk.browser.send(place, &[from, ("key", key)]).await;
        assert_eq!(answer.status(), 400);
        let html = answer.text().await.unwrap();
        assert!(html.contains(says), "{html}");
    }
    let shown = [from, ("key", "jido-teate"), ("do", "show")];
    let html = desk.browser.send(place, &shown).await.text().await.unwrap();
    assert!(
        html.contains("money/jido-teate") && html.contains(&id),
        "{html}"
    );
    assert!(
        house
            .source(&id)
            .await
            .contains("category: money/child-allowance")
    );
    let yes = [from, ("key", "jido-teate"), ("do", "merge"), ("id", &id)];
    let html = desk.browser.send(place, &yes).await.text().await.unwrap();
    assert!(html.contains("1件を変えました"), "{html}");
    assert!(
        house
            .source(&id)
            .await
            .contains("category: money/jido-teate")
    );
    let areas = desk.browser.page("/admin/taxonomy/areas").await;
    assert!(areas.contains("当てはまる市民") && !areas.contains("新しいキー"));
    house.close().await;
}
