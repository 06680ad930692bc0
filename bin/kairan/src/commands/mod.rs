//! One module per command: arguments in, library called, result said.

mod audience;
mod build;
mod check;
mod doctor;
mod init;
mod migrate;
mod search;

use anyhow::Result;

use crate::cli::{Audience, Cli, Command};
use crate::output::Outcome;

/// Runs the command.
pub(crate) fn run(cli: &Cli) -> Result<Outcome> {
    let format = cli.format;
    match &cli.command {
        Command::Init { dir } => init::run(dir),
        Command::Check { paths } => check::run(paths, format),
        Command::Build(arguments) => build::run(arguments, format),
        Command::Search(arguments) => search::run(arguments, format),
        Command::Migrate => migrate::run(&cli.config, format),
        Command::Audience(Audience::Eval) => audience::eval(),
        Command::Doctor => doctor::run(&cli.config, format),
    }
}
