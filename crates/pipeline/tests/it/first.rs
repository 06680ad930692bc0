//! The example city, from its folder to the readers.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use kairan_content::{MemorySource, Source, check_site};
use kairan_db::releases::ReleaseState;
use kairan_pipeline::publish::What;
use kairan_site::{MemoryCatalogue, Site, build_all};

use crate::folder::{minori, paths};
use crate::town::{Town, each_town, same};

/// What `kairan build` makes of the folder.
fn build(town: &Town, source: &MemorySource) -> BTreeMap<String, Vec<u8>> {
    let now = town.ctx.clock.now_jst();
    let checked = check_site(source, now.date());
    let site_data = Arc::new(checked.site.clone().unwrap());
    let documents: Vec<_> = checked
        .publishable()
        .map(|one| one.document.clone())
        .collect();
    let files = source.clone();
    let read = Arc::new(move |path: &str| {
        files
            .read(path)
            .map_err(|error| std::io::Error::other(error.to_string()))
    });
    let catalogue = MemoryCatalogue::from_documents(Arc::clone(&site_data), documents, now)
        .with_files(paths(source, "files"), read)
        .unwrap();
    let site = Site::of(Arc::clone(&town.ctx.theme), &catalogue).unwrap();
    let objects = Mutex::new(BTreeMap::new());
    build_all(&site, &catalogue, now, true, &|name, object| {
        objects
            .lock()
            .unwrap()
            .insert(name.to_owned(), object.bytes);
        Ok(())
    })
    .unwrap();
    objects.into_inner().unwrap()
}

#[test]
fn a_first_release_is_what_a_build_of_the_folder_gives() {
    each_town(|town| async move {
        let source = minori();
        let report = town.import(&source).await;
        assert_eq!((report.added, report.refused.len()), (165, 0));
        let progress = town.publish(What::All).await;
        assert_eq!(progress.state, ReleaseState::Notified, "{progress:?}");
        assert_eq!(progress.verified, 165);
        assert_eq!(progress.uploaded, progress.to_upload);
        same(&town.objects().await, &build(&town, &source));

        // Nothing changed: nothing is sent.
        let report = town.import(&source).await;
        assert_eq!(
            (report.added, report.changed, report.unchanged),
            (0, 0, 165)
        );
        let before = town.store.puts.load(Ordering::SeqCst);
        town.publish(What::All).await;
        town.publish(What::Everything).await;
        let sent = town.store.puts.load(Ordering::SeqCst) - before;
        assert_eq!(sent, 0);
    });
}

#[test]
fn one_change_rewrites_little_and_ends_where_a_full_run_ends() {
    each_town(|town| async move {
        let mut source = minori();
        town.import(&source).await;
        town.publish(What::All).await;
        let path = "content/articles/jido-teate.md";
        let text = String::from_utf8(source.read(path).unwrap()).unwrap();
        let text = text.replace("title: ", "title: 新しい");
        source.insert(path, text.as_bytes());
        town.wait(5);
        let report = town.import(&source).await;
        assert_eq!(
            (report.changed, report.unchanged),
            (1, 164),
            "{:?}",
            report.refused
        );
        let before = town.store.puts.load(Ordering::SeqCst);
        let progress = town.publish(What::All).await;
        assert_eq!(progress.state, ReleaseState::Live, "{progress:?}");
        let sent = town.store.puts.load(Ordering::SeqCst) - before;
        assert!((5..80).contains(&sent), "{sent} objects for one article");
        let one = town.pages().await;
        town.publish(What::Everything).await;
        same(&one, &town.pages().await);
        assert!(
            town.page("articles/jido-teate/index.html")
                .await
                .unwrap()
                .contains("新しい")
        );
    });
}

#[test]
fn an_export_gives_the_folder_back_byte_for_byte() {
    each_town(|town| async move {
        let source = minori();
        town.import(&source).await;
        let mut back = MemorySource::new();
        kairan_pipeline::export::export(&town.ctx, &mut |path, bytes| {
            back.insert(path, bytes);
            Ok(())
        })
        .unwrap();
        for folder in ["content", "files", "taxonomy"] {
            for path in paths(&source, folder) {
                assert!(source.read(&path) == back.read(&path), "{path}");
            }
        }
        for path in ["kairan.toml", "profile.yaml"] {
            assert_eq!(source.read(path), back.read(path));
        }
    });
}
