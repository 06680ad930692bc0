//! Writing a document: every byte that was not changed stays, and nothing that was written is lost.

use kairan_db::staff::{Grant, Role};

use super::desk::{Desk, edit, example};
use super::page::{form, set};
use crate::house::{House, between};

#[tokio::test]
async fn a_document_begins_with_a_template() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let html = desk.browser.page("/admin/documents/new").await;
    assert!(html.contains("手当・給付の手続き"), "{html}");
    assert!(html.contains("こども家庭課"));
    let pairs = form(&html, "make");
    let mut fields: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (&**a, &**b)).collect();
    fields.push(("from", "template:allowance"));
    let answer = desk.browser.post("/admin/documents/new", &fields).await;
    assert_eq!(answer.status(), 303);
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let html = desk.browser.page(&place).await;
    for words in [
        "次にすること",
        "見出しと概要",
        "この条件に合う登録者",
        "市民に見えるページ",
        "承認を依頼する",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let id = between(&place, "/admin/documents/", "/edit");
    let text = house.source(&id).await;
    assert!(text.contains("contact: kodomo-katei"), "{text}");
    house.close().await;
}

#[tokio::test]
async fn an_untouched_form_changes_no_byte() {
    let house = House::new().await;
    let grants = [Grant::everywhere(Role::Author)];
    let mut desk = Desk::of(&house, "山田 太郎", &grants).await;
    let names = [
        "articles/jido-teate.md",
        "articles/akachan-homon.md",
        "articles/byoji-hoiku.md",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let mut source = example(name);
        if number == 1 {
            source = source.replace('\n', "\r\n");
        }
        if number == 2 {
            source = format!("\u{feff}{source}  \n\n");
        }
        let source = source.replace("owner: ", "# 担当は決まっている\nowner: ");
        let id = house.draft(&source).await;
        let pairs = desk.form(&id).await;
        let before = house.source(&id).await;
        let html = desk.save(&id, &pairs).await;
        assert!(html.contains("変わったところはありません"), "{name}");
        assert_eq!(house.source(&id).await, before, "{name}");
    }
    house.close().await;
}

#[tokio::test]
async fn only_what_was_written_changes_whatever_it_is() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let mut pairs = desk.form(&id).await;
    // 𠮷 lies outside the first plane, か\u{3099} is が in two characters, the family is seven.
    let body =
        "𠮷野家の\u{304b}\u{3099}と、👨‍👩‍👧‍👦。\r\n\r\n    四つの空白\r\n<!-- 覚え書き -->\r\n\r\n末尾";
    set(&mut pairs, "body", body);
    set(&mut pairs, "title", "「児童手当」: 𠮷と\u{304b}\u{3099} #1");
    let before = house.source(&id).await;
    let html = desk.save(&id, &pairs).await;
    assert!(html.contains("保存しました。"));
    let after = house.source(&id).await;
    assert!(
        after.ends_with(&format!("---\n{}", body.replace("\r\n", "\n"))),
        "{after}"
    );
    let without = |text: &str| {
        let front = text.split("\n---\n").next().unwrap().to_owned();
        front
            .lines()
            .filter(|line| !line.starts_with("title:"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(without(&before), without(&after));
    let again = desk.form(&id).await;
    let value = |name: &str| again.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_eq!(value("title"), "「児童手当」: 𠮷と\u{304b}\u{3099} #1");
    assert_eq!(value("body"), body);
    house.close().await;
}

#[tokio::test]
async fn a_body_of_two_megabytes_is_kept() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let mut pairs = desk.form(&id).await;
    let line = "お子さんの健やかな育ちを社会全体で支えます。\r\n";
    let body = line.repeat(2 * 1024 * 1024 / line.len());
    set(&mut pairs, "body", &body);
    let text = desk.saved(&id, &pairs).await;
    assert!(text.ends_with(&body.replace("\r\n", "\n")));
    assert!(text.len() > 2_000_000 - 100_000);
    house.close().await;
}

#[tokio::test]
async fn rows_come_and_go_without_scripts() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let before = house.source(&id).await;
    let mut pairs = desk.form(&id).await;
    set(&mut pairs, "title", "まだ保存していない題名");
    let answer = desk.press(&edit(&id), &pairs, "add:apply").await;
    assert_eq!(answer.status(), 200);
    let html = answer.text().await.unwrap();
    assert!(html.contains("name=\"apply.3.via\""), "a fourth row");
    assert!(html.contains("data-focus=\"apply.3"), "it begins there");
    let pairs = form(&html, "edit");
    assert!(pairs.contains(&("title".into(), "まだ保存していない題名".into())));
    let answer = desk.press(&edit(&id), &pairs, "up:apply.1").await;
    let pairs = form(&answer.text().await.unwrap(), "edit");
    assert!(pairs.contains(&("apply.0.via".into(), "counter".into())));
    let answer = desk.press(&edit(&id), &pairs, "remove:apply.1").await;
    let mut pairs = form(&answer.text().await.unwrap(), "edit");
    assert_eq!(house.source(&id).await, before, "nothing is saved yet");
    set(&mut pairs, "apply.2.via", "phone");
    set(&mut pairs, "apply.2.phone", "0000-00-0000");
    desk.save(&id, &pairs).await;
    let text = house.source(&id).await;
    assert!(!text.contains("児童手当を電子申請する"), "{text}");
    assert!(text.contains("0000-00-0000"), "{text}");
    house.close().await;
}

#[tokio::test]
async fn references_are_found_by_a_word() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let faq = house
        .draft("---\nkind: faq\nslug: shomei\ntitle: 就労証明書はどこでもらえますか\ncontact: kodomo-katei\n---\n\n勤め先です。\n")
        .await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let mut pairs = desk.form(&id).await;
    set(&mut pairs, "faqs.new", "就労証明");
    let answer = desk.press(&edit(&id), &pairs, "find:faqs").await;
    let html = answer.text().await.unwrap();
    assert!(html.contains("就労証明書はどこでもらえますか"), "found");
    let mut pairs = form(&html, "edit");
    pairs.push(("faqs".into(), faq.clone()));
    desk.save(&id, &pairs).await;
    assert!(house.source(&id).await.contains(&faq));
    let found = desk
        .browser
        .page("/admin/documents/suggest?q=%E5%B0%B1%E5%8A%B4&kind=faq")
        .await;
    assert!(found.contains(&faq), "{found}");
    house.close().await;
}

#[tokio::test]
async fn the_page_of_a_draft_runs_nothing() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let source = example("articles/jido-teate.md").replace(
        "title: 児童手当の手続きについて",
        "title: '<img src=x onerror=alert(1)>'",
    ) + "\n<script>alert(2)</script>\n<iframe src=https://evil.example></iframe>\n[x](javascript:alert(3))\n";
    let id = house.draft(&source).await;
    let answer = desk
        .browser
        .get(&format!("/admin/documents/{id}/preview"))
        .await;
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("sandbox ") && !policy.contains("allow-scripts"),
        "{policy}"
    );
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"));
    let html = answer.text().await.unwrap();
    assert!(html.contains("お子さんの"), "the page is there");
    for bad in [
        "<script>alert",
        "<img src=x",
        "<iframe",
        "href=\"javascript:",
    ] {
        assert!(!html.contains(bad), "{bad}");
    }
    let edit_page = desk.browser.page(&edit(&id)).await;
    assert!(!edit_page.contains("<img src=x"), "the title is escaped");
    house.close().await;
}

#[tokio::test]
async fn people_are_counted_by_channel_while_tags_are_picked() {
    for house in House::each().await {
        let keys = house.ctx.keys.clone();
        let now = house.ctx.clock.now();
        house
            .ctx
            .write(move |c| {
                let new: Vec<_> = (0..7).map(citizen).collect();
                kairan_db::citizens::load(c, &keys, &new, now)
            })
            .await
            .unwrap();
        let mut desk = Desk::author(&house, "山田 太郎").await;
        let source = example("articles/jido-teate.md");
        let when = "  when:\n    child: { age: \"0..18\", through: fiscal-year-end }\n";
        let id = house.draft(&source.replace(when, "")).await;
        let mut pairs = desk.form(&id).await;
        let place = format!("/admin/documents/{id}/audience");
        let before = house.source(&id).await;
        pairs.retain(|(name, value)| name != "tags" || value.is_empty() || value == "age-1");
        let told: serde_json::Value = desk.press(&place, &pairs, "").await.json().await.unwrap();
        assert_eq!(told["matched"], 7, "{told}");
        assert_eq!(
            [&told["mail"], &told["line"], &told["inbox_only"]],
            ["4", "2", "2"]
        );
        assert!(told["why"].as_str().unwrap().contains("お子さん"), "{told}");
        pairs.retain(|(name, value)| name != "tags" || value.is_empty());
        let told: serde_json::Value = desk.press(&place, &pairs, "").await.json().await.unwrap();
        assert_eq!(
            (told["matched"].as_i64(), told["none"].as_bool()),
            (Some(0), Some(true))
        );
        assert_eq!(house.source(&id).await, before, "counting saves nothing");
        let html = desk
            .press(&edit(&id), &pairs, "count")
            .await
            .text()
            .await
            .unwrap();
        assert!(
            html.contains("class=\"who none\""),
            "the same without scripts"
        );
        house.close().await;
    }
}

/// With a child of one year; one in two has a mail address, one in three LINE.
pub(super) fn citizen(number: usize) -> kairan_db::citizens::NewCitizen {
    use kairan_db::citizens::{NOTICE_PURPOSE, NewCitizen, NewConsent};
    use kairan_db::notices::Channel;
    let consent = |channel| NewConsent {
        channel,
        purpose: NOTICE_PURPOSE.into(),
        granted: true,
        version: "1".into(),
        source: "register".into(),
    };
    let facts = serde_json::json!({ "children": [{ "birth_date": "2025-11-03" }] });
    NewCitizen {
        lang: "ja".into(),
        facts: kairan_audience::Facts::from_json(&facts).unwrap(),
        mails: number
            .is_multiple_of(2)
            .then(|| format!("c{number}@example.jp"))
            .into_iter()
            .collect(),
        line: (number == 1 || number == 2).then(|| format!("U{number:032x}")),
        consents: vec![consent(Channel::Mail), consent(Channel::Line)],
        ..NewCitizen::default()
    }
}
