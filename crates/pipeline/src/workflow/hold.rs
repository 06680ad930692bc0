//! 予約のとめ: a schedule whose hour has come, and which would tell more people than its publisher and a second person have
//! looked at, stops and asks. The text stays approved; nothing is sent.

use chrono::{Duration, NaiveDateTime};
use kairan_db::AnyConnection;
use kairan_db::audit::{self, Trail};
use kairan_db::documents;
use kairan_db::editions::{self, Edition, EditionState};
use kairan_db::staff::{self, Account, Role};
use serde_json::{Value, json};

use super::case::{Case, at_work, site};
use super::confirm::of;
use super::words::{News, letter};
use crate::publish::SYSTEM;
use crate::{Context, Result, letters};

const HOLD: &str = "document.hold";
/// How long a stop is told of on the first screen.
const DAYS: i64 = 30;

/// Takes a text off the schedule whose audience has outgrown what was confirmed; whether it did. What was not scheduled by
/// staff (the command line) is not theirs to be asked about. Costs a count of people.
///
/// # Errors
/// Those of the database.
pub(crate) fn hold(
    c: &mut AnyConnection,
    ctx: &Context,
    edition: &Edition,
    now: NaiveDateTime,
) -> Result<bool> {
    let Some(by) = scheduler(c, edition)? else {
        return Ok(false);
    };
    let mut case = Case {
        document: documents::get(c, &edition.document_id)?,
        edition: edition.clone(),
    };
    let site = site(c, ctx)?;
    let text = case.text(c, &site)?;
    let need = of(c, ctx, &case, &site, text.as_ref(), now)?;
    if need.allows(&by, false).is_ok() {
        return Ok(false);
    }
    case.advance(c, EditionState::Approved, None, now)?;
    let people = need.reach.matched;
    for to in asked(c, &case, &by)? {
        let about = (case.document.id.as_str(), case.edition.title.as_str());
        let letter = letter(ctx, &site, &to, &to, about, &News::Held(people));
        letters::enqueue(c, &ctx.keys, &letter, now)?;
    }
    let detail = json!({
        "edition": case.edition.id, "revision": case.edition.revision, "people": people,
    });
    let subject = format!("document:{}", case.document.id);
    audit::record(c, SYSTEM, HOLD, &subject, &detail, now)?;
    Ok(true)
}

/// Who set the hour of this very edition: the newest word on it in the audit log.
fn scheduler(c: &mut AnyConnection, edition: &Edition) -> Result<Option<String>> {
    let subject = format!("document:{}", edition.document_id);
    let trail = Trail {
        subject: Some(&subject),
        action: Some("document.schedule"),
        ..Trail::default()
    };
    let last = audit::list(c, &trail, 1)?.pop();
    Ok(last
        .filter(|event| detail(&event.detail, "edition") == Some(edition.id))
        .and_then(|event| event.actor.strip_prefix("staff:").map(str::to_owned)))
}

/// Whoever set the hour; where they have left, everybody who could set another.
fn asked(c: &mut AnyConnection, case: &Case, by: &str) -> Result<Vec<Account>> {
    if let Some(one) = at_work(c, by)? {
        return Ok(vec![one]);
    }
    let mut all = staff::list(c)?;
    all.retain(|one| {
        one.state == staff::State::Active
            && one.may(Role::Publisher, case.document.owner.as_deref())
    });
    Ok(all)
}

/// A publication that was stopped and still waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Id of the document.
    pub document: String,
    /// 件名
    pub title: String,
    /// How many it would have told.
    pub people: i64,
    /// When it was stopped, UTC.
    pub at: NaiveDateTime,
}

/// The publications of the last 30 days that were stopped and were not touched since, newest first.
///
/// # Errors
/// Those of the database.
pub fn held(c: &mut AnyConnection, limit: i64, now: NaiveDateTime) -> kairan_db::Result<Vec<Held>> {
    let trail = Trail {
        action: Some(HOLD),
        from: Some(now - Duration::days(DAYS)),
        ..Trail::default()
    };
    let mut list = Vec::new();
    for event in audit::list(c, &trail, limit)? {
        let Some(document) = event.subject.strip_prefix("document:") else {
            continue;
        };
        let Some(open) = editions::open(c, document)? else {
            continue;
        };
        let same = detail(&event.detail, "edition") == Some(open.id)
            && detail(&event.detail, "revision") == Some(open.revision);
        if same {
            list.push(Held {
                document: document.to_owned(),
                title: open.title,
                people: detail(&event.detail, "people").unwrap_or_default(),
                at: event.at,
            });
        }
    }
    Ok(list)
}

fn detail(json: &str, key: &str) -> Option<i64> {
    let value: Value = serde_json::from_str(json).ok()?;
    value.get(key)?.as_i64()
}
