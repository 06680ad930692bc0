//! The ways a text comes and goes: locked, compared, restored, named, copied, in another language, as a template.

use kairan_db::editions::{self, EditionState, Step};

use super::desk::{Desk, edit, example};
use super::page::set;
use crate::house::{House, between};

#[tokio::test]
async fn a_text_that_waits_for_approval_is_not_changed_and_what_was_written_stays() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let mut pairs = desk.form(&id).await;
    step(&house, &id, EditionState::InReview).await;
    let before = house.source(&id).await;
    set(&mut pairs, "title", "間に合わなかった題名");
    let answer = desk.press(&edit(&id), &pairs, "save").await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(
        html.contains("間に合わなかった題名"),
        "the text is still there"
    );
    assert_eq!(house.source(&id).await, before);
    step(&house, &id, EditionState::Draft).await;
    let html = desk.browser.page(&edit(&id)).await;
    assert!(
        html.contains("自動保存した内容があります"),
        "and is offered again"
    );
    house.close().await;
}

/// As after publishing: the text stands, and nothing is under way.
#[tokio::test]
async fn a_document_without_a_draft_gets_one_when_it_is_written() {
    for house in House::each().await {
        let mut one = Desk::author(&house, "山田 太郎").await;
        let mut two = Desk::author(&house, "鈴木 次郎").await;
        let id = house.draft(&example("articles/jido-teate.md")).await;
        let (gone, now) = (id.clone(), house.ctx.clock.now());
        house
            .ctx
            .write(move |c| {
                let open = editions::open(c, &gone)?.unwrap();
                editions::discard(c, open.id, open.revision, now)
            })
            .await
            .unwrap();
        let (mut first, mut second) = (one.form(&id).await, two.form(&id).await);
        assert_eq!(house.editions(&id).await, 1, "looking makes no draft");
        set(&mut first, "title", "山田の題名");
        set(&mut second, "legal_basis", "鈴木の法令");
        let place = edit(&id);
        let (a, b) = tokio::join!(
            one.press(&place, &first, "save"),
            two.press(&place, &second, "save"),
        );
        assert_eq!((a.status().as_u16(), b.status().as_u16()), (303, 303));
        let text = house.source(&id).await;
        assert!(
            text.contains("山田の題名") && text.contains("鈴木の法令"),
            "{text}"
        );
        assert_eq!(house.editions(&id).await, 2, "and both write into one");
        house.close().await;
    }
}

async fn step(house: &House, id: &str, to: EditionState) {
    let (id, now) = (id.to_owned(), house.ctx.clock.now());
    house
        .ctx
        .write(move |c| {
            let open = editions::open(c, &id)?.unwrap();
            let step = Step {
                to,
                publish_at: None,
                note: None,
            };
            editions::advance(c, open.id, open.revision, &step, now)
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn front_matter_that_cannot_be_read_is_shown_as_it_is_and_mended() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let good = house.source(&id).await;
    let bad = good.replace("legal_basis: 児童手当法", "legal_basis: [児童手当法");
    overwrite(&house, &id, &bad).await;
    let mut pairs = desk.form(&id).await;
    let front = pairs
        .iter()
        .find(|(name, _)| name == "front.yaml")
        .unwrap()
        .1
        .clone();
    assert!(front.contains("[児童手当法"));
    set(
        &mut pairs,
        "front.yaml",
        &front.replace("[児童手当法", "児童手当法"),
    );
    desk.save(&id, &pairs).await;
    assert_eq!(house.source(&id).await, good);
    house.close().await;
}

async fn overwrite(house: &House, id: &str, text: &str) {
    let (id, text, now) = (id.to_owned(), text.to_owned(), house.ctx.clock.now());
    house
        .ctx
        .transact(move |c| {
            let site = kairan_db::site::current(c)?.unwrap();
            let site = serde_json::from_str(&site.data).unwrap();
            let open = editions::open(c, &id)?.unwrap();
            let save = kairan_pipeline::drafts::Save {
                edition: open.id,
                revision: open.revision,
                source: &text,
                author: "cli",
                reason: kairan_db::editing::Reason::Save,
                name: None,
            };
            kairan_pipeline::drafts::save(c, &site, &save, now)
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn kept_texts_are_named_compared_and_restored() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let first = house.source(&id).await;
    let mut pairs = desk.form(&id).await;
    set(&mut pairs, "title", "新しい題名");
    set(&mut pairs, "version_name", "課長に見せた版");
    let answer = desk.press(&edit(&id), &pairs, "keep").await;
    assert_eq!(answer.status(), 303);
    let kept = house.kept(&id).await;
    assert_eq!(kept[0].name.as_deref(), Some("課長に見せた版"));
    let (new, old) = (kept[0].id.to_string(), kept[1].id.to_string());

    let place = format!("/admin/documents/{id}/history");
    let html = desk.browser.page(&place).await;
    assert!(html.contains("名前を付けた版") && html.contains("課長に見せた版"));
    let html = desk
        .browser
        .page(&format!("/admin/documents/{id}/compare?a={new}&b={old}"))
        .await;
    assert!(html.contains("1か所ちがいます"), "{html}");
    assert!(html.contains("<ins>") && html.contains("<del>"), "{html}");

    let fields = [("kept", old.as_str()), ("version_name", "はじめの版")];
    let answer = desk.browser.send(&format!("{place}/name"), &fields).await;
    assert_eq!(answer.status(), 303);
    let answer = desk
        .browser
        .send(&format!("{place}/restore"), &fields)
        .await;
    assert_eq!(answer.status(), 303);
    assert_eq!(house.source(&id).await, first);
    let kept = house.kept(&id).await;
    assert_eq!(kept.len(), 3, "what stood there before is kept");
    assert_eq!(kept[2].name.as_deref(), Some("はじめの版"));
    house.close().await;
}

#[tokio::test]
async fn a_copy_a_variant_and_a_template_are_documents_of_their_own() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let before = house.source(&id).await;
    let place = |answer: &reqwest::Response| {
        assert_eq!(answer.status(), 303);
        between(
            answer.headers()["location"].to_str().unwrap(),
            "/admin/documents/",
            "/edit",
        )
    };
    let answer = desk
        .browser
        .send(&format!("/admin/documents/{id}/duplicate"), &[])
        .await;
    let copy = place(&answer);
    let text = house.source(&copy).await;
    assert_ne!(copy, id);
    assert!(
        text.contains("slug: jido-teate-2") && text.contains(&format!("id: {copy}")),
        "{text}"
    );

    let variant = format!("/admin/documents/{id}/translate");
    let answer = desk.browser.send(&variant, &[("lang", "ja-easy")]).await;
    let easy = place(&answer);
    let html = desk.browser.page(&edit(&easy)).await;
    assert!(html.contains("class=\"ed beside\""), "beside the original");
    assert!(html.contains(&format!("/admin/documents/{id}/preview?text=saved")));
    let text = house.source(&easy).await;
    assert!(
        text.contains("lang: ja-easy") && text.contains(&format!("translates: {id}")),
        "{text}"
    );
    let again = desk.browser.send(&variant, &[("lang", "ja-easy")]).await;
    assert_eq!(place(&again), easy, "there is one of each language");

    let fields = [("template_name", "手当のひな形")];
    let answer = desk
        .browser
        .send(&format!("/admin/documents/{id}/template"), &fields)
        .await;
    assert_eq!(answer.status(), 303);
    let html = desk.browser.page("/admin/documents/new").await;
    let from = between(&html, "value=\"own:", "\"");
    let fields = [("from", format!("own:{from}"))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let made = place(&desk.browser.send("/admin/documents/new", &fields).await);
    assert!(
        house
            .source(&made)
            .await
            .contains("児童手当の手続きについて")
    );
    assert_eq!(
        house.source(&id).await,
        before,
        "the first one is untouched"
    );
    let gone = format!("/admin/documents/templates/{from}/delete");
    let mut other = Desk::author(&house, "鈴木 次郎").await;
    assert_eq!(other.browser.send(&gone, &[]).await.status(), 403);
    assert_eq!(desk.browser.send(&gone, &[]).await.status(), 303);
    let html = desk.browser.page("/admin/documents/new").await;
    assert!(!html.contains("手当のひな形"), "it is gone");
    house.close().await;
}

#[tokio::test]
async fn comments_stand_on_fields_until_they_are_resolved() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let fields = [
        ("comment_field", "documents"),
        ("comment", "母子健康手帳はいりませんか。<b>"),
    ];
    let place = format!("/admin/documents/{id}/comments");
    assert_eq!(desk.browser.send(&place, &fields).await.status(), 303);
    let html = desk.browser.page(&edit(&id)).await;
    assert!(html.contains("母子健康手帳はいりませんか。&lt;b&gt;"));
    let number = between(&html, &format!("{place}/"), "/resolve");
    let answer = desk
        .browser
        .send(&format!("{place}/{number}/resolve"), &[])
        .await;
    assert_eq!(answer.status(), 303);
    let html = desk.browser.page(&edit(&id)).await;
    assert!(!html.contains("母子健康手帳はいりませんか"));
    house.close().await;
}

#[tokio::test]
async fn the_page_is_light_and_speaks_both_languages() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&example("articles/jido-teate.md")).await;
    let html = desk.browser.page(&edit(&id)).await;
    assert!(
        html.len() < 250_000,
        "{} bytes before compression",
        html.len()
    );
    let who = desk.who.id.clone();
    let now = house.ctx.clock.now();
    house
        .ctx
        .write(move |c| kairan_db::staff::set_lang(c, &who, "en", now))
        .await
        .unwrap();
    let html = desk.browser.page(&edit(&id)).await;
    for words in [
        "What to do next",
        "Who is told?",
        "Ask for approval",
        "One a line.",
    ] {
        assert!(html.contains(words), "{words}");
    }
    house.close().await;
}
