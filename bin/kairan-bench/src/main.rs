#![doc = include_str!("../README.md")]

mod admin;
mod api;
mod audience;
mod build;
mod chaos;
mod corpus;
mod database;
mod fanout;
mod folder;
mod generate;
mod installation;
mod measure;
mod pages;
mod population;
mod postgres;
mod progress;
mod publish;
mod report;
mod rng;
mod scratch;
mod search;
mod server;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};

use report::Report;

/// Measures Kairan, and what it is compared with, in the same run.
#[derive(Debug, Parser)]
#[command(name = "kairan-bench", version)]
struct Cli {
    /// How to report
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a seeded corpus of articles, or citizens
    Gen(generate::Options),
    /// Build a site with Kairan and with Hugo
    Build(build::Options),
    /// Change one article of a published site and publish it
    Publish(publish::Options),
    /// Tell a whole city of one article by mail
    Fanout(fanout::Options),
    /// How well known pages are found, and what a first search downloads
    Search(search::Options),
    /// Count the citizens that rules mean, against hand-written SQL
    Audience(audience::Options),
    /// Ask the API for lists, documents and searches
    Api(api::Options),
    /// Write, list and count in the staff's screens, many at once
    Admin(admin::Options),
    /// Kill the program again and again while it publishes and tells, and see whom it told
    Chaos(chaos::Options),
}

/// Options that most benchmarks share.
#[derive(Debug, clap::Args)]
struct Common {
    /// Rounds that count
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// Where corpora are kept and output is written; else memory (/dev/shm) or the temporary folder
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Seed of everything generated
    #[arg(long, default_value_t = 20_261_120)]
    seed: u64,
    /// The program `kairan`; else KAIRAN_BIN, else the one beside this program
    #[arg(long)]
    kairan: Option<PathBuf>,
}

impl Common {
    fn kairan(&self) -> Result<PathBuf> {
        kairan(self.kairan.as_deref())
    }
}

/// The program to measure.
fn kairan(option: Option<&Path>) -> Result<PathBuf> {
    measure::find(option, "KAIRAN_BIN", "kairan")
        .context("kairan is not here: build it (cargo build --release -p kairan) or give its path by --kairan")
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Command::Gen(options) => generate::run(options).map(|()| None),
        Command::Build(options) => build::run(options).map(Some),
        Command::Publish(options) => publish::run(options).map(Some),
        Command::Fanout(options) => fanout::run(options).map(Some),
        Command::Search(options) => search::run(options).map(Some),
        Command::Audience(options) => audience::run(options).map(Some),
        Command::Api(options) => api::run(options).map(Some),
        Command::Admin(options) => admin::run(options).map(Some),
        Command::Chaos(options) => chaos::run(options).map(Some),
    };
    match done.and_then(|report| report.map_or(Ok(0), |report| show(&report, cli.format))) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            progress::said(format_args!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

fn show(report: &Report, format: Format) -> Result<u8> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Text => report.print(&mut out)?,
        Format::Json => writeln!(out, "{:#}", report.json())?,
    }
    Ok(report.exit_code())
}
