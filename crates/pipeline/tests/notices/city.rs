//! A small city: one document at a time, a handful of citizens, a clock that the test moves.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::NaiveDateTime;
use kairan_audience::Facts;
use kairan_content::{MemorySource, check_site};
use kairan_db::{
    Db, citizens,
    citizens::{NOTICE_PURPOSE, NewCitizen, NewConsent, Preferences},
    documents, editions,
    editions::DraftText,
    jobs, live,
    live::Publication,
    notices::{self, Account, Channel, Notice},
    seal::Keyring,
    site,
    testing::TestDb,
};
use kairan_delivery::{
    Channels, Clock, Delivered, LineChannel, MailChannel, Postman, PostmanError, PostmanOptions,
    bounce::Maildir, compose::Sender, line::LineClient, smtp::Relay,
};
use kairan_pipeline::{
    Context, NoticeSettings,
    notify::{self, Released},
};
use kairan_storage::Memory;
use kairan_test_support::{line_fake::LineFake, smtp_faults::FaultySmtp};
use kairan_theme::Theme;
use serde_json::json;

pub(crate) struct City {
    channels: Arc<Channels>,
    pub(crate) context: Context,
    pub(crate) postman: Postman,
    now: Arc<Mutex<NaiveDateTime>>,
    pub(crate) document_id: String,
}

/// UTC for a Japanese wall-clock time.
pub(crate) fn jst(text: &str) -> NaiveDateTime {
    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    kairan_db::time::utc_from_jst(wall)
}

pub(crate) const ARTICLE: &str = "---\nkind: article\nid: 01JD3M9QK5W3T8Z6B1N0R4V7YH\nslug: kenshin\ntitle: 3〜4か月児健康診査\n\
summary: 集団健診のご案内です。\ncategory: health/checkup\ntarget: { text: 3か月から5か月未満のお子さん, when: { child: { months: \"3..4\" } } }\n\
deadline: { closes: 2027-02-26 }\ncontact: kenko\nnotice: { channels: [mail, line], on: match, reminders: [7d], round: 1 }\n---\n\n## 健診\n\n会場は保健センターです。\n";

fn source(article: &str) -> MemorySource {
    MemorySource::new()
        .with("kairan.toml", "[site]\ntitle = \"みのり市\"\nurl = \"https://www.example.jp/\"\nlang = \"ja\"\n")
        .with("profile.yaml", "fields:\n  - { key: children, type: people, label: お子さん }\n  - { key: area, type: choice, label: 地区, options: areas }\n")
        .with("taxonomy/areas.yaml", "- { key: kitamachi, label: 北町 }\n")
        .with("taxonomy/categories.yaml", "- { key: health, label: 健康, children: [ { key: checkup, label: 健診 } ] }\n")
        .with("taxonomy/tags.yaml", "[]\n")
        .with("taxonomy/departments.yaml", "- { key: kenko, name: 健康推進課, phone: 0500-00-0001 }\n")
        .with("content/articles/kenshin.md", article)
}

impl City {
    pub(crate) fn new(
        db: &TestDb,
        smtp: &FaultySmtp,
        line: &LineFake,
        settings: NoticeSettings,
    ) -> Self {
        let now = Arc::new(Mutex::new(jst("2026-12-01 09:30")));
        let told = Arc::clone(&now);
        let clock = Clock::driven_by(move || *told.lock().unwrap());
        let theme = Arc::new(Theme::embedded().unwrap());
        let keys = Keyring::generate();
        let context = Context {
            db: Db::clone(db),
            store: Arc::new(Memory::default()),
            keys,
            clock,
            theme,
            public_url: "https://www.example.jp/".into(),
            app_url: "https://www.example.jp/".into(),
            notices: Arc::new(settings),
        };
        let client = LineClient::new(&line.url, "token", Duration::from_secs(5)).unwrap();
        let channels = Channels {
            mail: MailChannel::Smtp(Relay::parse(&smtp.url).unwrap()),
            line: Some(LineChannel::Api(client)),
            sender: Sender {
                from: "みのり市 <notice@city.example.jp>".parse().unwrap(),
                reply_to: None,
                list_id: "notice.city.example.jp".into(),
                bounce_domain: "bounce.example.jp".into(),
            },
        };
        let channels = Arc::new(channels);
        let postman = postman(&context, &channels, options());
        let document_id = "01JD3M9QK5W3T8Z6B1N0R4V7YH".to_owned();
        Self {
            channels,
            context,
            postman,
            now,
            document_id,
        }
    }

    /// The relay's log, as the installation names it.
    pub(crate) fn with_log(&mut self, log: &Path) {
        let options = PostmanOptions {
            mail_log: Some(log.to_owned()),
            ..options()
        };
        self.postman = postman(&self.context, &self.channels, options);
    }

    /// The mailbox behind the return paths.
    pub(crate) fn with_bounces(&mut self, folder: &Path) {
        let options = PostmanOptions {
            bounces: Some(Maildir::at(folder.to_owned())),
            ..options()
        };
        self.postman = postman(&self.context, &self.channels, options);
    }

    /// Reads what came back; how many mails.
    pub(crate) fn read_bounces(&self) -> usize {
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(self.postman.read_bounces())
            .unwrap()
    }

    /// To how many contact points nothing is sent, by reason.
    pub(crate) fn suppressed(&self) -> Vec<(String, i64)> {
        let counts = self.context.db.read(citizens::suppressed_counts).unwrap();
        counts
            .into_iter()
            .map(|(channel, reason, count)| (format!("{channel} {reason}"), count))
            .collect()
    }

    pub(crate) fn set(&self, at: &str) {
        *self.now.lock().unwrap() = jst(at);
    }

    pub(crate) fn now(&self) -> NaiveDateTime {
        self.context.clock.now()
    }

    /// Makes an article live and decides its notices, as a release does.
    pub(crate) fn publish(&self, article: &str) {
        let now = self.now();
        let checked = check_site(&source(article), self.context.clock.now_jst().date());
        assert!(!checked.has_errors(), "{:?}", checked.diagnostics);
        let data = serde_json::to_string(checked.site.as_ref().unwrap()).unwrap();
        let document = checked.documents[0].document.clone();
        let url = "https://www.example.jp/articles/kenshin/".to_owned();
        self.context
            .db
            .write(|c| {
                site::store(c, &data, "test", now)?;
                let draft = DraftText {
                    kind: "article",
                    slug: &document.slug,
                    lang: "ja",
                    translates: None,
                    title: &document.title,
                    owner: None,
                    source: article,
                    publish_at: None,
                    expires_at: None,
                };
                let imported = documents::import(c, Some(&self.document_id), &draft, "test", now)?;
                let edition = editions::get(c, imported.edition_id)?;
                let publication = Publication {
                    edition_id: edition.id,
                    revision: edition.revision,
                    card: "{}",
                    opens: None,
                    closes: None,
                    listed_at: None,
                    spans: &[],
                    links: &[],
                    aliases: &[],
                };
                live::publish(c, &publication, now)?;
                let released = Released {
                    document_id: self.document_id.clone(),
                    edition_id: edition.id,
                    document: document.clone(),
                    url: url.clone(),
                    no_notice: false,
                    ahead: false,
                };
                notify::after_release(c, &self.context, &[released], now)
            })
            .unwrap();
    }

    /// Registers somebody with children of these birth dates; the key.
    pub(crate) fn citizen(&self, births: &[&str], mails: &[&str], line: Option<&str>) -> String {
        let children: Vec<_> = births
            .iter()
            .enumerate()
            .map(|(n, birth)| json!({ "key": format!("c{}", n + 1), "birth_date": birth }))
            .collect();
        self.citizen_with(
            &json!({ "area": "kitamachi", "children": children }),
            mails,
            line,
            &[],
        )
    }

    pub(crate) fn citizen_with(
        &self,
        facts: &serde_json::Value,
        mails: &[&str],
        line: Option<&str>,
        interests: &[&str],
    ) -> String {
        let consent = |channel| NewConsent {
            channel,
            purpose: NOTICE_PURPOSE.into(),
            granted: true,
            version: "1".into(),
            source: "register".into(),
        };
        let new = NewCitizen {
            key: None,
            lang: "ja".into(),
            facts: Facts::from_json(facts).unwrap(),
            preferences: Preferences {
                interests: interests.iter().map(|one| (*one).to_owned()).collect(),
                ..Preferences::default()
            },
            mails: mails.iter().map(|one| (*one).to_owned()).collect(),
            line: line.map(line_id),
            consents: vec![consent(Channel::Mail), consent(Channel::Line)],
        };
        let now = self.now();
        self.context
            .db
            .write(|c| citizens::load(c, &self.context.keys, std::slice::from_ref(&new), now))
            .unwrap()
            .remove(0)
    }

    /// Runs every job of notices that is due.
    pub(crate) fn work(&self) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        loop {
            let now = self.now();
            let claim = jobs::Claim {
                owner: "test",
                kinds: &[notify::MATERIALISE, notify::REMIND, notify::MATCH],
                limit: 10,
                lease: chrono::Duration::minutes(5),
            };
            let due = self
                .context
                .db
                .write(|c| jobs::claim(c, &claim, now))
                .unwrap();
            if due.is_empty() {
                return;
            }
            for job in due {
                runtime
                    .block_on(notify::handle(&self.context, &job.payload))
                    .unwrap();
                self.context
                    .db
                    .write(|c| jobs::complete(c, job.lease(), now))
                    .unwrap();
            }
        }
    }

    pub(crate) fn deliver(&self) -> Result<Delivered, PostmanError> {
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(self.postman.deliver_due())
    }

    pub(crate) fn run(&self) -> Delivered {
        self.work();
        self.deliver().unwrap()
    }

    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.context
            .db
            .read(|c| notices::of_document(c, &self.document_id))
            .unwrap()
    }

    /// The account of a notice; it must balance at every instant.
    pub(crate) fn account(&self, notice: &str) -> Account {
        let (_, account) = self
            .context
            .db
            .snapshot(|c| notices::account(c, notice))
            .unwrap();
        assert!(account.balanced, "{account:?}");
        account
    }
}

fn options() -> PostmanOptions {
    PostmanOptions {
        connections: 1,
        ..PostmanOptions::default()
    }
}

fn postman(context: &Context, channels: &Arc<Channels>, options: PostmanOptions) -> Postman {
    Postman::new(
        context.db.clone(),
        context.keys.clone(),
        context.clock.clone(),
        Arc::clone(&context.theme),
        Arc::clone(channels),
        options,
    )
}

/// A LINE user id from a short name.
pub(crate) fn line_id(name: &str) -> String {
    let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("U{hex:0>32}")
}

/// How often each address got a mail.
pub(crate) fn mails(smtp: &FaultySmtp) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for mail in smtp.received() {
        *counts.entry(mail.to).or_default() += 1;
    }
    counts
}
