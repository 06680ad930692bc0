//! `kairan check`: every mistake of a site folder at once.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kairan_content::{Checked, Diagnostic, check_site};
use serde::Serialize;

use crate::folder::FolderSource;
use crate::now;
use crate::output::{self, Format, Outcome};

/// What is said of the paths given.
#[derive(Default, Serialize)]
struct Report {
    documents: usize,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Diagnostic>,
}

/// A site folder and the paths in it that were asked for; none: all of it.
struct Asked {
    root: PathBuf,
    inside: Vec<String>,
    whole: bool,
}

pub(super) fn run(paths: &[PathBuf], format: Format) -> Result<Outcome> {
    let mut report = Report::default();
    for asked in group(paths)? {
        let mut checked = check_folder(&asked.root)?;
        if !asked.whole {
            checked
                .diagnostics
                .retain(|found| asked.covers(&found.file) || !is_content(&found.file));
            checked
                .documents
                .retain(|document| asked.covers(&document.path));
        }
        report.add(checked);
    }
    match format {
        Format::Json => output::json(&report)?,
        Format::Text => report.print(),
    }
    Ok(Outcome::problems(report.errors > 0))
}

/// Checks one site folder as of today.
pub(super) fn check_folder(root: &Path) -> Result<Checked> {
    let today = now::clock_of_folder(root)?.now_jst().date();
    let source = FolderSource::open(root)
        .with_context(|| format!("フォルダー {} を開けません", root.display()))?;
    Ok(check_site(&source, today))
}

/// Paths by the site folder they are in, in the order given.
fn group(paths: &[PathBuf]) -> Result<Vec<Asked>> {
    let mut all: Vec<Asked> = Vec::new();
    for path in paths {
        let real = path.canonicalize().with_context(|| {
            format!(
                "{} がありません。サイトのフォルダーかファイルの場所を確かめてください",
                path.display()
            )
        })?;
        // The link itself is what was asked for, not what it leads to.
        let real = if path.is_symlink() {
            std::path::absolute(path)?
        } else {
            real
        };
        let site = real
            .ancestors()
            .find(|folder| folder.join("kairan.toml").is_file());
        let root = match site {
            Some(root) => root.to_path_buf(),
            None if real.is_dir() => real.clone(),
            None => bail!(
                "{} はサイトのフォルダーの中にありません。kairan.toml のあるフォルダーの中のファイルを指定してください",
                path.display()
            ),
        };
        let inside = real
            .strip_prefix(&root)
            .map(Path::to_path_buf)
            .unwrap_or_default();
        let inside: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let inside = inside.join("/");
        let at = all
            .iter()
            .position(|asked| asked.root == root)
            .unwrap_or_else(|| {
                all.push(Asked {
                    root,
                    inside: Vec::new(),
                    whole: false,
                });
                all.len() - 1
            });
        if let Some(asked) = all.get_mut(at) {
            asked.whole |= inside.is_empty();
            asked.inside.push(inside);
        }
    }
    Ok(all)
}

impl Asked {
    fn covers(&self, file: &str) -> bool {
        self.inside.iter().any(|inside| {
            file.strip_prefix(inside.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// What is wrong with settings and taxonomy matters to every file.
fn is_content(file: &str) -> bool {
    ["content/", "files/", "theme/"]
        .iter()
        .any(|folder| file.starts_with(folder))
}

impl Report {
    fn add(&mut self, checked: Checked) {
        let errors = checked
            .diagnostics
            .iter()
            .filter(|found| found.is_error())
            .count();
        self.documents += checked.documents.len();
        self.errors += errors;
        self.warnings += checked.diagnostics.len() - errors;
        self.diagnostics.extend(checked.diagnostics);
    }

    fn print(&self) {
        for found in &self.diagnostics {
            output::line(found);
        }
        output::line(summary(self.documents, self.errors, self.warnings));
    }
}

/// The last line of a check.
fn summary(documents: usize, errors: usize, warnings: usize) -> String {
    match (errors, warnings) {
        (0, 0) => format!("{documents} 件の文書を確認しました。問題はありません。"),
        (0, _) => {
            format!("{documents} 件の文書を確認しました。誤りはありません。注意 {warnings} 件。")
        }
        _ => format!(
            "{documents} 件の文書を確認しました。誤り {errors} 件、注意 {warnings} 件。誤りのある文書は公開されません。"
        ),
    }
}
