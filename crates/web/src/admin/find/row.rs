//! One line of a list.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use kairan_content::{Kind, SiteData};
use kairan_db::editing::{Row, Stage};
use kairan_db::time::jst_from_utc;
use serde::Serialize;

use super::when;
use crate::admin::documents::{head::Badge, people::People, when::lately};
use crate::admin::words::Language;

#[derive(Debug, Serialize)]
pub(super) struct RowView {
    pub(super) id: String,
    title: String,
    kind: String,
    badge: Badge,
    /// Readers see an edition while another is worked on.
    live_beside: bool,
    errors: i64,
    owner: String,
    editor: String,
    updated: String,
    /// 公開の日時 of a scheduled one.
    publish_at: Option<String>,
    /// 締切, where it is live and has one.
    closes: Option<String>,
    /// 見直す日 that has come.
    review_due: Option<String>,
    lang: Option<String>,
}

/// What lines of a list need beside their rows.
pub(super) struct Around<'a> {
    pub(super) words: &'a Language,
    pub(super) site: &'a SiteData,
    pub(super) now: NaiveDateTime,
    pub(super) people: &'a People,
    /// 締切 of live documents, UTC.
    pub(super) closes: &'a BTreeMap<String, NaiveDateTime>,
}

impl RowView {
    pub(super) fn new(row: Row, around: &Around<'_>) -> Self {
        let Around {
            words, site, now, ..
        } = *around;
        let busy = row.live && row.stage != Stage::Published;
        let due = row.review_by.filter(|at| *at <= now);
        let today = jst_from_utc(now).date();
        Self {
            title: row.title,
            kind: Kind::parse(&row.kind).map_or(row.kind, |kind| words.kind(kind).to_owned()),
            badge: Badge::of(words, row.stage),
            live_beside: busy,
            errors: row.errors,
            owner: department(site, row.owner.as_deref()),
            editor: row
                .editor
                .as_deref()
                .map_or_else(String::new, |key| around.people.name(words, key)),
            updated: lately(words, row.updated_at, now),
            publish_at: row.publish_at.map(|at| when::instant(words, now, at)),
            closes: around.closes.get(&row.id).map(|at| {
                // The instant it closes is the first that is too late: a minute before is still the day meant.
                let last = jst_from_utc(*at) - chrono::Duration::seconds(1);
                when::day(words, today, last.date())
            }),
            review_due: due.map(|at| when::day(words, today, jst_from_utc(at).date())),
            lang: (row.lang != site.settings.lang).then(|| words.variant(&row.lang).to_owned()),
            id: row.id,
        }
    }
}

/// The name of a department; the key where the site does not know it any more.
pub(super) fn department(site: &SiteData, key: Option<&str>) -> String {
    let Some(key) = key else {
        return String::new();
    };
    site.departments
        .iter()
        .find(|department| department.key == key)
        .map_or_else(|| key.to_owned(), |department| department.name.clone())
}
