//! The account of a notice, and what can still be done about it.

use kairan_db::notices::{self, NewNotice, NoticeKind, NoticeState};
use kairan_db::staff::{Grant, Role};
use kairan_delivery::compose::Content;

use super::desk::{Desk, example};
use crate::house::House;

/// A notice that is being sent.
async fn notice(house: &House) -> String {
    let document = house.draft(&example("articles/jido-teate.md")).await;
    notice_of(house, &document).await
}

/// The first notice of a document, to nobody.
pub(crate) async fn notice_of(house: &House, document: &str) -> String {
    let document = document.to_owned();
    let now = house.ctx.clock.now();
    let content = Content {
        site: "みのり市".into(),
        lang: "ja".into(),
        lead: None,
        title: "児童手当".into(),
        summary: "申込みの時期です。".into(),
        target: None,
        deadlines: vec![],
        survey: None,
        department: None,
        phone: None,
        url: "https://www.example.jp/articles/jido-teate/".into(),
        correction: None,
    };
    let id = "01JD3M9QK5W3T8Z6B1N0R4V7YA".to_owned();
    let new = NewNotice {
        id: id.clone(),
        document_id: document,
        edition_id: "1".into(),
        round: 1,
        occasion: "publish".into(),
        kind: NoticeKind::Publish,
        corrects: None,
        rule: "{}".into(),
        on_date: now.date(),
        since_date: None,
        changed_since: None,
        content: serde_json::to_string(&content).unwrap(),
        channels: "mail,line".into(),
        urgency: "normal".into(),
        not_before: now,
        stale_after: None,
        widen: String::new(),
    };
    house
        .ctx
        .write(move |c| {
            notices::create(c, &new, now)?;
            notices::materialised(c, &new.id, now)
        })
        .await
        .unwrap();
    id
}

async fn state(house: &House, id: &str) -> NoticeState {
    let id = id.to_owned();
    let notice = house.ctx.read(move |c| notices::get(c, &id)).await;
    notice.unwrap().state
}

#[tokio::test]
async fn a_notice_for_nobody_is_not_called_sent() {
    let house = House::new().await;
    let id = notice(&house).await;
    let now = house.ctx.clock.now();
    let done = house
        .ctx
        .write(move |c| notices::finish_if_done(c, &id, now))
        .await;
    assert!(done.unwrap());
    let mut author = Desk::author(&house, "山田 太郎").await;
    let html = author.browser.page("/admin/notices").await;
    assert!(html.contains("知らせる相手なし") && !html.contains("送信済み"));
    assert!(html.contains("届かなかった") && html.contains("これから・確認中"));
    house.close().await;
}

#[tokio::test]
async fn a_notice_is_held_and_stopped_by_who_publishes() {
    let house = House::new().await;
    let id = notice(&house).await;
    let here = format!("/admin/notices/{id}");
    let mut author = Desk::author(&house, "山田 太郎").await;
    let mut publisher = Desk::of(&house, "高橋 公開", &[Grant::everywhere(Role::Publisher)]).await;
    let list = author.browser.page("/admin/notices").await;
    assert!(list.contains(&here) && list.contains("送信中"));
    let html = author.browser.page(&here).await;
    assert!(html.contains("全員の行き先") && html.contains("合っています"));
    assert!(!html.contains("残りを取り消す"), "an author only looks");
    for button in ["pause", "cancel", "correct"] {
        let answer = author.browser.send(&here, &[("do", button)]).await;
        assert_eq!(answer.status(), 403);
    }
    assert_eq!(
        publisher
            .browser
            .send(&here, &[("do", "pause")])
            .await
            .status(),
        303
    );
    assert_eq!(state(&house, &id).await, NoticeState::Paused);
    assert!(
        publisher
            .browser
            .page(&here)
            .await
            .contains("送信を再開する")
    );
    assert_eq!(
        publisher
            .browser
            .send(&here, &[("do", "resume")])
            .await
            .status(),
        303
    );
    assert_eq!(
        publisher
            .browser
            .send(&here, &[("do", "cancel")])
            .await
            .status(),
        303
    );
    assert_eq!(state(&house, &id).await, NoticeState::Cancelled);
    // Too late: said, and nothing else happens.
    assert_eq!(
        publisher
            .browser
            .send(&here, &[("do", "pause")])
            .await
            .status(),
        409
    );
    house.close().await;
}

#[tokio::test]
async fn a_correction_is_seen_before_it_is_sent_and_the_account_is_taken_along() {
    let house = House::new().await;
    let id = notice(&house).await;
    let here = format!("/admin/notices/{id}");
    let mut publisher = Desk::of(&house, "高橋 公開", &[Grant::everywhere(Role::Publisher)]).await;
    let empty = publisher
        .browser
        .send(&here, &[("do", "look"), ("correction", " ")])
        .await;
    assert_eq!(empty.status(), 422);
    let wrong = "正しくは<12月9日>です。";
    let seen = publisher
        .browser
        .send(&here, &[("do", "look"), ("correction", wrong)])
        .await;
    assert_eq!(seen.status(), 200);
    let html = seen.text().await.unwrap();
    assert!(
        html.contains("【訂正】児童手当") && html.contains("この訂正を送る"),
        "{html}"
    );
    assert!(html.contains("正しくは&lt;12月9日&gt;です。") && !html.contains("<12月9日>"));
    let sent = publisher
        .browser
        .send(&here, &[("do", "correct"), ("correction", wrong)])
        .await;
    assert_eq!(sent.status(), 303);
    let made = sent.headers()["location"].to_str().unwrap().to_owned();
    assert_ne!(made, here);
    assert!(
        publisher
            .browser
            .page(&made)
            .await
            .contains("これは訂正です")
    );
    let csv = publisher.browser.page(&format!("{here}/account.csv")).await;
    assert!(
        csv.contains("区分,理由,人数") && csv.contains("対象,,0"),
        "{csv}"
    );
    house.close().await;
}
