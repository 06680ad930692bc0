//! `kairan migrate`: the database as this version needs it.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::config::Config;
use crate::output::{self, Format, Outcome};
use crate::setup;

pub(super) fn run(config: &Path, format: Format) -> Result<Outcome> {
    let config = Config::load(config)?;
    let db = setup::connect(&config)?;
    let applied = setup::migrate(&config, &db)?;
    match format {
        Format::Json => output::json(&json!({ "applied": applied }))?,
        Format::Text if applied.is_empty() => output::line("データベースはこの版のとおりです。"),
        Format::Text => {
            output::line(format_args!(
                "データベースを更新しました: {}",
                applied.join("、")
            ));
        }
    }
    Ok(Outcome::Fine)
}
