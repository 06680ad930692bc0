//! `kairan import` and `kairan export`: a site folder into the database and back.

use std::{fs, io, path::Path};

use anyhow::{Context as _, Result};
use kairan_pipeline::export as exporting;
use kairan_pipeline::import::{self as importing, Screens};
use serde_json::json;

use super::open;
use crate::folder::FolderSource;
use crate::output::{self, Format, Outcome};

pub(super) fn import(config: &Path, dir: &Path, replace: bool, format: Format) -> Result<Outcome> {
    let source = FolderSource::open(dir)
        .with_context(|| format!("フォルダー {} を開けません", dir.display()))?;
    let (_runtime, context) = open(config)?;
    let screens = match replace {
        true => Screens::Replace,
        false => Screens::Keep,
    };
    let report = importing::run(&context, &source, "cli", screens)?;
    let errors = report
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .count();
    match format {
        Format::Json => output::json(&json!({
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "refused": report.refused,
            "held": report.held,
            "diagnostics": report.diagnostics,
        }))?,
        Format::Text => {
            for found in report.diagnostics.iter().filter(|found| found.is_error()) {
                output::line(found);
            }
            output::line(format_args!(
                "取り込みました: 新しい文書 {} 件、変更 {} 件、変更なし {} 件、取り込めないもの {} 件",
                report.added,
                report.changed,
                report.unchanged,
                report.refused.len()
            ));
            for refused in &report.refused {
                output::line(format_args!("  {refused}"));
            }
            if !report.held.is_empty() {
                output::line(format_args!(
                    "職員が画面で書いた新しい文があるため、取り込まなかったもの {} 件（フォルダーの内容にするときは --replace）",
                    report.held.len()
                ));
            }
            for held in &report.held {
                output::line(format_args!("  {held}"));
            }
        }
    }
    Ok(Outcome::problems(
        errors > 0 || !report.refused.is_empty() || !report.held.is_empty(),
    ))
}

pub(super) fn export(config: &Path, dir: &Path, format: Format) -> Result<Outcome> {
    let (_runtime, context) = open(config)?;
    let count = exporting::export(&context, &mut |path, bytes| {
        // What is in the database came from elsewhere: nothing leaves the folder.
        kairan_storage::check_name(path).map_err(io::Error::other)?;
        let path = dir.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)
    })?;
    match format {
        Format::Json => output::json(&json!({ "files": count }))?,
        Format::Text => {
            output::line(format_args!(
                "{count} 個のファイルを {} に書き出しました。",
                dir.display()
            ));
        }
    }
    Ok(Outcome::Fine)
}
