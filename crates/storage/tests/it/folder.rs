use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use kairan_storage::{Error, Folder, Meta, ObjectStore, open};

fn entries(path: &Path) -> Vec<String> {
    let read = fs::read_dir(path).unwrap();
    let mut names: Vec<_> = read
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn no_trace_of_writing_is_left_and_empty_folders_go() {
    let dir = tempfile::tempdir().unwrap();
    for durable in [false, true] {
        let store = Folder::open(dir.path(), durable).unwrap();
        store.write("articles/a/index.html", b"x").unwrap();
        store.write("articles/b/index.html", b"x").unwrap();
        assert!(
            store
                .delete(&["articles/a/index.html".to_owned()])
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(entries(&dir.path().join("articles")), ["b"]);
        assert!(
            store
                .delete(&["articles/b/index.html".to_owned()])
                .await
                .unwrap()
                .is_empty()
        );
        drop(store);
        assert!(entries(dir.path()).is_empty(), "durable {durable}");
    }
}

#[test]
fn a_failed_write_leaves_no_temporary_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = Folder::open(dir.path(), false).unwrap();
    store.write("a/b", b"x").unwrap();
    let error = store.write("a", b"x").unwrap_err();
    assert!(
        error.to_string().contains("同じ名前のフォルダー"),
        "{error}"
    );
    let error = store.write("a/b/c", b"x").unwrap_err();
    assert!(
        error.to_string().contains("フォルダーではありません"),
        "{error}"
    );
    drop(store);
    assert_eq!(entries(dir.path()), ["a"]);
    assert_eq!(fs::read(dir.path().join("a/b")).unwrap(), b"x");
}

#[tokio::test]
async fn symbolic_links_lead_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let (root, outside) = (dir.path().join("site"), dir.path().join("outside"));
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("secret.txt"), "secret").unwrap();
    let store = Folder::open(&root, false).unwrap();
    symlink(&outside, root.join("out")).unwrap();
    symlink(outside.join("secret.txt"), root.join("secret.txt")).unwrap();

    for name in ["out/secret.txt", "secret.txt"] {
        let error = store.get(name).await.unwrap_err();
        assert!(error.to_string().contains("シンボリックリンク"), "{error}");
        assert!(store.head(name).await.is_err());
        assert!(store.file(name).is_err());
    }
    assert!(store.write("out/new.txt", b"x").is_err());
    let failures = store.delete(&["out/secret.txt".to_owned()]).await.unwrap();
    assert_eq!(failures.len(), 1);
    assert!(store.list("").await.unwrap().is_empty());
    assert!(store.list("out/").await.unwrap().is_empty());
    assert_eq!(entries(&outside), ["secret.txt"]);

    // An object that takes the link's own place replaces the link, not what it led to.
    store.write("secret.txt", b"public").unwrap();
    assert_eq!(fs::read(outside.join("secret.txt")).unwrap(), b"secret");
    assert_eq!(store.get("secret.txt").await.unwrap().bytes, b"public");
}

#[test]
fn readers_meet_whole_objects_while_many_threads_write_and_delete() {
    let dir = tempfile::tempdir().unwrap();
    let store = Folder::open(dir.path(), false).unwrap();
    let versions: Vec<Vec<u8>> = (0..8u8).map(|n| vec![n; 40_000]).collect();
    store.write("a/b/page.html", &versions[0]).unwrap();
    std::thread::scope(|scope| {
        for version in &versions {
            let store = &store;
            scope.spawn(move || {
                for _ in 0..50 {
                    store.write("a/b/page.html", version).unwrap();
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .build()
                        .unwrap();
                    let other = format!("x/{}/y.html", version[0]);
                    store.write(&other, b"y").unwrap();
                    assert!(runtime.block_on(store.delete(&[other])).unwrap().is_empty());
                }
            });
        }
        for _ in 0..500 {
            let bytes = fs::read(dir.path().join("a/b/page.html")).unwrap();
            assert_eq!(bytes.len(), 40_000);
            assert!(
                bytes.iter().all(|byte| *byte == bytes[0]),
                "a mixed object was read"
            );
        }
    });
}

#[test]
fn what_a_killed_writer_left_is_neither_listed_nor_kept_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let temporary = dir.path().join(".kairan-tmp");
    fs::create_dir_all(&temporary).unwrap();
    for (name, hours) in [("old", 2), ("new", 0)] {
        let file = fs::File::create(temporary.join(name)).unwrap();
        let age = std::time::Duration::from_secs(hours * 3600);
        file.set_modified(std::time::SystemTime::now() - age)
            .unwrap();
    }
    let store = Folder::open(dir.path(), false).unwrap();
    assert_eq!(entries(&temporary), ["new"]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    assert!(runtime.block_on(store.list("")).unwrap().is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = open(&format!("file:{}", file.join("site").display()))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NoPlace { .. }), "{error}");

    let store = Folder::open(&dir.path().join("site"), false).unwrap();
    fs::set_permissions(store.root(), fs::Permissions::from_mode(0o500)).unwrap();
    let result = store
        .put("a.html", b"x".to_vec(), &Meta::for_name("a.html"))
        .await;
    let is_root =
        fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    match result {
        // Root may write everywhere.
        Ok(()) => assert!(is_root),
        Err(error) => assert!(matches!(error, Error::Denied { .. }), "{error}"),
    }
    fs::set_permissions(store.root(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn wrong_addresses_say_what_to_write() {
    for (address, word) in [
        ("", "file:"),
        ("var/site", "file:"),
        ("ftp://host/x", "file:"),
        ("file:", "フォルダー"),
        ("file://host/site", "ホスト名"),
        ("file:site?sync=1", "fsync"),
        ("s3://", "バケット"),
    ] {
        let error = open(address).await.unwrap_err();
        assert!(
            matches!(error, Error::BadAddress { .. }),
            "{address}: {error}"
        );
        assert!(error.to_string().contains(word), "{address}: {error}");
    }
}
