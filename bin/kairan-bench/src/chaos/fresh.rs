//! What is published at the end, beside what a city without accidents publishes from the same folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Result, bail};

use super::plan::{DAYS, Plan};
use super::town::Town;
use crate::pages::Pages;

/// What depends on how the site became what it is: segments of the search index, the list of changes.
const HISTORY: [&str; 2] = ["search-index/", "data/v1/changes/"];

/// Objects of the store that differ from those of a city that published the same folder in peace, that are missing, or too many.
pub(super) fn differences(town: &Town, plan: &Plan) -> Result<Vec<String>> {
    let home = town.site.with_file_name("fresh");
    let fresh = Fresh {
        town,
        pages: Pages::serve(&home.join("store"))?,
        home,
    };
    fresh.publish(plan)?;
    let (published, built) = (objects(&town.store)?, objects(&fresh.home.join("store"))?);
    let mut differences = Vec::new();
    for (name, bytes) in &built {
        match published.get(name) {
            None => differences.push(format!("{name} is missing")),
            Some(other) if other != bytes => differences.push(format!("{name} differs")),
            Some(_) => {}
        }
    }
    let extra = published.keys().filter(|name| !built.contains_key(*name));
    differences.extend(extra.map(|name| format!("{name} should not be there")));
    Ok(differences)
}

/// A second city on SQLite, in which nothing is killed.
struct Fresh<'a> {
    town: &'a Town,
    pages: Pages,
    home: PathBuf,
}

impl Fresh<'_> {
    /// Publishes what is live at the end, in the order in which it was first published: lists keep it.
    fn publish(&self, plan: &Plan) -> Result<()> {
        let site = self.home.join("site");
        copy(&self.town.site, &site)?;
        let (articles, aside) = (site.join("content/articles"), self.home.join("aside"));
        fs::create_dir_all(&aside)?;
        fs::create_dir_all(self.home.join("store"))?;
        let file = |slug: &str| format!("{slug}.md");
        for article in &plan.articles {
            fs::rename(
                articles.join(file(&article.slug)),
                aside.join(file(&article.slug)),
            )?;
        }
        let folder = site.to_string_lossy();
        self.run(&["migrate"])?;
        self.run(&["import", &folder])?;
        self.run(&["publish", "--all"])?;
        for article in &plan.articles {
            fs::rename(
                aside.join(file(&article.slug)),
                articles.join(file(&article.slug)),
            )?;
        }
        self.run(&["import", &folder])?;
        for (article, version) in (0..=DAYS).flat_map(|day| plan.on_day(day)) {
            let article = &plan.articles[article];
            if version == 0 && !article.ends() {
                self.run(&["publish", &article.slug, "--no-notice"])?;
            }
        }
        self.run(&["work", "--drain"])
    }

    fn run(&self, arguments: &[&str]) -> Result<()> {
        let file = |name: &str| self.home.join(name).display().to_string();
        let mut command = self.town.command(arguments, false);
        command
            .env(
                "KAIRAN_DATABASE_URL",
                format!("sqlite://{}", file("kairan.db")),
            )
            .env("KAIRAN_STORAGE_URL", format!("file:{}", file("store")))
            .env("KAIRAN_STORAGE_PUBLIC_URL", self.pages.url())
            .env("KAIRAN_KEYS_FILE", file("keys.json"));
        let output = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()?;
        if !output.status.success() {
            let (out, err) = (
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr),
            );
            bail!(
                "in the fresh city: kairan {}: {out}{err}",
                arguments.join(" ")
            );
        }
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn objects(root: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            if !HISTORY.iter().any(|start| name.starts_with(start)) {
                found.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(found)
}
