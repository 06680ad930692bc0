use kairan_db::editing::{self, Facts, Filter, NewComment, Order, Outcome, Page, Reason, Stage};
use kairan_db::editions::{self, EditionState, Step};
use kairan_db::live::Link;
use kairan_db::testing::for_each_db;
use kairan_db::{AnyConnection, Error, live};

use crate::sample::{at, go_live, import, publication, text};

fn stage(c: &mut AnyConnection, id: &str) -> Stage {
    let among = [id.to_owned()];
    let filter = Filter {
        among: Some(&among),
        ..Filter::default()
    };
    let page = Page {
        offset: 0,
        limit: 10,
    };
    let (rows, total) = editing::list(c, &filter, Order::Updated, page).unwrap();
    assert_eq!(total, 1);
    rows[0].stage
}

fn advance(c: &mut AnyConnection, id: i64, to: EditionState) {
    let edition = editions::get(c, id).unwrap();
    let step = Step {
        to,
        publish_at: Some(at(48)),
        note: None,
    };
    editions::advance(c, id, edition.revision, &step, at(2)).unwrap();
}

#[test]
fn every_save_is_kept_and_a_stale_one_changes_nothing() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let id = made.edition_id;
        let saved = db
            .write(|c| editions::save(c, id, 1, &text("teate", "二\r\n"), "staff:a", at(1)))
            .unwrap();
        assert_eq!(saved.revision, 2);
        let stale = db.write(|c| editions::save(c, id, 1, &text("teate", "三"), "staff:b", at(1)));
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        db.write(|c| editing::keep(c, id, Reason::Submit, Some("承認を依頼した版")))
            .unwrap();
        let kept = db
            .read(|c| editing::revisions(c, &made.document_id, None, 10))
            .unwrap();
        let told: Vec<_> = kept
            .iter()
            .map(|one| {
                (
                    one.revision,
                    one.reason,
                    one.author.as_str(),
                    one.name.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (2, Reason::Submit, "staff:a", Some("承認を依頼した版")),
                (1, Reason::Start, "staff", None)
            ]
        );
        let (_, source) = db
            .read(|c| editing::revision_source(c, &made.document_id, kept[0].id))
            .unwrap();
        assert_eq!(source, "二\r\n");
        let elsewhere = db.read(|c| editing::revision_source(c, "another", kept[0].id));
        assert!(matches!(elsewhere, Err(Error::NotFound { .. })));
    });
}

#[test]
fn what_is_typed_is_kept_apart_for_each_person() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let id = made.edition_id;
        for (author, typed) in [("a", "あ"), ("b", "い"), ("a", "あ𠮷")] {
            db.write(|c| editing::put_autosave(c, id, author, 1, typed, at(1)))
                .unwrap();
        }
        let typed = |author| db.read(|c| editing::autosave(c, id, author)).unwrap();
        assert_eq!(typed("a").unwrap().source, "あ𠮷");
        assert_eq!(typed("b").unwrap().source, "い");
        db.write(|c| editing::clear_autosave(c, id, "a")).unwrap();
        assert_eq!(typed("a"), None);
        assert_eq!(editions_of(db, id), "一", "the draft itself is untouched");
    });
}

fn editions_of(db: &kairan_db::Db, id: i64) -> String {
    db.read(|c| editions::source(c, id)).unwrap()
}

#[test]
fn the_turn_to_write_is_told_taken_over_and_lost_by_silence() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let id = made.document_id;
        assert!(db.write(|c| editing::seen(c, &id, "a", at(0))).unwrap());
        assert!(!db.write(|c| editing::seen(c, &id, "b", at(0))).unwrap());
        assert!(db.write(|c| editing::seen(c, &id, "a", at(0))).unwrap());
        db.write(|c| editing::take_over(c, &id, "b", at(0)))
            .unwrap();
        assert!(!db.write(|c| editing::seen(c, &id, "a", at(0))).unwrap());
        let who: Vec<_> = db
            .read(|c| editing::present(c, &id, at(0)))
            .unwrap()
            .into_iter()
            .map(|one| (one.staff, one.writing))
            .collect();
        assert_eq!(who, [("b".to_owned(), true), ("a".to_owned(), false)]);
        // An hour later nobody is there.
        assert_eq!(db.read(|c| editing::present(c, &id, at(1))).unwrap(), []);
        assert!(db.write(|c| editing::seen(c, &id, "a", at(1))).unwrap());
    });
}

#[test]
fn the_stage_follows_reviews_and_publication() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let (document, edition) = (made.document_id.as_str(), made.edition_id);
        let now = || db.write(|c| Ok(stage(c, document))).unwrap();
        assert_eq!(now(), Stage::Draft);
        let submit = |c: &mut AnyConnection| {
            advance(c, edition, EditionState::InReview);
            editing::submit(c, document, edition, 2, "staff:a", "staff:r", None, at(2))
        };
        db.write(submit).unwrap();
        assert_eq!(now(), Stage::InReview);
        let twice = db
            .write(|c| editing::submit(c, document, edition, 2, "staff:a", "staff:r", None, at(2)));
        assert!(matches!(twice, Err(Error::Conflict { .. })));
        db.write(|c| {
            advance(c, edition, EditionState::Draft);
            editing::decide(
                c,
                edition,
                Outcome::Returned,
                "staff:r",
                Some("持ち物は"),
                at(3),
            )
        })
        .unwrap();
        assert_eq!(now(), Stage::Returned);
        assert_eq!(
            db.read(|c| editing::reviews_for(c, "staff:r", 9)).unwrap(),
            []
        );
        db.write(submit).unwrap();
        assert_eq!(now(), Stage::InReview);
        db.write(|c| {
            advance(c, edition, EditionState::Approved);
            editing::decide(c, edition, Outcome::Approved, "staff:r", None, at(3))
        })
        .unwrap();
        assert_eq!(now(), Stage::Approved);
        db.write(|c| {
            advance(c, edition, EditionState::Scheduled);
            Ok(())
        })
        .unwrap();
        assert_eq!(now(), Stage::Scheduled);
        db.write(|c| {
            let revision = editions::get(c, edition)?.revision;
            live::publish(c, &publication(edition, revision), at(48))
        })
        .unwrap();
        assert_eq!(now(), Stage::Published);
        // Mending a live document shows the draft; readers go on seeing the live one.
        db.write(|c| editions::start(c, edition, "staff:a", at(49)))
            .unwrap();
        assert_eq!(now(), Stage::Draft);
        let (rows, _) = db
            .read(|c| {
                let page = Page {
                    offset: 0,
                    limit: 9,
                };
                editing::list(c, &Filter::default(), Order::Updated, page)
            })
            .unwrap();
        assert!(rows[0].live);
        assert_eq!(rows[0].editor.as_deref(), Some("staff:a"));
        db.write(|c| live::withdraw(c, document, at(50))).unwrap();
        assert_eq!(now(), Stage::Draft);
    });
}

#[test]
fn comments_stand_on_fields_until_somebody_resolves_them() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let new = NewComment {
            document_id: &made.document_id,
            edition_id: made.edition_id,
            field: "documents",
            line: None,
            body: "母子健康手帳はいりませんか。",
            author: "staff:r",
        };
        let id = db.write(|c| editing::comment(c, &new, at(1))).unwrap();
        let strange = db.write(|c| editing::resolve(c, "another", id, "staff:a", at(2)));
        assert!(matches!(strange, Err(Error::NotFound { .. })));
        for who in ["staff:a", "staff:b"] {
            db.write(|c| editing::resolve(c, &made.document_id, id, who, at(2)))
                .unwrap();
        }
        let open = |open| {
            db.read(|c| editing::comments(c, &made.document_id, open))
                .unwrap()
        };
        assert_eq!(open(true), []);
        assert_eq!(open(false)[0].resolved_by.as_deref(), Some("staff:a"));
    });
}

#[test]
fn lists_narrow_by_everything_staff_ask_for() {
    for_each_db(|db| {
        let a = db.write(|c| import(c, "a", "一")).unwrap().document_id;
        let b = db.write(|c| go_live(c, "b", 1)).unwrap().live.document_id;
        let links = [Link {
            role: "file".to_owned(),
            target: "files/a.pdf".to_owned(),
        }];
        let facts = |category, errors| Facts {
            category: Some(category),
            errors,
            review_by: Some(at(5)),
            links: &links,
        };
        db.write(|c| {
            editing::describe(c, &a, &facts("money/child-allowance", 2))?;
            editing::describe(c, &b, &facts("money0", 0))
        })
        .unwrap();
        let ids = |filter: Filter<'_>| {
            let page = Page {
                offset: 0,
                limit: 10,
            };
            let (rows, total) = db
                .read(|c| editing::list(c, &filter, Order::Created, page))
                .unwrap();
            assert_eq!(i64::try_from(rows.len()).unwrap(), total);
            let mut ids: Vec<_> = rows.into_iter().map(|row| row.id).collect();
            ids.sort();
            ids
        };
        let mut both = vec![a.clone(), b.clone()];
        both.sort();
        let only = |id: &String| vec![id.clone()];
        let with = |change: fn(&mut Filter<'static>)| {
            let mut filter = Filter::default();
            change(&mut filter);
            ids(filter)
        };
        assert_eq!(with(|_| ()), both);
        assert_eq!(with(|f| f.category = Some("money")), only(&a));
        assert_eq!(with(|f| f.stages = &[Stage::Published]), only(&b));
        assert_eq!(with(|f| f.in_error = true), only(&a));
        assert_eq!(with(|f| f.live = Some(true)), only(&b));
        assert_eq!(with(|f| f.title = Some("手続き")), both);
        assert_eq!(with(|f| f.title = Some("手_き")), [] as [String; 0]);
        assert_eq!(with(|f| f.owner = Some("kodomo-katei")), both);
        assert_eq!(with(|f| f.review_before = Some(at(6))), both);
        assert_eq!(
            with(|f| f.unchanged_since = Some(at(-9))),
            [] as [String; 0]
        );
        let tally = db.read(|c| editing::tally(c, &Filter::default())).unwrap();
        assert!(tally.contains(&(Stage::Draft, 1)) && tally.contains(&(Stage::Published, 1)));
        let uses = db
            .read(|c| editing::referring_to(c, &["files/a.pdf"], 10))
            .unwrap();
        assert_eq!(uses.len(), 2);
    });
}

#[test]
fn a_confirmation_is_bound_to_the_text() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let id = made.edition_id;
        db.write(|c| {
            editing::confirm(c, id, "hash", "staff:a", 10, at(1))?;
            editing::confirm(c, id, "hash", "staff:a", 12, at(2))
        })
        .unwrap();
        let of = |hash| db.read(|c| editing::confirmations(c, id, hash)).unwrap();
        assert_eq!(of("hash").len(), 1);
        assert_eq!(of("hash")[0].people, 12);
        assert_eq!(of("another"), []);
    });
}

#[test]
fn templates_of_staff_come_and_go() {
    for_each_db(|db| {
        let id = db
            .write(|c| editing::put_template(c, "手当", "article", "---\n", "staff:a", at(1)))
            .unwrap();
        assert_eq!(db.read(editing::templates).unwrap()[0].name, "手当");
        assert_eq!(
            db.read(|c| editing::template_source(c, id)).unwrap(),
            "---\n"
        );
        db.write(|c| editing::delete_template(c, id)).unwrap();
        let gone = db.read(|c| editing::template(c, id));
        assert!(matches!(gone, Err(Error::NotFound { .. })));
    });
}
