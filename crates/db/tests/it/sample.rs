//! Documents for the tests of publishing.

use chrono::{Duration, NaiveDate, NaiveDateTime};
use kairan_db::AnyConnection;
use kairan_db::documents::{self, Imported};
use kairan_db::editions::DraftText;
use kairan_db::live::{self, Publication, Published};
use kairan_db::{Result, editions};

/// Noon UTC on 1 December 2026, and `hours` after it.
pub(crate) fn at(hours: i64) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 12, 1)
        .unwrap()
        .and_hms_opt(12, 0, 0)
        .unwrap()
        + Duration::hours(hours)
}

pub(crate) fn text<'a>(slug: &'a str, source: &'a str) -> DraftText<'a> {
    DraftText {
        kind: "article",
        slug,
        lang: "ja",
        translates: None,
        title: "児童手当の手続きについて",
        owner: Some("kodomo-katei"),
        source,
        publish_at: None,
        expires_at: None,
    }
}

pub(crate) fn import(c: &mut AnyConnection, slug: &str, source: &str) -> Result<Imported> {
    documents::import(c, None, &text(slug, source), "staff", at(0))
}

pub(crate) fn publication(edition_id: i64, revision: i64) -> Publication<'static> {
    Publication {
        edition_id,
        revision,
        card: r#"{"title":"児童手当"}"#,
        opens: None,
        closes: None,
        listed_at: None,
        spans: &[],
        links: &[],
        aliases: &[],
    }
}

/// Imports and publishes at `at(hours)`; what was published.
pub(crate) fn go_live(c: &mut AnyConnection, slug: &str, hours: i64) -> Result<Published> {
    let imported = import(c, slug, &format!("{slug} {hours}"))?;
    let edition = editions::get(c, imported.edition_id)?;
    live::publish(c, &publication(edition.id, edition.revision), at(hours))
}
