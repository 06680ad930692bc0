//! Addresses of the site before this one lead to its pages, wherever those go.

use kairan_db::audit::{self, By};
use kairan_db::forwards;
use kairan_pipeline::publish::{What, withdraw};
use kairan_pipeline::redirects::{self, Problem, To, Wish};

use crate::folder::{article, town};
use crate::town::{Town, each_town, same};

fn by() -> By {
    By {
        key: "staff:01JD3M9QK5W3T8Z6B1N0R4V7YH".to_owned(),
        origin: "192.0.2.7".to_owned(),
    }
}

fn wish(from: &str, to: &str) -> Wish {
    Wish {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

async fn open(city: &Town) {
    let source = town(&[
        ("articles/1.md", article(1, "one", "")),
        ("articles/2.md", article(2, "two", "")),
    ]);
    city.import(&source).await;
    city.publish(What::All).await;
}

async fn add(city: &Town, wishes: &[Wish]) -> Vec<redirects::Line> {
    let (lines, _) = redirects::add(&city.ctx, wishes.to_vec(), by())
        .await
        .unwrap();
    city.drain().await;
    lines
}

#[test]
fn an_old_address_leads_to_its_document_wherever_that_goes() {
    each_town(|city| async move {
        open(&city).await;
        let lines = add(
            &city,
            &[
                wish("/kosodate/teate.html", "/articles/one/"),
                wish("/soshiki", "https://other.example.jp/x?y=1"),
                wish("https://www.example.jp/otoku.htm", "/categories/money/"),
            ],
        )
        .await;
        assert!(lines.iter().all(|line| line.outcome.is_ok()), "{lines:?}");
        for (name, to) in [
            ("kosodate/teate.html", "url=/articles/one/"),
            ("soshiki/index.html", "url=https://other.example.jp/x?y=1"),
            ("otoku.htm", "url=/categories/money/"),
        ] {
            let html = city.page(name).await.unwrap();
            assert!(html.contains(to), "{html}");
        }
        // Asking again changes nothing and makes no release.
        let again = vec![wish("/kosodate/teate.html", "one")];
        let (lines, release) = redirects::add(&city.ctx, again, by()).await.unwrap();
        assert!(lines.first().unwrap().outcome.as_ref().unwrap().known && release.is_none());

        // The whole site anew keeps them.
        let pages = city.pages().await;
        city.publish(What::Everything).await;
        same(&pages, &city.pages().await);

        // The document moves, and is taken down.
        let moved = town(&[
            ("articles/1.md", article(1, "new", "aliases: [one]\n")),
            ("articles/2.md", article(2, "two", "")),
        ]);
        city.import(&moved).await;
        city.publish(What::All).await;
        let html = city.page("kosodate/teate.html").await.unwrap();
        assert!(html.contains("url=/articles/new/"), "{html}");
        withdraw(&city.ctx, "new", "staff").await.unwrap();
        city.drain().await;
        assert_eq!(city.page("kosodate/teate.html").await, None);
        let dead = |c: &mut _| {
            let filter = forwards::Filter {
                dead: true,
                text: Some("TEATE"),
                ..forwards::Filter::default()
            };
            forwards::list(c, &filter, 0, 10)
        };
        let (rows, total) = city.ctx.read(dead).await.unwrap();
        assert_eq!((rows.len(), total), (1, 1));
        assert!(!rows.first().unwrap().alive);

        let gone = redirects::remove(&city.ctx, "/soshiki/".to_owned(), by());
        assert!(gone.await.unwrap());
        city.drain().await;
        assert_eq!(city.page("soshiki/index.html").await, None);
        let gone = redirects::remove(&city.ctx, "/soshiki/".to_owned(), by());
        assert!(!gone.await.unwrap());
        let events = city
            .ctx
            .read(|c| {
                let trail = audit::Trail {
                    action: Some("site."),
                    ..audit::Trail::default()
                };
                audit::list(c, &trail, 10)
            })
            .await
            .unwrap();
        let actions: Vec<&str> = events.iter().map(|one| one.action.as_str()).collect();
        assert_eq!(
            actions
                .iter()
                .filter(|one| **one == "site.redirect")
                .count(),
            3
        );
        assert!(actions.contains(&"site.redirect-removed"));
    });
}

#[test]
fn what_would_lead_nowhere_or_in_circles_is_not_taken() {
    each_town(|city| async move {
        open(&city).await;
        add(&city, &[wish("/old.html", "one")]).await;
        let wishes = [
            (wish("/a.html", ""), Problem::NoTo),
            (wish("/a2.html", "articles/none"), Problem::NoTarget),
            (wish("/b.html", "/b.html"), Problem::Circle),
            (wish("/c.html", "/d.html"), Problem::Chain),
            (wish("/d.html", "/old.html"), Problem::Chain),
            (wish("/old.html", "two"), Problem::Known),
            (wish("/e.html", "http://other.example.jp/"), Problem::Unsafe),
            (wish("/f.html", "javascript:alert(1)"), Problem::Unsafe),
            (wish("/f.html", "one"), Problem::Twice),
            (wish("/articles/one/", "two"), Problem::OfDocuments),
            (wish("/news/", "two"), Problem::Taken),
            (wish("/g.html", "/nothing.html"), Problem::NoTarget),
        ];
        let asked = wishes.iter().map(|(wish, _)| wish.clone()).collect();
        let lines = redirects::check(&city.ctx, asked).await.unwrap();
        for (line, (_, problem)) in lines.iter().zip(&wishes) {
            assert_eq!(line.outcome, Err(*problem), "{:?}", line.wish);
        }
        let fine = redirects::check(&city.ctx, vec![wish("/h.html", "two")]);
        let fine = fine.await.unwrap();
        let way = fine.first().unwrap().outcome.as_ref().unwrap();
        assert!(matches!(&way.to, To::Document { title, .. } if title == "手続き2について"));
        // A draft that nobody can read is no place to lead to.
        let source = town(&[("articles/3.md", article(3, "three", ""))]);
        city.import(&source).await;
        let lines = redirects::check(&city.ctx, vec![wish("/i.html", "three")]);
        let lines = lines.await.unwrap();
        assert_eq!(lines.first().unwrap().outcome, Err(Problem::NoTarget));
    });
}
