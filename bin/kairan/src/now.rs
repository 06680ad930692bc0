//! The program's one clock: the system's, or in development the one that `KAIRAN_NOW` sets.

use std::path::Path;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDateTime};
use kairan_delivery::Clock;

use crate::output;

/// Sets the clock; only where `dev = true`.
const VARIABLE: &str = "KAIRAN_NOW";

/// The clock of an installation.
pub(crate) fn clock(dev: bool) -> Result<Clock> {
    let Some(text) = std::env::var_os(VARIABLE) else {
        return Ok(Clock::system());
    };
    if !dev {
        bail!(
            "{VARIABLE} は dev = true のときだけ使えます。kairan.toml に dev = true と書くか、{VARIABLE} を外してください"
        );
    }
    let text = text.to_string_lossy();
    let start = parse(&text).with_context(|| {
        format!(
            "{VARIABLE} の「{text}」を日時として読めません。2026-12-01T09:00 のように書いてください"
        )
    })?;
    // Nobody may leave it on without seeing it.
    output::note(format_args!(
        "時計を {text} に合わせて動いています（{VARIABLE}）。試すためのものです。本番では外してください。"
    ));
    Ok(Clock::starting_at(start))
}

/// The clock for a site folder that may be broken: without `KAIRAN_NOW` its settings are not looked at.
pub(crate) fn clock_of_folder(root: &Path) -> Result<Clock> {
    if std::env::var_os(VARIABLE).is_none() {
        return Ok(Clock::system());
    }
    let settings = std::fs::read_to_string(root.join("kairan.toml")).unwrap_or_default();
    let table: toml::Table = settings.parse().unwrap_or_default();
    clock(
        table
            .get("dev")
            .and_then(toml::Value::as_bool)
            .unwrap_or(false),
    )
}

/// UTC from Japan time without an offset, or from RFC 3339.
fn parse(text: &str) -> Option<NaiveDateTime> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.naive_utc());
    }
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .map(kairan_db::time::utc_from_jst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_an_offset_are_japan_time() {
        let utc = NaiveDateTime::parse_from_str("2026-12-01T00:00", "%Y-%m-%dT%H:%M").unwrap();
        assert_eq!(parse("2026-12-01T09:00"), Some(utc));
        assert_eq!(parse("2026-12-01T09:00:00+09:00"), Some(utc));
        assert_eq!(parse("あした"), None);
    }
}
