//! One module per command: arguments in, library called, result said.

mod audience;
mod build;
mod check;
mod citizen;
mod demo;
mod doctor;
mod init;
mod keys;
mod migrate;
mod notice;
mod publish;
mod search;
mod serve;
mod staff;
mod transfer;

use std::path::Path;

use anyhow::{Context as _, Result};
use kairan_content::Kind;
use kairan_db::{addresses, documents};
use kairan_pipeline::Context;
use tokio::runtime::Runtime;

use crate::cli::{Audience, Citizen, Cli, Command, Keys};
use crate::config::Config;
use crate::output::Outcome;
use crate::setup;

/// Runs the command.
pub(crate) fn run(cli: &Cli) -> Result<Outcome> {
    let (config, format) = (cli.config.as_path(), cli.format);
    match &cli.command {
        Command::Init { dir } => init::run(dir),
        Command::Check { paths } => check::run(paths, format),
        Command::Build(arguments) => build::run(arguments, format),
        Command::Search(arguments) => search::run(arguments, format),
        Command::Migrate => migrate::run(config, format),
        Command::Import { dir, replace } => transfer::import(config, dir, *replace, format),
        Command::Export { dir } => transfer::export(config, dir, format),
        Command::Publish(arguments) => publish::run(config, arguments, format),
        Command::Serve(arguments) => serve::run(config, arguments),
        Command::Work { drain } => serve::work(config, *drain),
        Command::Audience(Audience::Eval) => audience::eval(),
        Command::Audience(Audience::Count { rule, document, on }) => {
            audience::count(config, rule.as_deref(), document.as_deref(), *on, format)
        }
        Command::Audience(Audience::Explain { citizen, document }) => {
            audience::explain(config, citizen, document, format)
        }
        Command::Notice(command) => notice::run(config, command, format),
        Command::Citizen(Citizen::Import { file, dry_run }) => {
            citizen::import(config, file, *dry_run, format)
        }
        Command::Citizen(Citizen::Stopped) => citizen::stopped(config, format),
        Command::Citizen(Citizen::Export { id }) => citizen::export(config, id),
        Command::Citizen(Citizen::Erase { id }) => citizen::erase(config, id, format),
        Command::Keys(Keys::Rotate) => keys::rotate(config, format),
        Command::Staff(command) => staff::run(config, command, format),
        Command::Doctor => doctor::run(config, format),
        Command::Demo(arguments) => demo::run(arguments),
    }
}

/// The installation that the configuration describes. The runtime is needed as long as the context is used.
fn open(config: &Path) -> Result<(Runtime, Context)> {
    let config = Config::load(config)?;
    let runtime = Runtime::new()?;
    let context = runtime.block_on(setup::context(&config))?;
    Ok((runtime, context))
}

/// The id of a document from its id, slug or `kind/slug`.
fn find_document(context: &Context, word: &str) -> Result<String> {
    let (kind, slug) = match word.split_once('/') {
        Some((kind, slug)) => (Some(kind), slug),
        None => (None, word),
    };
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|one| kind.is_none_or(|kind| kind == one.as_str() || kind == one.plural()))
        .collect();
    let found = context.db.read(|c| {
        if let Some(document) = documents::find(c, word)? {
            return Ok(Some(document.id));
        }
        for kind in &kinds {
            if let Some(id) = addresses::holder(c, kind.as_str(), slug)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    })?;
    found
        .with_context(|| format!("文書「{word}」は見つかりません。id かスラッグを確かめてください"))
}
