use std::path::Path;

use kairan_finder::{Change, Finder, FinderError, Opened};

use crate::{document, finder, ids, upserts};

#[test]
fn a_restart_goes_on_from_the_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let first = Finder::open(folder.path()).unwrap();
    assert_eq!((first.opened(), first.cursor()), (&Opened::Created, None));
    first
        .apply(
            &upserts([document("A", "手当", ""), document("B", "手当", "")]),
            "7",
        )
        .unwrap();
    first.apply(&[], "8").unwrap();
    drop(first);

    let second = Finder::open(folder.path()).unwrap();
    assert_eq!(
        (second.opened(), second.cursor().as_deref()),
        (&Opened::Kept, Some("8"))
    );
    assert_eq!(second.documents(), 2);
    assert_eq!(ids(&second, "手当"), ["A", "B"]);
}

#[test]
fn changes_replace_and_remove_and_may_come_again() {
    let (_folder, finder) = finder([document("A", "児童手当", ""), document("B", "図書館", "")]);
    let batch = [
        Change::Upsert(Box::new(document("A", "まちがい", ""))),
        Change::Upsert(Box::new(document("A", "粗大ごみ", ""))),
        Change::Delete("B".to_owned()),
        Change::Delete("unknown".to_owned()),
    ];
    for cursor in ["2", "2"] {
        finder.apply(&batch, cursor).unwrap();
        assert_eq!(finder.documents(), 1);
        assert_eq!(ids(&finder, "粗大ごみ"), ["A"]);
        for gone in ["児童手当", "図書館", "まちがい"] {
            assert!(ids(&finder, gone).is_empty(), "{gone}");
        }
    }
    finder.clear().unwrap();
    assert_eq!((finder.documents(), finder.cursor()), (0, None));
}

#[test]
fn what_was_not_committed_is_not_there_after_a_restart() {
    let (folder, finder) = finder([document("A", "手当", "")]);
    // The copy stands for the folder as a kill at this instant leaves it.
    let copy = tempfile::tempdir().unwrap();
    copy_folder(folder.path(), copy.path());
    finder
        .apply(&upserts([document("B", "手当", "")]), "2")
        .unwrap();
    let killed = Finder::open(copy.path()).unwrap();
    assert_eq!(
        (killed.opened(), killed.cursor().as_deref()),
        (&Opened::Kept, Some("1"))
    );
    assert_eq!(ids(&killed, "手当"), ["A"]);
}

#[test]
fn a_damaged_index_is_made_anew() {
    for (suffix, bytes) in [
        ("meta.json", b"{".as_slice()),
        ("meta.json", b""),
        (".term", b"something else entirely, that is no index at all"),
        (".pos", b""),
    ] {
        let (folder, finder) = finder([document("A", "手当の申請", "本文")]);
        drop(finder);
        let files = std::fs::read_dir(folder.path().join("index")).unwrap();
        let mut paths = files.map(|file| file.unwrap().path());
        let path = paths
            .find(|path| path.to_string_lossy().ends_with(suffix))
            .unwrap();
        std::fs::write(&path, bytes).unwrap();

        let opened = Finder::open(folder.path()).unwrap();
        assert!(
            matches!(opened.opened(), Opened::Rebuilt { .. }),
            "{suffix}: {:?}",
            opened.opened()
        );
        assert_eq!((opened.cursor(), opened.documents()), (None, 0));
        opened
            .apply(&upserts([document("A", "手当", "")]), "1")
            .unwrap();
        assert_eq!(ids(&opened, "手当"), ["A"]);
    }
}

#[test]
fn an_index_of_another_version_is_made_anew() {
    let (folder, finder) = finder([document("A", "手当", "")]);
    drop(finder);
    let meta = folder.path().join("index/meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    assert!(text.contains(r#"\"schema\":1"#));
    std::fs::write(&meta, text.replace(r#"\"schema\":1"#, r#"\"schema\":0"#)).unwrap();
    let opened = Finder::open(folder.path()).unwrap();
    assert!(matches!(opened.opened(), Opened::Rebuilt { reason } if reason.contains("version")));
    assert_eq!(opened.cursor(), None);
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let (folder, finder) = finder([document("A", "手当", "")]);
    assert!(matches!(
        Finder::open(folder.path()),
        Err(FinderError::Locked { .. })
    ));
    assert_eq!(ids(&finder, "手当"), ["A"]);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Finder::open(&file.join("below")).err().unwrap();
    assert!(error.to_string().contains("below"), "{error}");
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
