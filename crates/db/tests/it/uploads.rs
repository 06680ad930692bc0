use diesel::prelude::*;
use kairan_db::audit::{self, By, Trail};
use kairan_db::editing::{Facts, describe};
use kairan_db::live::{self, Link};
use kairan_db::testing::for_each_db;
use kairan_db::uploads::{self, Changed, Family, Find, Kept, Page, Upload};
use kairan_db::{AnyConnection, Result, editions, sha256_hex, site};

use crate::sample::{at, import, publication};

fn by() -> By {
    By {
        key: "staff:01A".to_owned(),
        origin: "192.0.2.1".to_owned(),
    }
}

/// Sends bytes under a name, as a form of the files' screen does.
fn send(c: &mut AnyConnection, name: &str, bytes: &[u8], hours: i64) -> Result<Kept> {
    let content_type = if name.ends_with("png") {
        "image/png"
    } else {
        "application/pdf"
    };
    let sha256 = sha256_hex(bytes);
    let (stem, extension) = name.rsplit_once('.').unwrap();
    let numbered = (2..).map(|n| format!("{stem}-{n}.{extension}"));
    let names = std::iter::once(name.to_owned()).chain(numbered);
    let upload = upload(name, bytes, &sha256, content_type);
    uploads::put(c, &upload, names, &by(), at(hours))
}

fn upload<'a>(
    name: &'a str,
    bytes: &'a [u8],
    sha256: &'a str,
    content_type: &'a str,
) -> Upload<'a> {
    Upload {
        original_name: name,
        bytes,
        sha256,
        content_type,
        dimensions: (content_type == "image/png").then_some((640, 480)),
        pages: (content_type != "image/png").then_some(3),
    }
}

fn kept(path: &str, known: bool) -> Kept {
    Kept {
        path: path.to_owned(),
        known,
    }
}

fn link(path: &str) -> Link {
    Link {
        role: "file".to_owned(),
        target: path.to_owned(),
    }
}

#[test]
fn a_name_that_is_taken_gets_a_number_and_the_same_file_is_kept_once() {
    for_each_db(|db| {
        let send = |name: &str, bytes: &[u8]| db.write(|c| send(c, name, bytes, 0)).unwrap();
        assert_eq!(send("地図.png", b"one"), kept("files/地図.png", false));
        assert_eq!(send("地図.png", b"one"), kept("files/地図.png", true));
        assert_eq!(send("地図.png", b"two"), kept("files/地図-2.png", false));
        assert_eq!(send("地図.png", b"two"), kept("files/地図-2.png", true));
        assert_eq!(send("Map.png", b"1"), kept("files/Map.png", false));
        assert_eq!(send("map.png", b"2"), kept("files/map-2.png", false));
        let bytes = db
            .read(|c| site::file_bytes(c, "files/地図-2.png"))
            .unwrap();
        assert_eq!(bytes.unwrap(), b"two");
        let events = db.read(|c| audit::list(c, &Trail::default(), 10)).unwrap();
        assert_eq!(events.len(), 4, "one for each file that was kept");
        assert_eq!(events[0].subject, "file:files/map-2.png");
        assert_eq!(events[0].actor, "staff:01A");
        assert_eq!(events[0].origin, "192.0.2.1");
    });
}

#[test]
fn files_are_found_by_name_kind_and_use() {
    for_each_db(|db| {
        db.write(|c| {
            send(c, "地図.png", b"a", 1)?;
            send(c, "Form_A.pdf", b"bb", 2)?;
            send(c, "FormBA.pdf", b"ccc", 3)?;
            // Of the site folder: no upload; and no file of staff at all.
            let folder = |path: &str| site::SiteFile {
                path: path.to_owned(),
                sha256: sha256_hex(b"x"),
                size: 1,
                width: None,
                height: None,
                content_type: "text/csv; charset=utf-8".to_owned(),
                updated_at: at(0),
            };
            site::put_file(c, &folder("files/人口.csv"), b"x")?;
            site::put_file(c, &folder("taxonomy/tags.yaml"), b"x")
        })
        .unwrap();
        let found = |find: Find<'_>| {
            let page = Page {
                offset: 0,
                limit: 10,
            };
            let (rows, total) = db.read(|c| uploads::find(c, find, page)).unwrap();
            assert_eq!(rows.len() as i64, total);
            rows.into_iter().map(|row| row.path).collect::<Vec<_>>()
        };
        let all = Find::default();
        let everything = [
            "files/FormBA.pdf",
            "files/Form_A.pdf",
            "files/地図.png",
            "files/人口.csv",
        ];
        assert_eq!(found(all), everything);
        assert_eq!(
            found(Find {
                text: Some("form_a"),
                ..all
            }),
            everything[1..2]
        );
        assert_eq!(
            found(Find {
                text: Some("地"),
                ..all
            }),
            everything[2..3]
        );
        assert_eq!(
            found(Find {
                text: Some("%"),
                ..all
            }),
            [""; 0]
        );
        assert_eq!(
            found(Find {
                family: Some(Family::Image),
                ..all
            }),
            everything[2..3]
        );
        assert_eq!(
            found(Find {
                family: Some(Family::Pdf),
                ..all
            }),
            everything[..2]
        );
        assert_eq!(
            found(Find {
                family: Some(Family::Other),
                ..all
            }),
            everything[3..]
        );

        let page = Page {
            offset: 1,
            limit: 2,
        };
        let (rows, total) = db.read(|c| uploads::find(c, all, page)).unwrap();
        assert_eq!((rows.len(), total), (2, 4));
        assert_eq!(rows[0].pages, Some(3));
        assert_eq!(rows[0].uploaded_by.as_deref(), Some("staff:01A"));
        assert_eq!(rows[1].dimensions, Some((640, 480)));
        let csv = db
            .read(|c| uploads::get(c, "files/人口.csv"))
            .unwrap()
            .unwrap();
        assert_eq!((csv.original_name, csv.size), (None, 1));
        let yaml = db.read(|c| uploads::get(c, "taxonomy/tags.yaml")).unwrap();
        assert_eq!(yaml, None, "not below files/");

        db.write(|c| {
            let draft = import(c, "draft", "draft")?;
            let facts = Facts {
                links: &[link("files/地図.png")],
                ..Facts::default()
            };
            describe(c, &draft.document_id, &facts)
        })
        .unwrap();
        let unused = found(Find {
            unused: true,
            ..all
        });
        assert_eq!(unused, [everything[0], everything[1], everything[3]]);
    });
}

#[test]
fn a_file_in_use_is_kept_and_says_where() {
    for_each_db(|db| {
        let (draft, live) = db
            .write(|c| {
                send(c, "a.pdf", b"a", 0)?;
                let draft = import(c, "draft", "draft")?.document_id;
                let facts = Facts {
                    links: &[link("files/a.pdf")],
                    ..Facts::default()
                };
                describe(c, &draft, &facts)?;
                let imported = import(c, "live", "live")?;
                let edition = editions::get(c, imported.edition_id)?;
                let links = [link("files/a.pdf")];
                let mut publication = publication(edition.id, edition.revision);
                publication.links = &links;
                live::publish(c, &publication, at(1))?;
                Ok((draft, imported.document_id))
            })
            .unwrap();
        let used = db.read(|c| uploads::usage(c, "files/a.pdf")).unwrap();
        let place = |id: &str| used.iter().find(|one| one.document_id == id).unwrap();
        assert_eq!(used.len(), 2);
        assert_eq!((place(&draft).live, place(&draft).draft), (false, true));
        assert_eq!((place(&live).live, place(&live).draft), (true, false));
        assert_eq!(place(&live).title, "児童手当の手続きについて");
        let listed = db
            .read(|c| uploads::get(c, "files/a.pdf"))
            .unwrap()
            .unwrap();
        assert_eq!(listed.used, 2);

        let remove = || {
            db.write(|c| uploads::remove(c, "files/a.pdf", &by(), at(2)))
                .unwrap()
        };
        assert_eq!(remove(), Changed::Used(used));
        db.write(|c| {
            describe(c, &draft, &Facts::default())?;
            live::withdraw(c, &live, at(3))
        })
        .unwrap();
        assert_eq!(remove(), Changed::Done);
        assert_eq!(remove(), Changed::Unknown);
        assert_eq!(
            db.read(|c| site::file_bytes(c, "files/a.pdf")).unwrap(),
            None
        );
        let left = db.read(|c| uploads::get(c, "files/a.pdf")).unwrap();
        assert_eq!(left, None);
    });
}

#[test]
fn new_content_takes_the_place_of_the_old_one() {
    for_each_db(|db| {
        db.write(|c| send(c, "a.pdf", b"a", 0)).unwrap();
        let replace = |path: &str, content_type: &str| {
            let hash = sha256_hex(b"new");
            let new = upload("令和8年度版.pdf", b"new", &hash, content_type);
            db.write(|c| uploads::replace(c, path, &new, &by(), at(5)))
                .unwrap()
        };
        assert_eq!(replace("files/a.pdf", "image/png"), Changed::OtherType);
        assert_eq!(replace("files/b.pdf", "application/pdf"), Changed::Unknown);
        assert_eq!(replace("files/a.pdf", "application/pdf"), Changed::Done);
        let file = db
            .read(|c| uploads::get(c, "files/a.pdf"))
            .unwrap()
            .unwrap();
        assert_eq!(file.original_name.as_deref(), Some("令和8年度版.pdf"));
        assert_eq!((file.size, file.updated_at), (3, at(5)));
        assert_eq!(
            db.read(|c| site::file_bytes(c, "files/a.pdf"))
                .unwrap()
                .unwrap(),
            b"new"
        );
    });
}

/// SQLite reaches a column behind the bytes only by reading through them: the list must not.
#[test]
fn the_list_is_read_from_its_index_alone() {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    let db = kairan_db::testing::TestDb::sqlite();
    let steps: Vec<Step> = db
        .read(|c| {
            let AnyConnection::Sqlite(c) = c else {
                unreachable!("a SQLite database was asked for");
            };
            let query = "EXPLAIN QUERY PLAN SELECT files.path, files.sha256, files.size, files.width, files.height,
                files.content_type, files.updated_at, uploads.original_name
                FROM files LEFT JOIN uploads ON uploads.path = files.path
                WHERE files.path LIKE 'files/%' ORDER BY files.updated_at DESC, files.path LIMIT 50";
            Ok(diesel::sql_query(query).load(c)?)
        })
        .unwrap();
    let steps: Vec<_> = steps.into_iter().map(|step| step.detail).collect();
    assert!(
        steps
            .iter()
            .any(|step| step.contains("COVERING INDEX files_listed")),
        "{steps:#?}"
    );
}
