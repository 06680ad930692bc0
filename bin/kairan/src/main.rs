//! `kairan`: the commands of the city's site, from checking a folder to telling the citizens it is for.

mod cli;
mod commands;
mod config;
mod folder;
mod now;
mod output;
mod progress;
mod setup;
mod site;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::output::Outcome;

/// Many small, short-lived strings on several threads: a third less CPU than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = cli::Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .init();
    // Another part of the program may have installed it; either way there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match commands::run(&arguments) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Problems) => ExitCode::from(1),
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}
