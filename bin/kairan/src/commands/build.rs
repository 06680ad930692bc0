//! `kairan build`: a site folder into a folder of objects, without a database.

mod place;

use std::{
    collections::HashSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use anyhow::{Context, Result};
use kairan_content::{Checked, Diagnostic, Source};
use kairan_site::{MemoryCatalogue, Site, build_all};
use serde::Serialize;

use self::place::Place;
use super::check::check_folder;
use crate::cli::{BuildArgs, Part};
use crate::folder::FolderSource;
use crate::now;
use crate::output::{self, Format, Outcome};
use crate::setup;

/// What a build made and took.
#[derive(Debug, Default, Serialize)]
struct Stats {
    documents: usize,
    /// Documents left out because of errors.
    refused: usize,
    objects: usize,
    bytes: u64,
    warnings: usize,
    seconds: Seconds,
    /// Kilobytes at most in memory, where the system tells.
    peak_memory_kb: Option<u64>,
}

/// Time on the clock, by step.
#[derive(Debug, Default, Serialize)]
struct Seconds {
    check: f64,
    render: f64,
    total: f64,
}

/// What is said at the end, for programs.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    stats: &'a Stats,
    diagnostics: &'a [Diagnostic],
}

pub(super) fn run(arguments: &BuildArgs, format: Format) -> Result<Outcome> {
    let began = Instant::now();
    let place = Place::open(&arguments.out)?;
    let mut checked = check_folder(&arguments.site)?;
    let mut stats = Stats::default();
    stats.seconds.check = began.elapsed().as_secs_f64();
    // F, T and R are said one by one; the rest is for `check`.
    let all = std::mem::take(&mut checked.diagnostics);
    let (shown, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|found| found.is_error() || found.code.id().starts_with(['F', 'T', 'R']));
    let errors = shown.iter().filter(|found| found.is_error()).count();
    stats.warnings = others.len() + shown.len() - errors;
    stats.refused = refused(&shown);
    let built = checked.site.is_some();
    if built {
        let rendering = Instant::now();
        render(arguments, checked, &place, &mut stats)?;
        place.finish()?;
        stats.seconds.render = rendering.elapsed().as_secs_f64();
    }
    stats.seconds.total = began.elapsed().as_secs_f64();
    stats.peak_memory_kb = peak_memory();
    if let Some(path) = &arguments.stats {
        std::fs::write(path, serde_json::to_vec_pretty(&stats)?)
            .with_context(|| format!("{} に書けません", path.display()))?;
    }
    match format {
        Format::Json => output::json(&Report {
            stats: &stats,
            diagnostics: &shown,
        })?,
        Format::Text => print(&stats, &shown, others.len(), built, &arguments.out),
    }
    Ok(Outcome::problems(errors > 0))
}

/// Renders every object into the place beside what is there.
fn render(arguments: &BuildArgs, checked: Checked, place: &Place, stats: &mut Stats) -> Result<()> {
    let Some(data) = checked.site.map(Arc::new) else {
        return Ok(());
    };
    let now = now::clock_of_folder(&arguments.site)?.now_jst();
    let source = Arc::new(FolderSource::open(&arguments.site)?);
    let theme = setup::theme(&source)?;
    let documents = checked
        .documents
        .into_iter()
        .filter(|document| !document.has_errors)
        .map(|document| document.document);
    let files: Vec<String> = checked.files.into_iter().map(|file| file.path).collect();
    let read = {
        let source = Arc::clone(&source);
        move |path: &str| source.read(path).map_err(std::io::Error::other)
    };
    let catalogue = MemoryCatalogue::from_documents(data, documents, now)
        .with_files(files, Arc::new(read))
        .context("files/ の中のファイルを読めません。権限を確かめてください")?;
    let site = Site::of(Arc::new(theme), &catalogue)?;
    let bytes = AtomicU64::new(0);
    let search = !arguments.without.contains(&Part::Search);
    let built = build_all(&site, &catalogue, now, search, &|name, object| {
        bytes.fetch_add(object.bytes.len() as u64, Ordering::Relaxed);
        place.write(name, &object.bytes)
    })?;
    stats.documents = built.documents;
    stats.objects = built.objects;
    stats.bytes = bytes.into_inner();
    Ok(())
}

fn print(stats: &Stats, shown: &[Diagnostic], others: usize, built: bool, out: &Path) {
    for found in shown {
        output::line(found);
    }
    if others > 0 {
        output::line(format_args!(
            "ほかに注意 {others} 件があります。kairan check で確かめられます。"
        ));
    }
    if !built {
        output::line("サイトの設定に誤りがあるため、何も書き出していません。");
        return;
    }
    if stats.refused > 0 {
        output::line(format_args!(
            "誤りのある文書 {} 件は書き出していません。",
            stats.refused
        ));
    }
    output::line(format_args!(
        "{} 件の文書から {} 個のファイルを {} に書き出しました（{:.2} 秒）。",
        stats.documents,
        stats.objects,
        out.display(),
        stats.seconds.total
    ));
}

/// Files of content with an error.
fn refused(found: &[Diagnostic]) -> usize {
    let files = found
        .iter()
        .filter(|found| found.is_error() && found.file.starts_with("content/"));
    files
        .map(|found| found.file.as_str())
        .collect::<HashSet<_>>()
        .len()
}

/// The most memory this process has held, from the kernel.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
