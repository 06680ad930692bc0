//! One article changed in a published site: what `kairan publish` and the worker cost, and how many objects they write.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::corpus::{Dialect, address};
use crate::measure::{self, Cost, Costs, Series};
use crate::pages::Pages;
use crate::progress::said;
use crate::report::{Limit, Report};
use crate::scratch;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many articles the site has
    #[arg(long, default_value_t = 10_000)]
    articles: u64,
    #[command(flatten)]
    common: crate::Common,
}

/// A site folder, its database and its store, all in one scratch folder.
struct Installation {
    kairan: PathBuf,
    site: PathBuf,
    store: PathBuf,
    database: PathBuf,
    pages: Pages,
}

/// Publishes everything once, then changes and publishes one article a round, each time another.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let common = &options.common;
    let mut report = Report::new("publish");
    report.setting("articles", options.articles);
    report.setting("runs", common.runs);
    report.setting("database", "sqlite");
    let base = scratch::folder(common.dir.as_deref())?;
    let folder = base.join("publish");
    scratch::clear(&folder)?;
    let installation = Installation::new(&folder, options)?;
    let mut once = |name: &'static str, costs: &[Cost]| {
        let mut sum = Costs::default();
        sum.push(total(costs));
        said(format_args!("{name}: {:.2} s of CPU", sum.cpu.median()));
        row(&mut report, name, &sum, None);
    };
    let site = installation.site.clone();
    let site = site.to_string_lossy();
    once(
        "migrate and import",
        &[
            installation.run(&["migrate"])?,
            installation.run(&["import", &site])?,
        ],
    );
    once(
        "publish everything",
        &[
            installation.run(&["publish", "--all", "--no-notice"])?,
            installation.run(&["work", "--drain"])?,
        ],
    );
    let (mut import, mut publish, mut objects) =
        (Costs::default(), Costs::default(), Series::default());
    for round in 0..=common.runs {
        let slug =
            address(options.articles / (u64::from(common.runs) + 2) * (u64::from(round) + 1));
        installation.change(&slug)?;
        let imported = installation.run(&["import", &site])?;
        let before = stamps(&installation.store)?;
        let asked = installation.run(&["publish", &slug, "--no-notice"])?;
        let worked = installation.run(&["work", "--drain"])?;
        let written = changed(&before, &stamps(&installation.store)?);
        said(format_args!(
            "{slug}: {:.3} s of CPU, {written} objects",
            asked.cpu + worked.cpu
        ));
        if round > 0 {
            import.push(imported);
            publish.push(total(&[asked, worked]));
            objects.push(written as f64);
        }
    }
    row(
        &mut report,
        "import again, one article changed",
        &import,
        None,
    );
    row(&mut report, "publish one article", &publish, Some(&objects));
    report.limited(
        "publish one article, cpu s",
        publish.cpu.median(),
        Limit::AtMost(0.25),
    );
    scratch::clear(&folder)?;
    Ok(report)
}

fn row(report: &mut Report, name: &str, costs: &Costs, objects: Option<&Series>) {
    let none = Series::default();
    let Costs { wall, cpu, memory } = costs;
    let objects = objects.unwrap_or(&none);
    report.row(
        name,
        [
            ("wall s", wall, 3),
            ("cpu s", cpu, 3),
            ("peak MiB", memory, 0),
            ("objects written", objects, 0),
        ],
    );
}

/// One after the other: times add up, memory does not.
fn total(costs: &[Cost]) -> Cost {
    costs.iter().fold(
        Cost {
            wall: 0.0,
            cpu: 0.0,
            memory: 0.0,
        },
        |sum, cost| Cost {
            wall: sum.wall + cost.wall,
            cpu: sum.cpu + cost.cpu,
            memory: sum.memory.max(cost.memory),
        },
    )
}

impl Installation {
    fn new(folder: &Path, options: &Options) -> Result<Self> {
        let site = folder.join("site");
        crate::corpus::Corpus::new(options.common.seed).write(
            options.articles,
            &site,
            Dialect::Kairan,
        )?;
        let store = folder.join("store");
        fs::create_dir_all(&store)?;
        let pages = Pages::serve(&store)?;
        Ok(Self {
            kairan: options.common.kairan()?,
            site,
            store,
            database: folder.join("kairan.db"),
            pages,
        })
    }

    fn run(&self, arguments: &[&str]) -> Result<Cost> {
        let mut command = Command::new(&self.kairan);
        command
            .arg("--config")
            .arg(self.site.join("kairan.toml"))
            .args(arguments)
            .env(
                "KAIRAN_DATABASE_URL",
                format!("sqlite://{}", self.database.display()),
            )
            .env(
                "KAIRAN_STORAGE_URL",
                format!("file:{}", self.store.display()),
            )
            .env("KAIRAN_STORAGE_PUBLIC_URL", self.pages.url())
            .env("KAIRAN_KEYS_FILE", self.database.with_extension("keys"));
        measure::run(&mut command).with_context(|| arguments.join(" "))
    }

    /// A new title and a new sentence: what lists, feeds and the search show changes too.
    fn change(&self, slug: &str) -> Result<()> {
        let path = self
            .site
            .join("content/articles")
            .join(format!("{slug}.md"));
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let text = text.replacen("title: \"", "title: \"【更新】", 1);
        Ok(fs::write(
            &path,
            format!("{text}\n受付の場所が変わりました。\n"),
        )?)
    }
}

type Stamps = HashMap<PathBuf, (SystemTime, u64)>;

/// When every file of a folder was written, and its size.
fn stamps(folder: &Path) -> Result<Stamps> {
    let mut stamps = Stamps::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if meta.is_dir() {
                open.push(entry.path());
            } else {
                stamps.insert(entry.path(), (meta.modified()?, meta.len()));
            }
        }
    }
    Ok(stamps)
}

/// Files written or removed between.
fn changed(before: &Stamps, after: &Stamps) -> usize {
    let written = after
        .iter()
        .filter(|(path, stamp)| before.get(*path) != Some(stamp))
        .count();
    written
        + before
            .keys()
            .filter(|path| !after.contains_key(*path))
            .count()
}
