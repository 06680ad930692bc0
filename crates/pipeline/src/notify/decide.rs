//! Whether a release tells anybody, decided in the transaction that makes it live.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use kairan_audience::Rule;
use kairan_content::{Document, Notice as Wish, NoticeChannel, NoticeOn, SiteData, Urgency, state};
use kairan_db::{
    AnyConnection, jobs as queue,
    jobs::NewJob,
    notices::{self, Lane, MatchRun, NewNotice, NoticeKind},
    time::{jst_from_utc, utc_from_jst},
};

use super::{
    jobs::{ALWAYS, Job, enqueue_materialise},
    reasons::field_name,
    site_data,
    words::{Occasion, content},
};
use crate::{Context, NoticeSettings};

/// A document that a release has made live and verified.
#[derive(Debug, Clone)]
pub struct Released {
    /// 文書
    pub document_id: String,
    /// 版
    pub edition_id: i64,
    /// What it says.
    pub document: Document,
    /// Its page at its public address.
    pub url: String,
    /// Staff chose to tell nobody this time.
    pub no_notice: bool,
    /// 緊急: its page is not verified yet; the notice leads to its copy on my page.
    pub ahead: bool,
}

/// Decides the notices of a release. Call in the transaction that marks it live, once per release: a round that was told is not
/// decided again, so publishing again tells nobody anew.
///
/// # Errors
/// Those of the database.
pub fn after_release(
    c: &mut AnyConnection,
    context: &Context,
    released: &[Released],
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    let wanted: Vec<&Released> = released
        .iter()
        .filter(|one| one.document.notice.is_some() && !one.no_notice)
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let site = site_data(c)?;
    for one in wanted {
        let Some(wish) = &one.document.notice else {
            continue;
        };
        let Some(rule) = kairan_content::audience(&one.document, &site) else {
            continue;
        };
        schedule_reminders(c, one, wish, now)?;
        let round = round_of(wish);
        if notices::latest_round(c, &one.document_id)?.is_some_and(|told| told >= round) {
            continue;
        }
        let wall = jst_from_utc(now);
        if state::states(&one.document, wall).reception == Some(state::Reception::Closed) {
            tracing::info!(document = %one.document_id, "no notice: applications are closed");
            continue;
        }
        let run = Run {
            released: one,
            wish,
            rule: &rule,
            site: &site,
            settings: &context.notices,
            app_url: &context.app_url,
        };
        let notice = run.notice(
            NoticeKind::Publish,
            "publish".to_owned(),
            &Occasion::Publish,
            now,
        );
        notices::create(c, &notice, now)?;
        enqueue_materialise(c, &notice.id, wish.urgency, now)?;
        if wish.on == NoticeOn::Match {
            let first = MatchRun {
                round,
                date: wall.date(),
                at: now,
            };
            notices::record_run(c, &one.document_id, first)?;
            schedule_match(c, &one.document_id, wall.date(), now)?;
        }
    }
    Ok(())
}

/// The round as the database counts it.
pub(super) fn round_of(wish: &Wish) -> i32 {
    i32::try_from(wish.round).unwrap_or(i32::MAX)
}

/// What a notice is made from.
pub(super) struct Run<'a> {
    pub(super) released: &'a Released,
    pub(super) wish: &'a Wish,
    pub(super) rule: &'a Rule,
    pub(super) site: &'a SiteData,
    pub(super) settings: &'a NoticeSettings,
    pub(super) app_url: &'a str,
}

impl Run<'_> {
    pub(super) fn notice(
        &self,
        kind: NoticeKind,
        occasion: String,
        words: &Occasion,
        now: NaiveDateTime,
    ) -> NewNotice {
        let Run {
            released,
            wish,
            rule,
            site,
            settings,
            app_url,
        } = self;
        let wall = jst_from_utc(now);
        let not_before = match settings
            .quiet
            .filter(|_| wish.urgency != Urgency::Emergency)
        {
            Some(quiet) => utc_from_jst(quiet.next_allowed(wall)),
            None => now,
        };
        let id = ulid::Ulid::new().to_string();
        let url = if released.ahead {
            format!("{app_url}my/notices/{id}")
        } else {
            released.url.clone()
        };
        let said = content(&released.document, site, &url, words, wall);
        NewNotice {
            id,
            document_id: released.document_id.clone(),
            edition_id: released.edition_id.to_string(),
            round: round_of(wish),
            occasion,
            kind,
            corrects: None,
            rule: rule.to_json().to_string(),
            on_date: wall.date(),
            since_date: None,
            changed_since: None,
            content: serde_json::to_string(&said).unwrap_or_default(),
            channels: channels(wish),
            urgency: urgency_word(wish.urgency).to_owned(),
            not_before,
            stale_after: settings
                .stale_after_hours
                .map(|hours| not_before + Duration::hours(i64::from(hours))),
            widen: self.widen(kind).join(","),
        }
    }
}

impl Run<'_> {
    /// The fields to widen, by the names that rules know. Who only comes to match later is told when that is certain.
    fn widen(&self, kind: NoticeKind) -> Vec<String> {
        if kind == NoticeKind::Match {
            return Vec::new();
        }
        widened_fields(self.site, self.settings)
    }
}

/// The fields that the city widens, by the names that rules know.
pub(super) fn widened_fields(site: &SiteData, settings: &NoticeSettings) -> Vec<String> {
    let fields = site.profile.fields.iter();
    fields
        .filter(|field| settings.widen.contains(&field.key))
        .map(|field| field_name(field.kind, &field.key))
        .collect()
}

fn channels(wish: &Wish) -> String {
    let words = wish.channels.iter().map(|channel| match channel {
        NoticeChannel::Mail => "mail",
        NoticeChannel::Line => "line",
    });
    words.collect::<Vec<_>>().join(",")
}

fn urgency_word(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Normal => "normal",
        Urgency::Important => "important",
        Urgency::Emergency => "emergency",
    }
}

/// The lane of a notice's messages.
pub(super) fn lane(urgency: &str) -> Lane {
    match urgency {
        "emergency" => Lane::Emergency,
        "important" => Lane::Important,
        _ => Lane::Normal,
    }
}

/// Reminders counted in days go out at nine in the morning; others when the hours are up.
pub(super) fn reminder_due(closes: kairan_content::Moment, hours: u32) -> NaiveDateTime {
    const NINE: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("a time of day");
    if hours.is_multiple_of(24) {
        (closes.date - Duration::days(i64::from(hours / 24))).and_time(NINE)
    } else {
        closes.end() - Duration::hours(i64::from(hours))
    }
}

fn schedule_reminders(
    c: &mut AnyConnection,
    released: &Released,
    wish: &Wish,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    for deadline in &released.document.deadlines {
        for reminder in &wish.reminders {
            let due = utc_from_jst(reminder_due(deadline.closes, reminder.hours));
            // Whoever is told only now needs no reminder of a day that has passed.
            if due <= now {
                continue;
            }
            let job = Job::Remind {
                document_id: released.document_id.clone(),
                round: round_of(wish),
                reminder: *reminder,
                closes: deadline.closes,
            };
            let payload = job.payload();
            let key = format!(
                "remind:{}:{}:{reminder}:{}",
                released.document_id,
                round_of(wish),
                deadline.closes
            );
            let new = NewJob {
                dedupe_key: Some(&key),
                run_at: due,
                max_attempts: ALWAYS,
                ..NewJob::now(job.kind(), &payload, now)
            };
            queue::enqueue(c, &new, now)?;
        }
    }
    Ok(())
}

/// The next `match` run: tomorrow at eight in the morning.
pub(super) fn schedule_match(
    c: &mut AnyConnection,
    document_id: &str,
    today: NaiveDate,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    const EIGHT: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("a time of day");
    let run_at = utc_from_jst((today + Duration::days(1)).and_time(EIGHT));
    let job = Job::Match {
        document_id: document_id.to_owned(),
        day: today + Duration::days(1),
    };
    let payload = job.payload();
    let key = format!("match:{document_id}:{}", today + Duration::days(1));
    let new = NewJob {
        dedupe_key: Some(&key),
        run_at,
        max_attempts: ALWAYS,
        ..NewJob::now(job.kind(), &payload, now)
    };
    queue::enqueue(c, &new, now)?;
    Ok(())
}
