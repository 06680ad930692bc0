//! Words of the site changed by administrators: readers see them, and what would break is not made.

use kairan_db::audit::By;
use kairan_db::editions;
use kairan_pipeline::import::{Screens, import};
use kairan_pipeline::publish::What;
use kairan_pipeline::settings::{self, Merged, Outcome, Part, Terms};

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
        let found = settings::naming(&city.ctx, Part::Departments, "kodomo".to_owned())
            .await
            .unwrap();
        assert_eq!(found.len(), 2);
        let ids: Vec<String> = found.into_iter().map(|one| one.document).collect();
        let terms = Terms {
            part: Part::Departments,
            from: "kodomo".to_owned(),
            into: "mirai".to_owned(),
        };
        let merged = settings::merge(&city.ctx, terms, ids.clone(), by())
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
            settings::naming(&city.ctx, Part::Departments, "kodomo".to_owned())
                .await
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn a_menu_leads_to_a_document_wherever_it_goes() {
    each_town(|city| async move {
        open(&city).await;
        let menu = "header:\n  - { label: 手続き, document: articles/one }\n  - { label: お金, category: money }\n";
        let before = stored(&city, Part::Menu).await;
        assert_eq!(before.text, "");
        let gone = menu.replace("articles/one", "articles/none");
        let check = settings::check(&city.ctx, Part::Menu, gone).await.unwrap();
        assert!(check.refuses());
        let problem = check.problems.first().unwrap();
        assert_eq!((problem.code.id(), problem.line), ("T020", 2));
        let check = settings::check(&city.ctx, Part::Menu, menu.to_owned())
            .await
            .unwrap();
        assert!(!check.refuses(), "{:?}", check.problems);
        assert_eq!(check.effect.pages, 2);
        let saved = settings::save(&city.ctx, Part::Menu, before.hash, menu.to_owned(), by());
        assert!(matches!(saved.await.unwrap(), Outcome::Saved(_)));
        city.drain().await;
        let other = "articles/two/index.html";
        let link = |slug: &str| format!("<a href=\"/articles/{slug}/\">");
        let html = city.page(other).await.unwrap();
        assert!(html.contains(&link("one")) && !html.contains("カレンダー"));
        let pages = city.pages().await;
        city.publish(What::Everything).await;
        same(&pages, &city.pages().await);

        // A category that the menu names stays.
        let outcome = change(&city, Part::Categories, "key: money", "key: gold").await;
        let Outcome::Refused(check) = outcome else {
            panic!("{outcome:?}");
        };
        let files: Vec<&str> = check.problems.iter().map(|one| one.file.as_str()).collect();
        assert_eq!(files, ["taxonomy/menu.yaml"]);

        // The document moves: every page follows, by a release of its own.
        let mut moved = town(&[
            (
                "articles/1.md",
                article(1, "new", "tags: [a]\naliases: [one]\n"),
            ),
            ("articles/2.md", article(2, "two", "")),
        ]);
        moved.insert(
            "taxonomy/menu.yaml",
            menu.replace("articles/one", "articles/new"),
        );
        let by_folder = import(&city.ctx, &moved, "cli", Screens::Replace);
        by_folder.await.unwrap();
        city.publish(What::All).await;
        assert!(city.page(other).await.unwrap().contains(&link("new")));
        kairan_pipeline::publish::withdraw(&city.ctx, "new", "staff")
            .await
            .unwrap();
        city.drain().await;
        let html = city.page(other).await.unwrap();
        assert!(!html.contains(&link("new")) && html.contains("/categories/money/"));
        let pages = city.pages().await;
        city.publish(What::Everything).await;
        same(&pages, &city.pages().await);
    });
}

#[test]
fn a_key_in_use_is_changed_in_the_drafts_while_readers_see_what_they_saw() {
    each_town(|city| async move {
        open(&city).await;
        for (part, from, key, says) in [
            (Part::Tags, "a", "c", "tags: [c]"),
            (
                Part::Categories,
                "money/teate",
                "allowance",
                "category: money/allowance",
            ),
            (
                Part::Categories,
                "money",
                "gold",
                "category: gold/allowance",
            ),
        ] {
            let terms = Terms {
                part,
                from: from.to_owned(),
                into: settings::beside(from, key),
            };
            let copied = settings::copy(&city.ctx, &terms, by()).await.unwrap();
            assert!(matches!(copied, Some(Outcome::Saved(_))), "{copied:?}");
            city.drain().await;
            let found = settings::naming(&city.ctx, part, from.to_owned()).await;
            let ids: Vec<String> = found.unwrap().into_iter().map(|one| one.document).collect();
            assert_eq!(ids.len(), if part == Part::Tags { 1 } else { 2 });
            let merged = settings::merge(&city.ctx, terms, ids.clone(), by());
            let merged = merged.await.unwrap();
            assert!(merged.iter().all(|(_, what)| *what == Merged::Changed));
            let id = ids.first().unwrap().clone();
            let draft = city.ctx.read(move |c| {
                let draft = editions::open(c, &id)?.unwrap();
                editions::source(c, draft.id)
            });
            let draft = draft.await.unwrap();
            assert!(draft.contains(says), "{draft}");
        }
        assert!(
            city.page("articles/one/index.html")
                .await
                .unwrap()
                .contains("/tags/a/")
        );
        // An area is in what citizens told of themselves.
        let terms = Terms {
            part: Part::Areas,
            from: "kita".to_owned(),
            into: "north".to_owned(),
        };
        assert!(
            settings::copy(&city.ctx, &terms, by())
                .await
                .unwrap()
                .is_none()
        );
    });
}

#[test]
fn what_hangs_on_an_entry_is_counted() {
    each_town(|city| async move {
        let mut source = town(&[
            ("articles/1.md", article(1, "one", "tags: [a]\n")),
            (
                "articles/2.md",
                article(2, "two", "").replace(
                    "{ text: 市民の方 }",
                    "{ text: 0歳の子を養育している方, when: { child: { age: \"0\" } } }",
                ),
            ),
        ]);
        source.insert(
            "taxonomy/synonyms.yaml",
            "- [窓口, カウンター]\n- [保活, 入園]\n",
        );
        city.import(&source).await;
        city.publish(What::All).await;
        let uses = settings::usage(&city.ctx, Part::Profile).await.unwrap();
        let children = uses.get("children").unwrap();
        assert_eq!((children.documents, children.citizens), (1, Some(0)));
        for _ in 0..2 {
            let uses = settings::usage(&city.ctx, Part::Synonyms).await.unwrap();
            assert_eq!(uses.get("窓口").unwrap().documents, 2);
            assert!(!uses.contains_key("保活"));
        }
    });
}

/// What the effect of a change costs among 10,000 documents: `cargo nextest run -p kairan-pipeline --run-ignored only -E 'test(at_size)'
/// --no-capture`.
#[test]
#[ignore = "prints how long it takes, on a quiet machine, and expects nothing"]
fn the_effect_of_a_change_is_known_at_once_at_size() {
    each_town(|city| async move {
        let body = "窓口でお受けします。必要なものを確かめてからお越しください。\n\n".repeat(40);
        let documents: Vec<(String, String)> = (0..10_000)
            .map(|n| {
                let tags = if n % 100 == 0 {
                    "tags: [single-parent]\n"
                } else {
                    ""
                };
                let text = article(n, &format!("a{n}"), tags);
                (format!("articles/{n}.md"), format!("{text}{body}"))
            })
            .collect();
        let documents: Vec<(&str, String)> = documents
            .iter()
            .map(|(path, text)| (path.as_str(), text.clone()))
            .collect();
        let mut source = town(&documents);
        let tag = "- { key: how, label: 方法, tags: [ { key: single-parent, label: 甲 } ] }\n";
        source.insert("taxonomy/tags.yaml", tag);
        city.import(&source).await;
        let tags = stored(&city, Part::Tags).await.text;
        let departments = stored(&city, Part::Departments).await.text;
        for (part, text) in [
            (Part::Tags, tags.replace("label: 甲", "label: 甲種")),
            (
                Part::Departments,
                departments.replace("こども課", "こども未来課"),
            ),
        ] {
            let began = std::time::Instant::now();
            let check = settings::check(&city.ctx, part, text).await.unwrap();
            assert!(!check.refuses(), "{:?}", check.problems);
            println!("{part:?}: {:?}", began.elapsed());
        }
        let began = std::time::Instant::now();
        let found = settings::naming(&city.ctx, Part::Tags, "single-parent".to_owned()).await;
        println!("naming {}: {:?}", found.unwrap().len(), began.elapsed());
    });
}
