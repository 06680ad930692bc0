//! One article changed in a published site: what `kairan publish` and the worker cost, and how many objects they write.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::corpus::address;
use crate::database::Database;
use crate::installation::Installation;
use crate::measure::{Costs, Series};
use crate::progress::said;
use crate::report::{Limit, Report};
use crate::scratch;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many articles the site has
    #[arg(long, default_value_t = 10_000)]
    articles: u64,
    /// The database; PostgreSQL is started for the benchmark
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    db: Database,
    #[command(flatten)]
    common: crate::Common,
}

/// Publishes everything once, then changes and publishes one article a round, each time another.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let common = &options.common;
    let mut report = Report::new("publish");
    report.setting("articles", options.articles);
    report.setting("runs", common.runs);
    report.setting("database", options.db.name());
    let folder =
        scratch::folder(common.dir.as_deref())?.join(format!("publish-{}", options.db.name()));
    scratch::clear(&folder)?;
    let installation = Installation::new(&folder, options.articles, options.db, common)?;
    let first = Costs::once(installation.run(&["migrate"])?.then(installation.import()?));
    said(format_args!("imported: {:.2} s of CPU", first.cpu.median()));
    row(&mut report, "import everything", &first, None);
    let all = Costs::once(installation.publish(&["--all", "--no-notice"])?);
    said(format_args!("published: {:.2} s of CPU", all.cpu.median()));
    row(&mut report, "publish everything", &all, None);
    // Below that, starting the program is most of it.
    if options.articles >= 1_000 {
        report.limited(
            "publish everything, cpu ms an article",
            all.cpu.median() * 1_000.0 / options.articles as f64,
            Limit::AtMost(3.0),
        );
    }

    let (mut import, mut publish, mut objects) = Default::default();
    let step = options.articles / (u64::from(common.runs) + 2);
    for round in 0..=common.runs {
        let slug = address(step * (u64::from(round) + 1));
        change(&installation.site, &slug)?;
        let imported = installation.import()?;
        let before = stamps(&installation.store)?;
        let published = installation.publish(&[&slug, "--no-notice"])?;
        let written = changed(&before, &stamps(&installation.store)?);
        said(format_args!(
            "{slug}: {:.3} s of CPU, {written} objects",
            published.cpu
        ));
        if round > 0 {
            Costs::push(&mut import, imported);
            Costs::push(&mut publish, published);
            Series::push(&mut objects, written as f64);
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
    let cells = [
        ("wall s", wall, 3),
        ("cpu s", cpu, 3),
        ("peak MiB", memory, 0),
        ("objects written", objects, 0),
    ];
    report.row(name, cells);
}

/// A new title and a new sentence: what lists, feeds and the search show changes too.
pub(crate) fn change(site: &Path, slug: &str) -> Result<()> {
    let path = site.join("content/articles").join(format!("{slug}.md"));
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let text = text.replacen("title: \"", "title: \"【更新】", 1);
    Ok(fs::write(
        &path,
        format!("{text}\n受付の場所が変わりました。\n"),
    )?)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_removed_files_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let before = stamps(folder.path()).unwrap();
        fs::write(folder.path().join("a"), "longer").unwrap();
        fs::remove_file(folder.path().join("b")).unwrap();
        fs::write(folder.path().join("d"), "d").unwrap();
        assert_eq!(changed(&before, &stamps(folder.path()).unwrap()), 3);
    }
}
