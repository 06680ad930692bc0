//! Breaks in the middle: whatever was cut off goes on, and ends where it would have ended.

use std::sync::atomic::Ordering;

use kairan_db::releases::ReleaseState;
use kairan_pipeline::publish::{What, progress};

use crate::folder::{article, town};
use crate::town::{each_town, same};

#[test]
fn a_store_that_goes_away_is_waited_for() {
    each_town(|city| async move {
        let first = town(&[
            ("articles/1.md", article(1, "one", "")),
            ("articles/2.md", article(2, "two", "")),
        ]);
        let other = article(1, "one", "tags: [a]\n").replace("窓口で", "郵送でも");
        let second = town(&[
            ("articles/1.md", other),
            ("articles/2.md", article(2, "two", "")),
        ]);
        city.import(&first).await;
        city.publish(What::All).await;
        let before = city.pages().await;
        for cut in [0, 1, 3, 5] {
            city.import(&second).await;
            city.store.left.store(cut, Ordering::SeqCst);
            let id = city.ask(What::All).await;
            city.drain().await;
            let cut_off = progress(&city.ctx, id).await.unwrap();
            assert_eq!(cut_off.state, ReleaseState::Uploading, "{cut_off:?}");
            assert!(cut_off.error.is_some());
            // The old text again before the new one was whole: what was overwritten must be sent anew.
            city.import(&first).await;
            city.store.left.store(-1, Ordering::SeqCst);
            let again = city.ask(What::All).await;
            city.wait(10);
            city.drain().await;
            for id in [id, again] {
                let done = progress(&city.ctx, id).await.unwrap();
                assert_eq!(done.state, ReleaseState::Live, "{done:?}");
            }
            let one = city.pages().await;
            assert_eq!(
                one.get("articles/one/index.html"),
                before.get("articles/one/index.html")
            );
            city.publish(What::Everything).await;
            same(&one, &city.pages().await);
        }
    });
}

#[test]
fn what_cannot_be_read_is_not_live() {
    each_town(|city| async move {
        city.open.store(false, Ordering::SeqCst);
        city.import(&town(&[("articles/1.md", article(1, "one", ""))]))
            .await;
        let waiting = city.publish(What::All).await;
        assert_eq!(
            (waiting.state, waiting.verified),
            (ReleaseState::Verifying, 0)
        );
        assert!(waiting.error.unwrap().contains("/articles/one/"));
        city.open.store(true, Ordering::SeqCst);
        city.wait(10);
        city.drain().await;
        let live = progress(&city.ctx, waiting.release).await.unwrap();
        assert_eq!((live.state, live.verified), (ReleaseState::Live, 1));
    });
}
