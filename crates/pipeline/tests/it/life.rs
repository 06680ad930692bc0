//! A document's life: scheduled, live, moved, taken down.

use kairan_content::Source;
use kairan_db::editions::{self, EditionState, Step};
use kairan_db::releases::ReleaseState;
use kairan_pipeline::publish::{What, progress, withdraw};

use crate::folder::{article, town};
use crate::town::{each_town, same};

#[test]
fn a_slug_that_changes_leaves_a_redirect_and_a_withdrawal_leaves_nothing() {
    each_town(|city| async move {
        let text = article(1, "old", "tags: [a]\n");
        let other = article(2, "other", "related: [old]\n");
        let source = town(&[("articles/1.md", text), ("articles/2.md", other)]);
        city.import(&source).await;
        city.publish(What::All).await;
        let moved = article(1, "new", "tags: [b]\naliases: [old]\n");
        let other = source.read("content/articles/2.md").unwrap();
        let other = String::from_utf8(other).unwrap();
        let source = town(&[("articles/1.md", moved), ("articles/2.md", other)]);
        let report = city.import(&source).await;
        assert_eq!(report.changed, 1, "{:?}", report.diagnostics);
        city.publish(What::All).await;
        let redirect = city.page("articles/old/index.html").await.unwrap();
        assert!(redirect.contains("/articles/new/"));
        assert!(
            city.page("tags/b/index.html")
                .await
                .unwrap()
                .contains("/articles/new/")
        );
        let left = city.page("tags/a/index.html").await.unwrap();
        assert!(!left.contains("/articles/new/") && !left.contains("/articles/old/"));
        assert!(
            city.page("articles/other/index.html")
                .await
                .unwrap()
                .contains("/articles/new/")
        );
        let one = city.pages().await;
        city.publish(What::Everything).await;
        same(&one, &city.pages().await);

        let id = withdraw(&city.ctx, "new", "staff").await.unwrap();
        city.drain().await;
        assert_eq!(
            progress(&city.ctx, id).await.unwrap().state,
            ReleaseState::Live
        );
        for gone in ["new", "old"] {
            assert_eq!(
                city.page(&format!("articles/{gone}/index.html")).await,
                None
            );
        }
        let one = city.pages().await;
        city.publish(What::Everything).await;
        same(&one, &city.pages().await);
    });
}

#[test]
fn what_is_scheduled_comes_and_goes_by_itself() {
    each_town(|city| async move {
        let text = article(
            1,
            "winter",
            "publish_at: 2026-12-20T09:00\nexpires_at: 2026-12-22\n",
        );
        let source = town(&[
            ("articles/1.md", text),
            ("articles/2.md", article(2, "other", "")),
        ]);
        city.import(&source).await;
        city.publish(What::All).await;
        let page = "articles/winter/index.html";
        assert!(city.page("articles/other/index.html").await.is_some());
        assert_eq!(city.page(page).await, None);
        city.set("2026-12-20 08:59");
        city.drain().await;
        assert_eq!(city.page(page).await, None);
        city.set("2026-12-20 09:00");
        city.drain().await;
        assert!(city.page(page).await.is_some());
        assert!(
            city.page("index.html")
                .await
                .unwrap()
                .contains("/articles/winter/")
        );
        city.set("2026-12-22 23:59");
        city.drain().await;
        assert!(city.page(page).await.is_some(), "the end of that day");
        city.set("2026-12-23 00:00");
        city.drain().await;
        assert_eq!(city.page(page).await, None);
        assert!(
            !city
                .page("index.html")
                .await
                .unwrap()
                .contains("/articles/winter/")
        );
    });
}

#[test]
fn pages_change_when_their_time_comes() {
    each_town(|city| async move {
        let text =
            article(1, "teate", "").replace("anytime: true", "deadline: { closes: 2026-12-25 }");
        city.import(&town(&[("articles/1.md", text)])).await;
        city.publish(What::All).await;
        city.set("2026-12-27 00:00");
        city.drain().await;
        let one = city.pages().await;
        city.publish(What::Everything).await;
        same(&one, &city.pages().await);
    });
}

#[test]
fn a_broken_document_holds_up_nobody() {
    each_town(|city| async move {
        let broken = article(1, "broken", "").replace("category: money/teate", "category: nowhere");
        let source = town(&[
            ("articles/1.md", broken),
            ("articles/2.md", article(2, "whole", "")),
        ]);
        let report = city.import(&source).await;
        assert_eq!(
            (report.added, report.refused),
            (1, vec!["content/articles/1.md".to_owned()])
        );
        assert_eq!(city.publish(What::All).await.state, ReleaseState::Live);
        assert!(city.page("articles/whole/index.html").await.is_some());
        assert_eq!(city.page("articles/broken/index.html").await, None);
    });
}

#[test]
fn an_import_beside_a_release_reads_again_what_the_release_changed() {
    each_town(|city| async move {
        city.import(&town(&[("articles/1.md", article(1, "one", ""))]))
            .await;
        let (db, now) = (city.ctx.db.clone(), city.ctx.clock.now());
        let (holding, held) = std::sync::mpsc::channel();
        // Somebody takes a step with the draft and has not committed it yet.
        let other = std::thread::spawn(move || {
            let step = Step {
                to: EditionState::Approved,
                publish_at: None,
                note: None,
            };
            db.write(|c| {
                let draft = editions::waiting(c, EditionState::Draft, 1)?.remove(0);
                editions::advance(c, draft.id, draft.revision, &step, now)?;
                holding.send(()).unwrap();
                std::thread::sleep(std::time::Duration::from_millis(300));
                Ok(())
            })
        });
        held.recv().unwrap();
        let changed = article(1, "one", "").replace("title: ", "title: 新しい");
        let report = city.import(&town(&[("articles/1.md", changed)])).await;
        other.join().unwrap().unwrap();
        assert_eq!((report.changed, report.refused.len()), (1, 0));
        city.publish(What::All).await;
        let page = city.page("articles/one/index.html").await.unwrap();
        assert!(page.contains("新しい"));
    });
}
