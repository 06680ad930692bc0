use kairan_db::changes::{self, ChangeAction, Scope};
use kairan_db::documents;
use kairan_db::editions::{self, DraftText, EditionState};
use kairan_db::live::{self, Link, Newest, Publication, Span, SpanRole};
use kairan_db::testing::for_each_db;
use kairan_db::{Error, addresses, clock};

use crate::sample::{at, go_live, import, publication, text};

#[test]
fn a_new_edition_takes_the_place_of_the_old_one() {
    for_each_db(|db| {
        let first = db.write(|c| go_live(c, "teate", 0)).unwrap();
        assert_eq!(first.previous, None);
        let second = db.write(|c| go_live(c, "teate", 5)).unwrap();
        let (old, new) = (first.live, second.live);
        assert_eq!(second.previous.as_ref(), Some(&old));
        assert_ne!(new.edition_id, old.edition_id);
        assert_eq!((new.first_published_at, new.published_at), (at(0), at(5)));
        assert_eq!(
            new.listed_at,
            at(0),
            "新着 does not move unless the caller says so"
        );
        assert!(new.sequence > old.sequence);
        let before = db.read(|c| editions::get(c, old.edition_id)).unwrap();
        assert_eq!(
            (before.state, before.ended_at),
            (EditionState::Superseded, Some(at(5)))
        );
        assert_eq!(
            db.read(|c| live::by_slug(c, "article", "teate")).unwrap(),
            Some(new)
        );
        assert_eq!(db.read(live::count).unwrap(), 1);
    });
}

#[test]
fn publishing_again_after_a_break_changes_nothing_more() {
    for_each_db(|db| {
        let row = db.write(|c| go_live(c, "teate", 0)).unwrap().live;
        let again = db
            .write(|c| live::publish(c, &publication(row.edition_id, 1), at(3)))
            .unwrap();
        assert_eq!(again.live.published_at, at(0));
        let history = db
            .read(|c| editions::history(c, &row.document_id, None, 9))
            .unwrap();
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].state, EditionState::Published);
    });
}

#[test]
fn what_was_checked_is_what_goes_live() {
    for_each_db(|db| {
        let made = db.write(|c| import(c, "teate", "一")).unwrap();
        db.write(|c| editions::save(c, made.edition_id, 1, &text("teate", "二"), "x", at(0)))
            .unwrap();
        let stale = db.write(|c| live::publish(c, &publication(made.edition_id, 1), at(0)));
        assert!(matches!(stale, Err(Error::Conflict { .. })));
        db.write(|c| live::publish(c, &publication(made.edition_id, 2), at(0)))
            .unwrap();
    });
}

#[test]
fn an_old_slug_leads_to_the_document() {
    for_each_db(|db| {
        let first = db.write(|c| go_live(c, "teate", 0)).unwrap().live;
        let id = first.document_id.clone();
        let moved = db
            .write(|c| {
                let text = text("jido-teate", "二");
                let draft = documents::import(c, Some(&id), &text, "git", at(1))?;
                let aliases = &["kodomo-teate"];
                let publication = Publication {
                    aliases,
                    ..publication(draft.edition_id, 1)
                };
                live::publish(c, &publication, at(1))
            })
            .unwrap();
        let slugs: Vec<_> = moved
            .redirects
            .iter()
            .map(|old| old.slug.as_str())
            .collect();
        assert_eq!(slugs, ["kodomo-teate", "teate"]);
        assert_eq!(moved.previous.map(|row| row.slug).as_deref(), Some("teate"));

        // Another document may take the old slug; from then on it is no redirect.
        let other = db.write(|c| go_live(c, "teate", 2)).unwrap().live;
        assert_ne!(other.document_id, id);
        assert_eq!(
            db.read(|c| addresses::redirect(c, "article", "teate"))
                .unwrap(),
            None
        );
        // But nobody can make a living address a redirect.
        let aliases = &["teate"];
        let taken = db.write(|c| {
            let publication = Publication {
                aliases,
                ..publication(moved.live.edition_id, 0)
            };
            live::publish(c, &publication, at(3))
        });
        assert!(matches!(taken, Err(Error::SlugTaken { .. })));
        let redirects = db.read(|c| addresses::redirects_to(c, &id)).unwrap();
        assert_eq!(redirects.len(), 1);
    });
}

#[test]
fn who_follows_the_feed_sees_every_change_and_every_end() {
    for_each_db(|db| {
        let a = db.write(|c| go_live(c, "a", 0)).unwrap().live;
        db.write(|c| go_live(c, "b", 1)).unwrap();
        let start = db.read(changes::last_sequence).unwrap();
        assert!(
            db.read(|c| changes::since(c, Scope::Live, start, 10))
                .unwrap()
                .is_empty()
        );
        assert!(
            db.write(|c| live::withdraw(c, &a.document_id, at(2)))
                .unwrap()
                .is_some()
        );
        assert!(
            db.write(|c| live::withdraw(c, &a.document_id, at(2)))
                .unwrap()
                .is_none()
        );
        db.write(|c| go_live(c, "b", 3)).unwrap();
        let feed = db
            .read(|c| changes::since(c, Scope::Live, start, 10))
            .unwrap();
        let actions: Vec<_> = feed.iter().map(|x| (x.slug.as_str(), x.action)).collect();
        assert_eq!(
            actions,
            [("a", ChangeAction::Delete), ("b", ChangeAction::Put)]
        );
        assert_eq!(feed[0].edition_id, None);
        let all = db.read(|c| changes::since(c, Scope::Live, 0, 1)).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(
            db.read(|c| addresses::holder(c, "article", "a")).unwrap(),
            None
        );
    });
}

/// Writers commit in parallel while a reader follows: it must never skip a number that comes later.
#[test]
fn the_feed_skips_nobody_while_many_publish() {
    for_each_db(|db| {
        let handles: Vec<_> = (0..3).map(|_| db.reopen()).collect();
        let seen = std::thread::scope(|scope| {
            let mut writers = Vec::new();
            for (worker, handle) in handles.iter().enumerate() {
                writers.push(scope.spawn(move || {
                    for number in 0..8 {
                        let slug = format!("doc-{worker}-{number}");
                        handle.write(|c| go_live(c, &slug, 0)).unwrap();
                    }
                }));
            }
            let mut seen = Vec::new();
            let mut cursor = 0;
            loop {
                let over = writers
                    .iter()
                    .all(std::thread::ScopedJoinHandle::is_finished);
                let read = seen.len();
                for change in db
                    .read(|c| changes::since(c, Scope::Live, cursor, 5))
                    .unwrap()
                {
                    assert!(change.sequence > cursor);
                    cursor = change.sequence;
                    seen.push(change.slug);
                }
                if over && seen.len() == read {
                    break;
                }
            }
            seen
        });
        let unique: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), unique.len()), (24, 24));
    });
}

#[test]
fn the_newest_come_first_page_by_page() {
    for_each_db(|db| {
        for hour in 0..6 {
            // Two share an instant, as after an import of many.
            db.write(|c| go_live(c, &format!("doc-{hour}"), hour / 2))
                .unwrap();
        }
        let mut slugs = Vec::new();
        let mut before: Option<live::Live> = None;
        loop {
            let which = Newest {
                kind: Some("article"),
                lang: Some("ja"),
                before: before
                    .as_ref()
                    .map(|row| (row.listed_at, row.document_id.as_str())),
            };
            let page = db.read(|c| live::newest(c, &which, 4)).unwrap();
            let Some(last) = page.last().cloned() else {
                break;
            };
            slugs.extend(page.into_iter().map(|row| (row.listed_at, row.slug)));
            before = Some(last);
        }
        assert_eq!(slugs.len(), 6);
        assert!(slugs.windows(2).all(|two| two[0].0 >= two[1].0));
        let unique: std::collections::BTreeSet<_> = slugs.iter().collect();
        assert_eq!(unique.len(), 6);
        let none = Newest {
            kind: Some("event"),
            ..Newest::default()
        };
        assert!(db.read(|c| live::newest(c, &none, 4)).unwrap().is_empty());
        assert_eq!(db.read(|c| live::after(c, "", 4)).unwrap().len(), 4);
    });
}

#[test]
fn deadlines_and_sessions_are_found_by_time() {
    let span = |role, starts, ends| Span {
        role,
        starts: at(starts),
        ends: at(ends),
    };
    for_each_db(|db| {
        let made = db.write(|c| import(c, "hoiku", "一")).unwrap();
        let spans = [
            span(SpanRole::Deadline, 0, 24),
            span(SpanRole::Deadline, 0, 48),
            span(SpanRole::Session, 10, 12),
            span(SpanRole::Session, 20, 20),
            span(SpanRole::Session, -500, 500),
        ];
        let publication = Publication {
            spans: &spans,
            ..publication(made.edition_id, 1)
        };
        db.write(|c| live::publish(c, &publication, at(0))).unwrap();
        let closing = |from, to| -> Vec<_> {
            let found = db
                .read(|c| live::closing_between(c, at(from), at(to), 10))
                .unwrap();
            found
                .into_iter()
                .map(|(row, closes)| (row.slug, closes))
                .collect()
        };
        let name = "hoiku".to_owned();
        assert_eq!(
            closing(0, 100),
            [(name.clone(), at(24)), (name.clone(), at(48))]
        );
        assert_eq!(closing(24, 48), [(name.clone(), at(24))]);
        assert_eq!(closing(25, 48), []);
        let sessions = |from, to| -> Vec<_> {
            let found = db
                .read(|c| live::sessions_between(c, at(from), at(to)))
                .unwrap();
            found.into_iter().map(|(_, starts, _)| starts).collect()
        };
        assert_eq!(sessions(0, 15), [at(-500), at(10)]);
        assert_eq!(
            sessions(12, 20),
            [at(-500)],
            "over at twelve; at twenty not yet"
        );
        assert_eq!(
            sessions(20, 21),
            [at(-500), at(20)],
            "an instant touches where it begins"
        );
        // Published again without them, they are gone.
        let none = Publication {
            spans: &[],
            ..publication
        };
        db.write(|c| live::publish(c, &none, at(1))).unwrap();
        assert_eq!(closing(0, 100), []);
    });
}

#[test]
fn who_points_at_a_document_is_known() {
    let link = |role: &str, target: &str| Link {
        role: role.to_owned(),
        target: target.to_owned(),
    };
    for_each_db(|db| {
        let made = db.write(|c| import(c, "hoiku", "一")).unwrap();
        let links = [
            link("faq", "faq/shomeisho"),
            link("link", "X"),
            link("faq", "faq/shomeisho"),
        ];
        let publication = Publication {
            links: &links,
            ..publication(made.edition_id, 1)
        };
        let row = db
            .write(|c| live::publish(c, &publication, at(0)))
            .unwrap()
            .live;
        let found = db
            .read(|c| live::referring_to(c, &["faq/shomeisho", "faq/other"]))
            .unwrap();
        assert_eq!(found, [(row.document_id.clone(), links[0].clone())]);
        assert_eq!(
            db.read(|c| live::links_of(c, &row.document_id)).unwrap(),
            [links[0].clone(), links[1].clone()]
        );
        db.write(|c| live::withdraw(c, &row.document_id, at(1)))
            .unwrap();
        assert!(
            db.read(|c| live::referring_to(c, &["X"]))
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn variants_and_ends_are_found() {
    for_each_db(|db| {
        let row = db.write(|c| go_live(c, "teate", 0)).unwrap().live;
        let easy = db
            .write(|c| {
                let draft = DraftText {
                    lang: "ja-easy",
                    translates: Some(&row.document_id),
                    expires_at: Some(at(10)),
                    ..text("teate-easy", "やさしく")
                };
                let made = documents::create(c, &draft, "staff", at(0))?;
                live::publish(c, &publication(made.edition_id, 1), at(0))
            })
            .unwrap()
            .live;
        let variants = db
            .read(|c| live::translations_of(c, &row.document_id))
            .unwrap();
        assert_eq!(variants, std::slice::from_ref(&easy));
        assert!(
            db.read(|c| live::expiring(c, at(9), 10))
                .unwrap()
                .is_empty()
        );
        assert_eq!(db.read(|c| live::expiring(c, at(10), 10)).unwrap(), [easy]);
        assert_eq!(db.read(clock::next_due).unwrap(), Some(at(10)));
    });
}
