//! A folder that is older than what staff wrote on the screens undoes nothing of it, unless that is asked for.

use kairan_db::audit::By;
use kairan_db::editing::Reason;
use kairan_db::{addresses, editions};
use kairan_pipeline::import::{Screens, import};
use kairan_pipeline::publish::What;
use kairan_pipeline::settings::{self, Outcome, Part};
use kairan_pipeline::{drafts, site_data};

use crate::folder::{article, town};
use crate::town::{Town, each_town};

const STAFF: &str = "staff:01JD3M9QK5W3T8Z6B1N0R4V7YH";

/// The text of the open or the live edition of an article.
async fn text(city: &Town, slug: &'static str) -> String {
    city.ctx
        .ask(move |c| {
            let id = addresses::holder(c, "article", slug)?.unwrap();
            let now = match editions::open(c, &id)? {
                Some(open) => open,
                None => editions::published(c, &id)?.unwrap(),
            };
            Ok(editions::source(c, now.id)?)
        })
        .await
        .unwrap()
}

/// A member of staff adds a line in the admin.
async fn write(city: &Town, slug: &'static str, line: &'static str) {
    let own = city.ctx.clone();
    let work = move |c: &mut kairan_db::AnyConnection| {
        let now = own.clock.now();
        let id = addresses::holder(c, "article", slug)?.unwrap();
        let site = site_data::current(c, &own.theme)?;
        let open = drafts::open(c, &id, STAFF, now)?;
        let source = format!("{}{line}\n", editions::source(c, open.id)?);
        let save = drafts::Save {
            edition: open.id,
            revision: open.revision,
            source: &source,
            author: STAFF,
            reason: Reason::Save,
            name: None,
        };
        drafts::save(c, &site.data, &save, now)?;
        Ok(())
    };
    city.ctx.transact(work).await.unwrap();
}

async fn departments(city: &Town) -> settings::Version {
    let read = city.ctx.ask(|c| settings::read(c, Part::Departments));
    read.await.unwrap()
}

#[test]
fn what_staff_wrote_stays_unless_the_folder_is_to_count() {
    each_town(|city| async move {
        let first = town(&[
            ("articles/1.md", article(1, "one", "")),
            ("articles/2.md", article(2, "two", "")),
        ]);
        city.import(&first).await;
        city.publish(What::All).await;
        write(&city, "one", "画面で書いた一文").await;

        // The folder says what is live: there is nothing to take in.
        let report = city.import(&first).await;
        assert_eq!((report.unchanged, report.held.len()), (2, 0));

        let newer = town(&[
            ("articles/1.md", article(1, "one", "tags: [a]\n")),
            ("articles/2.md", article(2, "two", "tags: [a]\n")),
        ]);
        let report = city.import(&newer).await;
        assert_eq!(report.held, ["content/articles/1.md"]);
        assert_eq!(report.changed, 1);
        assert!(text(&city, "one").await.contains("画面で書いた一文"));
        assert!(text(&city, "two").await.contains("tags: [a]"));

        let report = import(&city.ctx, &newer, "cli", Screens::Replace)
            .await
            .unwrap();
        assert_eq!((report.changed, report.held.len()), (1, 0));
        assert!(text(&city, "one").await.contains("tags: [a]"));
    });
}

#[test]
fn a_setting_that_staff_changed_is_not_undone_by_an_old_folder() {
    each_town(|city| async move {
        let folder = town(&[("articles/1.md", article(1, "one", ""))]);
        city.import(&folder).await;
        city.publish(What::All).await;
        let before = departments(&city).await;
        let after = before.text.replace("こども課", "こども未来課");
        let by = By {
            key: STAFF.to_owned(),
            origin: "192.0.2.7".to_owned(),
        };
        let saved = settings::save(&city.ctx, Part::Departments, before.hash, after.clone(), by);
        assert!(matches!(saved.await.unwrap(), Outcome::Saved(_)));

        let old = import(&city.ctx, &folder, "cli", Screens::Keep).await;
        let said = old.unwrap_err().to_string();
        assert!(said.contains("taxonomy/departments.yaml"), "{said}");
        assert_eq!(departments(&city).await.text, after);
        // A folder that says the same is no older.
        let same = folder
            .clone()
            .with("taxonomy/departments.yaml", after.as_bytes());
        city.import(&same).await;
        import(&city.ctx, &folder, "cli", Screens::Replace)
            .await
            .unwrap();
        assert_ne!(departments(&city).await.text, after);
        // Replaced: what staff wrote before no longer stands.
        city.import(&folder).await;
    });
}
