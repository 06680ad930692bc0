//! Many write at once: each has a document open, which saves itself every two or three seconds, is saved every half minute,
//! and shows its true page and whom it would tell. Beside them some look through the list, and texts are published.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::browser::{Browser, Fields};
use super::office::Office;
use super::times::Times;
use super::{Options, city};
use crate::corpus::{Corpus, address};
use crate::database::Database;
use crate::publish::change;
use crate::report::{Limit, Report};
use crate::rng::Rng;

/// Members of staff who look through the list meanwhile.
const READERS: usize = 5;
/// Seconds between two publications.
const PUBLISH_EVERY: u64 = 5;
/// Seconds between two saves of one editor.
const SAVE_EVERY: Duration = Duration::from_secs(30);
/// Citizens of the city they write for.
const CITIZENS: usize = 10_000;
/// What p99 of a save may be, in milliseconds, on the embedded database.
const LIMIT: f64 = 100.0;

const AUTOSAVE: &str = "autosave";
const SAVE: &str = "save";

/// Measures one database.
pub(super) fn run(
    report: &mut Report,
    options: &Options,
    database: Database,
    runtime: &Runtime,
) -> Result<()> {
    let office = Office::new("editors", options.articles, database, &options.common)?;
    let installation = &office.installation;
    city::found(&installation.site)?;
    installation.import()?;
    city::settle(&installation.db()?, CITIZENS, options.common.seed)?;
    installation.publish(&["--all", "--no-notice"])?;
    // Drafts that are published meanwhile; editors have the first documents.
    let waiting = options.seconds / PUBLISH_EVERY + 2;
    ensure!(
        options.articles > options.editors as u64 + waiting,
        "too few articles"
    );
    let drafts: Vec<String> = (0..waiting)
        .map(|one| address(options.articles - one))
        .collect();
    for slug in &drafts {
        change(&installation.site, slug)?;
    }
    installation.import()?;
    let server = office.open()?;
    let staff = office.staff(options.editors + READERS, &server)?;
    let over = AtomicBool::new(false);
    let name = database.name();
    let (cpu, began) = (server.cpu()?, Instant::now());
    let times = std::thread::scope(|scope| {
        let publisher = scope.spawn(|| publish(&office, &drafts, &over));
        let times = runtime.block_on(work(options, staff.clone()));
        over.store(true, Ordering::Relaxed);
        publisher.join().map_or(Ok(()), |done| done)?;
        times
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let cpu = (server.cpu()? - cpu) / seconds;
    for (kind, series) in times.report(&format!("{name}: "), report) {
        let limited = [AUTOSAVE, SAVE].contains(&kind) && database == Database::Sqlite;
        if limited {
            let fact = format!("{name}: {kind}, p99 ms");
            report.limited(fact, series.at(0.99), Limit::AtMost(LIMIT));
        }
    }
    report.fact(format!("{name}: cores that the server used"), cpu);
    let rate = runtime.block_on(saturate(options, staff))?;
    report.fact(format!("{name}: autosaves a second, without pause"), rate);
    report.fact(format!("{name}: peak MiB of the server"), server.memory()?);
    Ok(())
}

/// Publishes one draft after the other, each by a command of its own, until it is over.
fn publish(office: &Office, drafts: &[String], over: &AtomicBool) -> Result<()> {
    for slug in drafts {
        let next = Instant::now() + Duration::from_secs(PUBLISH_EVERY);
        office.installation.run(&["publish", slug, "--no-notice"])?;
        while Instant::now() < next {
            if over.load(Ordering::Relaxed) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

async fn work(options: &Options, staff: Vec<Browser>) -> Result<Times> {
    let until = Instant::now() + Duration::from_secs(options.seconds);
    let mut people = JoinSet::new();
    for (at, browser) in staff.into_iter().enumerate() {
        let rng = Rng::of(options.common.seed, at as u64);
        if at < options.editors {
            let id = document(options, at);
            people.spawn(Editor::new(browser, &id, rng).write(until));
        } else {
            people.spawn(look(browser, rng, until));
        }
    }
    let mut times = Times::default();
    while let Some(one) = people.join_next().await {
        times.extend(one??);
    }
    Ok(times)
}

/// The document of an editor.
fn document(options: &Options, editor: usize) -> String {
    let corpus = Corpus::new(options.common.seed);
    corpus.article(editor as u64 + 1).id()
}

/// Somebody who writes one document.
struct Editor {
    browser: Browser,
    /// `/admin/documents/{id}`
    place: String,
    rng: Rng,
    times: Times,
}

impl Editor {
    fn new(browser: Browser, id: &str, rng: Rng) -> Self {
        Self {
            browser,
            place: format!("/admin/documents/{id}"),
            rng,
            times: Times::default(),
        }
    }

    async fn write(mut self, until: Instant) -> Result<Times> {
        // People do not come in step.
        sleep(Duration::from_secs_f64(self.rng.unit() * 3.0)).await;
        let mut fields = self.open().await?;
        let spread = SAVE_EVERY.mul_f64(self.rng.unit());
        let mut save = Instant::now() + spread;
        while Instant::now() < until {
            sleep(Duration::from_secs_f64(2.0 + self.rng.unit())).await;
            typed(&mut fields, &mut self.rng);
            if Instant::now() >= save {
                save += SAVE_EVERY;
                fields = self.save(fields).await?;
                continue;
            }
            let path = format!("{}/autosave", self.place);
            let answer = self.browser.post(&path, &fields, 200).await?;
            self.times.push(AUTOSAVE, answer.took);
            // The frame beside the form shows the new text.
            let path = format!("{}/preview", self.place);
            let answer = self.browser.get(&path).await?;
            self.times.push("true page", answer.took);
            if self.rng.chance(0.25) {
                let path = format!("{}/audience", self.place);
                let answer = self.browser.post(&path, &fields, 200).await?;
                self.times.push("audience", answer.took);
            }
        }
        Ok(self.times)
    }

    /// The edit page and its form.
    async fn open(&mut self) -> Result<Fields> {
        let path = format!("{}/edit", self.place);
        let answer = self.browser.get(&path).await?;
        self.times.push("edit page", answer.took);
        answer.form("edit")
    }

    /// Saves, and goes on with the page that follows.
    async fn save(&mut self, mut fields: Fields) -> Result<Fields> {
        fields.push(("do".to_owned(), "save".to_owned()));
        let path = format!("{}/edit", self.place);
        let answer = self.browser.post(&path, &fields, 303).await?;
        self.times.push(SAVE, answer.took);
        ensure!(
            answer.place.as_deref() == Some(path.as_str()),
            "{path} was not saved: {:?}",
            answer.place
        );
        self.open().await
    }
}

/// A sentence more.
fn typed(fields: &mut Fields, rng: &mut Rng) {
    let sentence = [
        "受付の場所が変わりました。",
        "持ち物を確かめてください。",
        "窓口は混み合います。",
    ];
    if let Some((_, body)) = fields.iter_mut().find(|(name, _)| name == "body") {
        body.push_str("\r\n\r\n");
        body.push_str(rng.pick::<&str>(&sentence));
    }
}

async fn look(mut browser: Browser, mut rng: Rng, until: Instant) -> Result<Times> {
    let pages = [
        "/admin/",
        "/admin/documents",
        "/admin/documents?state=draft",
        "/admin/documents?category=children&state=published",
    ];
    let mut times = Times::default();
    while Instant::now() < until {
        sleep(Duration::from_secs_f64(1.0 + 2.0 * rng.unit())).await;
        times.push("list", browser.get(rng.pick::<&str>(&pages)).await?.took);
    }
    Ok(times)
}

/// Autosaves a second when every editor sends the next one as soon as the last was answered.
async fn saturate(options: &Options, staff: Vec<Browser>) -> Result<f64> {
    let seconds = 10;
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds);
    let mut people = JoinSet::new();
    for (at, browser) in staff.into_iter().take(options.editors).enumerate() {
        let id = document(options, at);
        let rng = Rng::of(options.common.seed, at as u64);
        let mut editor = Editor::new(browser, &id, rng);
        people.spawn(async move {
            // What waits from before is what the form begins with.
            let path = format!("{}/edit?text=autosave", editor.place);
            let mut fields = editor.browser.get(&path).await?.form("edit")?;
            let path = format!("{}/autosave", editor.place);
            let mut saved = 0_u64;
            while Instant::now() < until {
                typed(&mut fields, &mut editor.rng);
                editor.browser.post(&path, &fields, 200).await?;
                saved += 1;
            }
            Ok::<_, anyhow::Error>(saved)
        });
    }
    let mut saved = 0;
    while let Some(one) = people.join_next().await {
        saved += one??;
    }
    Ok(saved as f64 / began.elapsed().as_secs_f64())
}
