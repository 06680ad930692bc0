//! 緊急の例外, and when a release counts as notified.

use std::sync::atomic::Ordering;

use kairan_db::audit::{self, Trail};
use kairan_db::notices;
use kairan_db::releases::ReleaseState;
use kairan_pipeline::publish::{What, emergency, progress};

use crate::folder::{article, town};
use crate::town::{Town, each_town};

const EVERYONE: &str = "notice: { channels: [mail], urgency: emergency }\n";

fn flood(urgency: &str) -> String {
    article(1, "flood", &EVERYONE.replace("emergency", urgency)).replace(
        "target: { text: 市民の方 }",
        "target: { text: 市内のみなさん, when: { everyone: true } }",
    )
}

async fn contents(city: &Town, id: &str) -> Vec<serde_json::Value> {
    let id = id.to_owned();
    let all = city
        .ctx
        .read(move |c| notices::of_document(c, &id))
        .await
        .unwrap();
    all.iter()
        .map(|one| serde_json::from_str(&one.content).unwrap())
        .collect()
}

#[test]
fn an_emergency_with_a_reason_does_not_wait_for_its_page() {
    each_town(|city| async move {
        let ordinary = flood("normal");
        city.import(&town(&[("articles/1.md", ordinary)])).await;
        let ask = |reason: &'static str| {
            emergency(&city.ctx, vec!["flood".to_owned()], reason, "staff:1")
        };
        let refused = ask("堤防が切れた").await.unwrap_err().to_string();
        assert!(refused.contains("emergency"), "{refused}");
        city.import(&town(&[("articles/1.md", flood("emergency"))]))
            .await;
        assert!(ask("  ").await.is_err());

        // The store is away, and so is the public address.
        city.open.store(false, Ordering::SeqCst);
        city.store.left.store(0, Ordering::SeqCst);
        let release = ask("堤防が切れ、公開先も止まっている").await.unwrap();
        city.drain().await;
        let stuck = progress(&city.ctx, release).await.unwrap();
        assert_eq!(stuck.state, ReleaseState::Uploading);
        let document = city
            .ctx
            .read(|c| kairan_db::addresses::holder(c, "article", "flood"))
            .await
            .unwrap()
            .unwrap();
        let told = contents(&city, &document).await;
        assert_eq!(told.len(), 1);
        let url = told[0]["url"].as_str().unwrap();
        assert!(
            url.starts_with("https://my.example.jp/my/notices/"),
            "{url}"
        );
        let trail = Trail::default();
        let events = city
            .ctx
            .read(move |c| audit::list(c, &trail, 5))
            .await
            .unwrap();
        let event = events
            .iter()
            .find(|one| one.action == "release.emergency")
            .unwrap();
        assert_eq!(event.actor, "staff:1");
        assert!(event.detail.contains("公開先も止まっている"));
        assert!(event.detail.contains(&document));

        // When all is well again it is published as ever, and nobody is told twice.
        city.open.store(true, Ordering::SeqCst);
        city.store.left.store(-1, Ordering::SeqCst);
        city.wait(30);
        city.drain().await;
        let done = progress(&city.ctx, release).await.unwrap();
        assert_eq!((done.state, done.verified), (ReleaseState::Notified, 1));
        assert_eq!(contents(&city, &document).await.len(), 1);
    });
}

#[test]
fn a_release_is_notified_when_its_notices_are_over() {
    each_town(|city| async move {
        let quiet = article(2, "quiet", "");
        city.import(&town(&[("articles/2.md", quiet)])).await;
        let nobody = city.publish(What::All).await;
        assert_eq!(
            nobody.state,
            ReleaseState::Live,
            "no notice, nothing to wait for"
        );
        city.import(&town(&[
            ("articles/1.md", flood("normal")),
            ("articles/2.md", article(2, "quiet", "")),
        ]))
        .await;
        let told = city.publish(What::All).await;
        assert_eq!(told.state, ReleaseState::Notified, "{told:?}");
    });
}
