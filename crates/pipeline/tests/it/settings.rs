//! Words of the site changed by administrators: readers see them, and what would break is not made.

use kairan_db::audit::By;
use kairan_db::editions;
use kairan_pipeline::publish::What;
use kairan_pipeline::settings::{self, Merged, Outcome, Part};

use crate::folder::{article, town};
use crate::town::{Town, each_town, same};

fn by() -> By {
    By {
        key: "staff:01JD3M9QK5W3T8Z6B1N0R4V7YH".to_owned(),
        origin: "192.0.2.7".to_owned(),
    }
}

async fn open(city: &Town) {
    let source = town(&[
        ("articles/1.md", article(1, "one", "tags: [a]\n")),
        ("articles/2.md", article(2, "two", "")),
    ]);
    city.import(&source).await;
    city.publish(What::All).await;
}

async fn stored(city: &Town, part: Part) -> settings::Version {
    city.ctx
        .ask(move |c| settings::read(c, part))
        .await
        .unwrap()
}

async fn change(city: &Town, part: Part, from: &str, to: &str) -> Outcome {
    let before = stored(city, part).await;
    let text = before.text.replace(from, to);
    settings::save(&city.ctx, part, before.hash, text, by())
        .await
        .unwrap()
}

#[test]
fn a_department_that_is_renamed_has_its_new_name_on_every_page() {
    each_town(|city| async move {
        open(&city).await;
        let page = "articles/one/index.html";
        assert!(city.page(page).await.unwrap().contains("こども課"));
        let before = stored(&city, Part::Departments).await;
        let text = before.text.replace("こども課", "こども未来課");
        let check = settings::check(&city.ctx, Part::Departments, text.clone())
            .await
            .unwrap();
        assert!(!check.refuses(), "{:?}", check.problems);
        assert_eq!((check.effect.pages, check.effect.audiences), (2, 0));
        let saved = settings::save(
            &city.ctx,
            Part::Departments,
            before.hash.clone(),
            text,
            by(),
        );
        assert!(matches!(saved.await.unwrap(), Outcome::Saved(_)));
        city.drain().await;
        let html = city.page(page).await.unwrap();
        assert!(html.contains("こども未来課") && !html.contains("こども課"));
        // Nothing is left to be made anew.
        let pages = city.pages().await;
        city.publish(What::Everything).await;
        same(&pages, &city.pages().await);
        let late = settings::save(&city.ctx, Part::Departments, before.hash, before.text, by());
        assert!(matches!(late.await.unwrap(), Outcome::Stale(now) if now.text.contains("未来")));
    });
}

#[test]
fn a_tag_that_means_others_says_whom_and_one_in_use_stays() {
    each_town(|city| async move {
        open(&city).await;
        let whom = "{ key: a, label: 甲, matches: { child: { age: \"0..2\" } } }";
        let before = stored(&city, Part::Tags).await;
        let text = before.text.replace("{ key: a, label: 甲 }", whom);
        let check = settings::check(&city.ctx, Part::Tags, text).await.unwrap();
        assert!(!check.refuses());
        assert_eq!((check.effect.pages, check.effect.audiences), (0, 1));
        let outcome = change(&city, Part::Tags, "{ key: a, label: 甲 }, ", "").await;
        let Outcome::Refused(check) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(check.effect.broken, 1);
        let outcome = change(&city, Part::Tags, "label: 甲", "label:").await;
        let Outcome::Refused(check) = outcome else {
            panic!("{outcome:?}");
        };
        assert!(check.problems.iter().any(|one| one.line == 1));
        let same = change(&city, Part::Tags, "nothing", "nothing").await;
        assert!(matches!(same, Outcome::Unchanged));
        assert_eq!(stored(&city, Part::Tags).await, before);
    });
}

#[test]
fn documents_of_a_department_become_anothers_as_drafts() {
    each_town(|city| async move {
        open(&city).await;
        let other = "\n- { key: mirai, name: 未来課 }\n";
        let before = stored(&city, Part::Departments).await;
        let text = format!("{}{other}", before.text.trim_end());
        let saved = settings::save(&city.ctx, Part::Departments, before.hash, text, by());
        assert!(matches!(saved.await.unwrap(), Outcome::Saved(_)));
        city.drain().await;
        let found = settings::naming(&city.ctx, "kodomo".to_owned())
            .await
            .unwrap();
        assert_eq!(found.len(), 2);
        let ids: Vec<String> = found.into_iter().map(|one| one.document).collect();
        let (from, into) = ("kodomo".to_owned(), "mirai".to_owned());
        let merged = settings::merge(&city.ctx, from, into, ids.clone(), by())
            .await
            .unwrap();
        assert!(merged.iter().all(|(_, what)| *what == Merged::Changed));
        let id = ids.first().unwrap().clone();
        let draft = city.ctx.read(move |c| {
            let draft = editions::open(c, &id)?.unwrap();
            editions::source(c, draft.id)
        });
        assert!(draft.await.unwrap().contains("contact: mirai"));
        // Readers see it when it is published.
        assert!(
            city.page("articles/one/index.html")
                .await
                .unwrap()
                .contains("こども課")
        );
        assert!(
            settings::naming(&city.ctx, "kodomo".to_owned())
                .await
                .unwrap()
                .is_empty()
        );
    });
}
