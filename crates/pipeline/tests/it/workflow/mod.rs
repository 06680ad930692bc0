//! Every step from an author's hands to readers, on every database there is.

mod answers;
mod ends;
mod numbers;
mod steps;

use kairan_audience::Facts;
use kairan_db::citizens::{self, NOTICE_PURPOSE, NewCitizen, NewConsent, Preferences};
use kairan_db::editions::{self, Edition, EditionState};
use kairan_db::notices::{self, Channel, Notice};
use kairan_db::staff::{Grant, Role};
use kairan_delivery::PostmanOptions;
use kairan_delivery::channel::{Channels, MailChannel};
use kairan_delivery::compose::Sender;
use kairan_pipeline::workflow::{self, Actor, At, Refusal, Submission};
use kairan_pipeline::{Error, Result, Works, drafts, site_data};

use crate::folder::town;
use crate::town::Town;

/// A town with staff in one department, and a second department.
struct Desk {
    city: Town,
    author: Actor,
    reviewer: Actor,
    publisher: Actor,
    outbox: tempfile::TempDir,
}

/// Told to parents of children of three months; nobody is, where nobody lives in town.
const NOTICE: &str = "notice: { channels: [mail], round: 1 }\n";

fn text(slug: &str, more: &str) -> String {
    format!(
        "---\nkind: article\nslug: {slug}\ntitle: 健診について\nsummary: 健診のご案内です。\ncategory: money/teate\n\
target: {{ text: 3か月のお子さん, when: {{ child: {{ months: \"3..4\" }} }} }}\nanytime: true\ncontact: kodomo\n{more}---\n\n## 健診\n\n会場は保健センターです。\n"
    )
}

async fn actor(city: &Town, name: &'static str, grant: Grant) -> Actor {
    let now = city.ctx.clock.now();
    let make = move |c: &mut kairan_db::AnyConnection| {
        Ok(kairan_db::testing::staff_at_work(c, name, std::slice::from_ref(&grant), now).0)
    };
    Actor {
        who: city.ctx.write(make).await.unwrap(),
        origin: "192.0.2.7".to_owned(),
    }
}

impl Desk {
    async fn new(city: Town) -> Self {
        city.import(&town(&[])).await;
        let author = actor(&city, "書く人", Grant::of(Role::Author, "kodomo")).await;
        let reviewer = actor(&city, "課長", Grant::of(Role::Reviewer, "kodomo")).await;
        let publisher = actor(&city, "公開担当", Grant::everywhere(Role::Publisher)).await;
        Self {
            city,
            author,
            reviewer,
            publisher,
            outbox: tempfile::tempdir().unwrap(),
        }
    }

    /// A draft of the author's.
    async fn draft(&self, source: &str) -> String {
        let (ctx, source, by) = (self.city.ctx.clone(), source.to_owned(), self.author.key());
        let now = ctx.clock.now();
        let made = self.city.ctx.transact(move |c| {
            let site = site_data::current(c, &ctx.theme)?.data;
            drafts::create(c, &site, &source, &by, now)
        });
        made.await.unwrap().document_id
    }

    /// Writes over the open text, or begins a new one over the published one.
    async fn rewrite(&self, document: &str, change: impl Fn(&str) -> String + Send + 'static) {
        let (ctx, document, by) = (
            self.city.ctx.clone(),
            document.to_owned(),
            self.author.key(),
        );
        let now = ctx.clock.now();
        let saved = self.city.ctx.transact(move |c| {
            let site = site_data::current(c, &ctx.theme)?.data;
            let open = drafts::open(c, &document, &by, now)?;
            let source = change(&editions::source(c, open.id)?);
            let save = drafts::Save {
                edition: open.id,
                revision: open.revision,
                source: &source,
                author: &by,
                reason: kairan_db::editing::Reason::Save,
                name: None,
            };
            drafts::save(c, &site, &save, now)
        });
        saved.await.unwrap();
    }

    async fn edition(&self, document: &str) -> Edition {
        let document = document.to_owned();
        let find = move |c: &mut kairan_db::AnyConnection| {
            Ok(editions::history(c, &document, None, 1)?.remove(0))
        };
        self.city.ctx.read(find).await.unwrap()
    }

    async fn at(&self, document: &str) -> At {
        At {
            document: document.to_owned(),
            revision: self.edition(document).await.revision,
        }
    }

    async fn submit(&self, document: &str) -> Result<()> {
        let submission = Submission {
            at: self.at(document).await,
            reviewer: self.reviewer.who.id.clone(),
            note: "お願いします".to_owned(),
        };
        workflow::submit(&self.city.ctx, &self.author, submission).await
    }

    async fn approve(&self, document: &str) -> Result<()> {
        let at = self.at(document).await;
        workflow::approve(&self.city.ctx, &self.reviewer, at, "").await
    }

    /// Brings a new document to a state.
    async fn in_state(&self, state: EditionState, slug: &str) -> String {
        let id = self.draft(&text(slug, "")).await;
        if state == EditionState::Draft {
            return id;
        }
        self.submit(&id).await.unwrap();
        if state == EditionState::InReview {
            return id;
        }
        self.approve(&id).await.unwrap();
        let at = self.at(&id).await;
        let ctx = &self.city.ctx;
        match state {
            EditionState::Scheduled => {
                let when = ctx.clock.now() + chrono::Duration::hours(1);
                workflow::schedule(ctx, &self.publisher, at, when)
                    .await
                    .unwrap();
            }
            EditionState::Published => {
                workflow::publish(ctx, &self.publisher, at).await.unwrap();
                self.city.drain().await;
            }
            _ => {}
        }
        assert_eq!(self.edition(&id).await.state, state);
        id
    }

    /// Submitted, approved and published, and whoever is to be told is told.
    async fn publish(&self, document: &str) {
        self.submit(document).await.unwrap();
        self.approve(document).await.unwrap();
        let at = self.at(document).await;
        workflow::publish(&self.city.ctx, &self.publisher, at)
            .await
            .unwrap();
        self.work().await;
    }

    /// Everything that is due, mails into a folder.
    async fn work(&self) {
        let channels = Channels {
            mail: MailChannel::Folder(self.outbox.path().to_owned()),
            line: None,
            sender: Sender {
                from: "みのり市 <notice@city.example.jp>".parse().unwrap(),
                reply_to: None,
                list_id: "notice.city.example.jp".into(),
                bounce_domain: "bounce.example.jp".into(),
            },
        };
        let works = Works::new(&self.city.ctx, channels, PostmanOptions::default());
        works.drain().await.unwrap();
    }

    /// Registers the parent of a child of three months.
    async fn citizen(&self, mail: &str) {
        let consent = NewConsent {
            channel: Channel::Mail,
            purpose: NOTICE_PURPOSE.into(),
            granted: true,
            version: "1".into(),
            source: "register".into(),
        };
        let facts =
            serde_json::json!({ "children": [{ "key": "c1", "birth_date": "2026-09-10" }] });
        let new = NewCitizen {
            key: None,
            lang: "ja".into(),
            facts: Facts::from_json(&facts).unwrap(),
            preferences: Preferences::default(),
            mails: vec![mail.to_owned()],
            line: None,
            consents: vec![consent],
        };
        let (keys, now) = (self.city.ctx.keys.clone(), self.city.ctx.clock.now());
        let load = move |c: &mut kairan_db::AnyConnection| {
            citizens::load(c, &keys, std::slice::from_ref(&new), now)
        };
        self.city.ctx.write(load).await.unwrap();
    }

    async fn notices(&self, document: &str) -> Vec<Notice> {
        let document = document.to_owned();
        let find = move |c: &mut kairan_db::AnyConnection| notices::of_document(c, &document);
        self.city.ctx.read(find).await.unwrap()
    }

    /// The mails to this address.
    fn mails(&self, to: &str) -> usize {
        let files = std::fs::read_dir(self.outbox.path()).unwrap();
        let texts = files.filter_map(|one| std::fs::read_to_string(one.unwrap().path()).ok());
        texts
            .filter(|text| text.contains(&format!("To: {to}")))
            .count()
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, why: &Refusal) {
    match result {
        Err(Error::Workflow(refusal)) => assert_eq!(&refusal, why),
        other => panic!("{other:?} instead of {why:?}"),
    }
}
