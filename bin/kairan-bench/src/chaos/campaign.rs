//! The campaign itself: work, kill, start again; and at the end, peace until nothing is left to do.

use std::collections::VecDeque;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use kairan_db::time::utc_from_jst;

use super::books::{self, Open};
use super::plan::{DAYS, Plan};
use super::town::Town;
use super::weather;
use crate::progress::said;
use crate::rng::Rng;

/// How the two workers are started.
const WORKERS: [&[&str]; 2] = [&["work"], &["serve", "--only", "work"]];

/// What was done to the city.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Workers killed.
    pub(super) workers: u64,
    /// Commands killed: imports, requests to publish.
    pub(super) commands: u64,
    /// Workers killed while another went on.
    pub(super) beside: u64,
    /// Workers that ended although nobody killed them.
    pub(super) ended: Vec<String>,
}

impl Tally {
    pub(super) fn kills(&self) -> u64 {
        self.workers + self.commands
    }
}

/// One campaign under way.
pub(super) struct Campaign<'a> {
    town: &'a Town,
    plan: &'a Plan,
    rng: Rng,
    kills: u64,
    today: u64,
    waiting: VecDeque<(usize, usize)>,
    alive: Vec<Child>,
    tally: Tally,
}

impl<'a> Campaign<'a> {
    pub(super) fn new(town: &'a Town, plan: &'a Plan, kills: u64, seed: u64) -> Self {
        Self {
            town,
            plan,
            rng: Rng::new(seed ^ 0xC4A05),
            kills,
            today: 0,
            waiting: plan.on_day(0).into(),
            alive: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// Kills as often as it was asked to, then lets everything come to its end.
    pub(super) fn run(mut self) -> Result<Tally> {
        while self.tally.kills() < self.kills {
            let day = self.tally.kills() * DAYS / self.kills;
            if day > self.today {
                self.turn_to(day)?;
                said(format_args!("day {day}: {} kills", self.tally.kills()));
            }
            self.start()?;
            if let Some(fault) = weather::line(&mut self.rng) {
                self.town.line.fail_next([fault]);
            }
            self.publish_some()?;
            // Short waits are more likely: most of the work is done soon after a start.
            let wait = self.rng.unit().powi(2) * 2.0;
            std::thread::sleep(Duration::from_secs_f64(wait));
            self.kill_one()?;
            if self.alive.is_empty() {
                self.pass_time();
            }
        }
        self.turn_to(DAYS)?;
        Ok(std::mem::take(&mut self.tally))
    }

    /// Ends the day with what was to be published on it; then it is morning.
    fn turn_to(&mut self, day: u64) -> Result<()> {
        self.kill_all()?;
        while self.today < day {
            while let Some((article, version)) = self.waiting.pop_front() {
                self.publish(article, version)?;
            }
            self.today += 1;
            self.town.until_morning_of(self.today);
            self.waiting.extend(self.plan.on_day(self.today));
        }
        Ok(())
    }

    /// Leases of the dead run out, times of later attempts come; or not yet.
    fn pass_time(&mut self) {
        let seconds = *self.rng.pick(&[0, 5, 45, 75, 75, 130, 400, 800]);
        self.town.put_forward(Duration::from_secs(seconds));
    }

    /// At least one worker, and for two fifths of the time two.
    fn start(&mut self) -> Result<()> {
        let wanted = 1 + usize::from(self.rng.chance(0.4));
        while self.alive.len() < wanted {
            let arguments = WORKERS[self.rng.below(2) as usize];
            self.alive.push(self.town.start(arguments, false)?);
        }
        Ok(())
    }

    fn kill_one(&mut self) -> Result<()> {
        let at = self.rng.below(self.alive.len() as u64) as usize;
        let mut worker = self.alive.swap_remove(at);
        if let Some(status) = worker.try_wait()? {
            self.tally
                .ended
                .push(format!("a worker ended by itself: {status}"));
        }
        worker.kill()?;
        worker.wait()?;
        self.tally.workers += 1;
        self.tally.beside += u64::from(!self.alive.is_empty());
        Ok(())
    }

    /// Nobody works any more, and the relay has read what the dead had sent.
    fn kill_all(&mut self) -> Result<()> {
        while !self.alive.is_empty() {
            self.kill_one()?;
        }
        let until = Instant::now() + Duration::from_secs(10);
        while self.town.sink.sessions() > 0 {
            if Instant::now() > until {
                bail!("the relay still has connections of processes that are dead");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Today's articles, spread over today's kills.
    fn publish_some(&mut self) -> Result<()> {
        let evening = (self.today + 1) * self.kills / DAYS;
        let left = usize::try_from(evening.saturating_sub(self.tally.kills())).unwrap_or(1);
        let share = self.waiting.len().div_ceil(left.max(1));
        for _ in 0..share {
            if let Some((article, version)) = self.waiting.pop_front() {
                self.publish(article, version)?;
            }
        }
        Ok(())
    }

    /// Writes, imports and publishes one version; killed, a command is given again.
    fn publish(&mut self, article: usize, version: usize) -> Result<()> {
        let article = &self.plan.articles[article];
        let file = format!("content/articles/{}.md", article.slug);
        std::fs::write(self.town.site.join(file), article.text(version))?;
        let site = self.town.site.to_string_lossy().into_owned();
        for command in [["import", &site], ["publish", &article.slug]] {
            self.insist(&command)?;
        }
        Ok(())
    }

    fn insist(&mut self, command: &[&str]) -> Result<()> {
        for _ in 0..20 {
            let killed = self.tally.kills() < self.kills && self.rng.chance(0.06);
            let patience = if killed { self.rng.below(300) } else { 60_000 };
            let status = self
                .town
                .run_for(command, Duration::from_millis(patience))?;
            if status.success() {
                return Ok(());
            }
            if status.code().is_some() || !killed {
                bail!(
                    "kairan {}: {status}; see {}",
                    command.join(" "),
                    self.town.log.display()
                );
            }
            self.tally.commands += 1;
        }
        bail!("kairan {}: killed too often", command.join(" "))
    }
}

impl Drop for Campaign<'_> {
    /// A campaign that cannot go on leaves nobody behind.
    fn drop(&mut self) {
        for worker in &mut self.alive {
            drop(worker.kill());
            drop(worker.wait());
        }
    }
}

/// Works without kills until nothing is left; what is still open after a long time.
pub(super) fn drain(town: &Town, ledger: bool) -> Result<Open> {
    let db = town.db()?;
    for round in 0..60u64 {
        // Later attempts are hours apart.
        let minutes = if round < 10 { 16 } else { 300 };
        town.put_forward(Duration::from_secs(minutes * 60));
        let mut child = town.start(&["work", "--drain"], ledger)?;
        let status = child.wait()?;
        if !status.success() {
            said(format_args!(
                "work --drain: {status}; see {}",
                town.log.display()
            ));
        }
        let open = books::open(&db, utc_from_jst(town.now()))?;
        if open.nothing() {
            return Ok(open);
        }
    }
    books::open(&db, utc_from_jst(town.now()))
}
