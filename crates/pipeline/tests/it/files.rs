//! A file that is replaced under the pages that link to it.

use kairan_db::audit::By;
use kairan_db::uploads::{Changed, Upload};
use kairan_db::{editions, sha256_hex};
use kairan_pipeline::publish::{What, replace_file};

use crate::folder::{article, town};
use crate::town::{Town, each_town, same};

const PAGE: &str = "articles/form/index.html";

/// Sends new content for `files/form.pdf`; the release that came of it.
async fn replace(city: &Town, bytes: &'static [u8]) -> Option<i64> {
    let now = city.ctx.clock.now();
    let work = move |c: &mut kairan_db::AnyConnection| {
        let upload = Upload {
            original_name: "令和9年度版.pdf",
            bytes,
            sha256: &sha256_hex(bytes),
            content_type: "application/pdf",
            dimensions: None,
            pages: None,
        };
        let by = By {
            key: "staff:01A".to_owned(),
            origin: "192.0.2.1".to_owned(),
        };
        replace_file(c, "files/form.pdf", &upload, &by, now)
    };
    let done = city.ctx.transact(work).await.unwrap();
    assert_eq!(done.changed, Changed::Done);
    done.release
}

fn object(bytes: &[u8]) -> String {
    format!("files/{}/form.pdf", sha256_hex(bytes).get(..16).unwrap())
}

#[test]
fn live_pages_link_to_the_new_content_and_the_old_one_is_gone() {
    each_town(|city| async move {
        let with = "attachments: [ { file: files/form.pdf, label: 申請書 } ]\n";
        let text = article(1, "form", with);
        let other = article(2, "other", "");
        let documents = [("articles/1.md", text.clone()), ("articles/2.md", other)];
        city.import(&town(&documents)).await;
        city.publish(What::All).await;
        let old = object(b"%PDF-1.4 form");
        assert!(city.page(PAGE).await.unwrap().contains(&old));

        // A draft that nobody has approved is under way.
        let draft = text.replace("窓口でお受けします。", "まだ読ませない文です。");
        city.import(&town(&[("articles/1.md", draft)])).await;
        city.wait(5);
        assert!(replace(&city, b"%PDF-1.4 new").await.is_some());
        city.drain().await;
        let page = city.page(PAGE).await.unwrap();
        let new = object(b"%PDF-1.4 new");
        assert!(page.contains(&new) && !page.contains(&old), "{page}");
        assert!(
            page.contains("窓口でお受けします。"),
            "the draft stays a draft"
        );
        let objects = city.objects().await;
        assert_eq!(
            objects.get(&new).map(Vec::as_slice),
            Some(&b"%PDF-1.4 new"[..])
        );
        assert!(
            !objects.contains_key(&old),
            "the old content can still be read"
        );
        let id = "01JD3M9QK5W3T8Z6B1N0R40001";
        let open = city.ctx.read(move |c| editions::open(c, id)).await.unwrap();
        assert!(open.is_some(), "and it is still there");

        // As if everything had been made with it from the start.
        let one = city.pages().await;
        city.publish(What::Everything).await;
        let mut other = city.pages().await;
        // Everything publishes what stands ready too: the page and its data differ by the draft's text alone.
        other.retain(|name, _| one.contains_key(name) && name.starts_with("files/"));
        let mut one = one;
        one.retain(|name, _| name.starts_with("files/"));
        same(&one, &other);
    });
}

#[test]
fn what_no_page_shows_is_replaced_without_a_release() {
    each_town(|city| async move {
        city.import(&town(&[("articles/1.md", article(1, "form", ""))]))
            .await;
        city.publish(What::All).await;
        assert_eq!(replace(&city, b"%PDF-1.4 new").await, None);
    });
}
