//! The city under test: its folder, its servers, its clock, and how to run the program there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::{Days, NaiveDateTime, NaiveTime};
use kairan_db::Db;
use kairan_test_support::line_fake::{Behaviour, LineFake};
use kairan_test_support::smtp_faults::FaultySmtp;

use super::people::{AREAS, area_key};
use super::plan::{FIRST_DAY, Plan};
use super::readers::Readers;
use super::weather;
use crate::corpus::{Corpus, Dialect};
use crate::database::Opened;
use crate::rng::Rng;

/// Articles of the site beside the ones that tell people.
const QUIET_ARTICLES: u64 = 8;

/// Everything that one campaign works with.
pub(super) struct Town {
    pub(super) site: PathBuf,
    pub(super) store: PathBuf,
    pub(super) sink: FaultySmtp,
    pub(super) line: LineFake,
    pub(super) readers: Readers,
    pub(super) log: PathBuf,
    kairan: PathBuf,
    database: Opened,
    ledger: PathBuf,
    clock: Mutex<Shift>,
}

/// The city's clock goes as fast as ours, from its first day on, and is put forward now and then.
struct Shift {
    started: Instant,
    ahead: Duration,
}

impl Town {
    /// Writes the site and starts the servers.
    pub(super) fn new(folder: &Path, kairan: PathBuf, database: Opened, seed: u64) -> Result<Self> {
        let (site, store) = (folder.join("site"), folder.join("store"));
        Corpus::new(seed).write(QUIET_ARTICLES, &site, Dialect::Kairan)?;
        let settings = fs::read_to_string(site.join("kairan.toml"))?;
        fs::write(site.join("kairan.toml"), format!("dev = true\n{settings}"))?;
        fs::write(
            site.join("profile.yaml"),
            "fields:\n  - { key: area, type: choice, label: 地区, options: areas }\n  \
             - { key: children, type: people, label: お子さん }\n",
        )?;
        let areas: String = (0..AREAS)
            .map(|area| format!("- {{ key: {}, label: 第{area}地区 }}\n", area_key(area)))
            .collect();
        fs::write(site.join("taxonomy/areas.yaml"), areas)?;
        fs::create_dir_all(&store)?;
        let ledger = folder.join("relay.log");
        File::create(&ledger)?;
        let mut rng = Rng::new(seed ^ 0x5317);
        let sink =
            FaultySmtp::deciding(Some(ledger.clone()), move |to| weather::mail(to, &mut rng));
        let line = LineFake::start(Behaviour {
            judge: None,
            ..Behaviour::default()
        });
        Ok(Self {
            readers: Readers::serve(&store)?,
            log: folder.join("work.log"),
            site,
            store,
            sink,
            line,
            kairan,
            database,
            ledger,
            clock: Mutex::new(Shift {
                started: Instant::now(),
                ahead: Duration::ZERO,
            }),
        })
    }

    /// Who LINE knows and who blocked the city; the schema, the site, the people.
    pub(super) fn settle_in(&self, plan: &Plan) -> Result<()> {
        let users = plan.people.iter().filter_map(|one| one.line.clone());
        let (unknown, known): (Vec<_>, Vec<_>) = users.partition(|user| super::people::dead(user));
        self.line.configure(|behaviour| {
            behaviour.unknown.extend(unknown);
            behaviour.blocked.extend(known.into_iter().step_by(15));
        });
        let file = self.site.with_file_name("people.jsonl");
        let lines: String = plan
            .people
            .iter()
            .map(|one| format!("{}\n", one.json()))
            .collect();
        fs::write(&file, lines)?;
        self.run(&["migrate"])?;
        self.run(&["import", &self.site.to_string_lossy()])?;
        self.run(&["citizen", "import", &file.to_string_lossy()])?;
        self.run(&["publish", "--all"])
    }

    /// The program with everything it must know; `ledger` hands it the relay's log.
    pub(super) fn command(&self, arguments: &[&str], ledger: bool) -> Command {
        let mut command = Command::new(&self.kairan);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("KAIRAN_") {
                command.env_remove(name);
            }
        }
        command
            .arg("--config")
            .arg(self.site.join("kairan.toml"))
            .args(arguments)
            .env("KAIRAN_DATABASE_URL", &self.database.url)
            .env(
                "KAIRAN_STORAGE_URL",
                format!("file:{}", self.store.display()),
            )
            .env("KAIRAN_SITE_URL", self.readers.url())
            .env("KAIRAN_KEYS_FILE", self.site.with_file_name("keys.json"))
            .env("KAIRAN_MAIL_URL", &self.sink.url)
            .env("KAIRAN_MAIL_FROM", "oshirase@city.example.jp")
            .env("KAIRAN_MAIL_CONNECTIONS", "3")
            .env("KAIRAN_LINE_API_URL", &self.line.url)
            .env("KAIRAN_LINE_TOKEN", "token")
            .env("KAIRAN_LINE_TIMEOUT", "1")
            .env(
                "KAIRAN_NOW",
                self.now().format("%Y-%m-%dT%H:%M:%S").to_string(),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if ledger {
            command.env("KAIRAN_MAIL_LOG", &self.ledger);
        }
        command
    }

    /// Starts a process whose words go to the log.
    pub(super) fn start(&self, arguments: &[&str], ledger: bool) -> Result<Child> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = self.command(arguments, ledger);
        command.stderr(log);
        command.spawn().context("kairan does not start")
    }

    /// Runs one command to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.command(arguments, false);
        let output = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()?;
        if !output.status.success() {
            bail!(
                "kairan {}: {}{}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }

    /// Runs one command and kills it after `patience`; how it ended.
    pub(super) fn run_for(&self, arguments: &[&str], patience: Duration) -> Result<ExitStatus> {
        let mut child = self.start(arguments, false)?;
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill()?;
        Ok(child.wait()?)
    }

    /// Japan time in the city.
    pub(super) fn now(&self) -> NaiveDateTime {
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let since =
            chrono::Duration::from_std(clock.started.elapsed() + clock.ahead).unwrap_or_default();
        FIRST_DAY.and_time(MORNING) + since
    }

    /// Puts the clock forward, LINE's too. Call when nobody works: clocks of one city agree.
    pub(super) fn put_forward(&self, by: Duration) {
        self.clock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ahead += by;
        self.line.advance(by);
    }

    /// Puts the clock forward to the morning of a day, if it has not come yet.
    pub(super) fn until_morning_of(&self, day: u64) {
        let morning = (FIRST_DAY + Days::new(day)).and_time(MORNING);
        if let Ok(by) = (morning - self.now()).to_std() {
            self.put_forward(by);
        }
    }

    pub(super) fn db(&self) -> Result<Db> {
        Ok(Db::open(
            &self.database.url,
            &kairan_db::Options::default(),
        )?)
    }
}

/// After the runs of eight o'clock and the reminders of nine.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(9, 5, 0).expect("a time of day");
