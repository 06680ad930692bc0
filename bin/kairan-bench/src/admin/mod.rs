//! The staff's screens: saving with many at work, the list of many documents, counting whom a text would tell, and what an
//! edit page weighs. Browsers without pictures: they read a form, change it and send it as a browser would.

mod audience;
mod browser;
mod city;
mod editors;
mod list;
mod office;
mod times;
mod weight;

use anyhow::Result;
use tokio::runtime::Runtime;

use crate::database::Database;
use crate::progress::said;
use crate::report::Report;

/// Settings of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Databases of editors and list
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Database::Sqlite, Database::Postgres])]
    db: Vec<Database>,
    /// Articles of the site on which editors work
    #[arg(long, default_value_t = 10_000)]
    articles: u64,
    /// Members of staff who write at once
    #[arg(long, default_value_t = 50)]
    editors: usize,
    /// Seconds for which they write
    #[arg(long, default_value_t = 90)]
    seconds: u64,
    /// Documents of the list
    #[arg(long, default_value_t = 100_000)]
    listed: u64,
    /// Citizens that are counted
    #[arg(long, default_value_t = 1_000_000)]
    citizens: usize,
    #[command(flatten)]
    common: crate::Common,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Many write at once
    Editors,
    /// A long list
    List,
    /// Counting while tags are picked, on PostgreSQL
    Audience,
    /// Bytes of the edit page
    Weight,
}

/// Runs each part by itself.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("admin");
    report.setting("runs", options.common.runs);
    let runtime = runtime()?;
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    if wanted(Part::Weight) {
        weight::run(&mut report, options, &runtime)?;
    }
    for database in &options.db {
        if wanted(Part::Editors) {
            said(format_args!(
                "{} editors on {}",
                options.editors,
                database.name()
            ));
            editors::run(&mut report, options, *database, &runtime)?;
        }
        if wanted(Part::List) {
            said(format_args!(
                "{} documents in {}",
                options.listed,
                database.name()
            ));
            list::run(&mut report, options, *database, &runtime)?;
        }
    }
    if wanted(Part::Audience) {
        audience::run(&mut report, options, &runtime)?;
    }
    Ok(report)
}

/// One thread for all browsers: the server has the rest of the machine.
fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?)
}
