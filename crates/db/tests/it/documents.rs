use kairan_db::changes::{self, Scope};
use kairan_db::documents::{self, ImportOutcome, Listing};
use kairan_db::editions::{self, DraftText, EditionState, Step};
use kairan_db::testing::for_each_db;
use kairan_db::{Error, addresses, clock, live};

use crate::sample::{at, go_live, import, publication, text};

fn step(to: EditionState) -> Step<'static> {
    Step {
        to,
        publish_at: None,
        note: None,
    }
}

#[test]
fn a_source_comes_back_byte_for_byte() {
    let sources = [
        "\u{feff}---\r\ntitle: 児童手当\r\n---\r\n本文\r\n",
        "a\0b",
        "",
        "髙﨑𠮷野家 ①\n\n",
    ];
    for_each_db(|db| {
        for (number, source) in sources.iter().enumerate() {
            let slug = format!("s{number}");
            let made = db.write(|c| import(c, &slug, source)).unwrap();
            assert_eq!(
                db.read(|c| editions::source(c, made.edition_id)).unwrap(),
                *source
            );
        }
        let all = db
            .read(|c| editions::sources(c, &[1, 2, 3, 4, 99]))
            .unwrap();
        assert_eq!(all.len(), 4);
    });
}

#[test]
fn importing_the_same_again_does_nothing() {
    for_each_db(|db| {
        let first = db.write(|c| import(c, "teate", "一")).unwrap();
        assert_eq!(first.outcome, ImportOutcome::New);
        let same = db.write(|c| import(c, "teate", "一")).unwrap();
        assert_eq!(same.outcome, ImportOutcome::Unchanged);
        assert_eq!(
            (&same.document_id, same.edition_id),
            (&first.document_id, first.edition_id)
        );

        let changed = db.write(|c| import(c, "teate", "二")).unwrap();
        assert_eq!(changed.outcome, ImportOutcome::Changed);
        assert_eq!(changed.document_id, first.document_id);
        let history = db
            .read(|c| editions::history(c, &first.document_id, None, 10))
            .unwrap();
        let states: Vec<_> = history
            .iter()
            .map(|edition| (edition.number, edition.state))
            .collect();
        assert_eq!(
            states,
            [(2, EditionState::Draft), (1, EditionState::Archived)]
        );
    });
}

#[test]
fn a_file_that_did_not_change_leaves_the_draft_of_staff_alone() {
    for_each_db(|db| {
        let live = db.write(|c| go_live(c, "teate", 0)).unwrap().live;
        let draft = db
            .write(|c| editions::start(c, live.edition_id, "tanaka", at(1)))
            .unwrap();
        let draft = db
            .write(|c| editions::save(c, draft.id, 1, &text("teate", "書きかけ"), "tanaka", at(1)))
            .unwrap();
        let again = db.write(|c| import(c, "teate", "teate 0")).unwrap();
        assert_eq!(again.outcome, ImportOutcome::Unchanged);
        assert_eq!(
            db.read(|c| editions::open(c, &live.document_id)).unwrap(),
            Some(draft)
        );
    });
}

#[test]
fn a_withdrawn_document_stays_withdrawn_when_its_file_is_imported_again() {
    for_each_db(|db| {
        let row = db.write(|c| go_live(c, "teate", 0)).unwrap().live;
        db.write(|c| live::withdraw(c, &row.document_id, at(1)))
            .unwrap()
            .unwrap();
        let same = |c: &mut _| {
            documents::import(
                c,
                Some(&row.document_id),
                &text("teate", "teate 0"),
                "git",
                at(2),
            )
        };
        assert_eq!(db.write(same).unwrap().outcome, ImportOutcome::Unchanged);
        assert_eq!(db.read(|c| live::get(c, &row.document_id)).unwrap(), None);
        // Staff bring it back from its own last text.
        let back = db
            .write(|c| editions::start(c, row.edition_id, "tanaka", at(3)))
            .unwrap();
        let back = db
            .write(|c| live::publish(c, &publication(back.id, back.revision), at(4)))
            .unwrap();
        assert_eq!(back.live.first_published_at, row.first_published_at);
    });
}

#[test]
fn an_id_is_kept_and_belongs_to_one_kind() {
    for_each_db(|db| {
        let id = "01JD3M9QK5W3T8Z6B1N0R4V7YH";
        let made = db
            .write(|c| documents::import(c, Some(id), &text("teate", "一"), "git", at(0)))
            .unwrap();
        assert_eq!(
            (made.document_id.as_str(), made.outcome),
            (id, ImportOutcome::New)
        );
        let moved = db
            .write(|c| documents::import(c, Some(id), &text("shin-teate", "二"), "git", at(0)))
            .unwrap();
        assert_eq!(
            (moved.document_id.as_str(), moved.outcome),
            (id, ImportOutcome::Changed)
        );
        assert_eq!(
            db.read(|c| addresses::holder(c, "article", "teate"))
                .unwrap(),
            None
        );
        let other = DraftText {
            kind: "faq",
            ..text("teate", "三")
        };
        let refused = db.write(|c| documents::import(c, Some(id), &other, "git", at(0)));
        assert!(matches!(refused, Err(Error::State { .. })));
    });
}

#[test]
fn a_slug_belongs_to_one_document_of_a_kind() {
    for_each_db(|db| {
        let first = db.write(|c| import(c, "teate", "一")).unwrap();
        let taken = db.write(|c| documents::create(c, &text("teate", "二"), "staff", at(0)));
        let Err(Error::SlugTaken { slug, document, .. }) = taken else {
            panic!("{taken:?}")
        };
        assert_eq!(
            (slug.as_str(), document),
            ("teate", first.document_id.clone())
        );
        let faq = DraftText {
            kind: "faq",
            ..text("teate", "二")
        };
        db.write(|c| documents::create(c, &faq, "staff", at(0)))
            .unwrap();
        assert_eq!(
            db.read(|c| documents::after(c, "", 10)).unwrap().len(),
            2,
            "nothing half made"
        );
        // Set aside, it is free for others.
        db.write(|c| editions::discard(c, first.edition_id, 1, at(0)))
            .unwrap();
        db.write(|c| documents::create(c, &text("teate", "三"), "staff", at(0)))
            .unwrap();
    });
}

#[test]
fn nobody_overwrites_what_they_have_not_seen() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let id = made.edition_id;
        let saved = db
            .write(|c| editions::save(c, id, 1, &text("teate", "田中"), "tanaka", at(1)))
            .unwrap();
        assert_eq!((saved.revision, saved.author.as_str()), (2, "tanaka"));
        let late = db.write(|c| editions::save(c, id, 1, &text("teate", "鈴木"), "suzuki", at(1)));
        assert!(matches!(late, Err(Error::Conflict { .. })));
        let late = db.write(|c| editions::advance(c, id, 1, &step(EditionState::InReview), at(1)));
        assert!(matches!(late, Err(Error::Conflict { .. })));
        assert_eq!(db.read(|c| editions::source(c, id)).unwrap(), "田中");
    });
}

/// Many save the same revision at once: exactly one gets through.
#[test]
fn of_many_who_save_at_once_one_wins() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let handles: Vec<_> = (0..4).map(|_| db.reopen()).collect();
        let won: usize = std::thread::scope(|scope| {
            let all: Vec<_> = handles
                .iter()
                .enumerate()
                .map(|(number, handle)| {
                    let source = format!("{number}");
                    scope.spawn(move || {
                        let saved = handle.write(|c| {
                            let text = text("teate", &source);
                            editions::save(c, made.edition_id, 1, &text, "staff", at(1))
                        });
                        match saved {
                            Ok(_) => 1,
                            Err(Error::Conflict { .. }) => 0,
                            Err(error) => panic!("{error}"),
                        }
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(won, 1);
        assert_eq!(
            db.read(|c| editions::get(c, made.edition_id))
                .unwrap()
                .revision,
            2
        );
    });
}

#[test]
fn an_edition_walks_its_states_and_no_others() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        let id = made.edition_id;
        let walk = |revision, to| {
            db.write(|c| editions::advance(c, id, revision, &step(to), at(revision)))
        };
        assert_eq!(
            walk(1, EditionState::InReview).unwrap().state,
            EditionState::InReview
        );
        let frozen = db.write(|c| editions::save(c, id, 2, &text("teate", "二"), "x", at(0)));
        assert!(
            matches!(frozen, Err(Error::State { .. })),
            "what is reviewed does not change"
        );
        assert_eq!(walk(2, EditionState::Approved).unwrap().revision, 3);
        assert!(
            matches!(walk(3, EditionState::Scheduled), Err(Error::State { .. })),
            "no time"
        );
        assert!(matches!(
            walk(3, EditionState::Published),
            Err(Error::State { .. })
        ));
        assert!(matches!(
            walk(3, EditionState::Superseded),
            Err(Error::State { .. })
        ));
        let scheduled = Step {
            to: EditionState::Scheduled,
            publish_at: Some(at(9)),
            note: Some("朝に公開"),
        };
        let edition = db
            .write(|c| editions::advance(c, id, 3, &scheduled, at(4)))
            .unwrap();
        assert_eq!(
            (edition.publish_at, edition.note.as_deref()),
            (Some(at(9)), Some("朝に公開"))
        );
        assert_eq!(db.read(clock::next_due).unwrap(), Some(at(9)));
        assert!(
            db.read(|c| clock::due_to_publish(c, at(8), 10))
                .unwrap()
                .is_empty()
        );
        let due = db.read(|c| clock::due_to_publish(c, at(9), 10)).unwrap();
        assert_eq!(due, std::slice::from_ref(&edition));
        let waiting = db
            .read(|c| editions::waiting(c, EditionState::Scheduled, 10))
            .unwrap();
        assert_eq!(waiting, [edition]);
    });
}

#[test]
fn staff_find_documents_page_by_page() {
    for_each_db(|db| {
        for hour in 0..5 {
            let slug = format!("doc-{hour}");
            let kind = if hour == 3 { "faq" } else { "article" };
            db.write(|c| {
                let draft = DraftText {
                    kind,
                    ..text(&slug, "x")
                };
                documents::create(c, &draft, "staff", at(hour / 2))
            })
            .unwrap();
        }
        let mut seen = Vec::new();
        let mut last: Option<documents::Document> = None;
        loop {
            let before = last
                .as_ref()
                .map(|last| (last.updated_at, last.id.as_str()));
            let listing = Listing {
                before,
                ..Listing::default()
            };
            let page = db.read(|c| documents::list(c, &listing, 2)).unwrap();
            let Some(end) = page.last().cloned() else {
                break;
            };
            seen.extend(page);
            last = Some(end);
        }
        assert_eq!(seen.len(), 5);
        assert!(
            seen.windows(2)
                .all(|two| two[0].updated_at >= two[1].updated_at)
        );
        let faqs = Listing {
            kind: Some("faq"),
            ..Listing::default()
        };
        assert_eq!(db.read(|c| documents::list(c, &faqs, 9)).unwrap().len(), 1);
        let drafts = Listing {
            state: Some(EditionState::Draft),
            ..Listing::default()
        };
        assert_eq!(
            db.read(|c| documents::list(c, &drafts, 9)).unwrap().len(),
            5
        );
        let ids: Vec<_> = seen.iter().map(|document| document.id.as_str()).collect();
        assert_eq!(
            db.read(|c| documents::by_ids(c, &ids[1..4])).unwrap().len(),
            3
        );
    });
}

#[test]
fn staff_follow_every_draft() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        db.write(|c| import(c, "hoiku", "一")).unwrap();
        db.write(|c| editions::save(c, made.edition_id, 1, &text("teate", "二"), "x", at(1)))
            .unwrap();
        let feed = db.read(|c| changes::since(c, Scope::Staff, 0, 10)).unwrap();
        let slugs: Vec<_> = feed.iter().map(|change| change.slug.as_str()).collect();
        assert_eq!(slugs, ["hoiku", "teate"], "each once, at its last change");
        assert_eq!(feed[1].edition_id, Some(made.edition_id));
        assert!(
            db.read(|c| changes::since(c, Scope::Live, 0, 10))
                .unwrap()
                .is_empty()
        );
    });
}
