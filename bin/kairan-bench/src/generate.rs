//! `gen`: corpora and citizens to feed to other programs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{Days, NaiveDate};
use kairan_audience::{Areas, Choice, Field, FieldKind, Options as Offered, ProfileSchema};
use kairan_content::check_site;
use serde_json::{Map, Value, json};

use crate::corpus::{Corpus, Dialect};
use crate::folder::Folder;
use crate::rng::Rng;

/// Settings of the command.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Options {
    /// How many articles
    #[arg(required = true)]
    articles: Option<u64>,
    /// The folder to write
    #[arg(required = true)]
    dir: Option<PathBuf>,
    /// Whose front matter
    #[arg(long, value_enum, default_value_t = Dialect::Kairan)]
    dialect: Dialect,
    /// Seed: the same gives the same
    #[arg(long, default_value_t = 20_261_120)]
    seed: u64,
    #[command(subcommand)]
    other: Option<Other>,
}

#[derive(Debug, clap::Subcommand)]
enum Other {
    /// Citizens as JSON lines for `kairan citizen import`
    Citizens {
        /// How many
        citizens: u64,
        /// The file to write
        file: PathBuf,
        /// The site folder whose profile they answer
        #[arg(long)]
        site: PathBuf,
        /// The day on which they have their ages
        #[arg(long, default_value = "2026-11-20")]
        on: NaiveDate,
        /// Seed: the same gives the same
        #[arg(long, default_value_t = 20_261_120)]
        seed: u64,
    },
}

/// Writes what was asked for.
pub(crate) fn run(options: &Options) -> Result<()> {
    match (&options.other, options.articles, &options.dir) {
        (
            Some(Other::Citizens {
                citizens,
                file,
                site,
                on,
                seed,
            }),
            ..,
        ) => self::citizens(*citizens, file, site, *on, *seed),
        (None, Some(articles), Some(dir)) => {
            Corpus::new(options.seed).write(articles, dir, options.dialect)
        }
        _ => bail!("say how many and where to: see `kairan-bench gen --help`"),
    }
}

/// Writes people who answer the profile of a site, one on a line.
pub(crate) fn citizens(
    number: u64,
    file: &Path,
    site: &Path,
    on: NaiveDate,
    seed: u64,
) -> Result<()> {
    let Some(data) = check_site(&Folder::new(site), on).site else {
        bail!(
            "{}: the site's settings have mistakes: see `kairan check`",
            site.display()
        );
    };
    let crowd = Crowd {
        profile: &data.profile,
        areas: data.area_tree(),
        on,
    };
    let mut out = BufWriter::new(File::create(file).with_context(|| file.display().to_string())?);
    for number in 1..=number {
        writeln!(out, "{}", crowd.citizen(number, &mut Rng::of(seed, number)))?;
    }
    Ok(out.flush()?)
}

/// People who answer a profile.
struct Crowd<'a> {
    profile: &'a ProfileSchema,
    areas: Areas,
    on: NaiveDate,
}

impl Crowd<'_> {
    /// One line. Everyone has a mail address and consented to mails; four in ten have LINE.
    fn citizen(&self, number: u64, rng: &mut Rng) -> Value {
        let mut facts = Map::new();
        let mut flags = Map::new();
        for field in &self.profile.fields {
            // One question in ten stays open.
            if rng.chance(0.1) {
                continue;
            }
            match field.kind.facts_key() {
                Some(key) => drop(facts.insert(key.to_owned(), self.answer(field, rng))),
                None => drop(flags.insert(field.key.clone(), json!(rng.chance(0.08)))),
            }
        }
        if !flags.is_empty() {
            facts.insert("flags".to_owned(), flags.into());
        }
        let line = rng.chance(0.4);
        json!({
            "mail": [format!("citizen-{number:07}@example.jp")],
            "line": line.then(|| format!("U{:016x}{number:016x}", rng.next())),
            "lang": "ja",
            "facts": facts,
            "consent": if line { json!(["mail", "line"]) } else { json!(["mail"]) },
        })
    }

    fn answer(&self, field: &Field, rng: &mut Rng) -> Value {
        match field.kind {
            FieldKind::BirthDate => json!(self.born(rng, 20 * 365, 90 * 365)),
            FieldKind::Date if rng.chance(0.97) => Value::Null,
            FieldKind::Date => json!(self.on + Days::new(rng.below(280))),
            FieldKind::Choice => self.area(rng),
            FieldKind::Choices => some(field, 0.08, rng),
            FieldKind::People => {
                let children = match rng.below(10) {
                    0..=4 => 0,
                    5..=6 => 1,
                    7..=8 => 2,
                    _ => 3,
                };
                let child = |n: u64, rng: &mut Rng| json!({"key": format!("c{n}"), "birth_date": self.born(rng, 0, 18 * 365), "traits": some(field, 0.03, rng)});
                (1..=children).map(|n| child(n, rng)).collect()
            }
            FieldKind::Flag => json!(rng.chance(0.08)),
        }
    }

    /// A place without parts.
    fn area(&self, rng: &mut Rng) -> Value {
        let leaves: Vec<&str> = self
            .areas
            .keys()
            .filter(|key| self.areas.descendants(key).len() <= 1)
            .collect();
        if leaves.is_empty() {
            Value::Null
        } else {
            json!(rng.pick(&leaves))
        }
    }

    fn born(&self, rng: &mut Rng, youngest: u64, oldest: u64) -> NaiveDate {
        self.on - Days::new(rng.between(youngest, oldest))
    }
}

/// Some of the field's options, each with probability `p`.
fn some(field: &Field, p: f64, rng: &mut Rng) -> Value {
    let list: &[Choice] = match &field.options {
        Some(Offered::List(list)) => list,
        _ => &[],
    };
    list.iter()
        .filter(|_| rng.chance(p))
        .map(|choice| json!(choice.key))
        .collect()
}
